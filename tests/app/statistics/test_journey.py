"""A community from the first check-in to the day on which it reads what it is like."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.statistics.rules import SETTLES, midnight
from tests.app.statistics.crowd import FOUR, next_four_weeks
from tests.world import CAFE, Json, Someone, World

RIDERS = 34


@pytest.fixture(autouse=True)
def _opened_again(database: Database) -> Iterator[None]:
    """What a test closed the next one closes again."""
    yield
    with database.transaction() as session:
        session.execute(text("DELETE FROM figures"))
        session.execute(text("DELETE FROM closed_periods"))


def test_those_who_let_themselves_be_counted_are_and_their_community_reads_what_it_is_like(
    world: World, database: Database
) -> None:
    ring, starts_on = world.community(), next_four_weeks()
    (topic,) = ring["properties"]["topics"]
    riders = [world.person("Rider") for _ in range(RIDERS)]
    shy = [world.person("Shy", contract="friends-and-communities") for _ in range(10)]
    for each in (*riders, *shy):
        each.joins(ring)
    with clock.travelling(midnight(starts_on) + timedelta(days=1, hours=8) - clock.now()):
        for each in (*riders, *shy):
            each.checks_in(CAFE, "off we go", topics=[topic], activity="riding")
    path = f"/communities/{ring['id']}/statistics?measure=people&by=activity"
    with clock.travelling(midnight(starts_on + FOUR.length) + SETTLES - clock.now()):
        before = riders[0].gets(path)["cells"]
        _close(database)
        (cell,) = riders[0].gets(path)["cells"]
        assert before == []
        assert cell["slice"] == {"activity": "riding"}
        assert abs(cell["value"] - RIDERS) < 17
        assert world.person("Stranger").is_refused("GET", path)["title"] == "Only members may do this"
        told = shy[0].gets("/me/disclosures/days?days=40")["items"]
        assert not [each for each in told if "counted" in each["says"]]
        told = riders[0].gets("/me/disclosures/days?days=40")["items"]
        assert "I was counted by one of my check-ins." in [each["says"] for each in told]


NEWCOMERS = 48


def test_a_community_that_answers_its_newcomers_reads_that_it_does(world: World, database: Database) -> None:
    ring, starts_on = world.community(), next_four_weeks()
    riders = [world.person("Rider") for _ in range(NEWCOMERS)]
    new = [world.person("New") for _ in range(NEWCOMERS)]
    _join(riders, ring)
    with clock.travelling(midnight(starts_on) + timedelta(days=1, hours=8) - clock.now()):
        _join(new, ring)
        asked = [each.checks_in(CAFE, "is there a map?", communities=[ring["id"]]) for each in new]
    with clock.travelling(midnight(starts_on) + timedelta(days=1, hours=8, minutes=20) - clock.now()):
        for rider, said in zip(riders, asked, strict=True):
            rider.posts(f"/check-ins/{said['id']}/replies", {"text": "yes, at the bar"})
            rider.checks_in(CAFE, communities=[ring["id"]])
    path = f"/communities/{ring['id']}/statistics?measure="
    with clock.travelling(midnight(starts_on + FOUR.length) + SETTLES - clock.now()):
        _close(database)
        (soon,) = riders[0].gets(f"{path}newcomers&by=answered")["cells"]
        assert soon["slice"] == {"answered": "hour"}
        assert abs(soon["value"] - NEWCOMERS) < 30
        talk = riders[0].gets(f"{path}people&by=talk")["cells"]
        assert [each["slice"] for each in talk] == [{"talk": "answered"}, {"talk": "asked"}]
        for measure in ("reciprocity", "newcomers_answered"):
            (cell,) = riders[0].gets(path + measure)["cells"]
            assert 0.4 < cell["value"] < 1.8
        assert world.person("Stranger").is_refused("GET", f"{path}reciprocity")["status"] == 403


def _join(people: list[Someone], ring: Json) -> None:
    for each in people:
        each.joins(ring)


def _close(database: Database) -> None:
    keeping = Housekeeping(database)
    chore = next(each for each in keeping.chores if each.name == "statistics")
    for _ in range(8):
        keeping.do(chore)
