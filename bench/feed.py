"""B6: the newest 20 check-ins within a kilometre, out of a million, over HTTP; beside it the plain query."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain, cycle

import numpy as np
from psycopg2.extensions import connection

from bench import load, ours, processes
from bench.archive import Kept, kept
from bench.city import City, places
from bench.database import Cluster, Database
from bench.load import Answers, Load
from bench.ours import Hereabouts, There
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import Contest

PEER = "plain SQL"
OK = 200
RADIUS_M, NEWEST = 1000, 20
CONNECTIONS = 4
ASKED, CHECKED = 10_000, 200
FIGURES = (
    Figure("per_s", "newest 20 within 1 km", "/s", "more", floor=3),
    Figure("p50_ms", "answered, half", "ms", "less"),
    Figure("p99_ms", "answered, 99 of 100", "ms", "less"),
)
Circle = tuple[float, float]

# Distances on the sphere, as everywhere in Hereabouts; on the spheroid the query would take longer.
QUERY = """
SELECT id::text FROM check_ins
WHERE ST_DWithin(position, ST_MakePoint(%s, %s)::geography, %s, false) ORDER BY at DESC LIMIT %s
"""


@dataclass(frozen=True)
class PlainSql:
    """The query as anyone would write it first, on a table made for it."""

    database: Database

    def fill(self, check_ins: Iterable[Kept]) -> None:
        """Makes the table and its indexes, and lets PostgreSQL learn of them."""
        self.database.run("CREATE TABLE check_ins (id uuid, at timestamptz, position geography(Point))")
        rows = ((one.id, one.at, f"POINT({one.lon} {one.lat})") for one in check_ins)
        self.database.copy("check_ins", ("id", "at", "position"), rows)
        self.database.run(
            "ALTER TABLE check_ins ADD PRIMARY KEY (id)",
            "CREATE INDEX ON check_ins USING gist (position)",
            "CREATE INDEX ON check_ins (at)",
            "VACUUM ANALYZE check_ins",
        )

    def newest(self, circles: Sequence[Circle]) -> list[list[str]]:
        """The ids in each circle, newest first."""
        with closing(self.database.connect()) as connected:
            return [_newest(connected, circle) for circle in circles]

    def load(self, circles: Sequence[Circle], seconds: float) -> Answers:
        """Asks on CONNECTIONS connections at once, on each the next circle as soon as an answer came."""
        stop = time.monotonic() + seconds
        shares = [circles[first::CONNECTIONS] for first in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            asked = list(pool.map(partial(self._ask, stop), shares))
        answers = Answers()
        for sent_at, answered_at in sorted(chain(*asked)):
            answers.note(OK, sent_at, answered_at)
        return answers

    def _ask(self, stop: float, circles: Sequence[Circle]) -> list[tuple[float, float]]:
        asked = []
        with closing(self.database.connect()) as connected:
            for circle in cycle(circles):
                if (sent_at := time.monotonic()) >= stop:
                    break
                _newest(connected, circle)
                asked.append((sent_at, time.monotonic()))
        return asked


def newest_nearby(contest: Contest, size: int) -> Finding:
    """Lets both answer the same circles, compares what they answer, and then how fast they do."""
    city, cluster = City(), contest.cluster
    circles = places(np.random.default_rng((city.seed, 5)), ASKED, city.span_deg)
    archive = list(kept(city, size, datetime.now(UTC)))
    with ExitStack() as until_done:
        plain = PlainSql(until_done.enter_context(cluster.fresh("plain")))
        plain.fill(archive)
        filled = until_done.enter_context(cluster.fresh("archive"))
        # One client looks all over the city, faster than anybody moves.
        settings = {"HEREABOUTS_LIMITS": "no"}
        service = until_done.enter_context(
            ours.running(filled, city, there=There(archive), settings=settings)
        )
        wrong = _different(service, plain, circles[:CHECKED])
        asking = {
            service.name: partial(_over_http, service, circles, contest.seconds),
            PEER: partial(plain.load, circles, contest.seconds),
        }
        runs = {name: partial(_round, ask, cluster) for name, ask in asking.items()}
        measured = interleave(runs, contest.rounds + 1)
    if refused := sum(figures["refused"] for figures in measured[service.name]):
        wrong.append(f"{refused:.0f} answers were not 200")
    counted = after_warm_up(measured)
    sizes = {"check_ins": size, "connections": CONNECTIONS, "compared": CHECKED, "seconds": contest.seconds}
    return Finding("B6", PEER, sizes, rows_of(counted, PEER, FIGURES), counted, wrong)


def _round(ask: Callable[[], Answers], cluster: Cluster, _: int) -> Figures:
    spent = cluster.cpu_s()
    answers = ask()
    waits = answers.latencies_ms()
    answered = sum(status == OK for status in answers.status)
    return {
        "per_s": answered / answers.seconds,
        "refused": len(answers.status) - answered,
        "p50_ms": percentile(waits, 0.5),
        "p99_ms": percentile(waits, 0.99),
        "database_cpu_us": (cluster.cpu_s() - spent) / max(1, answered) * 1e6,
    }


def _over_http(service: Hereabouts, circles: Sequence[Circle], seconds: float) -> Answers:
    requests = [service.feed(lat, lon, RADIUS_M, NEWEST) for lat, lon in circles]
    answers: Answers = processes.in_own_process(
        load.send, Load(service.address, CONNECTIONS, seconds), requests
    )
    return answers


def _different(service: Hereabouts, plain: PlainSql, circles: Sequence[Circle]) -> list[str]:
    """A sentence for each circle of which the two tell different ids, or the same in another order."""
    theirs = plain.newest(circles)
    return [
        f"other ids than plain SQL around {lat}, {lon}"
        for (lat, lon), expected in zip(circles, theirs, strict=True)
        if service.feed_ids(lat, lon, RADIUS_M, NEWEST) != expected
    ]


def _newest(connected: connection, circle: Circle) -> list[str]:
    lat, lon = circle
    with connected.cursor() as cursor:
        cursor.execute(QUERY, (lon, lat, RADIUS_M, NEWEST))
        return [row[0] for row in cursor.fetchall()]
