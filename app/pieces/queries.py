"""Reading pieces, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.ids import LAST, NOBODY
from app.pieces.models import Piece, PieceOpinion
from app.pieces.rendering import RENDERER, render_again
from app.pieces.sight import member_sql, theirs_sql, unmuted_sql, visible_sql
from app.relations.queries import apart_sql

Sort = Literal["newest", "useful"]
NOT_THERE = "There is no such piece, or it is not for you."


class Author(NamedTuple):
    """Who wrote it: a member, or a business."""

    #: What people read: a member's handle, or the name of a business.
    label: str
    person_id: UUID | None
    business_id: UUID | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece as one person may see it."""

    id: UUID
    community_id: UUID
    community: str
    author: Author
    #: Who wrote it down for the business; None for who is gone, and for all but its staff.
    written_by: str | None
    title: str
    excerpt: str
    language: str
    topics: list[str]
    revision: int
    created_at: datetime
    changed_at: datetime
    hidden: bool
    is_mine: bool
    #: How many say so, exactly: never to be shown as they are (`trust.steps`).
    useful: int
    noise: int


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a piece."""

    seen: Seen
    text: str
    html: str
    #: What the viewer says of it, and whether they may say anything.
    my_opinion: str | None
    may_say: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list, and how it goes."""

    limit: int
    sort: Sort = "newest"
    cursor: UUID | None = None


_TOPICS = """ARRAY(SELECT t.key FROM piece_topics x JOIN topics t ON t.id = x.topic_id
    WHERE x.piece_id = p.id ORDER BY t.key)"""
#: A colleague who is apart from the viewer is not named, as anywhere.
_SEEN = f"""
SELECT p.id, p.community_id, c.name AS community, coalesce(a.handle, b.name) AS label, p.person_id, p.business_id,
       w.handle AS written_by, p.title, p.excerpt, p.language, {_TOPICS} AS topics, p.revision, p.created_at,
       p.changed_at, p.hidden, {theirs_sql(":viewer")} AS is_mine, p.useful, p.noise {{more}}
FROM pieces p
JOIN communities c ON c.id = p.community_id
LEFT JOIN people a ON a.id = p.person_id
LEFT JOIN businesses b ON b.id = p.business_id
LEFT JOIN people w ON w.id = p.written_by AND {theirs_sql(":viewer")}
    AND w.id <> ALL ({apart_sql(":viewer")})
WHERE {visible_sql(":viewer")} AND {{which}}
"""
_MORE = f""", p.text, p.html, p.rendered_by, {member_sql(":viewer")} AND NOT {theirs_sql(":viewer")} AS may_say,
    (SELECT o.opinion FROM piece_opinions o WHERE o.piece_id = p.id AND o.person_id = :viewer) AS my_opinion"""
_ONE = text(_SEEN.format(more=_MORE, which="p.id = :piece"))
_HEARD = f"p.community_id = :community AND {unmuted_sql(':viewer')}"
_BELOW = "(p.rank, p.id) < (SELECT l.rank, l.id FROM pieces l WHERE l.id = :cursor)"
#: By how it goes, and whether it is a further part.
_WHICH = {
    ("newest", False): "true ORDER BY p.id DESC",
    ("newest", True): "p.id < :cursor ORDER BY p.id DESC",
    ("useful", False): "true ORDER BY p.rank DESC, p.id DESC",
    ("useful", True): f"{_BELOW} ORDER BY p.rank DESC, p.id DESC",
}
_SEVERAL = {
    key: text(_SEEN.format(more="", which=f"{_HEARD} AND {which} LIMIT :limit"))
    for key, which in _WHICH.items()
}
_CALLED = text(f"""
SELECT p.community_id, count(*) AS pieces, sum(p.useful) AS useful, sum(p.noise) AS noise
FROM pieces p WHERE p.business_id = :business AND {visible_sql(None)}
GROUP BY p.community_id
""")
_CHANGES = text(f"""
SELECT v.id, v.revision, v.reworded, v.changed_at, w.handle AS changed_by
FROM pieces p JOIN piece_changes v ON v.piece_id = p.id
LEFT JOIN people w ON w.id = v.changed_by AND {theirs_sql(":viewer")}
    AND w.id <> ALL ({apart_sql(":viewer")})
WHERE p.id = :piece AND {visible_sql(":viewer")} AND v.id < :cursor ORDER BY v.id DESC LIMIT :limit
""")


def piece(session: Session, piece_id: UUID, viewer: UUID | None) -> Whole:
    """One that a person may see. Raises NotFound. What was made of it by an earlier edition is made anew."""
    values = {"piece": piece_id, "viewer": viewer or NOBODY}
    row = session.execute(_ONE, values).one_or_none()
    if row is None:
        raise NotFound(NOT_THERE)
    html = row.html if row.rendered_by == RENDERER else render_again(row.text).html
    return Whole(_seen(row), row.text, html, row.my_opinion, row.may_say)


def pieces_of(session: Session, community_id: UUID, viewer: UUID | None, part: Part) -> Sequence[Seen]:
    """Those written for a community that the viewer may see and did not mute."""
    values = {
        "community": community_id,
        "viewer": viewer or NOBODY,
        "cursor": part.cursor or LAST,
        "limit": part.limit,
    }
    asked = _SEVERAL[part.sort, part.cursor is not None]
    return [_seen(row) for row in session.execute(asked, values)]


def changes_of(session: Session, piece_id: UUID, viewer: UUID | None, part: Part) -> Sequence[Row[Any]]:
    """When a piece was changed, and for its staff by whom, newest first."""
    values = {
        "piece": piece_id,
        "viewer": viewer or NOBODY,
        "cursor": part.cursor or LAST,
        "limit": part.limit,
    }
    return session.execute(_CHANGES, values).all()


class Linked(NamedTuple):
    """What is shown of a piece where something else links to it, as everybody may read it."""

    id: UUID
    community_id: UUID
    title: str
    author: Author


_LINKED = text(f"""
SELECT p.id, p.community_id, p.title, coalesce(a.handle, b.name) AS label, p.person_id, p.business_id FROM pieces p
LEFT JOIN people a ON a.id = p.person_id LEFT JOIN businesses b ON b.id = p.business_id
WHERE p.id = ANY (CAST(:pieces AS uuid[])) AND {visible_sql(None)}
""")


def existing(session: Session, piece_id: UUID) -> Linked:
    """One that everybody may read, to link to it. Raises NotFound."""
    found = linked(session, [piece_id]).get(piece_id)
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def linked(session: Session, piece_ids: Sequence[UUID]) -> dict[UUID, Linked]:
    """Those of these that everybody may read now: what is hidden or gone, or of a business that was sent off, is not
    among them. One statement.

    Whom a viewer is apart from is among them; whoever shows several to one viewer leaves those out.
    """
    rows = session.execute(_LINKED, {"pieces": list(piece_ids)})
    return {
        row.id: Linked(row.id, row.community_id, row.title, Author(row.label, row.person_id, row.business_id))
        for row in rows
    }


class Said(NamedTuple):
    """What a piece says now, and who."""

    by: str
    text: str
    changed_at: datetime


_SAID = text("""
SELECT coalesce(a.handle, b.name) AS label, p.title, p.text, p.changed_at FROM pieces p
LEFT JOIN people a ON a.id = p.person_id LEFT JOIN businesses b ON b.id = p.business_id WHERE p.id = :piece
""")


def said_of(session: Session, piece_id: UUID) -> Said | None:
    """What a piece says, to whomever it is; None where it is gone."""
    row = session.execute(_SAID, {"piece": piece_id}).one_or_none()
    return Said(row.label, f"{row.title}\n\n{row.text}", row.changed_at) if row else None


def authors_of(session: Session, piece_id: UUID) -> Sequence[UUID]:
    """Whose a piece is: a member, or all who act for the business."""
    whose = """SELECT p.person_id FROM pieces p WHERE p.id = :piece AND p.person_id IS NOT NULL
        UNION SELECT s.person_id FROM pieces p JOIN staff s ON s.business_id = p.business_id WHERE p.id = :piece"""
    return session.scalars(text(whose), {"piece": piece_id}).all()


def pieces_by(session: Session, person_id: UUID) -> Sequence[Piece]:
    """What a member wrote for communities, oldest first; not what they wrote for businesses."""
    return session.scalars(select(Piece).where(Piece.person_id == person_id).order_by(Piece.id)).all()


def opinions_of(session: Session, person_id: UUID) -> Sequence[PieceOpinion]:
    """What a person says of pieces."""
    asked = select(PieceOpinion).where(PieceOpinion.person_id == person_id)
    return session.scalars(asked.order_by(PieceOpinion.piece_id)).all()


@dataclass(frozen=True, slots=True)
class Called:
    """What members of a community say of all that a business wrote for it: how many, exactly."""

    pieces: int
    useful: int
    noise: int


def called_of(session: Session, business_id: UUID) -> dict[UUID, Called]:
    """What communities say of a business's pieces that they may read, by community; without those that say nothing yet.

    For whoever weighs the record of a business, in one statement. The numbers are exact: whoever shows anything of them
    shows them as `trust.steps` has them.
    """
    rows = session.execute(_CALLED, {"business": business_id})
    return {row.community_id: Called(row.pieces, row.useful, row.noise) for row in rows}


def _seen(row: Row[Any]) -> Seen:
    return Seen(
        id=row.id,
        community_id=row.community_id,
        community=row.community,
        author=Author(row.label, row.person_id, row.business_id),
        written_by=row.written_by,
        title=row.title,
        excerpt=row.excerpt,
        language=row.language,
        topics=row.topics,
        revision=row.revision,
        created_at=row.created_at,
        changed_at=row.changed_at,
        hidden=row.hidden,
        is_mine=row.is_mine,
        useful=row.useful,
        noise=row.noise,
    )
