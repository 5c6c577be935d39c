"""A plan keeps order and time, gives no home away, and is the same for the same seed."""

from random import Random

import pytest

from tests.town.rows import check_in_rows
from town.stage.plan import lively_speed, plan_of

ROWS = check_in_rows(120)


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan_of(ROWS, 600, Random(7)) == plan_of(ROWS, 600, Random(7))
    assert plan_of(ROWS, 600, Random(7)) != plan_of(ROWS, 600, Random(8))


def test_time_runs_as_fast_as_asked() -> None:
    plan = plan_of(ROWS, 600, Random(7))

    assert [act.due_s for act in plan.acts[:3]] == [0.0, 0.1, 0.2]
    assert plan.lasts_s == 11.9


def test_a_file_is_played_so_fast_that_it_comes_to_an_end() -> None:
    assert plan_of(ROWS, lively_speed(ROWS), Random(7)).lasts_s == pytest.approx(len(ROWS) / 20, rel=0.02)
    assert lively_speed(ROWS[:1]) == 1.0


def test_a_home_is_always_for_its_own_person_alone() -> None:
    homes = [act for act in plan_of(ROWS, 600, Random(7)).acts if act.row.category == "Home (private)"]

    assert homes
    assert {(act.visibility, act.topics) for act in homes} == {("me", ())}


def test_everything_that_decides_who_hears_is_drawn() -> None:
    acts = plan_of(ROWS, 600, Random(7)).acts

    assert {act.visibility for act in acts} == {"public", "communities", "me"}
    assert {act.exactness for act in acts} == {"exact", "quarter"}


def test_those_who_go_to_the_same_kind_of_place_share_a_community() -> None:
    plan = plan_of(ROWS, 600, Random(7))

    names = {circle.name: circle for circle in plan.circles}
    assert {"coffee-shop regulars", "bar regulars", "people drinking"} <= names.keys()
    assert names["bar regulars"].topics == ("interest:bar",)
    assert set(names["people drinking"].topics) == {"interest:bar", "interest:coffee-shop"}
    assert all(len(circle.members) > 1 for circle in plan.circles)
