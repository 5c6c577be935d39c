"""Stating a wish, pledging, answering, and saying whether the answer was kept.

Locks are taken in one order, the membership before the wish, so that whoever leaves and whoever pledges never wait for
one another in a circle; and all that depends on how many pledged is decided under the lock of the wish.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.communities import queries as communities
from app.communities.models import CommunityTopic, Membership
from app.communities.queries import is_member
from app.db import announce
from app.errors import BadAreaGiven, Invalid, NotAllowed, NotAMember, NotFound, NotOpen, TooMany
from app.ids import new_id
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell
from app.wishes import queries
from app.wishes.models import Pledge, Wish, WishTopic
from app.wishes.rules import (
    LONGEST,
    MOST_AREA_M2,
    MOST_AT_WITHDRAWAL,
    MOST_STANDING,
    VOICES_LAST,
    may_say,
    state_of,
    verdict,
)
from app.wishes.signals import PledgeWithdrawn, WishJudged, WishOpened
from geo import Area

_VERDICTS = {"kept": Told.WISH_KEPT, "broken": Told.WISH_BROKEN}
NOT_THERE = "There is no such wish, or it is not for you to know of."


@dataclass(frozen=True, slots=True)
class NewWish:
    """What is wished for."""

    text: str
    topic_ids: tuple[UUID, ...]
    area: Area | None
    deadline: datetime
    threshold: int


def state(session: Session, community_id: UUID, new: NewWish, by: UUID, now: datetime) -> Wish:
    """A new wish of a goal community, to which its author has pledged. Only members may.

    Raises NotFound, NotAMember, NotAllowed, Invalid, BadAreaGiven, TooMany.
    """
    _check(session, community_id, new, now)
    if not _holds_membership(session, by, community_id):
        raise NotAMember("Only members state wishes. Join first, if it is for you.")
    standing = select(func.count()).where(
        Wish.stated_by == by,
        Wish.community_id == community_id,
        Wish.answered_at.is_(None),
        Wish.deadline > now,
    )
    if (session.scalar(standing) or 0) >= MOST_STANDING:
        raise TooMany(
            f"You have {MOST_STANDING} wishes in this community that nobody answered yet; that is all."
        )
    wish = Wish(
        id=new_id(),
        community_id=community_id,
        stated_by=by,
        text=new.text,
        area=new.area,
        deadline=new.deadline,
        threshold=new.threshold,
        created_at=now,
    )
    session.add(wish)
    session.flush()
    session.add_all(WishTopic(wish_id=wish.id, topic_id=each) for each in new.topic_ids)
    session.add(Pledge(person_id=by, wish_id=wish.id, community_id=community_id, pledged_at=now))
    session.flush()
    return wish


def withdraw(session: Session, wish_id: UUID, by: UUID) -> None:
    """Take a wish back for all, as long as nobody else pledged. Raises NotFound, NotAllowed, NotOpen."""
    wish = _locked(session, wish_id)
    if wish.stated_by != by:
        if not is_member(session, by, wish.community_id):
            raise NotFound(NOT_THERE)
        raise NotAllowed("Only whoever stated a wish takes it back. You can withdraw your own pledge.")
    if queries.pledged_to(session, wish_id) > MOST_AT_WITHDRAWAL or wish.answered_at:
        raise NotOpen("Others have pledged, so it is theirs as well now. You can withdraw your own pledge.")
    session.delete(wish)
    session.flush()


def pledge(session: Session, wish_id: UUID, by: UUID, now: datetime) -> None:
    """Want it, too; nothing changes for who does already. Raises NotFound, NotOpen.

    Whoever reaches the threshold first opens it to businesses, which is told once and never again.
    """
    community_id = session.scalar(select(Wish.community_id).where(Wish.id == wish_id))
    if community_id is None or not _holds_membership(session, by, community_id):
        raise NotFound(NOT_THERE)
    wish = _locked(session, wish_id)
    if session.get(Pledge, (by, wish_id)):
        return
    if wish.answered_at or wish.deadline <= now:
        raise NotOpen(
            "A business answered it already, to those who had pledged."
            if wish.answered_at
            else "Its time is over; state a new one, and whoever still wants it will pledge."
        )
    session.add(Pledge(person_id=by, wish_id=wish_id, community_id=community_id, pledged_at=now))
    session.flush()
    if wish.opened_at is None and queries.pledged_to(session, wish_id) >= wish.threshold:
        wish.opened_at = now
        session.flush()
        announce(session, WishOpened(wish_id, community_id))
        _tell(session, wish, Told.WISH_OPENED, now)


def unpledge(session: Session, wish_id: UUID, by: UUID) -> None:
    """Want it no more: what came of the pledge goes with it. Nothing changes for who had not pledged."""
    gone = delete(Pledge).where(Pledge.wish_id == wish_id, Pledge.person_id == by).returning(Pledge.wish_id)
    if session.execute(gone).first():
        announce(session, PledgeWithdrawn(by, wish_id))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a business gives to those who pledged."""

    business_id: UUID
    offer_id: UUID
    topic_ids: tuple[UUID, ...]
    ends_at: datetime


def lock_to_answer(session: Session, wish_id: UUID, answer: Answer, now: datetime) -> Wish:
    """Hold an open wish that this may answer. Raises NotFound, NotOpen, Invalid."""
    wish = _locked(session, wish_id)
    standing = state_of(queries.facts_of(wish, queries.pledged_to(session, wish_id)), now)
    if standing != "open" and wish.answered_by != answer.business_id:
        # Of a wish that is not open a business knows nothing.
        raise NotFound(NOT_THERE)
    if standing != "open":
        raise NotOpen("You have answered this wish already.")
    if not _shared(session, wish.community_id, answer.topic_ids):
        raise Invalid("The offer carries no topic that the community shares, so it could reach none of them.")
    return wish


def answered(session: Session, wish: Wish, answer: Answer, now: datetime) -> None:
    """It is answered; from now on nobody else can, and nobody else pledges."""
    wish.answered_by, wish.offer_id = answer.business_id, answer.offer_id
    wish.answered_at, wish.answer_ends_at = now, answer.ends_at
    session.flush()
    _tell(session, wish, Told.WISH_ANSWERED, now)


def answer_ended(session: Session, wish_id: UUID, now: datetime) -> None:
    """The offer was withdrawn before its time; those who pledged say whether that broke a promise."""
    ended = update(Wish).where(Wish.id == wish_id, Wish.answer_ends_at > now)
    session.execute(ended.values(answer_ends_at=now))


def say(session: Session, wish_id: UUID, by: UUID, kept: bool, now: datetime) -> None:
    """Say whether the answer was kept, once each, changeable while it may be said. Raises NotFound, NotOpen."""
    # Shared, so that people do not wait for one another, and the judging waits for them.
    wish = session.scalars(select(Wish).where(Wish.id == wish_id).with_for_update(read=True)).one_or_none()
    mine = session.get(Pledge, (by, wish_id), with_for_update=True)
    if wish is None or mine is None:
        raise NotFound("You have not pledged for such a wish.")
    if wish.answer_ends_at is None:
        raise NotOpen("No business has answered it yet.")
    if wish.verdict or not may_say(wish.answer_ends_at, now):
        raise NotOpen(f"That could be said until {VOICES_LAST.days} days after the answer had ended.")
    mine.kept = kept
    session.flush()


def judge(session: Session, now: datetime) -> None:
    """Decide those answers of which everything was said that may be. Once each, so that no voice can be told apart by
    comparing a record before and after it."""
    due = select(Wish).where(
        Wish.answered_at.is_not(None), Wish.verdict.is_(None), Wish.answer_ends_at <= now - VOICES_LAST
    )
    for wish in session.scalars(due.order_by(Wish.id).with_for_update(skip_locked=True)):
        said = select(func.count().filter(Pledge.kept.is_(True)), func.count().filter(Pledge.kept.is_(False)))
        kept, broken = session.execute(said.where(Pledge.wish_id == wish.id)).one()
        wish.verdict = verdict(kept, broken)
        session.flush()
        if wish.verdict in _VERDICTS:
            announce(session, WishJudged(wish.id, wish.answered_by, wish.verdict))
            _tell(session, wish, _VERDICTS[wish.verdict], now)


def hold(session: Session, person_id: UUID) -> None:
    """Let nobody change what a person stated or pledged until the commit; to be held before their own row, as whoever
    changes it tells those who pledged."""
    mine = select(Membership.community_id).where(Membership.person_id == person_id)
    session.execute(mine.order_by(Membership.community_id).with_for_update())
    pledged = select(Pledge.wish_id).where(Pledge.person_id == person_id)
    wishes = select(Wish.id).where(or_(Wish.stated_by == person_id, Wish.id.in_(pledged)))
    session.execute(wishes.order_by(Wish.id).with_for_update())


def forget(session: Session, person_id: UUID) -> int:
    """Take back a person's wishes that nobody else pledged; how many. What others want stays, without them."""
    others = select(Pledge.wish_id).where(Pledge.wish_id == Wish.id, Pledge.person_id != person_id)
    gone = delete(Wish).where(Wish.stated_by == person_id, Wish.answered_at.is_(None), ~others.exists())
    return len(session.execute(gone.returning(Wish.id)).all())


def _tell(session: Session, wish: Wish, why: Told, now: datetime) -> None:
    """Give notice to all who pledged."""
    pledged = session.scalars(select(Pledge.person_id).where(Pledge.wish_id == wish.id)).all()
    notices.tell(session, [ToTell(each, why, wish_id=wish.id) for each in pledged], now)


def _check(session: Session, community_id: UUID, new: NewWish, now: datetime) -> None:
    community = communities.existing(session, community_id).community
    if community.kind != "goal":
        raise NotAllowed(
            f"{community.name} is a community of {community.kind}; wishes are stated in communities that share a goal."
        )
    if not now < new.deadline <= now + LONGEST:
        raise Invalid(f"/deadline: must lie ahead, at most {LONGEST.days} days.")
    if new.area and new.area.size_m2 > MOST_AREA_M2:
        raise BadAreaGiven(
            f"This area has {new.area.size_m2 / 1e6:,.0f} km²; a wish is for at most {MOST_AREA_M2 / 1e6:,.0f} km². "
            "Leave the area out if it may be anywhere."
        )
    if not _shared(session, community_id, new.topic_ids):
        raise Invalid("/topics: at least one must be a topic that the community shares.")


def _shared(session: Session, community_id: UUID, topic_ids: tuple[UUID, ...]) -> bool:
    asked = select(CommunityTopic.topic_id).where(
        CommunityTopic.community_id == community_id, CommunityTopic.topic_id.in_(topic_ids)
    )
    return session.scalar(asked.limit(1)) is not None


def _holds_membership(session: Session, person_id: UUID, community_id: UUID) -> bool:
    """Whether somebody belongs. If so they do until this is done, and do one thing at a time."""
    asked = select(Membership.person_id).where(
        Membership.person_id == person_id, Membership.community_id == community_id
    )
    return session.scalar(asked.with_for_update(key_share=True)) is not None


def _locked(session: Session, wish_id: UUID) -> Wish:
    asked = select(Wish).where(Wish.id == wish_id).with_for_update().execution_options(populate_existing=True)
    wish = session.scalars(asked).one_or_none()
    if wish is None:
        raise NotFound(NOT_THERE)
    return wish
