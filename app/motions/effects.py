"""What a motion that is carried changes: one verb for each kind. Each says why it could not be done, if so."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.communities import queries as communities
from app.communities import service
from app.communities.models import Community, MutedTopic
from app.communities.service import Founding
from app.db import announce
from app.errors import Refusal
from app.motions import queries
from app.motions.models import Motion, Standing, Steward
from app.motions.rules import MOST_STEWARDS, Kind
from app.motions.signals import SentOff, Welcomed
from app.topics import queries as topics
from geo import Area, area_from_geojson

#: Does it; or says, in words, why it cannot be done any more.
Effect = Callable[[Session, Motion, datetime], str | None]


def take_effect(session: Session, motion: Motion, now: datetime) -> str | None:
    """Do what was carried; None, or why it could not be done."""
    return _EFFECTS[Kind(motion.kind)](session, motion, now)


def _rename(session: Session, motion: Motion, now: datetime) -> None:
    _change(session, motion, name=motion.proposal["name"])


def _repurpose(session: Session, motion: Motion, now: datetime) -> None:
    _change(session, motion, purpose=motion.proposal["purpose"])


def _redraw(session: Session, motion: Motion, now: datetime) -> None:
    area = _area(motion)
    _change(session, motion, area=area, reach_m=area.reach_m if area else None)


def _set_noise_budget(session: Session, motion: Motion, now: datetime) -> None:
    _change(session, motion, noise_budget=motion.proposal["offers_a_day"])


def _change(session: Session, motion: Motion, **values: object) -> None:
    session.execute(update(Community).where(Community.id == motion.community_id).values(**values))


def _welcome(session: Session, motion: Motion, now: datetime) -> None:
    business_id = _stand(session, motion, now, is_welcome=True)
    announce(session, Welcomed(motion.community_id, business_id))


def _send_off(session: Session, motion: Motion, now: datetime) -> None:
    # Offers on their way hold the row, and whoever comes to it later sees that it is another.
    _change(session, motion, sendings_off=Community.sendings_off + 1)
    business_id = _stand(session, motion, now, is_welcome=False)
    announce(session, SentOff(motion.community_id, business_id))


def _stand(session: Session, motion: Motion, now: datetime, *, is_welcome: bool) -> UUID:
    business_id = UUID(motion.proposal["business"])
    values = {"community_id": motion.community_id, "business_id": business_id}
    standing = insert(Standing).values(**values, is_welcome=is_welcome, since=now)
    # Who is welcome already stays so since they were: what they were told and said meanwhile is theirs.
    since = case((Standing.is_welcome == is_welcome, Standing.since), else_=now)
    anew = {"is_welcome": is_welcome, "since": since}
    session.execute(standing.on_conflict_do_update(index_elements=list(values), set_=anew))
    return business_id


def _mute_topic(session: Session, motion: Motion, now: datetime) -> None:
    (topic,) = topics.topics_named(session, [motion.proposal["topic"]])
    muting = insert(MutedTopic).values(community_id=motion.community_id, topic_id=topic.id, since=now)
    session.execute(muting.on_conflict_do_nothing())


def _hear_topic(session: Session, motion: Motion, now: datetime) -> None:
    (topic,) = topics.topics_named(session, [motion.proposal["topic"]])
    session.execute(
        delete(MutedTopic).where(
            MutedTopic.community_id == motion.community_id, MutedTopic.topic_id == topic.id
        )
    )


def _split(session: Session, motion: Motion, now: datetime) -> str | None:
    """Have a second community begin, of which nobody is a member: whoever likes goes there, or belongs to both."""
    wanted = motion.proposal
    named = {topic.key: topic.id for topic in topics.topics_named(session, wanted["topics"])}
    kind = session.get_one(Community, motion.community_id).kind
    founding = Founding(kind, wanted["name"], wanted["purpose"], named, _area(motion))
    try:
        motion.made_id = service.found(session, founding, None, now).id
    except Refusal as refusal:
        return refusal.detail
    return None


def _elect(session: Session, motion: Motion, now: datetime) -> str | None:
    if motion.person_id is None or not communities.is_member(session, motion.person_id, motion.community_id):
        return "Who stood for it does not belong any more."
    if len(queries.stewards_of(session, motion.community_id)) >= MOST_STEWARDS:
        return f"There are {MOST_STEWARDS} stewards already."
    electing = insert(Steward).values(person_id=motion.person_id, community_id=motion.community_id, since=now)
    session.execute(
        electing.on_conflict_do_update(index_elements=["person_id", "community_id"], set_={"since": now})
    )
    return None


def _recall(session: Session, motion: Motion, now: datetime) -> None:
    session.execute(
        delete(Steward).where(
            Steward.person_id == motion.person_id, Steward.community_id == motion.community_id
        )
    )


def _area(motion: Motion) -> Area | None:
    shape = motion.proposal.get("area")
    return area_from_geojson(shape) if shape else None


_EFFECTS: dict[Kind, Effect] = {
    Kind.NAME: _rename,
    Kind.PURPOSE: _repurpose,
    Kind.AREA: _redraw,
    Kind.WELCOME: _welcome,
    Kind.SEND_OFF: _send_off,
    Kind.NOISE_BUDGET: _set_noise_budget,
    Kind.MUTE_TOPIC: _mute_topic,
    Kind.HEAR_TOPIC: _hear_topic,
    Kind.SPLIT: _split,
    Kind.STEWARD: _elect,
    Kind.RECALL: _recall,
}
