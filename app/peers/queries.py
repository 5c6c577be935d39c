"""Reading how communities stand to businesses, and what these hear."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from app.businesses.models import Business, Staff
from app.communities.models import Community, MutedTopic
from app.db import prepared
from app.ids import LAST, NOBODY, first_id_at, time_of
from app.motions.models import Motion, Standing
from app.motions.rules import State as Decision
from app.peers.feeds import GONE, HEARD, MISSED, POSTS, SEEN
from app.peers.models import BusinessPost, BusinessRecord
from app.peers.rules import A_DAY, Facts, Z
from app.peers.signals import BusinessPosted, BusinessUnheard
from app.trust.steps import in_steps
from app.trust.terms import Group, Identity, Level, Purpose
from app.wishes import queries as wishes

_STANDING = """
WITH asked AS (
    SELECT DISTINCT ON (m.community_id) m.* FROM motions m
    WHERE m.asked_by = :business {of_one_asked} ORDER BY m.community_id, m.id DESC
),
stands AS (SELECT s.* FROM standings s WHERE s.business_id = :business {of_one})
SELECT c.id, c.name, s.is_welcome, s.since, a.id AS motion_id, a.state, a.why, a.opened_at, a.closes_at, p.handle AS by,
       a.votes_for, a.against, a.abstained
FROM (SELECT community_id FROM stands UNION SELECT community_id FROM asked) AS k
JOIN communities c ON c.id = k.community_id
LEFT JOIN stands s ON s.community_id = c.id
LEFT JOIN asked a ON a.community_id = c.id
LEFT JOIN askings i ON i.id = a.id
LEFT JOIN people p ON p.id = i.by_id
WHERE {which} ORDER BY c.id LIMIT :limit
"""
_ONE = _STANDING.format(
    of_one_asked="AND m.community_id = :community", of_one="AND s.community_id = :community", which="true"
)
_LISTED = _STANDING.format(
    of_one_asked="",
    of_one="",
    which="c.id > :after AND (s.is_welcome IS NOT NULL OR a.state IN ('open', 'rejected'))",
)


#: How many communities a record names of each kind.
MOST_STOOD = 100


@dataclass(frozen=True, slots=True)
class Stands:
    """How a community stands to a business, and the last it was asked."""

    community_id: UUID
    community: str
    facts: Facts
    #: The row of the last asking (motion_id, why, closes_at, by, votes_for, against, abstained), or None.
    asking: Row[Any] | None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of what a business has to do with in a community: so much before one of it."""

    business_id: UUID
    community_id: UUID
    before: UUID | None
    limit: int


def standing_sql(record: str) -> str:
    """`rules.standing` of a row of records, which may be null where there is none. All is SQL."""
    useful, noise = f"{record}.useful::float8", f"{record}.noise::float8"
    n = f"({useful} + {noise})"
    reach = f"{Z} * sqrt({noise} * {useful} / {n} + {Z * Z / 4})"
    bound = f"{noise} * {noise} / ({n} * ({noise} + {Z * Z / 2} + {reach}))"
    return f"CASE WHEN {record}.noise > 0 THEN 1 - {bound} ELSE 1 END"


def communities_of(session: Session, business_id: UUID, after: UUID | None, limit: int) -> Sequence[Stands]:
    """Communities that welcomed or sent off a business, are asked by it or refused it, in the order of their ids."""
    values = {"business": business_id, "after": after or NOBODY, "limit": limit}
    return [_stands(row) for row in prepared(session, _LISTED, values)]


def stands(session: Session, business_id: UUID, community_id: UUID) -> Stands | None:
    """How one community stands to a business; None where neither ever had to do with the other."""
    values = {"business": business_id, "community": community_id, "limit": 1}
    return next((_stands(row) for row in prepared(session, _ONE, values)), None)


def welcome_since(session: Session, business_id: UUID, community_id: UUID) -> datetime | None:
    """Since when a business is welcome in a community; None where it is not."""
    asked = select(Standing.since).where(
        Standing.business_id == business_id, Standing.community_id == community_id, Standing.is_welcome
    )
    return session.scalar(asked)


def heard(session: Session, part: Part, since: datetime, now: datetime) -> Sequence[Row[Any]]:
    """What a business hears in a community that has welcomed it since then: id, handle, text, said_at, topics, replies.

    Newest first; nothing, where it is welcome no more. One statement.
    """
    values = {
        "business": part.business_id,
        "community": part.community_id,
        "closed": [json.dumps({"terms": [each]}) for each in closed_to(part.business_id)],
        "from_id": first_id_at(since),
        "to_id": part.before or LAST,
        "limit": part.limit,
        "now": now,
    }
    return prepared(session, HEARD, values)


def posts(session: Session, part: Part, viewer: UUID | None) -> Sequence[Row[Any]]:
    """What businesses that are welcome say to a community, newest first; `by` is told of `part.business_id`'s own.

    Without what the viewer muted, if there is one.
    """
    values = {
        "business": part.business_id,
        "community": part.community_id,
        "viewer": viewer or NOBODY,
        "to_id": part.before or LAST,
        "limit": part.limit,
    }
    return prepared(session, POSTS, values)


@dataclass(frozen=True, slots=True)
class Away:
    """What somebody who was away would have heard: in which communities of theirs, of which topics if any."""

    communities: Collection[UUID]
    topics: Collection[UUID]
    after: UUID
    limit: int


def missed(session: Session, away: Away, viewer: UUID) -> list[BusinessPosted]:
    """What businesses said to members since, newest first, without what the viewer muted."""
    values = {
        "business": NOBODY,
        "viewer": viewer,
        "communities": list(away.communities),
        "topics": list(away.topics),
        "after": away.after,
        "limit": away.limit,
    }
    return [
        BusinessPosted(
            row.id,
            row.community_id,
            row.business_id,
            row.business,
            row.text,
            tuple(row.topic_ids),
            tuple(row.topics),
            row.said_at,
        )
        for row in prepared(session, MISSED, values)
    ]


def unheard(session: Session, away: Away) -> list[tuple[UUID, BusinessUnheard]]:
    """What members are to forget since, in no order; each with an id of when, which sorts it among others."""
    values = {
        "communities": list(away.communities),
        "after": away.after,
        "away_since": time_of(away.after),
        "limit": away.limit,
    }
    return [
        (
            row.id or first_id_at(row.since),
            BusinessUnheard(row.community_id, row.business_id, row.post_id, row.id),
        )
        for row in prepared(session, GONE, values)
    ]


def post_seen(session: Session, post_id: UUID, viewer: UUID) -> Row[Any] | None:
    """What a business says, for a member who may see it or for its staff; None for others, and where it is gone."""
    return next(iter(prepared(session, SEEN, {"post": post_id, "viewer": viewer, "business": NOBODY})), None)


def said_of(session: Session, post_id: UUID) -> Row[str, str, datetime] | None:
    """What a business said, to whomever it is: business, text, said_at; None where it is gone."""
    asked = select(Business.name.label("business"), BusinessPost.text, BusinessPost.said_at)
    asked = asked.join(Business, Business.id == BusinessPost.business_id)
    return session.execute(
        asked.where(BusinessPost.id == post_id, BusinessPost.gone.is_(False))
    ).one_or_none()


def speakers_of(session: Session, post_id: UUID) -> Sequence[UUID]:
    """All who act for the business that said something."""
    asked = select(Staff.person_id).join(BusinessPost, BusinessPost.business_id == Staff.business_id)
    return session.scalars(asked.where(BusinessPost.id == post_id)).all()


def posted_since(session: Session, business_id: UUID, community_id: UUID, now: datetime) -> int:
    """How often a business spoke in a community within a day, what it took back among it."""
    asked = select(func.count()).where(
        BusinessPost.business_id == business_id,
        BusinessPost.community_id == community_id,
        BusinessPost.id >= first_id_at(now - A_DAY),
    )
    return session.scalar(asked) or 0


def is_muted_in(session: Session, community_id: UUID, topic_ids: Collection[UUID]) -> bool:
    """Whether members decided to hear nothing of any of these topics."""
    asked = exists().where(MutedTopic.community_id == community_id, MutedTopic.topic_id.in_(topic_ids))
    return bool(session.scalar(select(asked)))


@dataclass(frozen=True, slots=True)
class Stood:
    """A community that welcomed a business, or sent it off, and when."""

    community_id: UUID
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """What everybody may know of how a business did: opinions in steps, wishes by what became of their answers."""

    useful: int
    noise: int
    by_verdict: dict[str, int]
    time_to_answer: timedelta | None
    welcomed: Sequence[Stood]
    sent_off: Sequence[Stood]


def record_of(session: Session, business_id: UUID) -> Record:
    """How a business did; the newest communities of each kind. Five statements."""
    sums = select(func.sum(BusinessRecord.useful), func.sum(BusinessRecord.noise))
    useful, noise = session.execute(sums.where(BusinessRecord.business_id == business_id)).one()
    return Record(
        in_steps(useful or 0),
        in_steps(noise or 0),
        wishes.record_of(session, business_id),
        wishes.time_to_answer(session, business_id),
        _stood(session, business_id, welcome=True),
        _stood(session, business_id, welcome=False),
    )


def _stood(session: Session, business_id: UUID, *, welcome: bool) -> Sequence[Stood]:
    asked = (
        select(Community.id, Community.name, Standing.since)
        .join(Standing, Standing.community_id == Community.id)
        .where(Standing.business_id == business_id, Standing.is_welcome.is_(welcome))
        .order_by(Standing.since.desc(), Community.id)
        .limit(MOST_STOOD)
    )
    return [Stood(*row) for row in session.execute(asked)]


def closed_to(business_id: UUID) -> Iterator[dict[str, object]]:
    """Terms, as contracts keep them, that name a business to let it know nothing."""
    who = {"group": Group.BUSINESS.value, "id": str(business_id)}
    yield {"purpose": Purpose.OFFERS.value, "who": who, "level": Level.NOTHING.word}
    yield {"purpose": Purpose.READERS.value, "who": who, "identity": Identity.NOBODY.word}


def asked_since(session: Session, business_id: UUID, now: datetime) -> int:
    """How many communities a business asked within a day."""
    asked = select(func.count()).where(Motion.asked_by == business_id, Motion.opened_at > now - A_DAY)
    return session.scalar(asked) or 0


def _stands(row: Row[Any]) -> Stands:
    facts = Facts(
        welcome_since=row.since if row.is_welcome else None,
        sent_off_at=None if row.is_welcome else row.since,
        asked_at=row.opened_at,
        is_open=row.state == Decision.OPEN,
        refused_at=row.closes_at if row.state == Decision.REJECTED else None,
    )
    return Stands(row.id, row.name, facts, row if row.motion_id else None)
