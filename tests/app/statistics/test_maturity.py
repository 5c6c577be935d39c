"""How mature a community is: decided from published numbers, explained, and warned of."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.statistics import service
from app.statistics.figures import Said
from app.statistics.maturity import (
    STAGES,
    THRESHOLDS,
    Between,
    Evidence,
    Period,
    Stage,
    judged,
    periods,
    span,
    stage,
    tables,
    warnings,
)
from app.statistics.measures import SIGMA
from app.statistics.rules import SETTLES, midnight
from tests.app.conftest import Counting
from tests.app.statistics.crowd import FOUR, Crowd
from tests.world import CAFE, World

DAY = date(2026, 10, 26)
NETWORK = {"a": 0.1, "b": 0.05, "c": 0.04}
ELSEWHERE = {"a": 0.1, "d": 0.5, "e": 0.5}
MATURE = {"by_members": 0.95, "reciprocity": 0.5}
NETWORKED = {**MATURE, "overlaps": NETWORK, "traffic": NETWORK}


def four_weeks(**known: object) -> Period:
    return Period(DAY, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([four_weeks()], Stage.HIERARCHY),
        ([four_weeks(by_members=0.5)], Stage.HIERARCHY),
        ([four_weeks(by_members=0.51)], Stage.EMERGENT),
        ([four_weeks(by_members=0.9)], Stage.EMERGENT),
        ([four_weeks(by_members=0.91)], Stage.EMERGENT),
        ([four_weeks(by_members=0.91, reciprocity=0.3)], Stage.EMERGENT),
        ([four_weeks(by_members=0.91, reciprocity=0.31)], Stage.COMMUNITY),
        ([four_weeks(**MATURE, newcomers=0.2)], Stage.EMERGENT),
        ([four_weeks(**MATURE, newcomers=0.21)], Stage.COMMUNITY),
        ([four_weeks(**MATURE, newcomers_answered=0.2)], Stage.EMERGENT),
        ([four_weeks(**MATURE, newcomers_answered=0.21)], Stage.COMMUNITY),
        ([four_weeks(**NETWORKED)] * 3, Stage.NETWORKED),
        ([four_weeks(**NETWORKED)] * 2, Stage.COMMUNITY),
        ([four_weeks(), *[four_weeks(**NETWORKED)] * 2], Stage.COMMUNITY),
        ([four_weeks(**NETWORKED | {"overlaps": {"a": 0.5}})] * 3, Stage.COMMUNITY),
        ([four_weeks(**NETWORKED | {"traffic": {}})] * 3, Stage.COMMUNITY),
        ([four_weeks(**NETWORKED | {"traffic": ELSEWHERE})] * 3, Stage.COMMUNITY),
        ([four_weeks(**NETWORKED | {"by_members": 0.6})] * 3, Stage.EMERGENT),
    ],
)
def test_a_stage_is_the_last_whose_evidence_all_holds(history: list[Period], expected: Stage) -> None:
    assert judged(history)[-1].stage is expected


@given(st.sets(st.sampled_from([*THRESHOLDS])), st.sampled_from([*THRESHOLDS]))
def test_more_evidence_never_makes_it_less_mature(held: set[str], more: str) -> None:
    order = list(Stage)
    made = [stage([Evidence(name, 1.0, True) for name in each]) for each in (held, held | {more})]
    assert all(order.index(less) <= order.index(as_much) for less, as_much in pairwise(made))


def test_every_stage_but_the_first_has_thresholds_with_a_source() -> None:
    assert list(STAGES) == list(Stage)[1:]
    assert {name for needed in STAGES.values() for name in needed} <= set(THRESHOLDS)
    assert all(each.source and each.says for each in THRESHOLDS.values())


def test_the_page_has_every_threshold() -> None:
    page = (Path(__file__).parents[3] / "docs/statistics.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([0-9.]+) \|", page, re.MULTILINE))
    assert {name: float(at) for name, at in rows.items()} == {
        name: each.at for name, each in THRESHOLDS.items()
    }


def test_it_is_judged_by_what_is_published_alone() -> None:
    wanted = tables(*span(datetime(2026, 11, 25, tzinfo=UTC)))
    assert all((each.measure, each.cut, each.bucket) in SIGMA for each in wanted)


def said(measure: str, people: int, *values: str, cut: tuple[str, ...] = ()) -> Said:
    return Said(measure, cut, FOUR, DAY, values, people)


ROLES = ("often", "role")


@pytest.mark.parametrize(
    ("cells", "by_members"),
    [
        ([], None),
        ([said("people", 20)], 0.0),
        # One founder, hidden, may have made 16 of 416.
        ([said("people", 25), said("people", 25, "16+", "member", cut=ROLES)], 0.962),
        # Ten are hidden, and all of them may be staff.
        ([said("people", 35), said("people", 25, "16+", "member", cut=ROLES)], 0.714),
        (
            [
                said("people", 55),
                said("people", 25, "16+", "organiser", cut=ROLES),
                said("people", 30, "1", "member", cut=ROLES),
            ],
            0.067,
        ),
    ],
)
def test_members_are_believed_what_nobody_hidden_can_have_done(
    cells: list[Said], by_members: float | None
) -> None:
    (period,) = periods(DAY, DAY + FOUR.length, cells, [])
    assert period.by_members == by_members


def test_newcomers_and_offers_are_told_where_they_are_published() -> None:
    cells = [
        said("people", 20, "0-3", cut=("tenure",)),
        said("members", 40, "0-3", cut=("tenure",)),
        said("people", 20, "1", cut=("often",)),
        said("reached", 20, "2-3", cut=("often",)),
    ]
    shared = [Between("overlap", DAY, "a", 0.1), Between("traffic", DAY, "b", 0.2)]
    (period,) = periods(DAY, DAY + FOUR.length, cells, shared)
    assert (period.newcomers, period.offers) == (0.5, 2.5)
    assert (period.overlaps, period.traffic) == ({"a": 0.1}, {"b": 0.2})
    assert {each.name for each in warnings([period])} == {"drowned_by_offers"}


def test_who_answers_is_told_where_it_is_published() -> None:
    cells = [
        said("people", 50),
        *(said("people", 25, each, cut=("talk",)) for each in ("asked", "both")),
        said("newcomers", 40),
        said("newcomers", 30, "hour", cut=("answered",)),
    ]
    (period,) = periods(DAY, DAY + FOUR.length, cells, [])
    assert (period.reciprocity, period.newcomers_answered) == (0.5, 0.75)


def test_nine_months_of_hierarchy_are_a_stall() -> None:
    one_more = [four_weeks() for _ in range(10)]
    assert [each.name for each in warnings(one_more)] == ["stalled"]
    assert warnings(one_more[1:]) == []
    assert warnings([*one_more, four_weeks(by_members=0.6)]) == []
    assert warnings([]) == []


def test_a_few_who_carry_it_are_a_warning_that_names_nobody() -> None:
    assert [each.name for each in warnings([four_weeks(inequality=0.7)])] == ["carried_by_few"]


@pytest.fixture(scope="module")
def ring(app: Flask) -> Iterator[str]:
    """A community that was founded eleven weeks before four weeks in which many took part, and are over."""
    database: Database = app.extensions["hereabouts"].database
    with Session(database.engine, expire_on_commit=False) as session:
        crowd = Crowd(session)
        community = crowd.community()
        people = crowd.people(500, community)
        for hour in range(16):
            at = midnight(crowd.starts_on) + timedelta(days=1, hours=hour)
            said = crowd.check_in(people, community, at=at, text="who rides?")
        crowd.answer(people[:250], said[250:251])
        session.commit()
    with clock.travelling(midnight(crowd.starts_on + FOUR.length) + SETTLES - clock.now()):
        closed = [crowd.starts_on]
        while closed:
            with database.transaction() as session:
                closed = service.close_periods(session, clock.now())
        yield str(community)


def test_everybody_can_read_how_mature_it_is_and_why(world: World, ring: str, statements: Counting) -> None:
    path, ana = f"/communities/{ring}/maturity", world.person("Ana")
    told = ana.gets(path)
    assert told["stage"] == "community"
    assert [each["stage"] for each in told["history"]] == ["hierarchy", "hierarchy", "community"]
    assert [each["name"] for each in told["warnings"]] == []
    evidence = {each["name"]: each for each in told["history"][-1]["evidence"]}
    assert evidence["most_by_members"]["value"] > 0.9
    assert evidence["most_by_members"]["source"].startswith("FeverBee")
    assert evidence["reciprocity"]["value"] == pytest.approx(0.5, abs=0.1)
    assert (evidence["newcomers_answered"]["value"], evidence["newcomers_answered"]["holds"]) == (None, True)
    assert evidence["overlaps"]["holds"] is False
    with statements() as so_far:
        assert world.client.get(f"/v1{path}").get_json() == told
    assert so_far() == 2


def test_a_new_community_is_at_the_beginning_and_a_location_has_no_stage(world: World) -> None:
    new = world.founder.gets(f"/communities/{world.community()['id']}/maturity")
    assert new == {"stage": "hierarchy", "warnings": [], "history": []}
    place = world.location(CAFE)
    assert world.founder.is_refused("GET", f"/communities/{place['id']}/maturity")["status"] == 404
