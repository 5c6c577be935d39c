"""Numbers of communities as they are published, written straight to where the page reads them: years, quickly."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from app.statistics.rules import Bucket
from tests.served import Json

FOUR = Bucket.FOUR_WEEKS
#: Of an H3 cell, its neighbours, and one a little away: Barcelona.
AREAS = ("873944601ffffff", "873944600ffffff", "873944603ffffff", "87394460effffff")
_FIGURE = text("""
INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
VALUES (:of, :measure, :cut, 'four_weeks', :day, :one, :other, :people)
""")
_CLOSE = text("""
INSERT INTO closed_periods VALUES ('four_weeks', :day, CAST(:day AS date) + 28) ON CONFLICT DO NOTHING
""")
_LONG_THERE = text("UPDATE communities SET created_at = :at WHERE id = :id")
Row = Mapping[str, Any]


def last_period() -> date:
    """The newest four weeks that are over."""
    return FOUR.over_by(datetime.now(UTC))


def publish(database_url: str, community: Json, *others: Json, periods: int = 6) -> None:
    """Have a community be one of some two hundred that grew over these periods, with so many in each of the others."""
    days = [last_period() - FOUR.length * back for back in reversed(range(periods))]
    rows = [row for place, day in enumerate(days) for row in _four_weeks(place, day, days)]
    shared = [
        _cell(day, measure, "community", 60 - 7 * place, other["id"])
        for measure in ("overlap", "traffic")
        for day in days
        for place, other in enumerate(others)
    ]
    _write(database_url, community, [*rows, *shared])
    for other in others:
        _write(
            database_url,
            other,
            [_cell(day, whole, "", 120) for day in days for whole in ("members", "people")],
        )


def tie(database_url: str, one: Json, other: Json, people: int) -> None:
    """Have it be published, both ways round, that so many belong to both."""
    for a, b in ((one, other), (other, one)):
        _write(database_url, a, [_cell(last_period(), "overlap", "community", people, b["id"])])


def drown(database_url: str, community: Json) -> None:
    """Have it be published that more offers reached its members than they checked in."""
    reached = [_cell(last_period(), "reached", "often", 90, "16+"), _cell(last_period(), "reached", "", 90)]
    _write(database_url, community, reached)


def _write(database_url: str, community: Json, rows: Iterable[Row]) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        founded = datetime.now(UTC) - timedelta(days=400)
        connection.execute(_LONG_THERE, {"id": community["id"], "at": founded})
        written = [{"of": community["id"], **row} for row in rows]
        connection.execute(_FIGURE, written)
        for day in {row["day"] for row in written}:
            connection.execute(_CLOSE, {"day": day})
    engine.dispose()


def _four_weeks(place: int, day: date, days: list[date]) -> Iterator[Row]:
    members = 90 + 22 * place
    people = 60 + 18 * place
    yield _cell(day, "members", "", members)
    yield _cell(day, "people", "", people)
    yield _cell(day, "joined", "", 24 + 3 * (place % 3))
    for later, since in enumerate(reversed(days[: place + 1])):
        yield _cell(day, "people", "cohort", max(17, 24 - 2 * later), since.isoformat())
    shares = {
        "often": {"1": 0.35, "2-3": 0.25, "4-7": 0.2, "8-15": 0.12},
        "topic": {"interest:cycling": 0.6, "interest:repair": 0.3, "value:slow-travel": 0.17},
        "activity": {"riding": 0.55, "mending": 0.3},
        "talk": {"asked": 0.3, "answered": 0.2, "both": 0.25, "neither": 0.2},
        "tenure": {"0-3": 0.2, "4-12": 0.5, "13-25": 0.25},
        "area": dict(zip(AREAS, (0.5, 0.3, 0.2, 0.15), strict=True)),
    }
    for cut, values in shares.items():
        yield from (
            _cell(day, "people", cut, round(people * share), value) for value, share in values.items()
        )
    yield from (_cell(day, "members", "tenure", round(members * 0.3), value) for value in ("0-3", "4-12"))
    for number, weekday in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
        for hour in (8, 9, 13, 18, 19, 20):
            many = 23 + (number * 3 + hour * 5 + place) % 14
            yield _cell(day, "people", "day hour", many, weekday, f"{hour:02}")
    for topic, activity in (("interest:cycling", "riding"), ("interest:repair", "mending")):
        yield _cell(day, "people", "activity topic", round(people * 0.35), activity, topic)
    yield from (
        _cell(day, "people", "often role", round(people * share), value, "member")
        for value, share in {"1": 0.3, "2-3": 0.25, "4-7": 0.2, "8-15": 0.12 + 0.02 * place}.items()
    )


def _cell(day: date, measure: str, cut: str, people: int, one: str = "", other: str = "") -> Row:
    return {"day": day, "measure": measure, "cut": cut, "one": one, "other": other, "people": people}
