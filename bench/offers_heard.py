"""B11, the second part: from a check-in posted to the offer pushed to the open socket of who checked in."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import load, ours, plain_gate, processes
from bench.city import CheckIn, topic_named
from bench.forgetting import number_of
from bench.gatekeeper import Ask
from bench.listeners import Listeners, listening
from bench.load import Answers, Load
from bench.machine import Steal
from bench.market_rows import move, restore
from bench.offers import OURS, Town
from bench.ours import WITHOUT_LIMITS, Hereabouts, OurDialogue
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.trial import CREATED, PROMISES, Contest, of_pushes

PER_SECOND = 100
CONNECTIONS = 64
PATIENCE_S, LEARNING_S = 10.0, 300.0
#: Of a contest's seconds, as only some check-ins bring an offer and the slowest of a hundred is to be told.
LONGER = 4
#: Nobody jumps between rounds, so that all are where they were before anything was measured.
WHERE = 0
FIGURES = (
    Figure("push_p50_ms", "POST to offer, half", "ms", "less"),
    Figure("push_p95_ms", "POST to offer, 95 of 100", "ms", "less"),
    Figure("push_p99_ms", "POST to offer, 99 of 100", "ms", "less", ceiling=200),
    Figure("answered_p99_ms", "answered, 99 of 100", "ms", "less"),
    Figure("expected", "offers due, all exact", "a round"),
    Figure("cpu_us", "processor time, server", "µs", "less"),
    Figure("database_cpu_us", "processor time, database", "µs", "less"),
)
_PUSH = b'42["offer",'


@dataclass(frozen=True)
class Inbox(OurDialogue):
    """Signs in and waits for offers; a push counts by the offer it brings."""

    def answer(self, watcher: int, message: bytes) -> Sequence[bytes]:
        """Answers pings, and says who it is."""
        return () if message.startswith(b"40") else super().answer(watcher, message)

    def is_watching(self, watcher: int, message: bytes) -> bool:
        """As soon as it is signed in."""
        return message.startswith(b"40")

    def number_heard(self, message: bytes) -> int | None:
        """Of the offer."""
        return number_of(json.loads(message[2:])[1]["offer_id"]) if message.startswith(_PUSH) else None


@dataclass(frozen=True)
class Street:
    """A running server, who checks in, each on an open socket, and what says which offers are due."""

    town: Town
    service: Hereabouts
    listeners: Listeners
    plain: Ask
    people: Sequence[int]
    contest: Contest

    def round(self, number: int) -> Figures:
        """Everybody checks in once, where they were before."""
        restore(self.town.database)
        movers = self.town.movers(WHERE, len(self.people))
        # The check-ins do not say what anybody does, so they still do what they did.
        due = self.plain("decide", movers)
        places = {each.person: place for place, each in enumerate(movers)}
        expected = {(places[each.person], number_of(each.offer)) for each in due}
        requests = [self.service.post(each) for each in self._check_ins(number)]
        steal, spent = Steal(), (self.service.cpu_s(), self.contest.cluster.cpu_s())
        pace = Load(self.service.address, CONNECTIONS, 10 * len(requests) / PER_SECOND, PER_SECOND)
        answers: Answers = processes.in_own_process(load.send, pace, requests)
        heard = self.listeners.settle(len(expected), PATIENCE_S)
        waits = [
            (at - answers.sent_at[watcher]) * 1000
            for watcher, offer, at in zip(heard.watcher, heard.number, heard.at, strict=True)
            if (watcher, offer) in expected
        ]
        return {
            **{f"push_p{share}_ms": percentile(waits, share / 100) for share in (50, 95, 99)},
            "answered_p99_ms": percentile(answers.latencies_ms(), 0.99),
            "cpu_us": (self.service.cpu_s() - spent[0]) * 1e6 / len(requests),
            "database_cpu_us": (self.contest.cluster.cpu_s() - spent[1]) * 1e6 / len(requests),
            "refused": sum(status != CREATED for status in answers.status),
            "rows_missing": 0,
            "steal": steal.share(),
            **of_pushes(expected, heard),
        }

    def _check_ins(self, number: int) -> list[CheckIn]:
        at = self.town.market.whereabouts(WHERE).tolist()
        topics = topic_named(0), topic_named(1)
        first = number * len(self.people)
        return [
            CheckIn(first + place, person, at[person][0], at[person][1], topics)
            for place, person in enumerate(self.people)
        ]


def until_offered(contest: Contest, town: Town) -> Finding:
    """PER_SECOND check-ins a second by people with open sockets; the pushes due are those of the plain query."""
    people = town.market.movers(WHERE, int(contest.seconds * LONGER * PER_SECOND))
    move(town.database, town.market, town.people, WHERE)
    restore(town.database)
    tokens = [str(town.people[each]) for each in people]
    with (
        ours.serving(town.database, town.people, settings=WITHOUT_LIMITS) as service,
        plain_gate.plain(town.database) as plain,
        _ready(service, town),
        listening(service.address, Inbox(tokens, [()] * len(tokens)), len(tokens)) as listeners,
    ):
        street = Street(town, service, listeners, plain, people, contest)
        measured = interleave({OURS: street.round}, contest.rounds + 1)
    counted = after_warm_up(measured)
    faults = [
        f"round {number}: {each[figure]:.0f} {sentence}"
        for number, each in enumerate(measured[OURS])
        for figure, sentence in PROMISES.items()
        if each[figure]
    ]
    sizes = {"per_second": PER_SECOND, "sockets": len(tokens), "offers": town.market.offers}
    return Finding(f"B11 {PER_SECOND}/s", "", sizes, rows_of(counted, "", FIGURES), counted, faults)


@contextmanager
def _ready(service: Hereabouts, town: Town) -> Iterator[None]:
    """A server that knows all offers, which a small one learns in a moment and a town's worth in seconds."""
    known, patience = f"hereabouts_offers_standing {len(town.there.ids)}.0\n", time.monotonic() + LEARNING_S
    while known not in service.metrics():
        if time.monotonic() > patience:
            raise TimeoutError(f"the server does not know all offers after {LEARNING_S:.0f} s")
        time.sleep(0.5)
    yield
