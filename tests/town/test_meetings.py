"""The table of where people keep meeting: what it shows, and that it asks nobody."""

import json

import pytest
from click.testing import CliRunner

from geo import Position
from tests.app.growing.test_noticing import Regulars, is_asked
from tests.world import World
from town.meetings import main

#: Where nobody else of these tests ever is.
CHURCHYARD = Position(51.7520, -1.2577)


@pytest.fixture
def regulars(world: World) -> Regulars:
    world.location(CHURCHYARD, "Jericho", 0.01)
    return Regulars(world, people=7, place=CHURCHYARD)


def test_it_shows_each_place_with_why_and_asks_nobody(regulars: Regulars, database_url: str) -> None:
    environment = {"HEREABOUTS_DATABASE_URL": database_url, "COLUMNS": "120"}
    said = CliRunner().invoke(main, ["--json"], env=environment)
    assert said.exit_code == 0, said.output
    (found,) = (each for each in json.loads(said.stdout) if each["topic"] == regulars.topic)
    assert found | {"place": "Jericho", "people": 5, "check_ins": 21, "days": 3} == found
    shown = CliRunner().invoke(main, [], env=environment)
    assert "Jericho" in shown.stdout
    assert "≥ 5" in shown.stdout
    assert [is_asked(each) for each in regulars.people] == [[]] * 7


def test_there_may_be_none(regulars: Regulars, database_url: str) -> None:
    environment = {"HEREABOUTS_DATABASE_URL": database_url}
    said = CliRunner().invoke(main, ["--as-of", "2001-01-01", "--json"], env=environment)
    assert (said.exit_code, json.loads(said.stdout)) == (0, [])


def test_without_a_database_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEREABOUTS_DATABASE_URL", raising=False)
    said = CliRunner().invoke(main, [])
    assert said.exit_code == 1
    assert "HEREABOUTS_DATABASE_URL is not set" in said.stderr
