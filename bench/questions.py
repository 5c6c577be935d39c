"""B10: what people ask of a large town, by one client, one question after the other: their community's feed, what is
near, which event to go to, what their community is like, which communities may be for them, and the mesh around."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np

from app.ids import new_id
from app.statistics.rules import Bucket
from bench import ours
from bench.archive import kept
from bench.asking import Asking, asking
from bench.city import City, places
from bench.database import Database
from bench.ours import WITHOUT_LIMITS, Hereabouts, There
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import Contest

FOUR_WEEKS = Bucket.FOUR_WEEKS
LOCATIONS, EVENTS, TIMES = 500, 2_000, 60
#: With so many others each community shares members; of them those with which it shares most are shown.
OVERLAPS = 60
#: Milliseconds that 95 of 100 answers may take; set before anything was optimised.
CEILINGS = {"feed": 50.0, "near": 50.0, "events": 100.0, "statistic": 50.0, "for_you": 100.0, "mesh": 100.0}
WHAT = {
    "feed": "a community's feed",
    "near": "newest within 1 km",
    "events": "events for me",
    "statistic": "day × hour",
    "for_you": "communities for me",
    "mesh": "the mesh, three steps",
}
_CHOSEN = """
INSERT INTO communities (id, kind, name, purpose, grows_at, listed_at, created_at)
SELECT gen_random_uuid(), 'interest', 'Community ' || n, 'For the benchmark.', 0, now(), now()
FROM generate_series(1, {chosen}) AS n;
INSERT INTO community_topics (community_id, topic_id)
SELECT c.id, t.id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM communities WHERE kind = 'interest') AS c
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS k FROM topics) AS t ON c.n % t.k = t.n;
INSERT INTO memberships (person_id, community_id, joined_at)
SELECT p.id, c.id, now() - interval '100 days'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people) AS p
CROSS JOIN generate_series(0, 4) AS k
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM communities WHERE kind = 'interest') AS c
  ON c.n = (p.n * 7919 + k * 104729) % {chosen}
ON CONFLICT DO NOTHING;
UPDATE check_ins c SET topic_ids = ARRAY[m.topic_id], community_ids = ARRAY[m.community_id]
FROM (SELECT DISTINCT ON (b.person_id) b.person_id, b.community_id, t.topic_id
      FROM memberships b JOIN community_topics t USING (community_id) ORDER BY b.person_id, b.community_id) AS m
WHERE m.person_id = c.person_id;
INSERT INTO feed_entries (feed_id, check_in_id, cell)
SELECT feed, id, cell FROM check_ins, unnest(topic_ids || community_ids) AS feed;
INSERT INTO closed_periods (bucket, starts_on, closed_at) VALUES ('four_weeks', '{period}', now())
ON CONFLICT DO NOTHING;
INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
SELECT c.id, 'people', 'day hour', 'four_weeks', '{period}', day, lpad(hour::text, 2, '0'), 30
FROM communities c,
     unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day, generate_series(0, 23) AS hour
WHERE c.kind = 'interest';
INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
SELECT a.id, 'overlap', 'community', 'four_weeks', '{period}', b.id::text, '', 20 + k
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM communities WHERE kind = 'interest') AS a
CROSS JOIN generate_series(1, {overlaps}) AS k
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM communities WHERE kind = 'interest') AS b
  ON b.n = (a.n + k * 7919) % {chosen} AND b.id <> a.id
ON CONFLICT DO NOTHING
"""
_TABLES = "communities, community_topics, memberships, check_ins, feed_entries, figures, events, event_dates"


@dataclass(frozen=True)
class Town:
    """A running server, who asks, and a community of each of them."""

    service: Hereabouts
    phone: Asking
    city: City
    belongs: Sequence[str]

    def asked(self, question: str, place: int) -> str:
        """The address of a question that one of the people asks; all of them lie in a round of their own."""
        ((lat, lon),) = places(np.random.default_rng((self.city.seed, 10, place)), 1, self.city.span_deg)
        community = self.belongs[place % len(self.belongs)]
        return {
            "feed": f"/check-ins?community={community}&limit=20",
            "near": f"/check-ins?lat={lat}&lon={lon}&radius=1000&limit=20",
            "events": f"/events?for=me&lat={lat}&lon={lon}&radius=10000",
            "statistic": f"/communities/{community}/statistics?measure=people&by=day,hour",
            "for_you": "/me/communities/suggested",
            "mesh": "/mesh?steps=3",
        }[question]


def all_asked(contest: Contest, check_ins: int, people: int, communities: int) -> Finding:
    """Asks every question TIMES times a round, each time as somebody else and of another place."""
    city = City(people=people)
    archive = list(kept(city, check_ins, datetime.now(UTC)))
    with (
        contest.cluster.fresh("questions") as database,
        ours.running(
            database, city, there=There(archive, min(LOCATIONS, communities)), settings=WITHOUT_LIMITS
        ) as service,
        asking(service.address) as phone,
    ):
        fill(database, city, communities)
        town = Town(service, phone, city, _belongs(database))
        measured = interleave({service.name: partial(_round, town)}, contest.rounds + 1)
    counted = after_warm_up(measured)
    figures = tuple(
        Figure(f"{question}_p95_ms", f"{WHAT[question]}, 95 of 100", "ms", "less", ceiling=ceiling)
        for question, ceiling in CEILINGS.items()
    )
    sizes = {"check_ins": check_ins, "people": people, "communities": communities, "times": TIMES}
    faults = [
        f"round {number}: {empty:.0f} answers to {WHAT[question]} held nothing"
        for number, each in enumerate(measured[service.name])
        for question in CEILINGS
        if (empty := each[f"{question}_empty"])
    ]
    return Finding("B10", "", sizes, rows_of(counted, "", figures), counted, faults)


def fill(database: Database, city: City, communities: int) -> None:
    """Writes communities that people chose, what was said in them, events, and what was published of them."""
    period = FOUR_WEEKS.over_by(datetime.now(UTC))
    chosen = _CHOSEN.format(chosen=communities, overlaps=OVERLAPS, period=period)
    for statement in chosen.split(";\n"):
        database.run(statement)
    _announce(database, city)
    database.run(f"VACUUM ANALYZE {_TABLES}")


def _announce(database: Database, city: City) -> None:
    """Events of the next two weeks all over the city, each of one of the topics."""
    made = [(new_id(), new_id()) for _ in range(EVENTS)]
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    host = database.row("SELECT id FROM people LIMIT 1")[0]
    spots = places(np.random.default_rng((city.seed, 9)), EVENTS, city.span_deg)
    database.copy("events", _EVENT_COLUMNS, _events(made, host, begins, spots))
    database.copy(
        "event_dates",
        ("id", "event_id", "local_start", "starts_at", "ends_at", "position"),
        (
            (
                date,
                event,
                (at := begins + timedelta(minutes=10 * number)).replace(tzinfo=None),
                at,
                at + timedelta(hours=2),
                _point(*spot),
            )
            for number, ((event, date), spot) in enumerate(zip(made, spots, strict=True))
        ),
    )
    database.run(
        "INSERT INTO event_topics (event_id, topic_id) SELECT e.id, t.id "
        "FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM events) AS e "
        "JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS k FROM topics) AS t "
        "ON e.n % t.k = t.n"
    )


_EVENT_COLUMNS = (
    *("id", "person_id", "made_by", "title", "text", "area", "position"),
    *("starts_at", "ends_at", "time_zone", "visibility", "created_at", "changed_at"),
)


def _events(
    made: Sequence[tuple[object, object]],
    host: object,
    begins: datetime,
    spots: Sequence[tuple[float, float]],
) -> Iterator[tuple[object, ...]]:
    for number, ((event, _), (lat, lon)) in enumerate(zip(made, spots, strict=True)):
        at = (begins + timedelta(minutes=10 * number)).replace(tzinfo=None)
        reach = 0.001
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        ring = ", ".join(f"{lon + x * reach} {lat + y * reach}" for x, y in corners)
        area = f"SRID=4326;MULTIPOLYGON((({ring})))"
        where = (area, _point(lat, lon), at, at + timedelta(hours=2), "UTC", "public", begins, begins)
        yield (event, host, host, f"Event {number}", "", *where)


def _point(lat: float, lon: float) -> str:
    return f"SRID=4326;POINT({lon} {lat})"


def _belongs(database: Database) -> list[str]:
    """A community of each of the first people, in the order of their handles."""
    (found,) = database.row(
        "SELECT array_agg(m.id ORDER BY p.handle) FROM (SELECT id, handle FROM people ORDER BY handle LIMIT 1000) AS p "
        "CROSS JOIN LATERAL (SELECT min(community_id::text) AS id FROM memberships WHERE person_id = p.id) AS m"
    )
    return list(found)


def _round(town: Town, number: int) -> Figures:
    figures: dict[str, float] = {}
    for question in CEILINGS:
        waits, empty = [], 0
        for place in range(number * TIMES, (number + 1) * TIMES):
            person = place % len(town.belongs)
            answered = town.phone.ask("GET", town.asked(question, place), town.service.tokens[person])
            waits.append(answered.ms)
            empty += _is_empty(answered.said)
        figures[f"{question}_empty"] = empty
        figures[f"{question}_p50_ms"] = percentile(waits, 0.5)
        figures[f"{question}_p95_ms"] = percentile(waits, 0.95)
    return figures


def _is_empty(said: Mapping[str, object]) -> bool:
    return not any(said.get(name) for name in ("features", "cells", "for_you", "shared"))
