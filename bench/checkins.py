"""B1, B2, B3: durable check-ins alone, while thousands watch, and how soon the watchers hear of them."""

from collections.abc import Sequence
from dataclasses import replace

from bench import least
from bench.city import City
from bench.report import Figure, Finding, rows_of
from bench.trial import Contest, Trial, measure

PEER = "parse-server"
CITY = City()
FLOORS_WHILE_WATCHED = {200: 10.0, 1000: 30.0, 5000: 100.0}
#: At this pace the promise of B3 holds or does not.
PROMISED_PER_S = 50
PUSHES = Figure("expected", "pushes due, all exact", "a round")
COSTS = (
    Figure("cpu_us", "processor time, server", "µs", "less"),
    Figure("database_cpu_us", "processor time, database", "µs", "less"),
)


def alone(contest: Contest) -> Finding:
    """B1: a 201 comes only after the commit, so every one must be a row afterwards."""
    figures = (
        Figure("posts_per_s", "check-ins", "POST/s", "more", floor=3),
        Figure("p99_ms", "answered, 99 of 100", "ms", "less", ceiling=30),
        *COSTS,
    )
    return _found("B1", Trial(CITY, (), contest.seconds), contest, figures)


def while_watched(watchers: int, contest: Contest) -> Finding:
    """B2: each watcher has a circle and a topic of its own; the clock runs until the last push is in."""
    floor = FLOORS_WHILE_WATCHED.get(watchers)
    figures = (
        Figure("settled_per_s", "check-ins", "POST/s", "more", floor=floor),
        Figure("p99_ms", "answered, 99 of 100", "ms", "less"),
        PUSHES,
        *COSTS,
    )
    trial = Trial(CITY, CITY.watches(watchers), contest.seconds)
    return _found(f"B2 {watchers:,}", trial, contest, figures)


def until_heard(contest: Contest, per_second: int) -> Finding:
    """B3: 200 watchers, so many check-ins a second; fewer topics than in B2, so that more pushes tell the p99."""
    promised = per_second == PROMISED_PER_S
    figures = (
        Figure("push_p50_ms", "POST to push, half", "ms", "less", floor=8 if promised else None),
        Figure("push_p99_ms", "POST to push, 99 of 100", "ms", "less", floor=20 if promised else None),
        PUSHES,
        *COSTS,
    )
    city = replace(CITY, topics=12)
    # A connection that still waits for an answer would hold the next check-in back and hide the wait.
    trial = Trial(city, city.watches(200), 2 * contest.seconds, connections=64, per_second=per_second)
    return _found(f"B3 {per_second}/s", trial, contest, figures)


def _found(name: str, trial: Trial, contest: Contest, figures: Sequence[Figure]) -> Finding:
    measured = measure(trial, contest)
    ours = {who: rounds for who, rounds in measured.rounds.items() if who != least.NAME}
    yardstick = {who: rounds for who, rounds in measured.rounds.items() if who in {least.NAME, PEER}}
    rows = rows_of(ours, PEER, figures)
    if least.NAME in yardstick:
        # Nothing is promised of it.
        rows += rows_of(yardstick, PEER, [replace(each, floor=None, ceiling=None) for each in figures])
    return Finding(
        name=name,
        peer=PEER,
        sizes={
            "watchers": len(trial.watches),
            "connections": trial.connections,
            "seconds": trial.seconds,
            "people": trial.city.people,
            "topics": trial.city.topics,
            "span_deg": trial.city.span_deg,
            "radius_m": trial.city.radius_m,
        },
        rows=rows,
        rounds=measured.rounds,
        faults=measured.faults,
    )
