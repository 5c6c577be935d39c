"""Reading what was noticed, who is asked, and which communities may be for somebody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.communities.models import Community, CommunityTopic, Membership
from app.communities.queries import Listed, communities_with
from app.db import prepared
from app.growing.models import Asked, Declined, Emerging
from app.growing.rules import LOOKED_BACK, Fitting, score
from app.ids import first_id_at
from app.relations.queries import apart_sql
from app.topics.models import Topic
from app.trust.contract import Way
from app.trust.queries import ANYBODY_SQL, known_sql
from geo import Position

#: The newest check-ins of each person one follows that are looked at; and the most communities that are weighed.
_NEWEST_OF_EACH = 20
_MOST_WEIGHED = 200
_FOR_ONE = f"""
WITH mine AS (
    SELECT c.topic_ids, c.location_ids, (c.fixed_at AT TIME ZONE 'UTC')::date AS day
    FROM check_ins c WHERE c.person_id = :person AND c.id >= :from_id
),
my_topics AS (SELECT id, count(*) AS n FROM mine, unnest(topic_ids) AS id GROUP BY 1),
my_places AS (SELECT id, count(DISTINCT day) AS n FROM mine, unnest(location_ids) AS id GROUP BY 1),
followed AS (
    SELECT id, count(DISTINCT f.followed_id) AS n
    FROM follows f
    CROSS JOIN LATERAL (
        SELECT c.topic_ids FROM check_ins c
        WHERE c.person_id = f.followed_id AND c.id >= :from_id AND {known_sql(Way.FEED, ANYBODY_SQL, ":now")} > 0
        ORDER BY c.id DESC LIMIT {_NEWEST_OF_EACH}
    ) AS said, unnest(said.topic_ids) AS id
    WHERE f.follower_id = :person AND f.followed_id <> ALL ({apart_sql(":person")})
    GROUP BY 1
),
weighed AS (
    SELECT t.community_id AS id, coalesce(sum(m.n), 0) AS mine, coalesce(max(f.n), 0) AS followed, 0 AS days_there
    FROM (SELECT id FROM my_topics UNION SELECT id FROM followed) AS topic
    JOIN community_topics t ON t.topic_id = topic.id
    LEFT JOIN my_topics m ON m.id = topic.id
    LEFT JOIN followed f ON f.id = topic.id
    GROUP BY 1
    UNION ALL SELECT id, 0, 0, n FROM my_places
)
SELECT w.id, sum(w.mine)::int AS mine, sum(w.followed)::int AS followed, sum(w.days_there)::int AS days_there
FROM weighed w JOIN communities c ON c.id = w.id
WHERE c.listed_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM memberships b WHERE b.person_id = :person AND b.community_id = w.id)
  AND NOT EXISTS (SELECT FROM lasting_memberships b WHERE b.person_id = :person AND b.community_id = w.id)
  AND NOT EXISTS (SELECT FROM declined d WHERE d.person_id = :person AND d.community_id = w.id)
GROUP BY 1 ORDER BY sum(w.mine) DESC, sum(w.days_there) DESC, sum(w.followed) DESC, 1 LIMIT {_MOST_WEIGHED}
"""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What somebody is asked about: what was noticed, on which topic, and where."""

    emerging: Emerging
    topic: Topic
    #: The smallest location community around its middle, if there is one.
    place: str | None
    #: The community that came of it, once somebody said yes.
    listed: Listed | None


def for_one(session: Session, person_id: UUID, now: datetime, limit: int) -> list[tuple[Listed, Fitting]]:
    """Communities that may be for somebody, the best first, and why; two statements."""
    asked = {"person": person_id, "from_id": first_id_at(now - LOOKED_BACK), "now": now}
    rows = prepared(session, _FOR_ONE, asked)
    fitting = {row.id: Fitting(row.mine, row.followed, row.days_there) for row in rows}
    best = sorted(fitting, key=lambda each: (-score(fitting[each]), each))[:limit]
    listed = {each.community.id: each for each in communities_with(session, best)}
    return [(listed[each], fitting[each]) for each in best if each in listed]


def asked_of(session: Session, person_id: UUID) -> list[Noticed]:
    """What somebody is asked and has not answered, oldest first; two statements at most."""
    mine = _noticed().join(Asked, Asked.emerging_id == Emerging.id)
    mine = mine.where(Asked.person_id == person_id, Asked.answer.is_(None))
    return _read(session, mine.order_by(Asked.asked_at, Emerging.id))


def noticed(session: Session, emerging_id: UUID) -> Noticed:
    """One that is there."""
    (found,) = _read(session, _noticed().where(Emerging.id == emerging_id))
    return found


def _noticed() -> Select[*tuple[Any, ...]]:
    smallest = (
        select(Community.name)
        .where(Community.kind == "location", Community.listed_at.is_not(None))
        .where(func.ST_Covers(Community.area, Emerging.centre))
        .order_by(Community.reach_m, Community.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(Emerging, Topic, smallest).join(Topic, Topic.id == Emerging.topic_id)


def _read(session: Session, asked: Select[*tuple[Any, ...]]) -> list[Noticed]:
    rows = session.execute(asked).all()
    came = [emerging.community_id for emerging, _, _ in rows if emerging.community_id]
    listed = {each.community.id: each for each in communities_with(session, came)}
    return [
        Noticed(emerging, topic, place, listed.get(emerging.community_id)) for emerging, topic, place in rows
    ]


def question(session: Session, person_id: UUID, emerging_id: UUID) -> tuple[Asked, Emerging] | None:
    """What somebody is, or was, asked, held until the commit; None for what they never were."""
    held = (
        select(Asked, Emerging)
        .join(Emerging, Emerging.id == Asked.emerging_id)
        .where(Asked.person_id == person_id, Asked.emerging_id == emerging_id)
    )
    row = session.execute(held.with_for_update()).one_or_none()
    return None if row is None else (row[0], row[1])


def emerging_near(session: Session, topic_id: UUID, centre: Position, reach_m: float) -> Emerging | None:
    """What was noticed on a topic around there before, the nearest first."""
    metres = Emerging.centre.metres_to(centre)
    asked = select(Emerging).where(
        Emerging.topic_id == topic_id, metres <= func.greatest(reach_m, Emerging.radius_m)
    )
    return session.scalars(asked.order_by(metres).limit(1)).one_or_none()


def members_among(session: Session, topic_id: UUID, people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Which of these people belong to each community that shares a topic."""
    asked = (
        select(Membership.community_id, func.array_agg(Membership.person_id))
        .join(CommunityTopic, CommunityTopic.community_id == Membership.community_id)
        .where(CommunityTopic.topic_id == topic_id, Membership.person_id.in_(people))
        .group_by(Membership.community_id)
    )
    return {community_id: set(found) for community_id, found in session.execute(asked)}


def open_questions(session: Session, people: Collection[UUID]) -> dict[UUID, int]:
    """How much each of these people is asked at the moment; nought is left out."""
    asked = select(Asked.person_id, func.count()).where(Asked.person_id.in_(people), Asked.answer.is_(None))
    return dict(session.execute(asked.group_by(Asked.person_id)).all())


def asked_already(session: Session, emerging_id: UUID) -> set[UUID]:
    """Who is or was asked about it."""
    return set(session.scalars(select(Asked.person_id).where(Asked.emerging_id == emerging_id)))


def answers_of(session: Session, person_id: UUID) -> Sequence[Asked]:
    """All that somebody was asked."""
    return session.scalars(
        select(Asked).where(Asked.person_id == person_id).order_by(Asked.emerging_id)
    ).all()


def declined_by(session: Session, person_id: UUID) -> Sequence[Declined]:
    """What somebody would not have suggested again."""
    asked = select(Declined).where(Declined.person_id == person_id).order_by(Declined.community_id)
    return session.scalars(asked).all()
