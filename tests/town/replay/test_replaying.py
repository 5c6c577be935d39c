"""Whole plays against the whole program, on made-up and on real check-ins."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geo import destination
from tests.served import ROOT, serving
from tests.town.data import HISTORIES, NEIGHBOURHOODS, needs_data
from tests.town.rows import CORNER, check_in_rows
from town.files import CheckInRow

#: Of what people heard of themselves one message is lost and one told twice.
SABOTEUR = """
from gevent import monkey

monkey.patch_all()

import json
from itertools import count

from town.replay.command import main
from town.stage.ears import Ear

numbers, honestly = count(), Ear._heard

def heard(ear, at, name, argument):
    times = 1
    if name == "check_in" and json.loads(argument)["properties"]["handle"] == ear.player.handle:
        times = {1: 0, 2: 2}.get(next(numbers), 1)
    for _ in range(times):
        honestly(ear, at, name, argument)

Ear._heard = heard
main()
"""
COLUMNS = ("user_id", "venue_id", "category", "lat", "lon", "utc", "hood")


def run(*command: str, **environment: str) -> Any:
    """What a module of the town's says as JSON."""
    return said("-m", *command, "--json", **environment)


def said(*arguments: str, **environment: str) -> Any:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    if "agrees" in result:
        assert done.returncode == (0 if result["agrees"] else 1)
    return result


def as_csv(rows: list[CheckInRow]) -> list[tuple[object, ...]]:
    return [
        (
            row.user,
            row.venue,
            row.category,
            row.position.lat,
            row.position.lon,
            row.fixed_at.isoformat(),
            row.hood,
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a street of two halves, and people who walk along it; in one file the tenth is misplaced."""
    folder = tmp_path_factory.mktemp("street")
    rows = as_csv(check_in_rows(60))
    written(folder / "walks.csv", rows)
    written(folder / "misplaced" / "walks.csv", [*rows[:9], (*rows[9][:-1], "East"), *rows[10:]])
    halves = [_half("West", -100, 1020), _half("East", 1020, 4000)]
    (folder / "halves.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": halves}))
    return folder


def written(file: Path, rows: list[tuple[object, ...]]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([COLUMNS, *rows])


def _half(name: str, begins_m: float, ends_m: float) -> dict[str, object]:
    west, east = (destination(CORNER, 90, metres).lon for metres in (begins_m, ends_m))
    south, north = CORNER.lat - 0.01, CORNER.lat + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


FAULTS = ("missing", "twice", "extra", "wrong")
STREET = ("--speed", "1200", "--listeners", "24", "--offers", "12")


def all_agrees(played: Any, rows: int, inside: int) -> None:
    assert played["agrees"], json.dumps(played, indent=2)
    assert played["check_ins"] == {"accepted": rows, "refused": {}}
    assert (played["hoods"]["rows_inside"], played["hoods"]["share"]) == (inside, 1.0)
    assert played["messages"]["right"] > 100


def test_everybody_on_a_made_up_street_hears_what_they_should_and_whoever_spoils_it_is_seen(
    database_url: str, street: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("town.importing", str(street / "halves.geojson"), HEREABOUTS_DATABASE_URL=database_url)
    # Where the processes of a server count together.
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    with serving(database_url, workers=2) as server:
        play = ("--url", server.url, *STREET)
        first = run("town.replay", str(street / "walks.csv"), *play)
        misplaced = str(street / "misplaced" / "walks.csv")
        spoilt = said("-c", SABOTEUR, misplaced, *play, "--again", "--seed", "2", "--json")

    all_agrees(first, rows=60, inside=60)
    assert first["offers"]["delivered"] > 0
    assert not spoilt["agrees"]
    assert {fault: spoilt["messages"][fault] for fault in FAULTS} == {
        "missing": 1,
        "twice": 1,
        "extra": 0,
        "wrong": 0,
    }
    assert (spoilt["hoods"]["agreeing"], spoilt["hoods"]["faults"]) == (59, [])
    (why,) = spoilt["hoods"]["explained"]
    assert why.startswith("line 11: the file says East, whose border is 660")
    assert spoilt["offers"]["differences"] == []


@needs_data
def test_everybody_in_new_york_hears_what_they_should(database_url: str) -> None:
    run("town.importing", str(NEIGHBOURHOODS), HEREABOUTS_DATABASE_URL=database_url)

    with serving(database_url) as server:
        few = ("--rows", "60", "--listeners", "60", "--url", server.url)
        played = run("town.replay", str(HISTORIES), *few)

    all_agrees(played, rows=60, inside=57)
    assert played["offers"]["delivered"] > 0
