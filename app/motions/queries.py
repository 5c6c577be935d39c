"""Reading motions, votes, stewards and how communities stand to businesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.queries import BELONGING
from app.db import prepared
from app.ids import first_id_at
from app.motions.models import Motion, Standing, Steward, Vote
from app.motions.rules import ACTIVE_FOR, MOST_ACTIVE, Choice, State, Tally
from app.relations import queries as relations

#: Each member costs up to two index descents, and no more than matter are looked at.
_ACTIVE = """
SELECT count(*) FROM (
    SELECT FROM (
        SELECT person_id, joined_at FROM memberships WHERE community_id = :community
        UNION ALL SELECT person_id, joined_at FROM lasting_memberships WHERE community_id = :community
    ) AS b
    WHERE b.joined_at >= :since
       OR EXISTS (SELECT FROM check_ins c WHERE c.person_id = b.person_id AND c.id >= :from_id
                  AND c.visibility <> 'me' AND :community = ANY (c.community_ids || c.location_ids))
       OR EXISTS (SELECT FROM votes v JOIN motions m ON m.id = v.motion_id
                  WHERE v.person_id = b.person_id AND m.community_id = :community AND v.at >= :since)
    LIMIT :most
) AS active
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A motion as a member sees it."""

    motion: Motion
    #: Who proposed it; None for who left, or is apart from the viewer.
    proposer: str | None
    #: Whom it is about, likewise.
    person: str | None
    #: The business that asks for it, where no member proposed it.
    asker: Business | None
    voted: int
    my_choice: str | None


def active_members(session: Session, community_id: UUID, now: datetime) -> int:
    """How many members took part lately: joined, voted or were heard; at most as many as matter."""
    since = now - ACTIVE_FOR
    asked = {
        "community": community_id,
        "since": since,
        "from_id": first_id_at(since),
        "most": MOST_ACTIVE,
    }
    return int(prepared(session, _ACTIVE, asked)[0][0])


def motion(session: Session, community_id: UUID, motion_id: UUID, viewer: UUID) -> Seen | None:
    """One of a community's, by id."""
    asked = _seen(viewer).where(Motion.id == motion_id, Motion.community_id == community_id)
    return next(iter(_read(session, asked, viewer)), None)


def motions_before(
    session: Session, community_id: UUID, viewer: UUID, state: State | None, page: tuple[UUID | None, int]
) -> Sequence[Seen]:
    """A community's, newest first, before a cursor."""
    cursor, limit = page
    asked = _seen(viewer).where(Motion.community_id == community_id)
    if state:
        asked = asked.where(Motion.state == state)
    if cursor:
        asked = asked.where(Motion.id < cursor)
    return _read(session, asked.order_by(Motion.id.desc()).limit(limit), viewer)


def open_to(session: Session, person_id: UUID, now: datetime, limit: int) -> Sequence[Seen]:
    """What a person may vote on and has not yet, what closes first coming first."""
    asked = (
        _seen(person_id)
        .join(BELONGING, BELONGING.c.community_id == Motion.community_id)
        .where(
            BELONGING.c.person_id == person_id,
            BELONGING.c.joined_at <= Motion.opened_at,
            Motion.state == State.OPEN,
            Motion.closes_at > now,
            _my_choice(person_id).is_(None),
        )
    )
    return _read(session, asked.order_by(Motion.closes_at, Motion.id).limit(limit), person_id)


def open_asked_in(session: Session, community_id: UUID) -> int:
    """How many are open in a community that businesses ask for."""
    asked = select(func.count()).where(
        Motion.community_id == community_id, Motion.state == State.OPEN, Motion.asked_by.is_not(None)
    )
    return session.scalar(asked) or 0


def open_in(session: Session, community_id: UUID) -> dict[UUID | None, int]:
    """How many are open in a community, by who proposed them."""
    asked = select(Motion.proposed_by, func.count()).where(
        Motion.community_id == community_id, Motion.state == State.OPEN
    )
    return dict(session.execute(asked.group_by(Motion.proposed_by)).all())


def due(session: Session, now: datetime, limit: int) -> Sequence[Motion]:
    """Those that are to be decided, held until the commit; what another process holds is left to it."""
    asked = select(Motion).where(Motion.state == State.OPEN, Motion.closes_at <= now)
    held = asked.order_by(Motion.closes_at).limit(limit).with_for_update(skip_locked=True)
    return session.scalars(held).all()


def tally(session: Session, motion: Motion) -> Tally:
    """The votes of those who have belonged since before it was opened."""
    asked = (
        select(Vote.choice, func.count())
        .join(BELONGING, BELONGING.c.person_id == Vote.person_id)
        .where(
            Vote.motion_id == motion.id,
            BELONGING.c.community_id == motion.community_id,
            BELONGING.c.joined_at <= motion.opened_at,
        )
        .group_by(Vote.choice)
    )
    counted: dict[str, int] = dict(session.execute(asked).all())
    return Tally(*(counted.get(each, 0) for each in (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)))


def stewards_of(session: Session, community_id: UUID) -> Sequence[tuple[Person, datetime]]:
    """Who keeps house, and since when. Who belongs no more is none."""
    asked = (
        select(Person, Steward.since)
        .join(Steward, Steward.person_id == Person.id)
        .join(BELONGING, BELONGING.c.person_id == Steward.person_id)
        .where(Steward.community_id == community_id, BELONGING.c.community_id == community_id)
        .order_by(Steward.since, Person.id)
    )
    return [(person, since) for person, since in session.execute(asked)]


def is_steward(session: Session, person_id: UUID, community_id: UUID) -> bool:
    """Whether somebody keeps house there."""
    return any(person.id == person_id for person, _ in stewards_of(session, community_id))


def standings_of(session: Session, community_id: UUID) -> Sequence[tuple[Business, Standing]]:
    """The businesses that a community welcomed or sent off, by name."""
    asked = select(Business, Standing).join(Standing, Standing.business_id == Business.id)
    rows = session.execute(asked.where(Standing.community_id == community_id).order_by(Business.name))
    return [(business, standing) for business, standing in rows]


def votes_of(session: Session, person_id: UUID) -> Sequence[Vote]:
    """How a person voted on what is open."""
    return session.scalars(select(Vote).where(Vote.person_id == person_id).order_by(Vote.motion_id)).all()


def motions_about(session: Session, person_id: UUID) -> Sequence[Motion]:
    """What was moved about a person, oldest first."""
    return session.scalars(select(Motion).where(Motion.person_id == person_id).order_by(Motion.id)).all()


def stewardships_of(session: Session, person_id: UUID) -> Sequence[Steward]:
    """Where a person was elected to keep house."""
    asked = select(Steward).where(Steward.person_id == person_id)
    return session.scalars(asked.order_by(Steward.community_id)).all()


def _my_choice(viewer: UUID) -> ColumnElement[str | None]:
    mine = select(Vote.choice).where(Vote.motion_id == Motion.id, Vote.person_id == viewer)
    return mine.scalar_subquery()


def _seen(viewer: UUID) -> Select[*tuple[Any, ...]]:
    proposer, person = aliased(Person), aliased(Person)
    voted = select(func.count()).where(Vote.motion_id == Motion.id).scalar_subquery()
    return (
        select(Motion, proposer, person, Business, voted, _my_choice(viewer))
        .outerjoin(proposer, proposer.id == Motion.proposed_by)
        .outerjoin(person, person.id == Motion.person_id)
        .outerjoin(Business, Business.id == Motion.asked_by)
    )


def _read(session: Session, asked: Select[*tuple[Any, ...]], viewer: UUID) -> Sequence[Seen]:
    rows = session.execute(asked).all()
    apart = relations.apart_of(session, viewer) if rows else set()

    def handle(person: Person | None) -> str | None:
        return None if person is None or person.id in apart else person.handle

    return [
        Seen(motion, handle(proposer), handle(person), business, voted, mine)
        for motion, proposer, person, business, voted, mine in rows
    ]
