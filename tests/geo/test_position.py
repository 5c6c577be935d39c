from decimal import Decimal
from fractions import Fraction
from pickle import dumps, loads

import pytest
from hypothesis import given

from geo import NotOnTheGlobe, Position
from tests.geo.worlds import positions

SWAPPED = "GeoJSON is [longitude, latitude], are they swapped?"


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [
        (139.7, 35.7, f"latitude 139.7 is not between -90 and 90; {SWAPPED}"),
        (91, 0, f"latitude 91 is not between -90 and 90; {SWAPPED}"),
        (-100, 120, "latitude -100 is not between -90 and 90"),
        (400, 20, "latitude 400 is not between -90 and 90"),
        (0, 180.1, "longitude 180.1 is not between -180 and 180; add or subtract 360 until it is"),
        (float("nan"), 0, "latitude nan is not a finite number; leave out a fix that has none"),
        (0, float("-inf"), "longitude -inf is not a finite number; leave out a fix that has none"),
        (True, 0, "latitude True is not a number; give decimal degrees"),
        (0, "13.4", "longitude '13.4' is not a number; give decimal degrees"),
        (None, 0, "latitude None is not a number; give decimal degrees"),
        (Decimal(1), 0, "latitude Decimal('1') is not a number; give decimal degrees"),
        (0, Fraction(1, 2), "longitude Fraction(1, 2) is not a number; give decimal degrees"),
        pytest.param(
            10**400, 0, "latitude inf is not a finite number; leave out a fix that has none", id="10**400"
        ),
        (0, "x" * 1000, f"longitude '{'x' * 56}... is not a number; give decimal degrees"),
    ],
)
def test_what_is_off_the_globe_is_refused_and_told_why(lat, lon, says):
    with pytest.raises(NotOnTheGlobe) as refused:
        Position(lat, lon)
    assert str(refused.value) == says


def test_the_corners_of_the_globe_are_on_it():
    assert Position(90, 180) == Position(90.0, 180.0)
    assert Position(-90, -180) != Position(-90, 180)


def test_whole_numbers_become_floats():
    assert [type(value) for value in (Position(1, 2).lat, Position(1, 2).lon)] == [float, float]


@given(positions)
def test_geojson_there_and_back_is_the_same_position(position):
    assert Position.from_geojson(position.to_geojson()) == position


@given(positions)
def test_a_pickled_position_is_the_same(position):
    assert loads(dumps(position)) == position


def test_an_altitude_is_dropped():
    assert Position.from_geojson({"type": "Point", "coordinates": [13.4, 52.5, 34.0]}) == Position(52.5, 13.4)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        "POINT(13.4 52.5)",
        {"type": "Point"},
        {"type": "Point", "coordinates": None},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [13.4]},
        {"type": "Point", "coordinates": [13.4, 52.5, 34, 0]},
        {"type": "MultiPoint", "coordinates": [[13.4, 52.5]]},
        {"type": "Point", "coordinates": ["13.4", "52.5"]},
        {"type": "Point", "coordinates": [52.5, 130.4]},
    ],
)
def test_what_is_no_geojson_point_is_refused(geometry):
    with pytest.raises(NotOnTheGlobe, match=r"\[longitude, latitude\]|decimal degrees"):
        Position.from_geojson(geometry)
