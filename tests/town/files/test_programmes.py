"""Events of a file, read row by row."""

from datetime import datetime
from pathlib import Path

import pytest

from geo import Position
from town.files import EventRow, Unread, events_in, kind_of

COLUMNS = "title,start_date,start_time,end_date,end_time,location,park,lat,lon,description,source,link,hood\n"


def read(path: Path, *rows: str) -> list[EventRow | Unread]:
    file = path / "fair.csv"
    file.write_text(COLUMNS + "".join(f"{row}\n" for row in rows))
    assert kind_of(file) == "events"
    return list(events_in(file))


def test_a_row_says_what_when_and_where(tmp_path: Path) -> None:
    [row] = read(
        tmp_path,
        '"Chess, and tea",2021-12-21,15:00:00,2021-12-21,17:30,Hall,High Park,40.5,-74.0,Come.,parks,http://a.b/c,North',
    )
    assert row == EventRow(
        line=2,
        title="Chess, and tea",
        starts_at=datetime(2021, 12, 21, 15),
        ends_at=datetime(2021, 12, 21, 17, 30),
        position=Position(40.5, -74.0),
        location="Hall",
        park="High Park",
        hood="North",
        text="Come.",
        told_by="parks",
        link="http://a.b/c",
        called_off=False,
    )


def test_what_is_not_told_is_left_open(tmp_path: Path) -> None:
    [row] = read(tmp_path, "Chess,2021-12-21,15:00:00,,,,,,,,,,")
    assert isinstance(row, EventRow)
    assert (row.ends_at, row.position, row.park, row.link) == (None, None, "", "")


@pytest.mark.parametrize(
    ("said", "title", "called_off"),
    [
        ("CANCELED: Chess", "Chess", True),
        ("*Cancelled* - Chess", "Chess", True),
        ("Canceled", "Canceled", False),
        ("Chess is never cancelled", "Chess is never cancelled", False),
    ],
)
def test_a_title_may_say_that_it_was_called_off(
    tmp_path: Path, said: str, title: str, called_off: bool
) -> None:
    [row] = read(tmp_path, f"{said},2021-12-21,15:00:00,,,,,,,,,,")
    assert isinstance(row, EventRow)
    assert (row.title, row.called_off) == (title, called_off)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",2021-12-21,15:00:00,,,,,,,,,,", "title is empty"),
        ("Chess,2021-13-21,15:00:00,,,,,,,,,,", "'2021-13-21'"),
        ("Chess,2021-12-21,at three,,,,,,,,,,", "'at three'"),
        ("Chess,2021-12-21,15:00:00,2021-12-21,15:00:00,,,,,,,,", "no sooner"),
        ("Chess,2021-12-21,15:00:00,,16:00:00,,,,,,,,", "end_date is empty"),
        ("Chess,2021-12-21,15:00:00,,,,,91,2,,,,", "91"),
        ("Chess,2021-12-21,15:00:00,,,,,40.5,,,,,", "lon"),
        ("Chess,2021-12-21,15:00:00,,,,,nan,2,,,,", "nan"),
    ],
)
def test_a_faulty_row_is_told_in_its_place(tmp_path: Path, row: str, says: str) -> None:
    before, faulty, after = read(tmp_path, *[sound := "Chess,2021-12-21,15:00:00,,,,,,,,,,", row, sound])
    assert isinstance(faulty, Unread)
    assert faulty.line == 3
    assert says in faulty.why
    assert isinstance(before, EventRow)
    assert isinstance(after, EventRow)
