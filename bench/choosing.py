"""Whether the ranking of events is any good: `python -m bench.choosing DATA` on real visits, held out week by week.

A venue that others visit in a week stands for an event of that week. For each person and week we rank those near
where they last were before it, and see how high those stand that they then went to. Nothing of that week but who else
goes is known to the ranking; what goes into the weights is of earlier weeks than what is judged.
"""

import argparse
import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from app.events.choosing import WEIGHTS, Candidate, features
from app.events.rules import counted
from geo import Position, metres_between

WEEK = timedelta(days=7)
REACH_M = 5000.0
TOP = 10
FITTED_WEEKS, JUDGED_WEEKS = 8, 8
#: Somebody's interests are the kinds of place they went to so often, at most so many: those would be their communities.
OFTEN, MOST_INTERESTS = 3, 5
ROUNDS = 1000
SEED = 20260101
PRIVATE = "Home (private)"
NAMES = tuple(name for name in WEIGHTS if name not in ("soon", "host"))


class Visit(NamedTuple):
    """Somebody was at a venue."""

    person: str
    venue: str
    kind: str
    at: Position
    when: datetime


@dataclass
class Known:
    """What is known before a week."""

    visits: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    popular: Counter[str] = field(default_factory=Counter)
    last: dict[str, Position] = field(default_factory=dict)

    def learn(self, visit: Visit) -> None:
        """Know of one more."""
        self.visits[visit.person][visit.venue] += 1
        if visit.kind:
            self.kinds[visit.person][visit.kind] += 1
        self.popular[visit.venue] += 1
        self.last[visit.person] = visit.at

    def interests(self, person: str) -> set[str]:
        """What communities they would belong to."""
        often = self.kinds[person].most_common(MOST_INTERESTS)
        return {kind for kind, times in often if times >= OFTEN}


@dataclass(frozen=True)
class Query:
    """One person's week: what there was, as the ranking sees it, and where they went."""

    person: str
    #: A row for each venue: the features, then its popularity, then its distance.
    rows: np.ndarray
    went: np.ndarray
    #: Those of them that they had never been to.
    new: np.ndarray


def visits_of(path: Path) -> list[Visit]:
    """The visits of a file, oldest first, but for people's homes."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        read = [
            Visit(
                row["user_id"],
                row["venue_id"],
                row.get("category") or "",
                Position(float(row["lat"]), float(row["lon"])),
                datetime.fromisoformat(row["utc"]).astimezone(UTC),
            )
            for row in csv.DictReader(text)
            if row.get("category") != PRIVATE
        ]
    return sorted(read, key=lambda visit: visit.when)


def friends_of(path: Path) -> dict[str, set[str]]:
    """Who is friends with whom, both ways; nobody where there is no such file."""
    friends: dict[str, set[str]] = defaultdict(set)
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                friends[row["user_id"]].add(row["friend_id"])
                friends[row["friend_id"]].add(row["user_id"])
    return friends


def queries(visits: Sequence[Visit], friends: Mapping[str, set[str]]) -> Iterator[tuple[int, Query]]:
    """Each week's, of the last ones of the file; with how many weeks before its end."""
    last = visits[-1].when
    known, weeks = Known(), defaultdict(list)
    for visit in visits:
        weeks[(last - visit.when) // WEEK].append(visit)
    random = Random(SEED)
    for ago in sorted(weeks, reverse=True):
        if ago < FITTED_WEEKS + JUDGED_WEEKS:
            for query in _week(weeks[ago], known, friends, random):
                yield ago, query
        for visit in weeks[ago]:
            known.learn(visit)


def _week(
    visits: Sequence[Visit], known: Known, friends: Mapping[str, set[str]], random: Random
) -> Iterator[Query]:
    who, venues, went = defaultdict(set), {}, defaultdict(set)
    for visit in visits:
        who[visit.venue].add(visit.person)
        venues[visit.venue] = visit
        went[visit.person].add(visit.venue)
    interests = {person: known.interests(person) for person in went}
    people = sorted(person for person in went if person in known.last)
    random.shuffle(people)
    # In no order that tells when somebody came: alike are ranked as they stand.
    listed = sorted(venues.items())
    random.shuffle(listed)
    for person in people:
        rows, hits, new = [], [], []
        for venue, visit in listed:
            others = who[venue] - {person}
            metres = metres_between(known.last[person], visit.at)
            if not others or metres > REACH_M:
                continue
            candidate = _candidate(person, visit, others, metres, (known, friends, interests))
            values = features(candidate, visit.when)
            rows.append([*(values[name] for name in NAMES), known.popular[venue], metres])
            hits.append(venue in went[person])
            new.append(hits[-1] and not known.visits[person][venue])
        if any(hits) and len(rows) > TOP:
            yield Query(person, np.array(rows), np.array(hits), np.array(new))


Around = tuple[Known, Mapping[str, set[str]], Mapping[str, set[str]]]


def _candidate(person: str, visit: Visit, others: set[str], metres: float, around: Around) -> Candidate:
    """What the application would know: everybody lets everybody know that they go."""
    known, friends, interests = around
    mine = interests[person]
    fellows = sum(1 for each in others if mine & interests.get(each, set())) if mine else 0
    return Candidate(
        starts_at=visit.when,
        metres=metres,
        followed=sorted(others & friends.get(person, set())),
        fellows=fellows,
        topics=[(visit.kind, visit.kind)] if visit.kind in mine else (),
        at_place=known.visits[person][visit.venue],
        on_topic=known.kinds[person][visit.kind] if visit.kind else 0,
        going=counted(len(others), exactly=False),
    )


Score = Callable[[Query], np.ndarray]


def rankings(fit: Mapping[str, float]) -> dict[str, Score]:
    """Ours, the same with the weights as fitted, and what it has to beat."""
    chance = np.random.default_rng(SEED)
    return {
        "ours": _weighted(WEIGHTS),
        "as fitted": _weighted(fit),
        "popularity": lambda query: query.rows[:, -2],
        "distance": lambda query: -query.rows[:, -1],
        "chance": lambda query: chance.random(len(query.rows)),
    }


def _weighted(weights: Mapping[str, float]) -> Score:
    column = np.array([weights[name] for name in NAMES])
    return lambda query: query.rows[:, : len(NAMES)] @ column


def judged(query: Query, scores: np.ndarray, relevant: np.ndarray) -> tuple[float, float]:
    """NDCG@10 and recall@10 (Järvelin and Kekäläinen 2002); ties are in the order of the rows, which is by chance."""
    best = np.argsort(-scores, kind="stable")[:TOP]
    gained = sum(1 / log2(place + 2) for place, row in enumerate(best) if relevant[row])
    wanted = int(relevant.sum())
    ideal = sum(1 / log2(place + 2) for place in range(min(wanted, TOP)))
    return gained / ideal, float(relevant[best].sum()) / wanted


def fitted(training: Sequence[Query], rounds: int = 300, step: float = 0.5) -> dict[str, float]:
    """The weights under which the visits that happened are likeliest, none below nought.

    A conditional logit (McFadden 1974), by AdaGrad (Duchi and others 2011).
    """
    weights = np.ones(len(NAMES))
    moments = np.zeros(len(NAMES))
    for _ in range(rounds):
        slope = np.zeros(len(NAMES))
        for query in training:
            rows = query.rows[:, : len(NAMES)]
            odds = np.exp(rows @ weights - (rows @ weights).max())
            slope += rows[query.went].mean(axis=0) - (odds / odds.sum()) @ rows
        slope = slope / len(training) - 0.001 * weights
        moments += slope**2
        weights = np.maximum(0.0, weights + step * slope / np.sqrt(moments + 1e-9))
    return dict(zip(NAMES, (round(float(each), 2) for each in weights), strict=True))


def interval(by_person: Mapping[str, Sequence[float]]) -> tuple[float, float, float]:
    """The mean, and between what it lies 95 times of 100 if other people had been asked (bootstrap over people)."""
    sums = np.array([sum(each) for each in by_person.values()])
    counts = np.array([len(each) for each in by_person.values()])
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (ROUNDS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(sums.sum() / counts.sum()), float(low), float(high)


def table(name: str, test: Sequence[Query], fit: Mapping[str, float], only_new: bool) -> Table:
    """How each ranking does."""
    about = "places they had never been to" if only_new else "all places"
    shown = Table("ranking", "NDCG@10", "recall@10", title=f"{name}, {about}")
    asked = [query for query in test if not only_new or query.new.any()]
    for ranking, score in rankings(fit).items():
        figures: tuple[dict[str, list[float]], ...] = (defaultdict(list), defaultdict(list))
        for query in asked:
            scores = score(query)
            relevant = query.new if only_new else query.went
            if only_new:
                # Where they had been is no answer to where they would go anew.
                scores = np.where(query.rows[:, NAMES.index("place")] > 0, -np.inf, scores)
            for into, value in zip(figures, judged(query, scores, relevant), strict=True):
                into[query.person].append(value)
        shown.add_row(ranking, *("{:.3f} ({:.3f} to {:.3f})".format(*interval(each)) for each in figures))
    shown.caption = (
        f"{len(asked)} weeks of {len({each.person for each in asked})} people, "
        f"{np.mean([len(each.rows) for each in asked]):.0f} to choose from"
    )
    return shown


def main() -> None:
    """Fit on the earlier weeks, judge on the later."""
    parser = argparse.ArgumentParser(prog="python -m bench.choosing", description=__doc__)
    parser.add_argument(
        "data", type=Path, help="a folder with *_checkins.csv.gz and *_friends.csv.gz of one city"
    )
    folder = parser.parse_args().data
    console, training, tests = Console(width=100), [], {}
    for name in ("foursquare", "gowalla"):
        visits = visits_of(folder / f"{name}_checkins.csv.gz")
        found = list(queries(visits, friends_of(folder / f"{name}_friends.csv.gz")))
        training += [query for ago, query in found if ago >= JUDGED_WEEKS]
        tests[name] = [query for ago, query in found if ago < JUDGED_WEEKS]
    fit = fitted(training)
    for name, test in tests.items():
        for only_new in (False, True):
            console.print(table(name, test, fit, only_new))
    console.print(f"Fitted on {len(training)} weeks of people before: {fit}")
    console.print(f"In use: { {name: WEIGHTS[name] for name in NAMES} }")


if __name__ == "__main__":
    main()
