"""B12: how many redemptions a second of one hot offer, by 64 threads in two processes; never more than there are.

Beside it the obvious way, which counts what was redeemed each time, and checks nothing else: no code, no inbox, no
nonce, nothing held.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app import clock, models  # noqa: F401
from app.businesses import service as businesses
from app.communities import service as communities
from app.communities.service import Founding
from app.offers import service as offers
from app.offers.service import NewOffer
from app.redemptions import service
from app.topics import service as topics
from bench import processes
from bench.city import City
from bench.database import URL_SETTING, Database
from bench.hot import WAYS
from bench.inhabitants import settle
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import Contest
from geo import Circle, Position

PEER = "counted each time"
PROCESSES, THREADS = 2, 32
#: So many times as many people as there are to be had want one.
WANTED = 1.25
HERE = Position(41.4036, 2.1561)
FIGURES = (
    Figure("per_s", "redemptions of one offer", "/s", "more"),
    Figure("p50_ms", "one answered, half", "ms", "less"),
    Figure("p99_ms", "one answered, 99 of 100", "ms", "less"),
    Figure("database_cpu_us", "processor time, database", "µs each", "less"),
)


@dataclass(frozen=True)
class Shop:
    """A business in a town whose people are all members of one community, and let offers reach them."""

    database: Database
    owner: UUID
    business: UUID
    topic: UUID
    community: UUID
    people: Sequence[UUID]

    def offers(self, quantity: int) -> tuple[UUID, str]:
        """A new offer, which reached everybody; and what the till shows."""
        now = clock.now()
        new = NewOffer(
            title="A free coffee",
            text="",
            topic_ids=(self.topic,),
            area=Circle(HERE, 500),
            position=HERE,
            activities=(),
            starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(days=1),
            quantity=quantity,
        )
        engine = create_engine(self.database.url)
        with Session(engine) as session, session.begin():
            made = offers.make(session, self.business, new, self.owner, now).id
            reached = {"community": self.community, "topic": self.topic, "now": now}
            for statement in _REACHED:
                session.execute(statement, {**reached, "offer": made})
            code, _ = service.till_code(session, self.business, self.owner, now)
        engine.dispose()
        return made, code


_REACHED = (
    text("""
INSERT INTO approaches (person_id, offer_id, community_id, at) SELECT id, :offer, :community, :now FROM people
"""),
    text("""
INSERT INTO deliveries (person_id, offer_id, id, community_id, topic_id, purpose, metres, delivered_at)
SELECT id, :offer, id, :community, :topic, 'offers', 0, :now FROM people
"""),
)
_BELONG = (
    text(
        "INSERT INTO memberships (person_id, community_id, joined_at) SELECT id, :community, :now FROM people"
    ),
    text("INSERT INTO consents (person_id, purpose, given_at) SELECT id, 'offers', :now FROM people"),
)


def of_one_offer(contest: Contest, quantity: int) -> Finding:
    """Each round is of an offer of its own; every one of it must be redeemed, and none more."""
    with contest.cluster.fresh("redemptions") as database:
        shop = _shop(database, int(quantity * WANTED))
        runs = {name: partial(_round, shop, name, quantity, contest) for name in WAYS}
        measured = interleave(runs, contest.rounds + 1)
    counted = after_warm_up(measured)
    sizes = {"quantity": quantity, "people": int(quantity * WANTED), "threads": PROCESSES * THREADS}
    return Finding("B12", PEER, sizes, rows_of(counted, PEER, FIGURES), counted, _faults(measured))


def _shop(database: Database, people: int) -> Shop:
    env = {**os.environ, URL_SETTING: database.url}
    for command in (["alembic", "upgrade", "head"], ["app.partitions"]):
        subprocess.run([sys.executable, "-m", *command], cwd=processes.ROOT, env=env, check=True)
    there = [each.person_id for each in settle(database, City(people=people))]
    engine, now = create_engine(database.url), clock.now()
    with Session(engine) as session, session.begin():
        business = businesses.register(session, "A café", "", there[0], now).id
        topic = topics.add_topic(session, "interest:hot-coffee", "coffee", None, now).id
        founding = Founding("interest", "Riders", "", {"interest:hot-coffee": topic}, None)
        community = communities.found(session, founding, None, now).id
        for statement in _BELONG:
            session.execute(statement, {"community": community, "now": now})
    engine.dispose()
    return Shop(database, there[0], business, topic, community, there)


def _round(shop: Shop, way: str, quantity: int, contest: Contest, _: int) -> Figures:
    offer, code = shop.offers(quantity)
    shop.database.run("VACUUM ANALYZE approaches, deliveries, redemptions")
    waiting = random.sample(list(shop.people), len(shop.people))
    running = [_process(shop, offer, code, way, waiting[number::PROCESSES]) for number in range(PROCESSES)]
    before, began = contest.cluster.cpu_s(), time.monotonic()
    for each in running:
        _say(each, "go")
    told = [tuple(each) for process in running for each in json.loads(process.communicate(timeout=600)[0])]
    spent = contest.cluster.cpu_s() - before
    redeemed = [(ended, ms) for ended, ms, is_redeemed in told if is_redeemed]
    rows = shop.database.number(f"SELECT count(*) FROM redemptions WHERE offer_id = '{offer}'")
    return {
        "per_s": len(redeemed) / (max(ended for ended, _ in redeemed) - began),
        "p50_ms": percentile([ms for _, ms in redeemed], 0.5),
        "p99_ms": percentile([ms for _, ms in redeemed], 0.99),
        "database_cpu_us": spent / len(told) * 1e6,
        "too_many": max(0, rows - quantity),
        "too_few": max(0, quantity - rows),
        "untold": abs(rows - len(redeemed)),
    }


def _process(shop: Shop, offer: UUID, code: str, way: str, people: Sequence[UUID]) -> "subprocess.Popen[str]":
    asked = [sys.executable, "-m", "bench.hot", shop.database.url, str(offer), code, way, str(THREADS)]
    made = subprocess.Popen(
        asked, cwd=processes.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _say(made, " ".join(map(str, people)))
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n", "it did not start"
    return made


def _say(to: "subprocess.Popen[str]", line: str) -> None:
    assert to.stdin is not None
    to.stdin.write(f"{line}\n")
    to.stdin.flush()


def _faults(measured: dict[str, list[Figures]]) -> list[str]:
    wrong = {
        "too_many": "redeemed more than there were",
        "too_few": "left, though more wanted one",
        "untold": "rows that nobody was told of",
    }
    return [
        f"{name}, round {number}: {figures[figure]:.0f} {sentence}"
        for name, rounds in measured.items()
        for number, figures in enumerate(rounds)
        for figure, sentence in wrong.items()
        if figures[figure]
    ]
