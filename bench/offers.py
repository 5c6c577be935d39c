"""B11: check-ins taken to the gate of offers, a batch after the other, beside koncorde, which only matches, and beside
the plain query for each check-in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import shapely

from app.accounts.rules import Token
from app.offers.reasons import REASONS
from bench import gatekeeper, matchers, ours, plain_gate
from bench.database import Cluster, Database
from bench.gatekeeper import Ask, Decision, Matched, Mover
from bench.machine import Steal
from bench.market import Market, Offered, offered
from bench.market_rows import fill, move, restore
from bench.processes import WORKSHOP
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave
from bench.trial import Contest

OURS, PLAIN = "hereabouts", "plain SQL"
#: Koncorde asks a single value with `in`; for it to look into a list with `exists` is faster.
IN, EXISTS = PEERS = "koncorde, in", "koncorde, exists"
#: As many check-ins as koncorde is asked in a round, and as many as are compared with the plain query.
MATCHED, COMPARED = 2_000, 500
FIGURES = (
    # 2,000 in a second.
    Figure("us", "a check-in through the gate", "µs", "less", ceiling=500),
    Figure("per_s", "check-ins", "/s", "more"),
    Figure("cpu_us", "processor time, process", "µs", "less"),
)
DATABASE = Figure("database_cpu_us", "processor time, database", "µs", "less")
MATCHES = Figure("matches", "offers around on a topic of theirs", "a check-in")


@dataclass(frozen=True)
class Town:
    """A database with a market in it."""

    database: Database
    market: Market
    people: Sequence[Token]
    there: Offered

    def movers(self, number: int, count: int | None = None) -> list[Mover]:
        """Who moves in a round, to where."""
        at, doing = self.market.whereabouts(number).tolist(), self.market.doing(number)
        return [
            Mover(str(self.people[each].person_id), at[each][0], at[each][1], doing[each])
            for each in self.market.movers(number, count or self.market.people)
        ]

    def begin(self, number: int) -> None:
        """As if nothing had been delivered before, with everybody where they are in this round."""
        restore(self.database)
        move(self.database, self.market, self.people, number)


@contextmanager
def settled(cluster: Cluster, market: Market) -> Iterator[Town]:
    """A town of its own, dropped with the block."""
    with cluster.fresh("offers") as database:
        people, now = ours.settled(database, market.city), datetime.now(UTC)
        there = offered(market, now)
        fill(database, market, people, there, now)
        yield Town(database, market, people, there)


def through_the_gate(contest: Contest, town: Town) -> Iterator[Finding]:
    """Takes people to each gate in turn, everybody from the same beginning; and compares what they are given."""
    rounds = contest.rounds + 1
    with ExitStack() as until_done:
        gate = until_done.enter_context(gatekeeper.ours(town.database))
        plain = until_done.enter_context(plain_gate.plain(town.database))
        gate("learn")
        taken = partial(_taken, contest, town)
        runs: dict[str, Callable[[int], Figures]] = {
            OURS: partial(taken, gate, plain),
            PLAIN: partial(taken, plain, None),
        }
        for name in PEERS:
            file, expected = _workload(town, name, rounds)
            koncorde = until_done.enter_context(matchers.koncorde(file))
            koncorde("add", 0, len(town.there.ids))
            runs[name] = partial(_matched, koncorde, expected)
        measured = interleave(runs, rounds)
    return _found(town, measured)


def _found(town: Town, measured: Mapping[str, Sequence[Figures]]) -> Iterator[Finding]:
    counted = after_warm_up(measured)
    market = town.market
    sizes = {"offers": market.offers, "people": market.people, "communities": market.communities}
    beside: dict[str, tuple[Figure, ...]] = {
        PLAIN: (*FIGURES, DATABASE),
        **dict.fromkeys(PEERS, FIGURES),
    }
    faults = [
        f"{name}, round {number}: {each['wrong']:.0f} check-ins were matched to something else than by the other way"
        for name, rounds in measured.items()
        for number, each in enumerate(rounds)
        if each["wrong"]
    ]
    for peer, figures in beside.items():
        shown = {name: counted[name] for name in (OURS, peer)}
        yield Finding("B11", peer, sizes, rows_of(shown, peer, figures), shown, faults)
    alone = {OURS: counted[OURS]}
    reasons = [Figure(f"withheld_{each}", f"withheld: {each}", "of 1,000") for each in REASONS]
    decided = (Figure("delivered", "check-ins by which an offer came", "of 1,000"), *reasons)
    yield Finding("B11 decided", "", sizes, rows_of(alone, "", decided), alone)


def _taken(contest: Contest, town: Town, gate: Ask, other: Ask | None, number: int) -> Figures:
    """A round of a gate that delivers; where there is another, it says first what some of them should be given."""
    town.begin(number)
    movers, steal = town.movers(number), Steal()
    expected = due(other, movers[:COMPARED]) if other else None
    spent = contest.cluster.cpu_s()
    matched: Matched = gate("match", movers, contest.seconds)
    database_s = contest.cluster.cpu_s() - spent
    compared = {each.person for each in movers[: min(COMPARED, matched.count)]}
    found = {each for each in matched.delivered if each.person in compared}
    wrong = {each for each in expected if each.person in compared} ^ found if expected is not None else set()
    each_of = 1e6 / matched.count
    return {
        "us": matched.us,
        "per_s": 1e6 / matched.us,
        "cpu_us": matched.cpu_s * each_of,
        "database_cpu_us": database_s * each_of,
        "count": matched.count,
        "delivered": 1_000 * len(matched.delivered) / matched.count,
        "wrong": len(wrong),
        "steal": steal.share(),
        **{f"withheld_{each}": 1_000 * matched.withheld[each] / matched.count for each in REASONS},
    }


def due(plain: Ask, movers: Sequence[Mover]) -> set[Decision]:
    """What they are to be given, each as if nobody else came."""
    return set(plain("decide", movers))


def _matched(koncorde: Ask, expected: Sequence[set[int]], number: int) -> Figures:
    """A round of koncorde, other check-ins each time."""
    steal, first = Steal(), number * MATCHED
    told = koncorde("match", first, MATCHED)
    due = expected[first : first + MATCHED]
    return {
        "us": told["us"],
        "per_s": 1e6 / told["us"],
        "cpu_us": told["cpu_us"],
        "matches": sum(map(len, due)) / MATCHED,
        "wrong": sum(set(heard) != each for heard, each in zip(told["heard"], due, strict=True)),
        "steal": steal.share(),
    }


def _workload(town: Town, name: str, rounds: int) -> tuple[Any, list[set[int]]]:
    """A file of all offers and of check-ins for so many rounds, and which offers each must find, at whatever hour."""
    market, there = town.market, town.there
    joined, shared = market.joined(), market.shared()
    tree = shapely.STRtree(np.array(shapely.polygons(there.rings[:, :, ::-1])))
    carried = [set(each) for each in there.topics]
    messages, expected = [], []
    for number in range(rounds):
        at = market.whereabouts(number)
        for person in market.movers(number, MATCHED):
            topics = set(shared[joined[person]].ravel().tolist())
            (lat, lon) = at[person].tolist()
            messages.append({"lat": lat, "lon": lon, "topics": sorted(map(str, topics))})
            around = tree.query(shapely.Point(lon, lat), predicate="covered_by").tolist()
            expected.append({each for each in around if carried[each] & topics})
    watches = [
        {"corners": ring, "topics": [str(each) for each in topics]}
        for ring, topics in zip(there.rings.tolist(), there.topics, strict=True)
    ]
    file = WORKSHOP / f"offers-{'listed' if name == EXISTS else 'single'}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"watches": watches, "messages": messages, "listed": name == EXISTS}))
    return file, expected
