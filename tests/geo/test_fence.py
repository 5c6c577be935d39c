from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import Area, Box, Circle, Crossing, Fence, Polygon, Position, Standing, crossing, destination, swept
from geo.fence import sure_enough
from tests.geo.worlds import NEW_YORK, areas, beside, circles, steps

ENTER, INSIDE, DWELL, EXIT, OUTSIDE = Crossing
SQUARE = Circle(NEW_YORK, 100)
NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def metres_out(metres: float) -> Position:
    """So far from the border of the square, inside if less than 0."""
    return destination(NEW_YORK, 30, SQUARE.radius_m + metres)


@pytest.mark.parametrize(
    ("was", "out_m", "accuracy_m", "tells"),
    [
        (None, -50, 10, ENTER),
        (None, 0, 10, ENTER),
        (None, 1, 10, OUTSIDE),
        (None, 500, 10, OUTSIDE),
        (OUTSIDE, -50, 10, ENTER),
        (OUTSIDE, 30, 10, OUTSIDE),
        (OUTSIDE, 500, 10, OUTSIDE),
        (EXIT, -50, 10, ENTER),
        (EXIT, 30, 10, OUTSIDE),
        (ENTER, -50, 10, INSIDE),
        (ENTER, 30, 10, INSIDE),
        (ENTER, 51, 10, EXIT),
        (INSIDE, 49, 10, INSIDE),
        (INSIDE, 51, 10, EXIT),
        (DWELL, 49, 10, INSIDE),
        (DWELL, 500, 10, EXIT),
        # The square is 100 m large: less certain fixes decide nothing.
        (None, -50, 100, ENTER),
        (None, -50, 101, OUTSIDE),
        (OUTSIDE, -50, 101, OUTSIDE),
        (EXIT, -50, 101, OUTSIDE),
        (ENTER, 5_000, 101, INSIDE),
        (INSIDE, 5_000, 101, INSIDE),
        (DWELL, 5_000, float("inf"), INSIDE),
        (INSIDE, 5_000, 100, EXIT),
    ],
)
def test_what_a_fix_tells(was, out_m, accuracy_m, tells):
    shift = -1e-6 if out_m == 0 else 0
    assert crossing(was, metres_out(out_m + shift), SQUARE, accuracy_m=accuracy_m) is tells


@pytest.mark.parametrize(("margin_m", "tells"), [(0, EXIT), (19, EXIT), (21, INSIDE)])
def test_the_margin_can_be_set(margin_m, tells):
    assert crossing(INSIDE, metres_out(20), SQUARE, margin_m=margin_m) is tells


def test_a_phone_that_wanders_at_the_border_comes_in_once():
    was, told = None, []
    for out_m in (10, -5, 20, -10, 45, 30, -1, 5):
        was = crossing(was, metres_out(out_m), SQUARE)
        told.append(was)
    assert told == [OUTSIDE, ENTER, INSIDE, INSIDE, INSIDE, INSIDE, INSIDE, INSIDE]


@given(areas, steps, st.sampled_from([None, *Crossing]))
def test_who_enters_was_out_and_who_leaves_was_in(area: Area, steps, was):
    for now in beside(area, steps):
        told = crossing(was, now, area)
        was_in = was is not None and was.is_in
        assert told in ((INSIDE, EXIT) if was_in else (ENTER, OUTSIDE))
        assert told.is_in or not area.contains(now)
        was = told


@given(circles)
def test_a_fix_decides_as_long_as_it_is_as_certain_as_the_area_is_large(circle):
    assert sure_enough(circle.radius_m, circle)
    assert not sure_enough(circle.radius_m * 1.01, circle)


WEST, EAST, NORTH = (destination(NEW_YORK, turn, 1_000) for turn in (270, 90, 0))
BLOCK = Box(NEW_YORK.lon - 0.001, NEW_YORK.lat - 0.001, NEW_YORK.lon + 0.001, NEW_YORK.lat + 0.001)
ATOLL, STRAIT = Circle(Position(0, 180), 500), (Position(0.001, 179.9), Position(0.001, -179.9))


@pytest.mark.parametrize("area", [SQUARE, BLOCK, Polygon(SQUARE.outline())])
@pytest.mark.parametrize(
    ("was", "now", "touched"),
    [
        (WEST, EAST, True),
        (EAST, WEST, True),
        (WEST, NORTH, False),
        (WEST, WEST, False),
        (WEST, NEW_YORK, True),
        (NEW_YORK, NEW_YORK, True),
        (WEST, destination(NEW_YORK, 270, 500), False),
    ],
)
def test_who_jumps_across_an_area_has_touched_it(area, was, now, touched):
    assert swept(was, now, area) is touched


@pytest.mark.parametrize("area", [ATOLL, Polygon(ATOLL.outline()), Box(179.99, -0.01, -179.99, 0.01)])
def test_over_the_antimeridian_the_way_is_the_short_one(area):
    assert swept(*STRAIT, area)
    assert swept(*STRAIT[::-1], area)
    assert not swept(*STRAIT, Circle(Position(0, 0), 500))
    assert not swept(*STRAIT, Box(-1, -1, 1, 1))


@given(areas, steps)
def test_who_was_in_or_is_in_has_touched_the_area(area: Area, steps):
    was, *rest = beside(area, steps)
    for now in rest[:20]:
        if area.contains(was) or area.contains(now):
            # The circle's border is where rounding may say either.
            slightly_larger = Circle(area.centre, area.radius_m + 1e-3) if isinstance(area, Circle) else area
            assert swept(was, now, slightly_larger)
        was = now


def visit(fence: Fence, *fixes: tuple[float, float, float]) -> list[Crossing | None]:
    """What fixes tell, each (minutes after noon, metres out, accuracy in metres)."""
    standing, told = None, []
    for minutes, out_m, accuracy_m in fixes:
        standing = fence.after(standing, metres_out(out_m), NOON + timedelta(minutes=minutes), accuracy_m)
        told.append(standing and standing.crossing)
    return told


@pytest.mark.parametrize(
    ("fixes", "told"),
    [
        ([(0, 500, 5), (1, -50, 5), (2, 500, 5)], [OUTSIDE, ENTER, EXIT]),
        ([(0, -50, 5), (2, -50, 5), (3, -50, 5), (4, -50, 5)], [ENTER, INSIDE, DWELL, INSIDE]),
        ([(0, -50, 5), (60, -50, 5), (61, 500, 5)], [ENTER, DWELL, EXIT]),
        ([(0, -50, 5), (4, 500, 5), (5, -50, 5), (6, -50, 5)], [ENTER, EXIT, ENTER, INSIDE]),
        ([(0, -50, 5), (4, -5, 5), (5, 500, 5), (6, -50, 5), (9, 0, 5)], [ENTER, DWELL, EXIT, ENTER, DWELL]),
        # Unsure: nothing is known yet, nobody stays by it, nobody leaves by it.
        ([(0, -50, 500), (1, -50, 5)], [None, ENTER]),
        ([(0, -50, 5), (5, -50, 500), (6, -50, 5)], [ENTER, INSIDE, DWELL]),
        ([(0, -50, 5), (1, 900, 500), (2, 900, 5)], [ENTER, INSIDE, EXIT]),
        ([(0, 900, 5), (1, -50, 500), (2, -50, 5)], [OUTSIDE, OUTSIDE, ENTER]),
        # Late: an hour in a tunnel, then uploaded out of order.
        ([(5, -50, 5), (1, 900, 5), (6, -50, 5)], [ENTER, INSIDE, INSIDE]),
        ([(5, 900, 5), (1, -50, 5), (6, 900, 5)], [OUTSIDE, OUTSIDE, OUTSIDE]),
    ],
)
def test_what_a_visit_tells(fixes, told):
    assert visit(Fence(SQUARE, stay=timedelta(minutes=3)), *fixes) == told


def test_who_enters_again_without_leaving_has_stayed_all_along():
    standing = Standing(INSIDE, NOON, since=NOON - timedelta(minutes=10), dwelt=True)
    after = Fence(SQUARE).after(standing, NEW_YORK, NOON + timedelta(minutes=1))
    assert after == Standing(INSIDE, NOON + timedelta(minutes=1), NOON - timedelta(minutes=10), dwelt=True)
