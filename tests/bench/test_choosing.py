"""How rankings are judged: by hand for small ones, and on a made-up town in which one thing tells."""

import csv
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path

import numpy as np
import pytest

from bench.choosing import NAMES, Query, fitted, friends_of, interval, judged, queries, visits_of


def query(went: Sequence[bool]) -> Query:
    rows = np.zeros((len(went), len(NAMES) + 2))
    return Query("ana", rows, np.array(went), np.array(went))


@pytest.mark.parametrize(
    ("went", "ndcg", "recall"),
    [
        ([True, False, False], 1.0, 1.0),
        ([False, True, False], 1 / log2(3), 1.0),
        ([True, False, True], (1 + 1 / log2(4)) / (1 + 1 / log2(3)), 1.0),
        ([False] * 10 + [True], 0.0, 0.0),
        ([True] + [False] * 10 + [True], 1 / (1 + 1 / log2(3)), 0.5),
    ],
)
def test_the_higher_what_was_chosen_stands_the_better(went: list[bool], ndcg: float, recall: float) -> None:
    found = judged(query(went), -np.arange(len(went), dtype=float), np.array(went))
    assert found == pytest.approx((ndcg, recall))


def test_the_interval_holds_the_mean_and_is_of_people() -> None:
    mean, low, high = interval({"ana": [1.0, 1.0, 1.0], "bob": [0.0], "cid": [0.5, 0.5]})
    assert mean == pytest.approx(4 / 6)
    assert 0 <= low <= mean <= high <= 1


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Everybody goes to the same place each day, and on to one of twenty others by turns."""
    with gzip.open(tmp_path / "t_checkins.csv.gz", "wt", newline="") as file:
        written = csv.writer(file)
        written.writerow(["user_id", "venue_id", "category", "lat", "lon", "utc"])
        for day in range(140):
            when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
            for person in range(6):
                for venue in (person % 2, 2 + (day + person) % 20):
                    at = 40.7 + venue / 1000
                    written.writerow([person, venue, "Café", at, -74.0, when.isoformat()])
    return tmp_path


def test_what_tells_where_people_go_weighs_most(town: Path) -> None:
    found = [
        each for _, each in queries(visits_of(town / "t_checkins.csv.gz"), friends_of(town / "no.csv.gz"))
    ]
    assert found
    weights = fitted(found, rounds=50)
    assert weights["followed"] <= weights["place"], "nobody has friends here"
    assert min(weights.values()) >= 0
