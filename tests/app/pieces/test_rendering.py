"""Whatever was typed, nothing but what is allowed comes out, and it costs no more than it may."""

import itertools
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Invalid
from app.pieces.rendering import ATTRIBUTES, REL, SCHEMES, TAGS, clean, render, render_again
from app.pieces.rules import DEEPEST, EXCERPT, LONGEST_LINK, LONGEST_TEXT, MOST_BRACKETS, MOST_LINKS

GIVEN_TO_LINKS = {"rel", "referrerpolicy"}


class Looking(HTMLParser):
    """Looks at HTML as a browser would, and fails at whatever is not on the list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        assert tag in TAGS
        assert said.keys() <= ATTRIBUTES.get(tag, set()) | (GIVEN_TO_LINKS if tag == "a" else set())
        if tag == "a":
            assert (said["rel"], said["referrerpolicy"]) == (REL, "no-referrer")
            assert urlsplit(said.get("href") or "https:").scheme in SCHEMES

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def looked_at(html: str) -> str:
    """The same, if there is nothing in it that may not be."""
    looking = Looking(convert_charrefs=True)
    looking.feed(html)
    looking.close()
    return html


#: From the OWASP XSS Filter Evasion Cheat Sheet, and what Markdown adds to it.
HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://x.example/xss.js></SCRIPT>",
    '<IMG SRC="javascript:alert(1);">',
    "<IMG SRC=JaVaScRiPt:alert(1)>",
    '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
    "<IMG SRC=/ onerror=\"alert(String.fromCharCode(88,83,83))\"></img>",
    '<img src=x onerror="&#0000106&#0000097&#0000118">',
    "<a onmouseover=alert(document.cookie)>xxs link</a>",
    "<<SCRIPT>alert(1);//\\<</SCRIPT>",
    "<SCRIPT SRC=https://x.example/?< B >",
    '<BODY ONLOAD=alert(1)>',
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<STYLE>@import'https://x.example/xss.css';</STYLE>",
    '<DIV STYLE="background-image: url(javascript:alert(1))">',
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==></object>",
    '<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:alert(1);">',
    "<base href=javascript:alert(1);//>",
    "<!--[if gte IE 4]><SCRIPT>alert(1);</SCRIPT><![endif]-->",
    "<?xml version=1?><x/>",
    "<form action=https://x.example><input name=password></form>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//x.example)",
    "[x](/v1/me)",
    "[x](ftp://x.example)",
    '[x](https://x.example "onmouseover=alert(1)")',
    "[x](https://x.example\"onmouseover=\"alert(1))",
    "<javascript:alert(1)>",
    "<https://x.example/\"onmouseover=alert(1)>",
    "![x](https://x.example/pixel.gif)",
    '![x](javascript:alert(1) "y")',
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: <data:image/svg+xml,%3Csvg onload=alert(1)%3E>\n\n![x]",
    "```\"><script>alert(1)</script>\nx\n```",
    "`<script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>",
    "# <img src=x onerror=alert(1)>",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_acts_comes_through(typed: str) -> None:
    for each in (typed, f"> - {typed}", f"a **{typed}** b", f"x\n\n{typed}\n\ny"):
        html = looked_at(render_again(each).html)
        assert clean(html) == html


PIECES = st.sampled_from(
    [*HOSTILE, "*", "_", "`", "[", "](", ")", "<", ">", "\n", "\n\n", "    ", "- ", "1. ", "#", "&", '"']
)


@example(["\n\n"])
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=12))
def test_whatever_was_typed_only_what_is_allowed_comes_out_and_is_clean(parts: list[str]) -> None:
    html = looked_at(render_again("".join(parts)).html)
    assert clean(html) == html


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "<p>", "</p>", "<pre>", "<ul>", "<a href=https://x.example>", "x", "\n"]),
        max_size=10,
    )
)
def test_the_second_library_does_not_trust_the_first(parts: list[str]) -> None:
    html = looked_at(clean("".join(parts)))
    assert clean(html) == html


def test_what_is_meant_is_kept() -> None:
    typed = "\n\n".join(
        [
            "# Seams",
            "A *taped* seam, **not** `glued`.",
            "3. one\n4. two",
            "> said",
            "[why](https://x.example/a?b=c&d=e)",
            "![a jacket](https://x.example/j.png)",
        ]
    )
    rendered = render(typed)
    assert rendered.html == (
        "<h2>Seams</h2>\n"
        "<p>A <em>taped</em> seam, <strong>not</strong> <code>glued</code>.</p>\n"
        '<ol start="3">\n<li>one</li>\n<li>two</li>\n</ol>\n'
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
        f'<p><a href="https://x.example/a?b=c&amp;d=e" referrerpolicy="no-referrer" rel="{REL}">why</a></p>\n'
        f'<p>!<a href="https://x.example/j.png" referrerpolicy="no-referrer" rel="{REL}">a jacket</a></p>\n'
    )
    assert rendered.excerpt == "Seams A taped seam, not glued. one two said why !a jacket"


def test_how_it_begins_is_cut_between_words() -> None:
    begins = render("word " * 100).excerpt
    assert len(begins) <= EXCERPT
    assert begins.endswith("word…")


#: How deep each of these goes, or how much comes of it, is counted; nobody waits to see.
TOO_MUCH = {
    "quotations": ">" * 5_000,
    "lists": "".join("  " * n + "- a\n" for n in range(60)),
    "lists in quotations": "> - " * 2_000,
    "numbers": "1. " * 3_000,
    "emphasis": "*" * 2_500 + "a" + "*" * 2_500,
    "links": "[a](https://x.example)" * (MOST_LINKS + 1),
    "a long address, often": f"[a]: https://x.example/{'x' * 5_000}\n\n" + "[a]" * 1_000,
    "a long address": f"<https://x.example/{'x' * LONGEST_LINK}>",
    "brackets": "[" * (MOST_BRACKETS + 1),
    "brackets that close": "[]" * (MOST_BRACKETS + 1),
    "nothing": "[a]: https://x.example",
}


@pytest.mark.parametrize("named", TOO_MUCH)
def test_what_would_grow_is_refused(named: str) -> None:
    with pytest.raises(Invalid, match="/text: "):
        render(TOO_MUCH[named])
    assert looked_at(render_again(TOO_MUCH[named]).html)


def test_as_deep_as_is_allowed_is_taken() -> None:
    # The words stand in the paragraph, and that in the quotations.
    assert render("> " * (DEEPEST - 1) + "a").html.count("<blockquote>") == DEEPEST - 1
    with pytest.raises(Invalid, match="deep"):
        render("> " * (DEEPEST + 1) + "a")


ATOMS = [
    *("[", "![", "](", "[a]", "[x][", "*a_", "**x", "a* ", "`a", "``", "<", "<a", "&", "\\"),
    *("a\n", "- a\n", "***\n", "~~~\n", "(", '[](a "', "[a]: b\n", "_a*"),
]


@pytest.mark.parametrize("atom", ATOMS)
def test_what_comes_of_the_longest_text_is_in_proportion_to_it(atom: str) -> None:
    typed = "".join(itertools.islice(itertools.cycle(atom), LONGEST_TEXT))
    assert len(looked_at(render_again(typed).html)) <= 200 * LONGEST_TEXT // 10
