"""Reading check-ins: one statement a feed, every one through the table of who may know what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.rules import NEW_FOR_AT_MOST
from app.checkins.feeds import Asked, statement
from app.checkins.models import CheckIn
from app.checkins.signals import CheckedIn
from app.communities.models import Community
from app.db import prepared
from app.http.idempotency import IdempotencyKey
from app.ids import first_id_at
from app.trust.rules import Visibility
from app.trust.shares import Share, in_columns
from app.trust.terms import Level
from geo import Position


@dataclass(frozen=True, slots=True)
class Seen:
    """A check-in, and how exactly the viewer may know where."""

    check_in: CheckedIn
    disclosed: Level


def feed(session: Session, asked: Asked, viewer: UUID | None, now: datetime) -> list[Seen]:
    """Check-ins as a viewer may see them, newest first."""
    sql, values = statement(asked, viewer, now)
    return [_seen(row) for row in prepared(session, sql, values)]


def check_in(session: Session, check_in_id: UUID, viewer: UUID | None, now: datetime) -> Seen | None:
    """One check-in as a viewer may see it; None if it is not there for them."""
    return next(iter(feed(session, Asked(only=check_in_id, limit=1), viewer, now)), None)


def check_in_of(session: Session, author: UUID, check_in_id: UUID) -> CheckedIn | None:
    """A check-in for its own author."""
    sql, values = statement(Asked(only=check_in_id, limit=1), author, datetime.max)
    row = next(iter(prepared(session, sql, values)), None)
    return _seen(row).check_in if row else None


def kept_under(session: Session, person_id: UUID, key_hash: bytes) -> tuple[bytes, UUID] | None:
    """The fingerprint and check-in kept under a key; None if the key was used for something else."""
    row = session.get(IdempotencyKey, (person_id, key_hash))
    return (row.fingerprint, row.check_in_id) if row and row.check_in_id else None


def names_of_communities(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names by id."""
    rows = session.execute(select(Community.id, Community.name).where(Community.id.in_(ids)))
    return dict(rows.all())


def shares_of(session: Session, check_in_ids: Sequence[UUID]) -> dict[UUID, tuple[Share, ...]]:
    """What each audience may know of each of these that is there."""
    asked = select(CheckIn.id, CheckIn.audiences, CheckIn.codes, CheckIn.feed_untils, CheckIn.near_untils)
    rows = session.execute(asked.where(CheckIn.id.in_(check_in_ids)))
    return {row.id: in_columns(row.audiences, row.codes, row.feed_untils, row.near_untils) for row in rows}


def _seen(row: Row[Any]) -> Seen:
    values = row._mapping
    return Seen(
        CheckedIn(
            id=values["id"],
            person_id=values["person_id"],
            handle=values["handle"],
            position=Position(values["lat"], values["lon"]),
            found_at=Position(values["found_lat"], values["found_lon"]),
            accuracy_m=values["accuracy_m"],
            text=values["text"],
            activity=values["activity"],
            topic_ids=tuple(values["topic_ids"]),
            topics=tuple(values["topics"]),
            location_ids=tuple(values["location_ids"]),
            community_ids=tuple(values["community_ids"]),
            place_id=values["place_id"],
            visibility=Visibility(values["visibility"]),
            exactness=Level(values["exactness"]),
            fixed_at=values["fixed_at"],
            received_at=values["received_at"],
            present_until=values["present_until"],
            planned_for=values["planned_for"],
            doubts=tuple(values["doubts"]),
            said_by=values["said_by"],
        ),
        Level(values["disclosed"]),
    )


def days_of_newcomers(session: Session, now: datetime) -> dict[UUID, int]:
    """On how many days each person checked in whose account is new, where it is one at least."""
    day = func.date(func.timezone("UTC", CheckIn.received_at))
    asked = (
        select(CheckIn.person_id, func.count(day.distinct()))
        .join(Person, Person.id == CheckIn.person_id)
        .where(Person.new_since.is_not(None), CheckIn.id >= first_id_at(now - NEW_FOR_AT_MOST))
    )
    return {row[0]: row[1] for row in session.execute(asked.group_by(CheckIn.person_id))}
