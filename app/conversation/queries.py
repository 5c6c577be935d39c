"""Reading what is said around check-ins, every reply through the table of who may know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.checkins import queries as checkins
from app.checkins.feeds import APART, Asked
from app.checkins.rules import cells_of
from app.conversation.feeds import (
    REPLY_SEEN,
    TO_ANSWER,
    missed_statement,
    replies_statement,
    taken_back_statement,
)
from app.conversation.models import Mention, ReactionMade, Reply
from app.conversation.naming import MINE
from app.conversation.reacting import COUNTS, PEOPLE
from app.conversation.resharing import about, audiences_in
from app.conversation.signals import Replied, ReplyRemoved
from app.conversation.values import Audience, Reaction, counted
from app.db import prepared
from app.ids import NOBODY

_LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it is shown."""

    id: UUID
    check_in_id: UUID
    handle: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Which replies to which check-in: so many after one of them."""

    check_in_id: UUID
    after: UUID | None
    limit: int


def replies(session: Session, part: Part, viewer: UUID | None, now: datetime) -> list[Answer] | None:
    """Those to a check-in that a viewer may know and wants to, oldest first; None if it is not there for them."""
    seen = checkins.check_in(session, part.check_in_id, viewer, now)
    if seen is None:
        return None
    values = {
        "check_in": part.check_in_id,
        "cell": _cell(seen),
        "viewer": viewer or NOBODY,
        "after": part.after or NOBODY,
        "limit": part.limit,
        "now": now,
    }
    return [
        Answer(row.id, row.check_in_id, row.handle, row.text, row.said_at)
        for row in prepared(session, replies_statement(viewer), values)
    ]


def reply_seen(session: Session, reply_id: UUID, viewer: UUID, now: datetime) -> Row[Any] | None:
    """Whose reply it is (person_id and handle), also where the viewer mutes them; None if they may not know of it."""
    values = {"reply": reply_id, "viewer": viewer, "now": now}
    return next(iter(prepared(session, REPLY_SEEN, values)), None)


def reply_of(session: Session, author: UUID, reply_id: UUID) -> Reply | None:
    """A reply, for its own author."""
    asked = select(Reply).where(Reply.id == reply_id, Reply.person_id == author, ~Reply.gone)
    return session.scalars(asked).one_or_none()


def replies_of(session: Session, person_id: UUID, before: UUID | None, limit: int) -> Sequence[Reply]:
    """A person's own, newest first, wherever they still may know what they answered."""
    asked = select(Reply).where(Reply.person_id == person_id, ~Reply.gone)
    if before:
        asked = asked.where(Reply.id < before)
    return session.scalars(asked.order_by(Reply.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Reactions:
    """How often there is each kind, and which are the viewer's own."""

    counts: dict[str, int]
    mine: list[Reaction]


def reactions(session: Session, check_in_id: UUID, viewer: UUID | None, now: datetime) -> Reactions | None:
    """Those to a check-in, the same numbers for everybody; None if it is not there for the viewer."""
    seen = checkins.check_in(session, check_in_id, viewer, now)
    if seen is None:
        return None
    values = {"check_in": check_in_id, "cell": _cell(seen), "viewer": viewer or NOBODY}
    (row,) = prepared(session, COUNTS, values)
    return Reactions(counted(row.counts) if row.counts else {}, [Reaction(each) for each in row.mine])


def people_reacting(session: Session, part: Part, author: UUID, now: datetime) -> Sequence[Row[Any]] | None:
    """Who reacted to one's own check-in and how, in the order of their ids; None where it is not one's own."""
    seen = checkins.check_in(session, part.check_in_id, author, now)
    if seen is None or seen.check_in.person_id != author:
        return None
    values = {"check_in": part.check_in_id, "cell": _cell(seen), "viewer": author}
    return prepared(
        session, PEOPLE.format(apart=APART), {**values, "after": part.after or NOBODY, "limit": part.limit}
    )


def reactions_of(session: Session, person_id: UUID) -> Sequence[ReactionMade]:
    """All of a person's own."""
    asked = select(ReactionMade).where(ReactionMade.person_id == person_id)
    return session.scalars(asked.order_by(ReactionMade.check_in_id, ReactionMade.kind)).all()


def _cell(seen: checkins.Seen) -> int:
    return cells_of(seen.check_in.found_at)[1]


def mentions(
    session: Session, person_id: UUID, before: UUID | None, limit: int, now: datetime
) -> Sequence[Row[Any]]:
    """Where a person is named or answered, as far as they may know it and want to, newest first."""
    values = {"viewer": person_id, "before": before or _LAST, "limit": limit, "now": now}
    return prepared(session, MINE, values)


def mentions_kept(
    session: Session, column: InstrumentedAttribute[UUID], person_id: UUID
) -> Sequence[Mention]:
    """All of which a person is the named, or the naming one, whoever may know it."""
    return session.scalars(select(Mention).where(column == person_id).order_by(Mention.id)).all()


def to_answer(session: Session, check_in_id: UUID, viewer: UUID, now: datetime) -> Row[Any] | None:
    """A check-in as who answers it needs it; it stays until the transaction ends."""
    values = {"check_in": check_in_id, "viewer": viewer, "now": now}
    return next(iter(prepared(session, TO_ANSWER, values)), None)


def missed(session: Session, asked: Asked, viewer: UUID, now: datetime) -> list[Replied]:
    """Replies since `asked.after` to check-ins of a feed, newest first."""
    sql, values = missed_statement(asked, viewer)
    return [
        Replied(
            row.reply_id, about(row), row.replier_id, row.handle, row.text, row.said_at, audiences_in(row)
        )
        for row in prepared(session, sql, {**values, **_who(asked, viewer, now)})
    ]


def taken_back(session: Session, asked: Asked, viewer: UUID, now: datetime) -> list[ReplyRemoved]:
    """Replies that the viewer may know no more since `asked.after`, newest first."""
    sql, values = taken_back_statement(asked, viewer)
    return [
        ReplyRemoved(
            id=row.changed_id,
            about=about(row),
            reply_id=row.reply_id,
            person_id=row.replier_id,
            before=tuple(map(Audience, row.audiences_before)),
            after=audiences_in(row),
            gone=row.gone,
        )
        for row in prepared(session, sql, {**values, **_who(asked, viewer, now)})
    ]


def _who(asked: Asked, viewer: UUID, now: datetime) -> dict[str, object]:
    return {"viewer": viewer, "now": now, "after": asked.after or NOBODY, "limit": asked.limit}
