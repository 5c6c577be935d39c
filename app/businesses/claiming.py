"""What a business says that it stands for, and who doubts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.businesses import queries, standing
from app.businesses.models import BusinessTopic, Doubt
from app.businesses.recording import note
from app.businesses.rules import Act, Right, needs_evidence
from app.errors import Invalid, NotAMember, NotFound
from app.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Claim:
    """A topic a business says that it stands for, and what shows it."""

    topic_id: UUID
    key: str
    evidence: str | None = None
    says: str = ""


def stand_for(session: Session, business_id: UUID, claims: Sequence[Claim], by: UUID, now: datetime) -> None:
    """Have a business stand for these topics and no others. What others doubt, they still do.

    Raises NotFound, NotAllowed, or Invalid for a value without evidence.
    """
    queries.hold(session, business_id)
    queries.ensure(session, by, business_id, Right.ACT)
    _check(claims)
    before = {each.claim.topic_id: each.claim for each in standing.claims_of(session, business_id, now)}
    gone = before.keys() - {each.topic_id for each in claims}
    changed = [each for each in claims if _is_otherwise(before.get(each.topic_id), each)]
    for topic_id in gone:
        session.delete(before[topic_id])
    for each in changed:
        _set(session, before.get(each.topic_id), business_id, each, now)
    if gone or changed:
        note(session, business_id, by, Act.CHANGED_TOPICS)
    session.flush()


@dataclass(frozen=True, slots=True)
class Doubted:
    """What somebody doubts, and why."""

    business_id: UUID
    key: str
    reason: str = ""


def doubt(session: Session, person_id: UUID, doubted: Doubted, now: datetime) -> None:
    """Doubt that a business stands for a value; once more, and only the reason is another. It counts once they have
    belonged for long enough.

    Raises NotFound where it claims no such thing, Invalid for what is no value, and NotAMember for whoever belongs to
    no community that shares the value.
    """
    business_id, key = doubted.business_id, doubted.key
    claim = claimed(session, business_id, key, now)
    if not needs_evidence(key):
        raise Invalid("Only a value can be doubted; interests and goals are anybody's to have.")
    community = standing.community_sharing(session, person_id, claim.topic_id)
    if community is None:
        raise NotAMember(
            f"Only members of a community that shares {key} doubt it. GET /v1/communities?topic={key} lists those."
        )
    made = insert(Doubt).values(
        person_id=person_id,
        business_id=business_id,
        topic_id=claim.topic_id,
        community_id=community,
        reason=doubted.reason,
        made_at=now,
    )
    key_of_it = ["person_id", "business_id", "topic_id"]
    session.execute(made.on_conflict_do_update(index_elements=key_of_it, set_={"reason": doubted.reason}))


def doubt_no_more(session: Session, person_id: UUID, business_id: UUID, key: str) -> None:
    """Take a doubt back, also of what is claimed no more; nothing changes where there is none."""
    for topic in topics.topics_named(session, [key]):
        theirs = Doubt.person_id == person_id, Doubt.business_id == business_id, Doubt.topic_id == topic.id
        session.execute(delete(Doubt).where(*theirs))


def claimed(session: Session, business_id: UUID, key: str, now: datetime) -> BusinessTopic:
    """What a business says of a topic. Raises NotFound where it says nothing of it."""
    for each in standing.claims_of(session, business_id, now):
        if each.key == key:
            return each.claim
    queries.existing(session, business_id)
    raise NotFound(
        "This business does not say that it stands for this; GET /v1/businesses/… lists what it says."
    )


def _check(claims: Sequence[Claim]) -> None:
    for each in claims:
        if needs_evidence(each.key) and each.evidence is None:
            raise Invalid(
                f"A business that stands for {each.key} shows why: add evidence with the url of a page that says so, "
                "such as a certificate."
            )


def _is_otherwise(before: BusinessTopic | None, claim: Claim) -> bool:
    return before is None or (before.evidence, before.says) != (claim.evidence, claim.says)


def _set(
    session: Session, before: BusinessTopic | None, business_id: UUID, claim: Claim, now: datetime
) -> None:
    made = before or BusinessTopic(business_id=business_id, topic_id=claim.topic_id, since=now)
    if made.evidence != claim.evidence:
        made.evidence_since = now if claim.evidence else None
    made.evidence, made.says = claim.evidence, claim.says
    session.add(made)
