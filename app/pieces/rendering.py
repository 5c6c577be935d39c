"""Markdown (CommonMark) as HTML that is safe in anybody's page: made by one library, and cleaned by another that knows
nothing of the first. HTML in the text is shown as it was typed; there are no images, and links are as they were given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.metadata import version

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.errors import Invalid
from app.pieces.rules import EXCERPT, Shape, why_not_read, why_not_shown

#: What there may be, and which attributes; nothing else comes through, whatever was typed.
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
TAGS = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "li", "ol", "p", "pre", "strong", "ul"),
}
SCHEMES = {"http", "https"}
#: Search engines are to take nothing from a link, and whoever follows one does not say where from.
REL = "nofollow ugc noopener"
#: Which rules of ours made it, and which libraries: where one of them mends something, what was kept is made anew.
RENDERER = f"1 markdown-it-py {version('markdown-it-py')} nh3 {version('nh3')}"

#: Deeper than is allowed, so that whatever is too deep shows.
_SEEN_DEEP = 20
_TEXTS = {"text", "code_inline", "code_block", "fence"}
_BREAKS = {"softbreak", "hardbreak"}

_cleaner = nh3.Cleaner(
    tags=TAGS,
    # None on all of them, where the library has some.
    attributes={"*": set(), **ATTRIBUTES},
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=REL,
    set_tag_attribute_values={"a": {"referrerpolicy": "no-referrer"}},
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it is shown."""

    html: str
    #: How it begins, without any marks.
    excerpt: str


def render(text: str) -> Rendered:
    """A text as it may be shown; raises Invalid. Some 10 ms of a processor for 10,000 characters, 80 at worst."""
    if why := why_not_read(text):
        raise Invalid(f"/text: {why}")
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _SEEN_DEEP}).disable("image")
    tokens = markdown.parse(text)
    every = list(_every(tokens))
    words = " ".join("".join(_words(every)).split())
    if why := why_not_shown(_shape(every, words)):
        raise Invalid(f"/text: {why}")
    for each in every:
        _lowered(each)
    return Rendered(clean(markdown.renderer.render(tokens, markdown.options, {})), _beginning(words))


def render_again(text: str) -> Rendered:
    """As `render`, of what was taken before: what may not be shown so any more is shown as it was typed."""
    try:
        return render(text)
    except Invalid:
        # A line that is empty at the beginning is none to browsers.
        shown = escape(text.lstrip("\r\n"))
        return Rendered(clean(f"<pre>{shown}</pre>"), _beginning(" ".join(text.split())))


def clean(html: str) -> str:
    """Nothing but what is allowed; what is clean stays as it is."""
    return _cleaner.clean(html)


def _every(tokens: list[Token]) -> Iterator[Token]:
    for each in tokens:
        yield each
        yield from each.children or ()


def _shape(every: list[Token], words: str) -> Shape:
    addresses = [str(each.attrs["href"]) for each in every if each.type == "link_open"]
    return Shape(max((each.level for each in every), default=0), tuple(map(len, addresses)), not words)


def _words(tokens: list[Token]) -> Iterator[str]:
    for each in tokens:
        if each.type in _TEXTS:
            yield each.content
        elif each.type in _BREAKS or each.block:
            yield " "


def _lowered(token: Token) -> None:
    """Headings below that of the piece, which is its title."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1:]) + 1)}"


def _beginning(words: str) -> str:
    if len(words) <= EXCERPT:
        return words
    return words[: EXCERPT - 1].rsplit(" ", 1)[0] + "…"
