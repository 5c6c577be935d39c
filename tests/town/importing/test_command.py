"""script/import as people use it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.settings import Settings
from tests.town.data import NEIGHBOURHOODS, needs_data
from town.importing.__main__ import main
from town.importing.house import opened

CHECK_INS = "user_id,lat,lon,utc\n7,41.4,2.1,2012-05-05T00:00:04Z\n8,41.4,2.1,2012-05-05T00:00:05Z\n"


def run(database_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"HEREABOUTS_DATABASE_URL": database_url})


def test_what_came_of_it_is_told_to_people_and_machines(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "walks.csv"
    file.write_text(CHECK_INS)

    result = run(database_url, "--json", str(file))

    assert result.exit_code == 0
    (said,) = json.loads(result.stdout)
    assert (said["file"], said["kind"], said["read"], said["new"]) == ("walks.csv", "check-ins", 2, 2)
    assert "there already" in result.stderr


@pytest.mark.parametrize(
    ("written", "says"),
    [(CHECK_INS + "9,north,2.1,2012-05-05T00:00:04Z\n", "line 4: lat is 'north'"), ("a,b\n", "columns a, b")],
)
def test_a_bad_file_ends_it_with_advice(database_url: str, tmp_path: Path, written: str, says: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(written)

    result = run(database_url, str(file))

    assert result.exit_code == 1
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_ends_it_before_anything_of_the_others_is_imported(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "early.csv"
    file.write_text(CHECK_INS)

    missing = run(database_url, str(file), str(tmp_path / "nothing.csv"))
    assert missing.exit_code == 1
    assert "nothing.csv cannot be read: No such file" in missing.stderr

    (said,) = json.loads(run(database_url, "--json", str(file)).stdout)
    assert said["new"] == 2


def test_a_database_that_is_not_there_is_said_so(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "walks.csv"
    file.write_text(CHECK_INS)

    result = run(database_url + "_not", str(file))

    assert result.exit_code == 1
    assert "does not let us in" in result.stderr
    assert "Is HEREABOUTS_DATABASE_URL right?" in result.stderr


def test_an_empty_database_gets_its_tables_first(empty_url: str, tmp_path: Path) -> None:
    file = tmp_path / "walks.csv"
    file.write_text(CHECK_INS)

    (said,) = json.loads(run(empty_url, "--json", str(file)).stdout)

    assert said["new"] == 2


def test_two_imports_at_once_are_refused(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "walks.csv"
    file.write_text(CHECK_INS)

    with opened(Settings(database_url=database_url)):
        result = run(database_url, str(file))

    assert result.exit_code == 1
    assert "Another import is running" in result.stderr


@needs_data
def test_the_neighbourhoods_of_new_york_are_268_communities(database_url: str) -> None:
    first, second = (run(database_url, "--json", str(NEIGHBOURHOODS)) for _ in range(2))

    assert [(each["read"], each["new"]) for each in json.loads(first.stdout)] == [(312, 268)]
    assert [(each["new"], each["there_already"]) for each in json.loads(second.stdout)] == [(0, 268)]
