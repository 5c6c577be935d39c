import io
import json
import math

import pytest
from rich.console import Console

from bench.report import Figure, Finding, rows_of, show, write
from bench.rounds import Spread

MORE = Figure("per_s", "check-ins", "/s", "more", floor=3)
LESS = Figure("p99_ms", "answered", "ms", "less", ceiling=30)
OURS = [{"per_s": 900.0, "p99_ms": 10.0}, {"per_s": 800.0, "p99_ms": 20.0}, {"per_s": 700.0, "p99_ms": 15.0}]
THEIRS = [
    {"per_s": 100.0, "p99_ms": 50.0},
    {"per_s": 200.0, "p99_ms": 40.0},
    {"per_s": 350.0, "p99_ms": 60.0},
]


def test_more_is_better_by_ours_over_theirs_and_less_by_theirs_over_ours():
    more, less = rows_of({"hereabouts": OURS, "peer": THEIRS}, "peer", (MORE, LESS))
    assert more.ratio == Spread(4, 2, 9)
    assert less.ratio == Spread(4, 2, 5)


@pytest.mark.parametrize(("floor", "met"), [(3.9, True), (4, True), (4.1, False), (None, None)])
def test_a_floor_holds_for_the_median_of_the_ratios(floor, met):
    figure = Figure("per_s", "check-ins", "/s", "more", floor=floor)
    (row,) = rows_of({"hereabouts": OURS, "peer": THEIRS}, "peer", [figure])
    assert row.is_met is met


@pytest.mark.parametrize(("ceiling", "met"), [(15, True), (14.9, False)])
def test_a_ceiling_holds_for_our_own_median(ceiling, met):
    figure = Figure("p99_ms", "answered", "ms", "less", ceiling=ceiling)
    (row,) = rows_of({"hereabouts": OURS}, "peer", [figure])
    assert row.is_met is met


def test_a_floor_is_not_met_where_there_is_no_peer():
    (row,) = rows_of({"hereabouts": OURS}, "peer", [MORE])
    assert (row.ratio, row.is_met) == (None, None)


def test_the_peer_is_told_of_even_when_nobody_else_ran():
    (row,) = rows_of({"peer": THEIRS}, "peer", [MORE])
    assert (row.ours, row.theirs) == (None, Spread(200, 100, 350))


def test_the_table_says_what_was_met_and_what_does_not_count():
    measured = {"hereabouts": OURS, "peer": THEIRS}
    rows = rows_of(measured, "peer", (MORE, LESS))
    console = Console(file=io.StringIO(), width=120)
    show([Finding("B1", "peer", {}, rows, measured, ["hereabouts, round 1: 3 pushes never came"])], console)
    told = console.file.getvalue()
    assert "4.00 (2.00–9.00)" in told
    assert told.count("met") == 2
    assert "B1 does not count: hereabouts, round 1: 3 pushes never came" in told


def test_the_file_holds_every_round_and_is_json_even_where_a_figure_is_none(tmp_path):
    rounds = {"hereabouts": [{"per_s": 1.0, "push_p50_ms": math.nan}]}
    write([Finding("B1", rounds=rounds)], {"cores": "2"}, tmp_path / "found.json")
    told = json.loads((tmp_path / "found.json").read_text())
    assert told["machine"] == {"cores": "2"}
    assert told["findings"][0]["rounds"] == {"hereabouts": [{"per_s": 1.0, "push_p50_ms": None}]}


def test_what_is_neither_better_more_nor_less_is_not_compared():
    (row,) = rows_of({"hereabouts": OURS, "peer": THEIRS}, "peer", [Figure("per_s", "pushes", "a round")])
    assert (row.ours.median, row.theirs.median, row.ratio) == (800, 200, None)
