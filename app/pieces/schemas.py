"""Pieces as JSON."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.http.pages import Paged
from app.http.schemas import Language, Moment, Schema, TopicKey, words
from app.pieces.queries import Seen, Whole
from app.pieces.rules import LONGEST_TEXT, LONGEST_TITLE
from app.trust.steps import in_steps

Title = Annotated[str, words(LONGEST_TITLE, 2)]
Text = Annotated[
    str, words(LONGEST_TEXT, 1), Field(description="Markdown (CommonMark), without HTML and images")
]
Topics = Annotated[
    list[TopicKey],
    Field(min_length=1, max_length=10, description="at least one that the community shares"),
]


class PieceGiven(Schema):
    """A piece to write. Whoever writes it says publicly that they belong there; a business, that it takes part."""

    title: Title
    text: Text
    topics: Topics
    language: Language
    business_id: Annotated[
        UUID | None, Field(description="for which I write, and which the community welcomed; else it is mine")
    ] = None


class PieceChanged(Schema):
    """What is to be otherwise of a piece; what is left out stays."""

    title: Title | None = None
    text: Text | None = None
    topics: Topics | None = None
    language: Language | None = None


class PiecesAsked(Paged):
    """Which pieces."""

    sort: Annotated[
        Literal["newest", "useful"],
        Field(
            description="useful: by how many call it so, less how many call it noise, both in steps of five"
        ),
    ] = "newest"


class OpinionGiven(Schema):
    """What a piece was to me."""

    opinion: Literal["useful", "noise"]


class TextGiven(Schema):
    """A text to look at before it is written."""

    text: Text


class TextShown(Schema):
    """A text as it will be shown."""

    html: str


class AuthorShown(Schema):
    """Who wrote a piece."""

    kind: Literal["member", "business"]
    name: Annotated[str, Field(description="a member's handle, or what a business is called")]
    business_id: UUID | None


class PieceListed(Schema):
    """A piece as lists have it."""

    id: UUID
    community_id: UUID
    community: str
    title: str
    excerpt: Annotated[str, Field(description="how it begins, without any marks")]
    by: AuthorShown
    written_by: Annotated[
        str | None, Field(description="of a business, for its staff alone: who of them; null for who is gone")
    ]
    topics: list[str]
    language: str
    revision: Annotated[int, Field(description="how often it was changed")]
    created_at: Moment
    changed_at: Moment
    useful: Annotated[int, Field(description="how many members call it so, in steps of five")]
    noise: Annotated[int, Field(description="how many call it noise, in steps of five")]
    is_mine: Annotated[bool, Field(description="whether it is mine to change")]
    is_hidden: Annotated[bool, Field(description="whether moderators hid it from everybody but its author")]

    @classmethod
    def of(cls, seen: Seen) -> "PieceListed":
        """Show one."""
        return cls(**_shown(seen))


class PieceShown(PieceListed):
    """A piece."""

    text: Annotated[str, Field(description="Markdown, as it was written")]
    html: Annotated[str, Field(description="made of it: safe to put into a page as it is")]
    my_opinion: Annotated[Literal["useful", "noise"] | None, Field(description="what I say of it")]
    may_say: Annotated[
        bool, Field(description="whether it is for me to say: as a member who did not write it")
    ]

    @classmethod
    def whole(cls, piece: Whole) -> "PieceShown":
        """Show all of one."""
        mine: dict[str, Any] = {"my_opinion": piece.my_opinion, "may_say": piece.may_say}
        return cls(**_shown(piece.seen), **mine, text=piece.text, html=piece.html)


class ChangeShown(Schema):
    """That a piece was changed. What it said before is not kept."""

    id: UUID
    revision: int
    reworded: Annotated[bool, Field(description="its title or its text, and not only topics or language")]
    changed_at: Moment
    changed_by: Annotated[str | None, Field(description="of a business, for its staff alone")]

    @classmethod
    def of(cls, row: Any) -> "ChangeShown":
        """Show one."""
        return cls(
            id=row.id,
            revision=row.revision,
            reworded=row.reworded,
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )


def _shown(seen: Seen) -> dict[str, Any]:
    author = seen.author
    return {
        "id": seen.id,
        "community_id": seen.community_id,
        "community": seen.community,
        "title": seen.title,
        "excerpt": seen.excerpt,
        "by": AuthorShown(
            kind="business" if author.business_id else "member",
            name=author.label,
            business_id=author.business_id,
        ),
        "written_by": seen.written_by,
        "topics": seen.topics,
        "language": seen.language,
        "revision": seen.revision,
        "created_at": seen.created_at,
        "changed_at": seen.changed_at,
        "useful": in_steps(seen.useful),
        "noise": in_steps(seen.noise),
        "is_mine": seen.is_mine,
        "is_hidden": seen.hidden,
    }
