"""What rows say, and what is said of rows that cannot be."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo import Position
from town.files import BadRow, areas_in, check_ins_in, places_in

HEAD = "user_id,venue_id,category,lat,lon,utc,precision_s,hood\n"
GOOD = "7,v1,Café,40.7,-74.0,2012-05-05T00:00:04Z,1,Soho\n"
GPX = """<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="41" lon="2"><time>2024-05-05T10:00:00Z</time><name>Pier</name></wpt>
<trk><name>Ada</name><trkseg>
<trkpt lat="41.001" lon="2"><time>2024-05-05T10:00:00Z</time></trkpt>
<trkpt lat="41.002" lon="2"><time>2024-05-05T10:04:59Z</time></trkpt>
<trkpt lat="41.003" lon="2"><time>2024-05-05T10:05:00Z</time></trkpt>
<trkpt lat="41.004" lon="2"/>
</trkseg></trk></gpx>"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_a_foursquare_check_in(tmp_path: Path) -> None:
    (row,) = check_ins_in(written(tmp_path, "a.csv", HEAD + GOOD))

    assert (row.line, row.user, row.venue, row.category, row.hood) == (2, "7", "v1", "Café", "Soho")
    assert row.position == Position(40.7, -74.0)
    assert row.fixed_at == datetime(2012, 5, 5, 0, 0, 4, tzinfo=UTC)


def test_a_gowalla_check_in_has_no_category(tmp_path: Path) -> None:
    text = "user_id,venue_id,lat,lon,utc,hood\n7,v1,40.7,-74.0,2012-05-05T00:00:04Z,\n"

    (row,) = check_ins_in(written(tmp_path, "a.csv", text))

    assert (row.category, row.hood) == (None, "")


def test_a_file_without_the_column_speaks_of_no_neighbourhoods(tmp_path: Path) -> None:
    text = "user_id,lat,lon,utc\n7,40.7,-74.0,2012-05-05T02:00:04+02:00\n"

    (row,) = check_ins_in(written(tmp_path, "a.csv", text))

    assert row.hood is None
    assert row.fixed_at == datetime(2012, 5, 5, 0, 0, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",v,C,40.7,-74.0,2012-05-05T00:00:04Z,1,S\n", "user_id is empty"),
        ("7,v,C,north,-74.0,2012-05-05T00:00:04Z,1,S\n", "lat is 'north'"),
        ("7,v,C,,-74.0,2012-05-05T00:00:04Z,1,S\n", "lat is ''"),
        ("7,v,C,nan,-74.0,2012-05-05T00:00:04Z,1,S\n", "not a finite number"),
        ("7,v,C,91,-74.0,2012-05-05T00:00:04Z,1,S\n", "latitude 91"),
        ("7,v,C,-74.0,240.7,2012-05-05T00:00:04Z,1,S\n", "longitude 240.7"),
        ("7,v,C,40.7,-74.0,yesterday,1,S\n", "'yesterday' is not a time"),
        ("7,v,C,40.7,-74.0,2012-05-05T00:00:04,1,S\n", "no time zone"),
        ("7,v,C,40.7,-74.0\n", "ends before the column utc"),
        ("7,v,C,40.7,-74.0,2012-05-05T00:00:04Z,1,S,more\n", "more fields"),
        ('7,v,"C,40.7,-74.0,2012-05-05T00:00:04Z,1,S\n', "unexpected end of data"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, says: str) -> None:
    file = written(tmp_path, "a.csv", HEAD + GOOD + row)

    with pytest.raises(BadRow) as refused:
        list(check_ins_in(file))

    assert f"{file}, line 3: " in str(refused.value)
    assert says in str(refused.value)


def test_rows_before_a_bad_one_are_read(tmp_path: Path) -> None:
    rows = check_ins_in(written(tmp_path, "a.csv", HEAD + GOOD + "7\n"))

    assert next(rows).user == "7"


@pytest.mark.parametrize(
    ("text", "name", "category", "key"),
    [
        ("venue_id,name,lat,lon\nv,Pier,1,2\n", "Pier", None, "v"),
        ("venue_id,lat,lon,category,tags\nv,1,2,Bar,jazz|beer\n", "Bar", "Bar", "v"),
        ("venue_id,lat,lon,category,tags\nv,1,2,,jazz|beer\n", "jazz", None, "v"),
        ("venue_id,lat,lon,category,tags\nv,1,2,,\n", "a place", None, "v"),
        ("name,lat,lon\nPier,1,2\n", "Pier", None, "Pier@1.0,2.0"),
    ],
)
def test_a_place_is_called_by_the_best_there_is(
    tmp_path: Path, text: str, name: str, category: str | None, key: str
) -> None:
    (place,) = places_in(written(tmp_path, "a.csv", text))

    assert (place.name, place.category, place.key) == (name, category, key)


def test_waypoints_and_thinned_tracks_are_check_ins(tmp_path: Path) -> None:
    rows = list(check_ins_in(written(tmp_path, "a.gpx", GPX)))

    assert [(row.user, row.position.lat, row.text) for row in rows] == [
        ("me", 41.0, "Pier"),
        ("Ada", 41.001, ""),
        ("Ada", 41.003, ""),
    ]


def feature(geometry: object, **properties: object) -> str:
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})


def test_an_area_keeps_its_name_and_what_it_lies_in(tmp_path: Path) -> None:
    ring = [[2.0, 41.0], [2.1, 41.0], [2.1, 41.1], [2.0, 41.0]]
    text = feature({"type": "Polygon", "coordinates": [ring]}, name="Gràcia", borough="Barcelona")

    (area,) = areas_in(written(tmp_path, "a.geojson", text))

    assert (area.name, area.within, area.mended) == ("Gràcia", "Barcelona", False)
    assert area.area.contains(Position(41.05, 2.09))


def test_a_border_that_touches_itself_is_mended(tmp_path: Path) -> None:
    bow_tie = [[0.0, 0.0], [0.2, 0.2], [0.2, 0.0], [0.0, 0.2], [0.0, 0.0]]
    text = feature({"type": "Polygon", "coordinates": [bow_tie]}, name="Bow")

    (area,) = areas_in(written(tmp_path, "a.geojson", text))

    assert area.mended
    assert [area.area.contains(Position(lat, 0.02)) for lat in (0.1, 0.01)] == [True, False]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (feature({"type": "Point", "coordinates": [2, 41]}, name="Pier"), "not 'Point'"),
        (
            feature({"type": "Polygon", "coordinates": [[[2, 41], [3, 41], [3, 91], [2, 41]]]}, name="P"),
            "latitude 91",
        ),
        (feature({"type": "Polygon", "coordinates": [[[2, 41], [3, 41], [2, 41]]]}, name="P"), "4 positions"),
        (feature({"type": "Polygon", "coordinates": "here"}, name="P"), "Polygon"),
        (feature(None, name="P"), "Polygon"),
        (feature({"type": "Polygon", "coordinates": []}), "needs a name"),
    ],
)
def test_a_bad_area_is_named_by_its_number(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadRow) as refused:
        list(areas_in(written(tmp_path, "a.geojson", text)))

    assert "feature 1: " in str(refused.value)
    assert says in str(refused.value)
