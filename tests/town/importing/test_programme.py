"""Events of a file become events, with the days they were on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from geo import Polygon, Position, area_from_geojson
from tests.town.data import DATA, NEIGHBOURHOODS, needs_data
from town.files import AreaRow, EventRow, PlaceRow, Unread, areas_in, events_in
from town.importing.areas import import_areas
from town.importing.house import House
from town.importing.outcome import Outcome
from town.importing.places import import_places
from town.importing.programme import (
    AT_ONCE,
    LONGEST_TEXT,
    Clock,
    import_events,
    later_by,
    text_of,
)

Rows = Callable[[str], list[Any]]
NEW_YORK = Clock("America/New_York")
CHESS = EventRow(
    line=2,
    title="Adult Chess",
    starts_at=datetime(2021, 12, 21, 15),
    ends_at=datetime(2021, 12, 21, 17),
    position=Position(40.5, -74.0),
    location="Hall (in High Park)",
    park="High Park",
    hood="",
    text="Come and play.",
    told_by="nycparks",
    link="http://a.b/chess",
    called_off=False,
)
PARKS = DATA / "nyc" / "park_events.csv.gz"
SQUARE = [[[-74.1, 40.4], [-74.0, 40.4], [-74.0, 40.5], [-74.1, 40.5], [-74.1, 40.4]]]


def imported(
    house: House, *given: EventRow | Unread, source: str = "fairs", by_clock: Clock = NEW_YORK
) -> Outcome:
    outcome = Outcome("a.csv", "events")
    import_events(house, given, source, by_clock, outcome)
    return outcome


def of(source: str) -> str:
    return f"FROM events e JOIN event_dates d ON d.event_id = e.id WHERE e.source_uid LIKE '{source}/%'"


def test_an_event_that_is_over_is_there_with_its_day(house: House, rows: Rows) -> None:
    outcome = imported(house, CHESS, source="whole")
    assert (outcome.read, outcome.new) == (1, 1)
    [found] = (
        rows(f"""SELECT e.title, e.text, e.visibility, d.starts_at AT TIME ZONE 'UTC', d.ends_at - d.starts_at,
        (SELECT handle FROM people WHERE id = e.person_id), (SELECT name FROM places WHERE id = e.place_id),
        ARRAY(SELECT t.key FROM event_topics i JOIN topics t ON t.id = i.topic_id WHERE i.event_id = e.id),
        ST_Y(d.position), e.time_zone {of("whole")}""")
    )
    text = "Hall (in High Park)\n\nCome and play.\n\nhttp://a.b/chess"
    when, lasts = datetime(2021, 12, 21, 20), timedelta(hours=2)
    assert found[:5] == ("Adult Chess", text, "public", when, lasts)
    assert found[5:8] == ("whole-nycparks", "High Park", ["interest:chess"])
    assert found[8:] == (40.5, "America/New_York")


def test_importing_again_changes_nothing(house: House, rows: Rows) -> None:
    tomorrow = replace(CHESS, starts_at=datetime(2021, 12, 22, 15), ends_at=datetime(2021, 12, 22, 17))
    first = imported(house, CHESS, CHESS, source="again")
    second = imported(house, CHESS, tomorrow, source="again")
    assert (first.new, first.there_already, second.new, second.there_already) == (1, 1, 1, 1)
    assert rows(f"SELECT count(*) {of('again')}") == [(2,)]
    assert rows("SELECT count(*) FROM places WHERE source_key LIKE 'again/%'") == [(0,)], (
        "it is there already"
    )


def test_an_import_that_died_in_the_middle_is_finished_by_the_next(house: House, rows: Rows) -> None:
    many = [replace(CHESS, link=f"http://a.b/{number}") for number in range(2 * AT_ONCE + 7)]

    def dying() -> Iterator[EventRow]:
        yield from many[: AT_ONCE + 50]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_events(house, dying(), "dies", NEW_YORK, Outcome("a.csv", "events"))
    assert rows(f"SELECT count(*) {of('dies')}") == [(AT_ONCE,)]
    outcome = imported(house, *many, source="dies")
    assert (outcome.new, outcome.there_already) == (AT_ONCE + 7, AT_ONCE)
    assert rows(f"SELECT count(*), count(DISTINCT e.id) {of('dies')}") == [(len(many), len(many))]


def test_faults_are_told_line_by_line_and_the_rest_is_taken(house: House) -> None:
    long = replace(CHESS, line=4, ends_at=datetime(2022, 12, 21))
    far = replace(CHESS, line=5, starts_at=datetime(2821, 1, 1), ends_at=datetime(2821, 1, 2))
    outcome = imported(house, Unread(3, "title is empty"), long, far, CHESS, source="faulty")
    assert outcome.new == 1
    told = sorted(outcome.refused)
    assert [each.partition(":")[0] for each in told] == ["line 3", "line 4", "line 5"]
    assert "within 31 days" in told[1]


def test_without_a_position_it_is_where_what_it_names_is(house: House, rows: Rows) -> None:
    square = area_from_geojson({"type": "Polygon", "coordinates": SQUARE})
    assert isinstance(square, Polygon)
    import_areas(house, [AreaRow(1, "Old Town", "", square)], "quarters", Outcome("q", "areas"))
    twice = [Position(40.1, -74.0), Position(41.9, -74.0)]
    places = [PlaceRow(n, f"green-{n}", "Green", None, at) for n, at in enumerate(twice)]
    import_places(
        house, [*places, PlaceRow(3, "low", "Low Park", None, twice[0])], "spots", Outcome("s", "places")
    )
    lost = replace(CHESS, position=None, hood="", park="")
    outcome = imported(
        house,
        replace(lost, park="Low Park"),
        replace(lost, hood="Old Town"),
        replace(lost, park="Green"),
        replace(lost, park="Nowhere", hood="Nor here"),
        replace(lost, link=""),
        source="lost",
    )
    assert outcome.new == 2
    assert sum(outcome.left_out.values()) == 3
    assert any("Green is nothing" in why and "more than one" in why for why in outcome.left_out)
    assert any("Nowhere or Nor here" in why for why in outcome.left_out)
    found = rows(
        f"SELECT ST_Y(e.position), ST_Area(e.area::geography) > 1e6, e.place_id IS NULL {of('lost')} ORDER BY 1"
    )
    assert [(round(lat, 2), wide, nowhere) for lat, wide, nowhere in found] == [
        (40.1, False, False),
        (40.45, True, True),
    ]


def test_what_was_called_off_stands_as_cancelled(house: House, rows: Rows) -> None:
    imported(house, replace(CHESS, called_off=True), source="off")
    assert rows(f"SELECT e.cancelled_at IS NOT NULL {of('off')}") == [(True,)]


def test_all_is_put_off_until_a_day_by_the_clock_on_the_wall(house: House, rows: Rows) -> None:
    summer = replace(CHESS, starts_at=datetime(2021, 7, 3, 15), ends_at=None)
    later = later_by([Unread(2, "?"), summer, CHESS], date(2026, 12, 1))
    imported(house, summer, source="moved", by_clock=Clock("America/New_York", later))
    found = rows(f"SELECT e.starts_at, d.starts_at AT TIME ZONE 'UTC' {of('moved')}")
    assert found == [(datetime(2026, 12, 1, 15), datetime(2026, 12, 1, 20))], "three o'clock, in winter too"
    assert imported(house, summer, source="moved").new == 1, "as it was it is another event"


def test_a_long_text_is_cut_at_a_word_and_keeps_its_link() -> None:
    text = text_of(replace(CHESS, text="word " * 2000))
    assert LONGEST_TEXT - 10 < len(text) <= LONGEST_TEXT
    assert text.startswith("Hall (in High Park)\n\nword")
    assert text.endswith("word…\n\nhttp://a.b/chess")


@needs_data
def test_a_fortnight_of_new_york_s_parks(house: House, rows: Rows) -> None:
    import_areas(house, areas_in(NEIGHBOURHOODS), "neighbourhoods", Outcome("n", "areas"))
    outcome, again = (imported(house, *events_in(PARKS), source="park_events") for _ in range(2))
    assert (outcome.read, outcome.refused.total()) == (1835, 0)
    assert outcome.new + outcome.left_out.total() == 1835
    assert outcome.new == 1287 + 72
    assert (again.new, again.there_already) == (0, outcome.new)
    [(events, dates, past)] = rows(
        f"SELECT count(DISTINCT e.id), count(*), count(*) FILTER (WHERE d.ends_at < now()) {of('park_events')}"
    )
    assert events == dates == past == outcome.new
    assert all(key.startswith("interest:") for (key,) in rows("SELECT DISTINCT key FROM topics"))
