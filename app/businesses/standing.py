"""What businesses say that they stand for, and how many doubt it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import BusinessTopic, Doubt
from app.businesses.rules import DOUBT_COUNTS_AFTER
from app.communities.models import CommunityTopic, Membership
from app.topics.models import Topic
from app.trust.steps import in_steps

MOST_REASONS = 100


class Standing(NamedTuple):
    """A topic a business says that it stands for, and how many of those doubt that whose doubts count."""

    key: str
    claim: BusinessTopic
    doubts: int


def claims_of(session: Session, business_id: UUID, now: datetime) -> Sequence[Standing]:
    """What a business says that it stands for, in the order of the keys."""
    of_it = Doubt.business_id == BusinessTopic.business_id, Doubt.topic_id == BusinessTopic.topic_id
    doubts = _counted(select(func.count()), now).where(*of_it).correlate(BusinessTopic).scalar_subquery()
    asked = select(Topic.key, BusinessTopic, doubts).join(BusinessTopic, BusinessTopic.topic_id == Topic.id)
    asked = asked.where(BusinessTopic.business_id == business_id).order_by(Topic.key)
    return [Standing(*row) for row in session.execute(asked)]


def community_sharing(session: Session, person_id: UUID, topic_id: UUID) -> UUID | None:
    """The community sharing a topic to which a person chose to belong, for longest; None where there is none.

    Until the commit they do belong, and it does share it.
    """
    asked = select(Membership.community_id).join(
        CommunityTopic, CommunityTopic.community_id == Membership.community_id
    )
    theirs = asked.where(Membership.person_id == person_id, CommunityTopic.topic_id == topic_id)
    longest = theirs.order_by(Membership.joined_at, Membership.community_id).limit(1)
    return session.scalar(longest.with_for_update(read=True, key_share=True))


def doubt_of(
    session: Session, person_id: UUID, business_id: UUID, topic_id: UUID, now: datetime
) -> tuple[Doubt, bool] | None:
    """What a person doubts, if they do, and whether that counts."""
    theirs = Doubt.person_id == person_id, Doubt.business_id == business_id, Doubt.topic_id == topic_id
    found = session.scalar(select(Doubt).where(*theirs))
    if found is None:
        return None
    return found, session.scalar(_counted(select(Doubt.person_id), now).where(*theirs)) is not None


def doubts_by(session: Session, person_id: UUID) -> Sequence[tuple[Doubt, str]]:
    """All that a person doubts, oldest first, and the keys of the values."""
    asked = select(Doubt, Topic.key).join(Topic, Topic.id == Doubt.topic_id)
    asked = asked.where(Doubt.person_id == person_id).order_by(Doubt.made_at, Doubt.business_id)
    return [(doubt, key) for doubt, key in session.execute(asked)]


def reasons_told(session: Session, business_id: UUID, topic_id: UUID, now: datetime) -> tuple[int, list[str]]:
    """How many doubts of a claim are told, and up to 100 reasons of these, in the order of the alphabet.

    Nothing of the order in which they were given, and none of a doubt that is not counted yet: of a single new one its
    staff could guess whose it is.
    """
    whose = Doubt.business_id == business_id, Doubt.topic_id == topic_id
    told = in_steps(session.scalar(_counted(select(func.count()), now).where(*whose)) or 0)
    # As they began to count: one that is made sooner and counts later would else take the place of another.
    began = func.greatest(Doubt.made_at, Membership.joined_at + DOUBT_COUNTS_AFTER)
    counted = _counted(select(Doubt.reason), now).where(*whose)
    first = counted.order_by(began, Doubt.person_id).limit(told).subquery()
    reasons = select(first.c.reason).where(first.c.reason != "").order_by(first.c.reason).limit(MOST_REASONS)
    return told, list(session.scalars(reasons))


def _counted(doubts: Select[Any], now: datetime) -> Select[Any]:
    """Those doubts that count: of whoever has belonged for long enough, with an account that is not new any more."""
    belongs = (Membership.person_id == Doubt.person_id) & (Membership.community_id == Doubt.community_id)
    whose = doubts.select_from(Doubt).join(Membership, belongs).join(Person, Person.id == Doubt.person_id)
    return whose.where(Membership.joined_at <= now - DOUBT_COUNTS_AFTER, Person.new_since.is_(None))


def evidence_changed_since(claim: BusinessTopic | None, moment: datetime) -> bool:
    """Whether a claim shows other evidence than it did then."""
    return bool(claim and claim.evidence_since and claim.evidence_since > moment)
