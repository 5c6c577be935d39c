"""Reading what people are to one another."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.db import prepared
from app.relations.models import Block


def apart_sql(viewer: str) -> str:
    """An SQL array of all who are apart from the person that the given expression names."""
    return f"""ARRAY(SELECT blocked_id FROM blocks WHERE blocker_id = {viewer}
               UNION ALL SELECT blocker_id FROM blocks WHERE blocked_id = {viewer})"""


def apart_of(session: Session, person_id: UUID) -> set[UUID]:
    """All who are apart from a person."""
    found = prepared(session, f"SELECT unnest({apart_sql(':viewer')})", {"viewer": person_id})
    return {row[0] for row in found}


def are_apart(session: Session, one: UUID, other: UUID) -> bool:
    """Whether one of the two blocked the other."""
    either = or_(
        and_(Block.blocker_id == one, Block.blocked_id == other),
        and_(Block.blocker_id == other, Block.blocked_id == one),
    )
    return bool(session.scalar(select(exists().where(either))))


def parted_since(session: Session, person_id: UUID, moment: datetime) -> bool:
    """Whether somebody blocked a person, or they somebody, since then, and still does."""
    theirs = or_(Block.blocker_id == person_id, Block.blocked_id == person_id)
    return bool(session.scalar(select(exists().where(theirs, Block.made_at >= moment))))


def person_seen(session: Session, handle: str, viewer: UUID | None) -> Person | None:
    """A person by handle; None for whoever is apart from them."""
    person = accounts.person_with_handle(session, handle)
    return None if person and viewer and are_apart(session, viewer, person.id) else person


def blocks_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int
) -> Sequence[tuple[Person, datetime]]:
    """Whom a person blocks and since when, in the order of their ids."""
    asked = select(Person, Block.made_at).join(Block, Block.blocked_id == Person.id)
    asked = asked.where(Block.blocker_id == person_id).order_by(Person.id).limit(limit)
    rows = session.execute(asked.where(Person.id > cursor) if cursor else asked)
    return [(person, made_at) for person, made_at in rows]


def blocks_of(session: Session, person_id: UUID) -> int:
    """How many people a person blocks."""
    return session.scalar(select(func.count()).where(Block.blocker_id == person_id)) or 0
