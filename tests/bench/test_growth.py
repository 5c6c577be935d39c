import pytest

from bench.growth import WORLDS, draw


@pytest.mark.parametrize("kind", ["watchers", "communities"])
def test_a_crowd_ten_times_as_large_has_ten_times_the_room(kind):
    small, large = WORLDS[kind](1_000).city, WORLDS[kind](10_000).city
    assert (large.span_deg / small.span_deg) ** 2 == pytest.approx(10)


def test_more_people_live_in_the_same_city():
    assert WORLDS["people"](100_000).city.span_deg == WORLDS["people"](1_000).city.span_deg


def test_the_same_figures_draw_the_same_picture(tmp_path):
    rounds = {
        f"{size:,} {kind}": [{"cpu_us": size / 9, "database_cpu_us": 1.0}]
        for kind in WORLDS
        for size in (10, 100)
    }
    for name in ("one.svg", "two.svg"):
        draw(rounds, (10, 100), tmp_path / name)
    assert (tmp_path / "one.svg").read_text() == (tmp_path / "two.svg").read_text()
    assert all(kind in (tmp_path / "one.svg").read_text() for kind in WORLDS)
