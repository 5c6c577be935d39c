"""Fills the tables of Hereabouts with a made-up market town, and puts them back as they were after a round."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.accounts.rules import Token
from app.ids import new_id
from bench.city import topic_named
from bench.database import Database
from bench.market import ACTIVITIES, OFFERS_A_BUSINESS, Market, Offered, hours, places_of
from bench.townsfolk import Townsfolk

_QUANTITY, _NONE_LEFT, _LIMITED = 40, 0.05, 0.5
#: Of every pair of a community and a business whose offers are on its topics, so many of a hundred.
_SENT_OFF, _RECORDED, _WROTE = 3, 5, 1
#: Made by chance that is the same for the same two.
_DRAWN = "abs(hashtextextended({one}::text || {other}::text, {salt})) % 100"
_FILL = f"""
CREATE TABLE meant AS SELECT DISTINCT t.community_id, o.business_id FROM offers o
JOIN offer_topics c ON c.offer_id = o.id JOIN community_topics t USING (topic_id);
INSERT INTO standings (community_id, business_id, is_welcome, since)
SELECT community_id, business_id, false, now() FROM meant
WHERE {_DRAWN.format(one="community_id", other="business_id", salt=1)} < {_SENT_OFF};
INSERT INTO business_records (business_id, community_id, useful, noise)
SELECT business_id, community_id, drawn % 7, drawn % 4
FROM meant, LATERAL (SELECT {_DRAWN.format(one="business_id", other="community_id", salt=2)} AS drawn) AS d
WHERE drawn < {_RECORDED};
INSERT INTO pieces (id, community_id, business_id, title, text, language, html, excerpt, rendered_by,
                    created_at, changed_at, useful, noise)
SELECT gen_random_uuid(), community_id, business_id, 'What to look for', '', 'en', '', '', '', now(), now(),
       drawn % 5, drawn % 3
FROM meant, LATERAL (SELECT {_DRAWN.format(one="business_id", other="community_id", salt=3)} AS drawn) AS d
WHERE drawn < {_WROTE};
DROP TABLE meant;
INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, delivered_at)
SELECT a.person_id, a.offer_id, gen_random_uuid(), a.community_id, t.topic_id, 'offers', 100, a.at
FROM approaches a JOIN consents USING (person_id) JOIN offers o ON o.id = a.offer_id AND o.wish_id IS NULL
CROSS JOIN LATERAL (SELECT topic_id FROM offer_topics JOIN community_topics c USING (topic_id)
                    WHERE offer_id = a.offer_id AND c.community_id = a.community_id LIMIT 1) AS t;
CREATE TABLE as_filled AS SELECT now() AS at;
CREATE TABLE kept_remaining AS SELECT id, remaining FROM offers WHERE remaining IS NOT NULL
"""
_RESTORE = """
DELETE FROM approaches USING as_filled WHERE approaches.at > as_filled.at;
UPDATE offers o SET remaining = k.remaining FROM kept_remaining k
WHERE k.id = o.id AND o.remaining IS DISTINCT FROM k.remaining;
TRUNCATE offer_budgets;
INSERT INTO offer_budgets (person_id, recent, communities, businesses, an_hour, a_day, a_community, a_business)
SELECT person_id, coalesce(came.ats, '{}'), coalesce(came.communities, '{}'), coalesce(came.businesses, '{}'),
       coalesce(k.an_hour, 1), coalesce(k.a_day, 3), coalesce(k.a_community, 3), coalesce(k.a_business, 3)
FROM kept_bounds k
FULL JOIN (SELECT a.person_id, array_agg(a.at ORDER BY a.at DESC) AS ats,
                  array_agg(a.community_id ORDER BY a.at DESC) AS communities,
                  array_agg(o.business_id ORDER BY a.at DESC) AS businesses
           FROM approaches a JOIN offers o ON o.id = a.offer_id
           WHERE a.at > now() - interval '1 day' GROUP BY a.person_id) AS came USING (person_id)
"""
_TABLES = (
    "communities, community_topics, memberships, businesses, offers, offer_topics, standings, business_records, "
    "pieces, consents, mutes, wishes, pledges, approaches, deliveries, offer_budgets"
)


def fill(database: Database, market: Market, people: Sequence[Token], there: Offered, now: datetime) -> None:
    """Writes the market into a database where people and topics are."""
    topics = topics_of(database)
    communities = [new_id() for _ in range(market.communities)]
    _found(database, market, communities, topics, now)
    businesses = offer(database, market, there, topics, now)
    folk = Townsfolk(database, market, [each.person_id for each in people], communities, now)
    folk.join()
    folk.agree(topics, businesses)
    folk.wish(there)
    folk.remember(there)
    for statement in _FILL.split(";\n"):
        database.run(statement)
    restore(database)


def restore(database: Database) -> None:
    """Takes back what was delivered since, as if it had never been."""
    for statement in _RESTORE.split(";\n"):
        database.run(statement)
    database.run(f"VACUUM ANALYZE {_TABLES}")


def move(database: Database, market: Market, people: Sequence[Token], number: int) -> None:
    """Puts everybody where they are in this round, and has them be there for longer than a server looks back."""
    since, until = datetime.now(UTC) - timedelta(minutes=30), datetime.now(UTC) + timedelta(days=1)
    database.run("TRUNCATE presences")
    database.copy(
        "presences",
        ("person_id", "position", "accuracy_m", "activity", "fixed_at", "expires_at"),
        (
            (person.person_id, at, 10, doing, since, until)
            for person, at, doing in zip(
                people, places_of(market.whereabouts(number)), market.doing(number), strict=True
            )
        ),
    )
    database.run("VACUUM ANALYZE presences")


def offer(
    database: Database, market: Market, there: Offered, topics: Sequence[UUID], now: datetime
) -> list[UUID]:
    """Writes the offers and their businesses; of each offer its business."""
    count = len(there.ids)
    businesses = [new_id() for _ in range(-(-count // OFFERS_A_BUSINESS))]
    database.copy(
        "businesses",
        ("id", "name", "about", "created_at"),
        ((each, f"Business {number}", "", now) for number, each in enumerate(businesses)),
    )
    chance = market.chance(10)
    of = [businesses[each] for each in chance.integers(len(businesses), size=count).tolist()] if count else []
    database.copy("offers", _OFFER, _offers(market, there, of, now))
    database.copy(
        "offer_topics",
        ("offer_id", "topic_id"),
        (
            (made, topics[topic])
            for made, carried in zip(there.ids, there.topics, strict=True)
            for topic in carried
        ),
    )
    return of


_OFFER = (
    *("id", "business_id", "title", "text", "area", "position", "activities", "starts_at", "ends_at"),
    *("minutes", "time_zone", "quantity", "remaining", "created_at", "published_at"),
)


def _offers(
    market: Market, there: Offered, of: Sequence[UUID], now: datetime
) -> Iterable[tuple[object, ...]]:
    chance, count = market.chance(11), len(there.ids)
    minutes = hours(chance, now, count, always=0.4, open_now=0.4)
    doing = chance.random((count, 2)).tolist()
    left = chance.random(count).tolist()
    for number, at in enumerate(places_of(there.positions)):
        about, what = doing[number]
        activities = f"{{{ACTIVITIES[int(what * len(ACTIVITIES))]}}}" if about < 0.3 else "{}"
        quantity = _QUANTITY if left[number] < _LIMITED else None
        remaining = 0 if left[number] < _NONE_LEFT else quantity
        made = there.made_at[number]
        yield (
            *(
                there.ids[number],
                of[number],
                f"Offer {number}",
                "Come in.",
                there.area(number),
                at,
                activities,
            ),
            *(made, now + timedelta(days=30), minutes[number], "UTC", quantity, remaining, made, made),
        )


def _found(
    database: Database, market: Market, communities: Sequence[UUID], topics: Sequence[UUID], now: datetime
) -> None:
    chance, count = market.chance(12), market.communities
    noise = chance.choice((0, 1, 2, 3, 5, 10), size=count, p=(0.02, 0.08, 0.1, 0.6, 0.1, 0.1)).tolist()
    database.copy(
        "communities",
        ("id", "kind", "name", "purpose", "grows_at", "listed_at", "created_at", "noise_budget"),
        (
            (each, "interest", f"Community {number}", "", 0, now, now, budget)
            for number, (each, budget) in enumerate(zip(communities, noise, strict=True))
        ),
    )
    database.copy(
        "community_topics",
        ("community_id", "topic_id"),
        (
            (community, topics[topic])
            for community, shared in zip(communities, market.shared().tolist(), strict=True)
            for topic in set(shared)
        ),
    )


def topics_of(database: Database) -> list[UUID]:
    """The ids of the topics, in the order of their numbers."""
    (told,) = database.row("SELECT json_object_agg(key, id) FROM topics")
    return [UUID(told[topic_named(number)]) for number in range(len(told))]
