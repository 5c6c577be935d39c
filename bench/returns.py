"""B13: what came of a million deliveries: counting them, and the reports of a business and an offer, by one client."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.ids import new_id
from app.returns import service as returns
from app.returns.rules import Count
from bench import ours
from bench.asking import asking
from bench.city import City
from bench.database import Database
from bench.ours import WITHOUT_LIMITS, Hereabouts
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import Contest

OFFERS, WEEKS, COMMUNITIES, TIMES = 10, 12, 20, 60
#: Milliseconds that 95 of 100 answers may take; set before anything was measured.
CEILING_MS = 100.0
FIGURES = (
    Figure("business_p95_ms", "report of a business, 95 of 100", "ms", "less", ceiling=CEILING_MS),
    Figure("offer_p95_ms", "report of an offer, 95 of 100", "ms", "less", ceiling=CEILING_MS),
    Figure("counted_s", "counting all of it", "s", "less"),
)
#: One in ten held out, most see it, few buy; each offer reaches everybody, spread over the weeks.
_FILL = """
INSERT INTO people (id, handle, name, password_hash, created_at)
SELECT gen_random_uuid(), 'shopper' || n, '', '', now() FROM generate_series(1, {people}) AS n;
INSERT INTO communities (id, kind, name, purpose, grows_at, listed_at, created_at)
SELECT gen_random_uuid(), 'interest', 'Shoppers ' || n, 'For the benchmark.', 0, now(), now()
FROM generate_series(1, {communities}) AS n;
INSERT INTO businesses (id, name, about, created_at) SELECT '{business}', 'Bike Bar', '', now();
INSERT INTO staff (business_id, person_id, role)
SELECT '{business}', id, 'owner' FROM people WHERE handle NOT LIKE 'shopper%' ORDER BY handle LIMIT 1;
INSERT INTO offers (id, business_id, title, text, area, position, activities, starts_at, ends_at, created_at,
                    published_at, hold_out)
SELECT id, '{business}', 'Coffee', '', ST_Multi(ST_MakeEnvelope(2, 41, 2.01, 41.01, 4326)),
       ST_SetSRID(ST_MakePoint(2, 41), 4326), '{{}}', '{since}', now() + interval '1 day', now(), '{since}', 10
FROM unnest(CAST('{{{offers}}}' AS uuid[])) AS id;
INSERT INTO approaches (person_id, offer_id, community_id, topic_id, at, seen_at, held_out, opinion)
SELECT p.id, o.id, c.id, t.id, moment, CASE WHEN NOT left_out THEN moment END, left_out,
       CASE WHEN NOT left_out AND p.n % 5 = 0 THEN 'useful' END
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people WHERE handle LIKE 'shopper%') AS p
CROSS JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM offers) AS o
CROSS JOIN LATERAL (SELECT (p.n + o.n) % 10 = 0 AS left_out,
       CAST('{since}' AS timestamptz) + (p.n * 7919 % {minutes}) * interval '1 minute' AS moment) AS drawn
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM communities WHERE name LIKE 'Shoppers %') AS c
    ON c.n = p.n % {communities}
CROSS JOIN (SELECT id FROM topics ORDER BY id LIMIT 1) AS t;
INSERT INTO purchases (id, business_id, person_id, nonce, at, received_at, amount, currency)
SELECT (left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid,
       '{business}', a.person_id, decode(md5(a.person_id::text), 'hex'), a.at + interval '1 hour',
       a.at + interval '1 hour', 1 + abs(hashtext(a.person_id::text)) % 4000 / 100.0, 'EUR'
FROM approaches a
CROSS JOIN LATERAL lpad(to_hex((extract(epoch FROM a.at) * 1000)::bigint), 12, '0') AS ms
WHERE a.offer_id = (SELECT min(id::text)::uuid FROM offers)
  AND abs(hashtext(a.person_id::text)) % 100 < CASE WHEN a.held_out THEN 7 ELSE 12 END;
VACUUM ANALYZE people, offers, approaches, purchases
"""


@dataclass(frozen=True)
class Shop:
    """A running server, and a business with its offers."""

    service: Hereabouts
    database: Database
    business: str
    offers: tuple[str, ...]

    @property
    def token(self) -> str:
        """Of the one who acts for it."""
        return self.service.tokens[0]


def reported(contest: Contest, deliveries: int) -> Finding:
    """Counts all deliveries anew each round, and asks for each report TIMES times."""
    with (
        contest.cluster.fresh("returns") as database,
        ours.running(database, City(people=100), settings=WITHOUT_LIMITS) as service,
    ):
        shop = _opened(service, database, deliveries)
        measured = interleave({service.name: partial(_round, shop)}, contest.rounds + 1)
    counted = after_warm_up(measured)
    rounds = measured[service.name]
    sizes = {"deliveries": deliveries, "offers": OFFERS, "weeks": WEEKS, "times": TIMES}
    faults = [f"round {number}: nothing was told" for number, each in enumerate(rounds) if each["empty"]]
    return Finding("B13", "", sizes, rows_of(counted, "", FIGURES), counted, faults)


def _opened(service: Hereabouts, database: Database, deliveries: int) -> Shop:
    # All weeks have had their term.
    since = Count.SETTLED.over_by(datetime.now(UTC)) - (WEEKS - 1) * Count.SETTLED.length
    business, *offers = (str(new_id()) for _ in range(OFFERS + 1))
    said: Mapping[str, object] = {
        "people": deliveries // OFFERS,
        "communities": COMMUNITIES,
        "business": business,
        "offers": ",".join(offers),
        "since": f"{since} 00:00+00",
        "minutes": int(WEEKS * Count.SETTLED.length / timedelta(minutes=1)),
    }
    for statement in _FILL.format(**said).split(";\n"):
        database.run(statement)
    return Shop(service, database, business, tuple(offers))


def _round(shop: Shop, number: int) -> Figures:
    figures = {"counted_s": _counted_s(shop.database), "empty": 0.0}
    paths = {"business": f"/businesses/{shop.business}/return?since={_long_ago()}"}
    for name in ("business", "offer"):
        waits = []
        # Counting takes longer than a connection is kept for who says nothing.
        with asking(shop.service.address) as phone:
            for place in range(TIMES):
                path = paths.get(name) or f"/offers/{shop.offers[place % OFFERS]}/return"
                answered = phone.ask("GET", path, shop.token)
                waits.append(answered.ms)
                figures["empty"] += not answered.said["in_all"]["reached"]
        figures[f"{name}_p50_ms"] = percentile(waits, 0.5)
        figures[f"{name}_p95_ms"] = percentile(waits, 0.95)
    return figures


def _long_ago() -> str:
    return str((datetime.now(UTC) - timedelta(days=200)).date())


def _counted_s(database: Database) -> float:
    """How long it takes to count everything there is, with one connection."""
    database.run("TRUNCATE return_periods")
    begun = datetime.now(UTC)
    engine = create_engine(database.url)
    try:
        more = True
        while more:
            with Session(engine) as session, session.begin():
                more = returns.keep_up(session, datetime.now(UTC))
    finally:
        engine.dispose()
    return (datetime.now(UTC) - begun).total_seconds()
