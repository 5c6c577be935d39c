from math import atan2, cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import EARTH_RADIUS_M, Position, bearing, destination, metres_between, offset
from geo.distance import metres_to_way, wrapped
from tests.geo.worlds import lengths, positions

HALF_ROUND_M = pi * EARTH_RADIUS_M


def as_postgis_has_it(a: Position, b: Position) -> float:
    """The formula of ST_DistanceSphere (sphere_distance in liblwgeom)."""
    lat_a, lat_b, lon = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    across = cos(lat_b) * sin(lon)
    along = cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(lon)
    return EARTH_RADIUS_M * atan2(
        hypot(across, along), sin(lat_a) * sin(lat_b) + cos(lat_a) * cos(lat_b) * cos(lon)
    )


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (Position(0, 0), Position(0, 0), 0.0),
        (Position(0, 0), Position(0, 180), HALF_ROUND_M),
        (Position(90, 0), Position(-90, 77), HALF_ROUND_M),
        (Position(40, -74), Position(-40, 106), HALF_ROUND_M),
        (Position(90, 13), Position(90, -120), 0.0),
        (Position(90, 13), Position(0, 55), HALF_ROUND_M / 2),
        (Position(12, 180), Position(12, -180), 0.0),
        (Position(0, 179.5), Position(0, -179.5), HALF_ROUND_M / 180),
    ],
)
def test_distances_one_can_do_in_the_head(a, b, metres):
    assert metres_between(a, b) == pytest.approx(metres, abs=1e-7)


@given(positions, positions)
def test_distances_agree_with_postgis_to_a_micrometre(a, b):
    assert metres_between(a, b) == pytest.approx(as_postgis_has_it(a, b), abs=1e-6)


@given(positions, positions)
def test_there_is_as_far_as_back(a, b):
    assert metres_between(a, b) == metres_between(b, a)


@given(positions, positions, positions)
def test_a_detour_is_never_shorter(a, b, c):
    assert metres_between(a, c) <= metres_between(a, b) + metres_between(b, c) + 1e-6


@given(positions, st.floats(0, 360), lengths(0.01, HALF_ROUND_M))
def test_one_arrives_as_far_away_as_one_went(start, turn, metres):
    assert metres_between(start, destination(start, turn, metres)) == pytest.approx(metres, abs=1e-6)


@given(positions, positions)
def test_who_sets_out_at_the_bearing_and_goes_the_distance_arrives(a, b):
    metres = metres_between(a, b)
    arrived = destination(a, bearing(a, b), metres)
    # Beside the antipode all ways lead there, and a bearing says little.
    assert metres_between(arrived, b) < 1e-3 or metres > HALF_ROUND_M - 1_000


@pytest.mark.parametrize(
    ("north", "east", "turn"), [(300, 0, 0), (0, 300, 90), (-300, 0, 180), (0, -300, 270), (5, 5, 45)]
)
def test_offsets_lead_where_they_say(north, east, turn):
    start = Position(52.5, 13.4)
    assert bearing(start, offset(start, north, east)) == pytest.approx(turn, abs=1e-6)
    assert metres_between(start, offset(start, north, east)) == pytest.approx(hypot(north, east))


def test_straight_on_over_the_pole_one_comes_down_the_other_side():
    arrived = destination(Position(89, 10), 0, HALF_ROUND_M / 90)
    assert (arrived.lat, arrived.lon) == pytest.approx((89, -170))


@given(positions, positions, positions)
def test_no_point_of_a_way_is_nearer_than_its_nearest(position, start, end):
    whole, turn = metres_between(start, end), bearing(start, end)
    nearest = metres_to_way(position, start, end)
    along = [destination(start, turn, whole * share / 100) for share in range(101)]
    walked = min(metres_between(position, point) for point in along)
    if whole < HALF_ROUND_M - 1_000:
        # A quarter of the globe away all of a way is equally far, and the sine knows half of its digits.
        assert nearest <= walked * (1 + 1e-8) + 1e-3
        assert nearest >= walked - whole / 200 - 1e-3


@given(st.floats(-900, 900))
def test_a_wrapped_longitude_is_the_same_meridian(lon):
    assert -180 <= wrapped(lon) <= 180
    assert (wrapped(lon) - lon) % 360 == pytest.approx(0, abs=1e-9) or (lon - wrapped(lon)) % 360 < 1e-9
