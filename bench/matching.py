"""B5: the matching index alone, beside koncorde with the same watches and messages, and how its cost grows."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import matchers
from bench.city import CENTRE_LAT, CENTRE_LON, metres_between
from bench.machine import Steal
from bench.matchers import Ask, Start
from bench.processes import WORKSHOP
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, interleave

OURS, PEER = "hereabouts", "koncorde"
FLOORS = {10_000: 20.0, 100_000: 100.0}
GROWN = (1_000, 10_000, 100_000)
MESSAGES, WARM_UP, MOVED = 20_000, 100, 200
SECONDS = 1.0
SPAN_DEG = 0.4
TOPICS, TOPICS_EACH = 500, 2
RADII_M = (300, 500, 1_000, 2_000, 3_000, 5_000)
# Koncorde measures on the ellipsoid, we on the sphere; no message is so near to a border that it matters.
DOUBT = 0.005
COSTS = (
    Figure("cpu_us", "processor time of it", "µs", "less"),
    Figure("matches", "watches that hear it, as by brute force", "each", "more"),
    Figure("add_us", "a watch added", "µs", "less"),
    Figure("remove_us", "a watch removed", "µs", "less"),
    Figure("watch_kb", "memory of a watch", "kB", "less"),
)


def run(rounds: int) -> dict[str, Any]:
    """Everything that was found, plain enough for JSON."""
    return {finding.name: asdict(finding) for finding in findings(rounds)}


def findings(
    rounds: int, sizes: Sequence[int] = tuple(FLOORS), grown: Sequence[int] = GROWN
) -> list[Finding]:
    """Ours beside koncorde at each size; then ours alone, in a city that grows and in one that fills up."""
    return [*(_beside_koncorde(size, rounds) for size in sizes), _growth(grown, rounds)]


def _beside_koncorde(watches: int, rounds: int) -> Finding:
    asked = workload(watches, SPAN_DEG)
    with ExitStack() as until_done:
        starts = {OURS: matchers.ours, PEER: matchers.koncorde}
        trials = {name: until_done.enter_context(trial(start, asked)) for name, start in starts.items()}
        measured = interleave({name: each.measure for name, each in trials.items()}, rounds)
    return _finding(f"B5 {watches:,}", PEER, measured, FLOORS.get(watches))


def _growth(sizes: Sequence[int], rounds: int) -> Finding:
    """Ten times the watches in ten times the area are as dense; in the same area ten times as many hear."""
    measured = {}
    for size in sizes:
        spans = {"as dense": SPAN_DEG * math.sqrt(size / sizes[0]), "denser": SPAN_DEG}
        for how, span_deg in spans.items():
            with trial(matchers.ours, workload(size, span_deg)) as each:
                measured[f"{size:,} {how}"] = [each.measure(number) for number in range(rounds)]
    return _finding("B5 growth", "", measured, None)


def _finding(name: str, peer: str, measured: Mapping[str, Sequence[Figures]], floor: float | None) -> Finding:
    return Finding(
        name=name,
        peer=peer,
        sizes={"topics": TOPICS, "topics_each": TOPICS_EACH, "span_deg": SPAN_DEG, "messages": MESSAGES},
        rows=rows_of(measured, peer, (Figure("us", "a message matched", "µs", "less", floor), *COSTS)),
        rounds=measured,
        faults=[
            f"{one}, round {number}: {round['wrong']:.0f} messages were not heard by those who should"
            for one, rounds in measured.items()
            for number, round in enumerate(rounds, 1)
            if round["wrong"]
        ],
    )


@dataclass(frozen=True)
class Workload:
    """A file of watches and messages, and the numbers of the watches that must hear each message."""

    file: Path
    watches: int
    expected: Sequence[set[int]]


def workload(watches: int, span_deg: float) -> Workload:
    """Circles of all sizes and two of 500 topics each, all over a square of the city; messages on one topic.

    Who must hear them is found by asking every watch of the topic.
    """
    chance = np.random.default_rng((5, watches))
    centres, radii = _places(chance, watches, span_deg), chance.choice(RADII_M, watches)
    topics = np.argsort(chance.random((watches, TOPICS)), axis=1)[:, :TOPICS_EACH]
    watchers = [np.flatnonzero((topics == topic).any(axis=1)) for topic in range(TOPICS)]
    messages: list[dict[str, object]] = []
    expected: list[set[int]] = []
    while len(messages) < MESSAGES:
        (lat, lon), topic = *_places(chance, 1, span_deg), int(chance.integers(TOPICS))
        about = watchers[topic]
        spare = 1 - metres_between(centres[about, 0], centres[about, 1], lat, lon) / radii[about]
        if (abs(spare) > DOUBT).all():
            messages.append({"lat": lat, "lon": lon, "topic": str(topic)})
            expected.append(set(about[spare > 0].tolist()))
    asked = [
        {"lat": lat, "lon": lon, "radius_m": radius, "topics": [str(one) for one in each]}
        for (lat, lon), radius, each in zip(centres.tolist(), radii.tolist(), topics.tolist(), strict=True)
    ]
    file = WORKSHOP / f"matching-{watches}-{span_deg:.1f}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"watches": asked, "messages": messages}))
    return Workload(file, watches, expected)


def _places(
    chance: np.random.Generator, count: int, span_deg: float
) -> np.ndarray[Any, np.dtype[np.float64]]:
    offsets = (chance.random((count, 2)) - 0.5) * span_deg
    places: np.ndarray[Any, np.dtype[np.float64]] = np.add(np.round(offsets, 6), (CENTRE_LAT, CENTRE_LON))
    return places


@dataclass
class Trial:
    """A matcher that holds all watches and is warm."""

    ask: Ask
    workload: Workload
    watch_kb: float
    messages: int

    def measure(self, number: int) -> Figures:
        """One round: other messages than in the last, every answer compared; then some watches go and come."""
        steal = Steal()
        first = number * self.messages % (MESSAGES - self.messages + 1)
        matched = self.ask("match", first, self.messages)
        expected = self.workload.expected[first : first + self.messages]
        moved = number * MOVED % (self.workload.watches - MOVED + 1), MOVED
        return {
            "us": matched["us"],
            "cpu_us": matched["cpu_us"],
            "matches": sum(map(len, expected)) / self.messages,
            "wrong": sum(
                sorted(due) != sorted(heard) for due, heard in zip(expected, matched["heard"], strict=True)
            ),
            "remove_us": self.ask("remove", *moved)["us"],
            "add_us": self.ask("add", *moved)["us"],
            "watch_kb": self.watch_kb,
            "steal": steal.share(),
        }


@contextmanager
def trial(start: Start, asked: Workload) -> Iterator[Trial]:
    """A matcher with all watches added; a round has as many messages as it matches in about a second."""
    with start(asked.file) as ask:
        before_kb = ask("memory_kb")
        ask("add", 0, asked.watches)
        each_kb = (ask("memory_kb") - before_kb) / asked.watches
        ask("match", 0, WARM_UP)
        us = ask("match", WARM_UP, WARM_UP)["us"]
        yield Trial(ask, asked, each_kb, min(MESSAGES, max(WARM_UP, int(SECONDS * 1e6 / us))))
