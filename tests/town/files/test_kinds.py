"""What a file holds is told by its name and columns."""

import gzip
import json
from pathlib import Path

import pytest

from tests.town.data import DATA, needs_data
from town.files import BadFile, areas_in, check_ins_in, kind_of, places_in, rows_in

CHECK_INS = "user_id,venue_id,category,lat,lon,utc,precision_s,hood\n7,v1,Café,40.7,-74.0,2012-05-05T00:00:04Z,1,Soho\n"
POINT = {
    "type": "Feature",
    "properties": {"name": "Pier"},
    "geometry": {"type": "Point", "coordinates": [2, 41]},
}
SQUARE = [[[2, 41], [2.1, 41], [2.1, 41.1], [2, 41]]]
AREA = {
    "type": "Feature",
    "properties": {"name": "Gràcia"},
    "geometry": {"type": "Polygon", "coordinates": SQUARE},
}
DATED = POINT | {"properties": {"time": "2024-05-05T10:00:00+02:00"}}
TRACK = """<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>"""


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.csv", CHECK_INS, "check-ins"),
        ("a.tsv", CHECK_INS.replace(",", "\t"), "check-ins"),
        ("a.csv", "user_id,venue_id,lat,lon,utc\n", "check-ins"),
        ("a.csv", "venue_id,lat,lon,category,tags\n", "places"),
        ("a.csv", "name,lat,lon,location,hood\n", "places"),
        ("a.geojson", collection(POINT), "places"),
        ("a.json", collection(AREA), "areas"),
        ("a.geojson", json.dumps(AREA), "areas"),
        ("a.geojson", collection(DATED), "check-ins"),
        ("a.gpx", TRACK.format('<wpt lat="41" lon="2"><name>Pier</name></wpt>'), "places"),
        ("a.gpx", TRACK.format('<wpt lat="41" lon="2"><time>2024-05-05T10:00:00Z</time></wpt>'), "check-ins"),
    ],
)
def test_the_kind_is_found(tmp_path: Path, name: str, text: str, kind: str) -> None:
    file = tmp_path / name
    file.write_text(text)

    assert kind_of(file) == kind


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.txt", "", "ends in none of .csv"),
        ("a.csv", "user_id,friend_id\n", "columns friend_id, user_id"),
        ("a.csv", "user_id,venue_id,lat,lon,hour_of_week\n", "Check-ins need lat, lon, user_id, utc"),
        ("a.csv", "", "columns (none)"),
        ("a.geojson", collection(), "no features"),
        ("a.geojson", '{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        ("a.geojson", '{\n"type": }', "line 2: this is not JSON"),
        ("a.gpx", "<gpx", "is not GPX"),
        ("a.gpx", TRACK.format(""), "neither waypoints nor tracks"),
    ],
)
def test_what_cannot_be_told_is_refused_with_advice(tmp_path: Path, name: str, text: str, says: str) -> None:
    file = tmp_path / name
    file.write_text(text)

    with pytest.raises(BadFile) as refused:
        kind_of(file)

    assert says in str(refused.value)
    assert str(file) in str(refused.value)


def test_packed_files_are_read_whatever_they_are_called(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(gzip.compress(CHECK_INS.encode()))

    assert [row.user for row in check_ins_in(file)] == ["7"]


def test_a_file_cut_short_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress((CHECK_INS + CHECK_INS.splitlines()[1] * 50).encode())[:-12])

    with pytest.raises(BadFile, match="cut short"):
        list(check_ins_in(file))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="No such file"):
        kind_of(tmp_path / "nowhere.csv")


@needs_data
@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("sample/nyc_foursquare_5k_window.csv", "check-ins", 5000),
        ("sample/nyc_gowalla_5k.csv", "check-ins", 5000),
        ("nyc/neighbourhoods.geojson.gz", "areas", 312),
        ("nyc/boroughs.geojson.gz", "areas", 5),
        ("nyc/parks.csv.gz", "places", 1922),
        ("nyc/gowalla_places.csv.gz", "places", 30366),
    ],
)
def test_the_public_sets_are_read_to_the_last_row(name: str, kind: str, rows: int) -> None:
    file = DATA / name
    readers = {"areas": areas_in, "places": places_in, "check-ins": check_ins_in}

    assert kind_of(file) == kind
    assert sum(1 for _ in readers[kind](file)) == rows == rows_in(file)
