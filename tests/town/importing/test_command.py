"""script/import as people use it."""

import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

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


EVENTS = (
    "title,start_date,start_time,lat,lon,park\n"
    "Chess,2021-12-21,15:00:00,40.5,-74.0,High Park\nTea,2021-12-23,15:00:00,40.5,-74.0,High Park\n"
)


def test_events_are_put_off_until_a_day_and_by_a_clock(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    file.write_text(EVENTS + "Lost,2021-12-23,15:00:00,,,\n")
    begins = f"{date.today() + timedelta(days=3)}"

    (said,) = json.loads(run(database_url, "--json", "--as-if", begins, str(file)).stdout)
    assert (said["kind"], said["new"], sum(said["left_out"].values())) == ("events", 2, 1)
    with opened(Settings(database_url=database_url)) as house, house.database.reading() as session:
        first = session.scalars(text("SELECT min(starts_at)::text FROM events")).one()
    assert first == f"{begins} 15:00:00"


@pytest.mark.parametrize(
    ("options", "says"), [(["--time-zone", "Mars"], "Europe/Madrid"), (["--as-if", "soon"], "%Y-%m-%d")]
)
def test_a_clock_or_a_day_that_is_none_is_refused(
    database_url: str, tmp_path: Path, options: list[str], says: str
) -> None:
    file = tmp_path / "fair.csv"
    file.write_text(EVENTS)
    result = run(database_url, *options, str(file))
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_killed_import_of_events_is_finished_by_the_next(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "crash.csv"
    rows = [f"Number {n},2021-12-21,15:00:00,40.5,-74.0,High Park\n" for n in range(3000)]
    file.write_text(EVENTS.partition("\n")[0] + "\n" + "".join(rows))
    env = os.environ | {"HEREABOUTS_DATABASE_URL": database_url}
    dying = subprocess.Popen(
        [sys.executable, "-m", "town.importing", str(file)], env=env, stderr=subprocess.DEVNULL
    )
    engine = create_engine(database_url)
    asked = text("SELECT count(*) FROM events WHERE source_uid LIKE 'crash/%'")
    deadline = time.monotonic() + 60
    there = 0
    while not there and time.monotonic() < deadline:
        time.sleep(0.05)
        with engine.connect() as connection:
            there = connection.scalar(asked) or 0
    dying.kill()
    dying.wait()
    assert 0 < there < 3000, "it was to die in the middle"

    (said,) = json.loads(run(database_url, "--json", str(file)).stdout)

    assert said["new"] + said["there_already"] == 3000
    with engine.connect() as connection:
        assert connection.scalar(asked) == 3000
    engine.dispose()


@needs_data
def test_the_neighbourhoods_of_new_york_are_268_communities(database_url: str) -> None:
    first, second = (run(database_url, "--json", str(NEIGHBOURHOODS)) for _ in range(2))

    assert [(each["read"], each["new"]) for each in json.loads(first.stdout)] == [(312, 268)]
    assert [(each["new"], each["there_already"]) for each in json.loads(second.stdout)] == [(0, 268)]
