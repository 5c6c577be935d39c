"""One round of check-ins against a service: load it, hear what it pushes, check every row and push."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial

from bench import load, processes
from bench.city import CheckIn, City, Push, Watch, expected_pushes
from bench.database import Cluster
from bench.listeners import Heard, Listeners, listening
from bench.load import Answers, Load
from bench.machine import Steal
from bench.rounds import Figures, after_warm_up, interleave, percentile
from bench.service import Service

PATIENCE_S = 10.0
NUMBERS_A_ROUND = 1_000_000
CREATED = 201
PROMISES = {
    "refused": "check-ins were not answered with 201",
    "rows_missing": "acknowledged check-ins are not in the table",
    "missing": "pushes never came",
    "twice": "pushes came twice",
    "surplus": "pushes came to somebody who should not hear",
    "lost_sockets": "sockets were closed by the service",
}


@dataclass(frozen=True)
class Trial:
    """One way of loading a service: where, for whom, for how many seconds, how wide, and how fast.

    Without `per_second` the next check-in is posted as soon as a connection is free. The watches are dealt
    out over `sockets`, one to each where that is left out.
    """

    city: City
    watches: Sequence[Watch]
    seconds: float
    connections: int = 16
    per_second: float | None = None
    sockets: int | None = None

    def prepared(self, service: Service, number: int) -> list[CheckIn]:
        """More check-ins than the service can take in a round, no two rounds with the same number."""
        at_most = 2 * self.per_second if self.per_second else service.most_per_s
        return self.city.check_ins(NUMBERS_A_ROUND * number, int(at_most * self.seconds) + 1)

    def dealt(self) -> list[Sequence[Watch]]:
        """The watches of each socket: dealt out as cards are."""
        sockets = self.sockets or len(self.watches)
        return [self.watches[first::sockets] for first in range(sockets)]

    def expected(self, accepted: Sequence[CheckIn]) -> set[Push]:
        """Which socket must hear of which check-in."""
        sockets = self.sockets or len(self.watches)
        return {(watcher % sockets, number) for watcher, number in expected_pushes(self.watches, accepted)}


@dataclass(frozen=True)
class Contest:
    """Who is measured, on which cluster, for how many rounds of how many seconds."""

    services: Mapping[str, Service]
    cluster: Cluster
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Measured:
    """The figures of each service round by round, and every promise that was broken, the warm-up's too."""

    rounds: Mapping[str, Sequence[Figures]]
    faults: Sequence[str]


def measure(trial: Trial, contest: Contest) -> Measured:
    """Interleaves the services, while the watchers of all keep their sockets open."""
    with ExitStack() as until_done:
        runs = {}
        for name, service in contest.services.items():
            listeners = until_done.enter_context(watching(trial, service))
            runs[name] = partial(run, trial, service, contest.cluster, listeners)
        every = interleave(runs, contest.rounds + 1)
    return Measured(after_warm_up(every), faults(every))


def watching(trial: Trial, service: Service) -> AbstractContextManager[Listeners | None]:
    """The trial's watchers on their sockets; nobody where the trial has none."""
    if not trial.watches:
        return nullcontext()
    dealt = trial.dealt()
    return listening(service.address, service.dialogue(dealt), len(dealt))


def run(
    trial: Trial, service: Service, cluster: Cluster, listeners: Listeners | None, number: int
) -> Figures:
    """One round: posts, waits until everything due was heard, counts the rows and compares the pushes."""
    check_ins = trial.prepared(service, number)
    requests = [service.post(check_in) for check_in in check_ins]
    at_most = Load(service.address, trial.connections, trial.seconds, trial.per_second)
    stored, steal = service.stored(), Steal()
    spent = service.cpu_s(), cluster.cpu_s()
    answers: Answers = processes.in_own_process(load.send, at_most, requests)
    accepted = [check_ins[place] for place, status in enumerate(answers.status) if status == CREATED]
    expected = trial.expected(accepted)
    heard = listeners.settle(len(expected), PATIENCE_S) if listeners else Heard()
    per_check_in = 1e6 / max(1, len(accepted))
    return {
        "cpu_us": (service.cpu_s() - spent[0]) * per_check_in,
        "database_cpu_us": (cluster.cpu_s() - spent[1]) * per_check_in,
        "steal": steal.share(),
        "rows_missing": len(accepted) - (service.stored() - stored),
        **of_answers(answers, heard),
        **of_pushes(expected, heard),
        **of_waits(answers, heard, expected, check_ins[0].number),
    }


def of_answers(answers: Answers, heard: Heard) -> Figures:
    """How fast: `posts_per_s` until the last answer, `settled_per_s` until the last push too; and waits."""
    accepted = sum(status == CREATED for status in answers.status)
    waits = answers.latencies_ms()
    settled_s = max([*answers.answered_at, *heard.at]) - answers.sent_at[0]
    return {
        "accepted": accepted,
        "refused": len(answers.status) - accepted,
        "posts_per_s": accepted / answers.seconds,
        "settled_per_s": accepted / settled_s,
        "p50_ms": percentile(waits, 0.5),
        "p99_ms": percentile(waits, 0.99),
    }


def of_pushes(expected: set[Push], heard: Heard) -> Figures:
    """What should have been heard against what was."""
    times = Counter(zip(heard.watcher, heard.number, strict=True))
    return {
        "expected": len(expected),
        "missing": len(expected - times.keys()),
        "twice": sum(count - 1 for push, count in times.items() if push in expected),
        "surplus": sum(count for push, count in times.items() if push not in expected),
        "lost_sockets": heard.lost_sockets,
    }


def of_waits(answers: Answers, heard: Heard, expected: set[Push], first: int) -> Figures:
    """Milliseconds from the check-in sent to its push received, of the pushes that were due; NaN of none."""
    waits = [
        (at - answers.sent_at[number - first]) * 1000
        for watcher, number, at in zip(heard.watcher, heard.number, heard.at, strict=True)
        if (watcher, number) in expected
    ]
    return {"push_p50_ms": percentile(waits, 0.5), "push_p99_ms": percentile(waits, 0.99)}


def faults(measured: Mapping[str, Sequence[Figures]]) -> list[str]:
    """Every promise that a round broke, as a sentence; round 0 is the warm-up."""
    return [
        f"{name}, round {number}: {figures[figure]:.0f} {sentence}"
        for name, rounds in measured.items()
        for number, figures in enumerate(rounds)
        for figure, sentence in PROMISES.items()
        if figures[figure]
    ]
