"""A made-up town lived through by the whole program: what grows in it, and that growth without a reason is seen."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geo import Position, destination
from tests.served import ROOT, free_port
from tests.town.replay.test_replaying import COLUMNS

CORNER = Position(41.4036, 2.1561)
BEGAN = datetime(2024, 5, 6, 8, tzinfo=UTC)
#: Twenty people of the town, on so many days.
PEOPLE, DAYS = 20, 40
#: Lives once, and tells it twice: as it was, and as if the file knew of no reason.
PROGRAM = """
from gevent import monkey

monkey.patch_all()

import json
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

from town.reference.lived import Evidence
from town.reliving import playing, telling

file, port, url = sys.argv[1:]
wanted = playing.Wanted(Path(file), None, 1.5, None, 1, int(port), False)
with playing.lived(Console(stderr=True), wanted, url) as (api, happened):
    honest = telling.told(api, happened)
    telling.kept_meeting = lambda *_: Evidence(4, 0, 0, date(2024, 5, 6))
    print(json.dumps([honest, telling.told(api, happened)]))
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file: seven of them meet at a tea room every other day, everybody drinks coffee somewhere each day."""
    file = tmp_path_factory.mktemp("town") / "town.csv"
    rows = []
    for day in range(DAYS):
        for person in range(PEOPLE):
            at = BEGAN + timedelta(days=day, minutes=7 * person)
            where = destination(CORNER, 90, 700.0 * person)
            rows.append((f"p{person}", f"v{person}", "Coffee Shop", where.lat, where.lon, at.isoformat(), ""))
            if person < 7 and day % 2 == 0:
                at += timedelta(hours=8)
                rows.append((f"p{person}", "tea", "Tea Room", CORNER.lat, CORNER.lon, at.isoformat(), ""))
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([COLUMNS, *sorted(rows, key=lambda row: row[5])])
    return file


def test_people_who_keep_meeting_are_asked_and_belong_and_the_file_says_why(
    server_url: str, town: Path
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(town), str(free_port()), server_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    summary, doubted = json.loads(done.stdout)

    assert summary["agrees"], json.dumps(summary, indent=2)
    assert summary["check_ins"]["accepted"] == PEOPLE * DAYS + 7 * DAYS // 2
    # All drink coffee, and each of them alone: about that nobody keeps meeting.
    assert {each["topic"] for each in summary["grown"]} == {"interest:tea-room"}
    grown = summary["grown"][0]
    assert 5 <= grown["by_the_file"]["people"] <= 7
    assert 5 <= grown["said_yes"] + grown["said_no"] <= 7
    assert not doubted["agrees"]
    assert not any(each["justified"] for each in doubted["grown"])
