"""Reading wishes, pledges, and what businesses made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.businesses.models import Staff
from app.communities.models import Community, Membership
from app.ids import first_id_at
from app.topics.models import Topic
from app.wishes.models import Pledge, Wish, WishTopic
from app.wishes.rules import LONGEST, Facts, State, Verdict, state_of

#: Nothing older can be before its deadline; a day for clocks that differ.
_OLDEST = LONGEST + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list, and on which topic."""

    limit: int
    cursor: UUID | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A wish as one person may see it."""

    wish: Wish
    community: str
    topics: list[str]
    pledged: int
    is_member: bool
    #: Whether they stated it, whether they pledged, and what they say of the answer.
    is_mine: bool
    has_pledged: bool
    says_kept: bool | None
    is_staff: bool

    def state(self, now: datetime) -> State:
        """Where it stands."""
        return state_of(facts_of(self.wish, self.pledged), now)


def facts_of(wish: Wish, pledged: int) -> Facts:
    """What its state follows from."""
    judged = cast("Verdict | None", wish.verdict)
    return Facts(wish.threshold, wish.deadline, pledged, wish.answered_at is not None, judged)


def wish(session: Session, wish_id: UUID, viewer: UUID, now: datetime) -> Seen | None:
    """One that this person may see: as a member; or as staff of a business while it is open, or if theirs answered."""
    found = next(iter(_seen(session, _shown(viewer).where(Wish.id == wish_id))), None)
    if found is None or found.is_member:
        return found
    if found.wish.answered_by:
        return found if _acts_for(session, viewer, found.wish.answered_by) else None
    return found if found.is_staff and found.state(now) == "open" else None


def wishes_of(session: Session, community_id: UUID, viewer: UUID, part: Part) -> Sequence[Seen]:
    """Those of a community, newest first."""
    asked = _shown(viewer).where(Wish.community_id == community_id)
    return _seen(session, _newest(asked, part))


def wishes_pledged(session: Session, person_id: UUID, part: Part) -> Sequence[Seen]:
    """Those a person pledged, newest first."""
    asked = _shown(person_id).where(Pledge.person_id == person_id)
    return _seen(session, _newest(asked, part))


def open_wishes(session: Session, viewer: UUID, part: Part, now: datetime) -> Sequence[Seen]:
    """Those that businesses may answer, newest first."""
    asked = _shown(viewer).where(
        Wish.opened_at.is_not(None),
        Wish.answered_at.is_(None),
        Wish.id > first_id_at(now - _OLDEST),
        Wish.deadline > now,
        _pledged() >= Wish.threshold,
    )
    if part.topic:
        about = select(WishTopic.wish_id).join(Topic).where(Topic.key == part.topic)
        asked = asked.where(Wish.id.in_(about))
    return _seen(session, _newest(asked, part))


def wishes_answered(session: Session, viewer: UUID, business_id: UUID, part: Part) -> Sequence[Seen]:
    """Those a business answered, newest first."""
    return _seen(session, _newest(_shown(viewer).where(Wish.answered_by == business_id), part))


def record_of(session: Session, business_id: UUID) -> dict[str, int]:
    """How many wishes a business answered, by verdict; `None` as `undecided`."""
    asked = select(func.coalesce(Wish.verdict, "undecided"), func.count())
    return dict(session.execute(asked.where(Wish.answered_by == business_id).group_by(Wish.verdict)).all())


def time_to_answer(session: Session, business_id: UUID) -> timedelta | None:
    """How long a business took to answer wishes that were open to it, in the median; None where it answered none."""
    took = Wish.answered_at - Wish.opened_at
    median = func.percentile_cont(0.5).within_group(took)
    found: timedelta | None = session.scalar(select(median).where(Wish.answered_by == business_id))
    return found


def stated_by(session: Session, person_id: UUID) -> Sequence[Wish]:
    """What a person wished for, oldest first."""
    return session.scalars(select(Wish).where(Wish.stated_by == person_id).order_by(Wish.id)).all()


def pledges_of(session: Session, person_id: UUID) -> Sequence[tuple[Pledge, str]]:
    """A person's pledges, oldest wish first, each with the wish's text."""
    asked = select(Pledge, Wish.text).join(Wish, Wish.id == Pledge.wish_id)
    rows = session.execute(asked.where(Pledge.person_id == person_id).order_by(Pledge.wish_id))
    return [(row[0], row[1]) for row in rows]


def pledged_to(session: Session, wish_id: UUID) -> int:
    """How many pledged by now."""
    return session.scalar(select(func.count()).where(Pledge.wish_id == wish_id)) or 0


def _acts_for(session: Session, person_id: UUID, business_id: UUID) -> bool:
    return session.get(Staff, (business_id, person_id)) is not None


def _newest(asked: Select[*tuple[Any, ...]], part: Part) -> Select[*tuple[Any, ...]]:
    after = asked.where(Wish.id < part.cursor) if part.cursor else asked
    return after.order_by(Wish.id.desc()).limit(part.limit)


def _pledged() -> Any:
    counted = Pledge.__table__.alias("counted")
    return select(func.count()).where(counted.c.wish_id == Wish.id).correlate(Wish).scalar_subquery()


def _shown(viewer: UUID) -> Select[*tuple[Any, ...]]:
    topics = (
        select(func.array_agg(aggregate_order_by(Topic.key, Topic.key)))
        .join(WishTopic, WishTopic.topic_id == Topic.id)
        .where(WishTopic.wish_id == Wish.id)
        .correlate(Wish)
        .scalar_subquery()
    )
    belongs = exists().where(Membership.person_id == viewer, Membership.community_id == Wish.community_id)
    acts = exists().where(Staff.person_id == viewer)
    mine = (Pledge.wish_id == Wish.id) & (Pledge.person_id == viewer)
    return (
        select(
            Wish,
            Community.name,
            topics,
            _pledged(),
            belongs.correlate(Wish),
            Pledge.wish_id,
            Pledge.kept,
            acts,
            Wish.stated_by == viewer,
        )
        .join(Community, Community.id == Wish.community_id)
        .outerjoin(Pledge, mine)
    )


def _seen(session: Session, asked: Select[*tuple[Any, ...]]) -> Sequence[Seen]:
    return [
        Seen(
            wish=wish,
            community=community,
            topics=list(topics or ()),
            pledged=pledged,
            is_member=belongs,
            is_mine=bool(mine),
            has_pledged=pledge is not None,
            says_kept=kept,
            is_staff=acts,
        )
        for wish, community, topics, pledged, belongs, pledge, kept, acts, mine in session.execute(asked)
    ]
