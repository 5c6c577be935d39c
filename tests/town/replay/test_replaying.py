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
from tests.town.data import NEIGHBOURHOODS, WINDOW, needs_data
from tests.town.rows import CORNER, check_in_rows
from town.files import CheckInRow

COLUMNS = ("user_id", "venue_id", "category", "lat", "lon", "utc", "hood")


def run(*command: str, **environment: str) -> Any:
    """What a command of the town's says as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


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
    """A folder with a street of two halves, and people who walk along it."""
    folder = tmp_path_factory.mktemp("street")
    with (folder / "walks.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *as_csv(check_in_rows(60))])
    halves = [_half("West", -100, 1020), _half("East", 1020, 4000)]
    (folder / "halves.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": halves}))
    return folder


def _half(name: str, begins_m: float, ends_m: float) -> dict[str, object]:
    west, east = (destination(CORNER, 90, metres).lon for metres in (begins_m, ends_m))
    south, north = CORNER.lat - 0.01, CORNER.lat + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


STREET = ("--speed", "1200", "--listeners", "24", "--offers", "12")


def all_agrees(played: Any, rows: int, inside: int) -> None:
    assert played["agrees"], json.dumps(played, indent=2)
    assert played["check_ins"] == {"accepted": rows, "refused": {}}
    assert (played["hoods"]["rows_inside"], played["hoods"]["share"]) == (inside, 1.0)
    assert played["messages"]["right"] > 100


def test_everybody_on_a_made_up_street_hears_what_they_should_and_again(
    database_url: str, street: Path
) -> None:
    run("town.importing", str(street / "halves.geojson"), HEREABOUTS_DATABASE_URL=database_url)

    with serving(database_url) as server:
        play = ("town.replay", str(street / "walks.csv"), "--url", server.url, *STREET)
        first, again = run(*play), run(*play, "--again", "--seed", "2")

    all_agrees(first, rows=60, inside=60)
    all_agrees(again, rows=60, inside=60)
    assert first["offers"]["delivered"] > 0


def test_everybody_hears_it_whichever_process_they_are_connected_to(
    database_url: str, street: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where the processes of a server count together.
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))

    with serving(database_url, workers=2) as server:
        played = run("town.replay", str(street / "walks.csv"), "--url", server.url, *STREET)

    all_agrees(played, rows=60, inside=60)


@needs_data
def test_everybody_in_new_york_hears_what_they_should(database_url: str) -> None:
    run("town.importing", str(NEIGHBOURHOODS), HEREABOUTS_DATABASE_URL=database_url)

    with serving(database_url) as server:
        fast = ("--rows", "150", "--speed", "3000", "--listeners", "40", "--url", server.url)
        played = run("town.replay", str(WINDOW), *fast)

    all_agrees(played, rows=150, inside=126)
    assert played["offers"]["delivered"] > 0
