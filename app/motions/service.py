"""Moving, voting and deciding; and what stewards may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.communities import queries as communities
from app.communities.models import Community
from app.db import announce
from app.errors import AlreadyThere, Conflict, NotAllowed, NotFound
from app.ids import new_id
from app.motions import queries
from app.motions.effects import take_effect
from app.motions.models import Motion, Standing, Vote
from app.motions.rules import (
    MOST_OPEN,
    MOST_OPEN_ASKED,
    MOST_OPEN_OF_ONE,
    OPEN_DAYS,
    Choice,
    Kind,
    State,
    decided,
    quorum,
)
from app.motions.signals import MotionDecided

_AT_ONCE = 100
_FORMING = "This community is forming. Once it has grown, its members decide together."


@dataclass(frozen=True, slots=True)
class Moved:
    """What somebody moves; its names are known, and it can be done as things stand."""

    kind: Kind
    proposal: dict[str, Any]
    #: What tells it from others of its kind: one of each is open at a time.
    about: str
    why: str
    lasts: timedelta
    person_id: UUID | None = None
    #: The business that asks for it, where no member proposes it.
    asked_by: UUID | None = None


def move(session: Session, community_id: UUID, by: UUID, moved: Moved, now: datetime) -> Motion:
    """Have members decide something. NotFound, NotAMember; Conflict while it is forming, or where enough is open."""
    has_grown = _has_grown(session, community_id)
    _check_membership(session, community_id, by)
    if not has_grown:
        raise Conflict(_FORMING)
    open_now = queries.open_in(session, community_id)
    if open_now.get(by, 0) >= MOST_OPEN_OF_ONE or sum(open_now.values()) >= MOST_OPEN:
        raise Conflict(
            f"At most {MOST_OPEN_OF_ONE} motions of yours, and {MOST_OPEN} of all, are open at a time. "
            "Wait for one to close."
        )
    motion = _move(session, community_id, by, moved, now)
    if motion is None:
        raise AlreadyThere("Members are deciding this already. Say what you think by your vote.")
    return motion


def ask(session: Session, community_id: UUID, business_id: UUID, why: str, now: datetime) -> Motion:
    """Have members decide whether a business is welcome that asks for it; no member proposes it.

    NotFound; Conflict while it is forming, nobody belongs, or enough is open; AlreadyThere where it is decided now.
    """
    has_grown = _has_grown(session, community_id)
    listed = communities.existing(session, community_id)
    if not has_grown:
        raise Conflict(_FORMING)
    if not listed.members:
        raise Conflict("Nobody belongs to this community yet who could decide it. Ask once somebody does.")
    if queries.open_asked_in(session, community_id) >= MOST_OPEN_ASKED or _has_enough_open(
        session, community_id
    ):
        raise Conflict("Its members have enough to decide at the moment. Ask again in a few days.")
    proposal, lasts = {"business": str(business_id)}, timedelta(days=OPEN_DAYS)
    moved = Moved(Kind.WELCOME, proposal, str(business_id), why, lasts, asked_by=business_id)
    motion = _move(session, community_id, None, moved, now)
    if motion is None:
        raise AlreadyThere("Its members are deciding this already. Wait for what they say.")
    return motion


def offer(session: Session, community_id: UUID, moved: Moved, now: datetime) -> Motion | None:
    """Have members decide what nobody moved; None while it is forming, or where enough, or the same, is open."""
    if not _has_grown(session, community_id) or _has_enough_open(session, community_id):
        return None
    return _move(session, community_id, None, moved, now)


def _has_enough_open(session: Session, community_id: UUID) -> bool:
    return sum(queries.open_in(session, community_id).values()) >= MOST_OPEN


def _has_grown(session: Session, community_id: UUID) -> bool:
    """Whether a community is there and has grown; it stays so until the commit."""
    held = select(Community).where(Community.id == community_id).with_for_update(key_share=True)
    community = session.scalars(held).one_or_none()
    return community is not None and community.listed_at is not None


def _move(
    session: Session, community_id: UUID, by: UUID | None, moved: Moved, now: datetime
) -> Motion | None:
    values = {
        "id": new_id(),
        "community_id": community_id,
        "kind": moved.kind.value,
        "proposal": moved.proposal,
        "about": moved.about,
        "why": moved.why,
        "proposed_by": by,
        "asked_by": moved.asked_by,
        "person_id": moved.person_id,
        "opened_at": now,
        "closes_at": now + moved.lasts,
        "quorum": quorum(queries.active_members(session, community_id, now)),
        "state": State.OPEN.value,
    }
    made = insert(Motion).values(values).on_conflict_do_nothing().returning(Motion)
    return session.scalars(made).one_or_none()


def vote(session: Session, motion: tuple[UUID, UUID], by: UUID, choice: Choice, now: datetime) -> None:
    """Say what one thinks, or something else than before, until it closes. `motion` is a community's and its own id.

    NotFound, NotAMember, NotAllowed for who joined later, Conflict once it is closed.
    """
    held = _open(session, motion, by, now)
    values = {"person_id": by, "motion_id": held.id, "choice": choice.value, "at": now}
    voting = insert(Vote).values(values)
    anew = {"choice": choice.value, "at": now}
    session.execute(voting.on_conflict_do_update(index_elements=["person_id", "motion_id"], set_=anew))


def unvote(session: Session, motion: tuple[UUID, UUID], by: UUID, now: datetime) -> None:
    """Take one's vote back, as long as it is open; nothing changes for who has not voted. As `vote`."""
    held = _open(session, motion, by, now)
    session.execute(delete(Vote).where(Vote.person_id == by, Vote.motion_id == held.id))


def withdraw(session: Session, community_id: UUID, motion_id: UUID, by: UUID) -> None:
    """Take back a motion of one's own, as long as it is open; nothing changes for one that is withdrawn.

    NotFound, NotAMember, NotAllowed for one of somebody else, Conflict once it is decided.
    """
    _check_membership(session, community_id, by)
    asked = select(Motion).where(Motion.id == motion_id, Motion.community_id == community_id)
    motion = session.scalars(asked.with_for_update()).one_or_none()
    if motion is None:
        raise NotFound("There is no such motion.")
    if motion.proposed_by != by:
        raise NotAllowed("Only who moved it takes a motion back. Vote against it, if you are.")
    if motion.state not in {State.OPEN, State.WITHDRAWN}:
        raise Conflict("Members have decided this. Move the contrary, if you think otherwise.")
    _close(session, motion, State.WITHDRAWN)


def withdraw_asked(session: Session, community_id: UUID, business_id: UUID) -> bool:
    """Take back what a business asks of a community, as long as it is open: whether anything was."""
    asked = select(Motion).where(
        Motion.community_id == community_id, Motion.asked_by == business_id, Motion.state == State.OPEN
    )
    motion = session.scalars(asked.with_for_update()).one_or_none()
    if motion is not None:
        _close(session, motion, State.WITHDRAWN)
    return motion is not None


def depart(session: Session, community_id: UUID, business_id: UUID) -> bool:
    """Have a business that is welcome go by itself: whether it was. That it was sent off stays."""
    welcome = delete(Standing).where(
        Standing.community_id == community_id, Standing.business_id == business_id, Standing.is_welcome
    )
    return session.execute(welcome.returning(Standing.since)).first() is not None


def decide_due(session: Session, now: datetime) -> int:
    """Decide the motions whose time is over, and do what was carried: how many. Safe in several processes at once."""
    found = queries.due(session, now, _AT_ONCE)
    for motion in found:
        _decide(session, motion, now)
    return len(found)


def forget(session: Session, person_id: UUID) -> None:
    """Have the reasons that somebody who leaves for good gave be nobody's words; what they moved stays without them."""
    session.execute(update(Motion).where(Motion.proposed_by == person_id).values(why=""))


def pin_notice(session: Session, community_id: UUID, by: UUID, notice: str) -> None:
    """Put up a community's notice, or take it down: its stewards do. NotFound, NotAMember, NotAllowed."""
    _check_membership(session, community_id, by)
    if not queries.is_steward(session, by, community_id):
        raise NotAllowed("Stewards put up the notice. Stand for it: move that you be steward.")
    session.execute(update(Community).where(Community.id == community_id).values(notice=notice))


def _decide(session: Session, motion: Motion, now: datetime) -> None:
    tally = queries.tally(session, motion)
    state = decided(tally, motion.quorum)
    if state is State.CARRIED and take_effect(session, motion, now) is not None:
        state = State.VOID
    motion.votes_for, motion.against, motion.abstained = tally
    _close(session, motion, state)


def _close(session: Session, motion: Motion, state: State) -> None:
    motion.state = state.value
    session.execute(delete(Vote).where(Vote.motion_id == motion.id))
    session.flush()
    announce(session, MotionDecided(motion.id, motion.community_id, state.value))


def _open(session: Session, motion: tuple[UUID, UUID], by: UUID, now: datetime) -> Motion:
    """The motion, which nobody closes before the commit."""
    community_id, motion_id = motion
    since = _check_membership(session, community_id, by)
    asked = select(Motion).where(Motion.id == motion_id, Motion.community_id == community_id)
    held = session.scalars(asked.with_for_update(read=True)).one_or_none()
    if held is None:
        raise NotFound("There is no such motion.")
    if held.state != State.OPEN or held.closes_at <= now:
        raise Conflict("Voting has ended.")
    if since > held.opened_at:
        raise NotAllowed("You joined after this was moved. Who belonged by then decides it.")
    return held


def _check_membership(session: Session, community_id: UUID, person_id: UUID) -> datetime:
    otherwise = "Members decide together. Join first, if it is for you."
    return communities.belonging_since(session, person_id, community_id, otherwise)
