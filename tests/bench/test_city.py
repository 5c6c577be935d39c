import math

import pytest

from bench.city import City, Watch, expected_pushes, number_in
from tests.bench.hamlet import _metres

CITY = City(span_deg=0.2, topics=6, people=30)


def test_a_check_in_is_the_same_however_many_are_asked_for():
    assert CITY.check_ins(100, 50)[:7] == CITY.check_ins(100, 7)


def test_numbers_do_not_repeat_and_topics_are_two():
    made = CITY.check_ins(5, 500)
    assert [each.number for each in made] == list(range(5, 505))
    assert all(len({*each.topics}) == 2 for each in made)
    assert {topic for each in made for topic in each.topics} == {f"interest:t{n}" for n in range(6)}


def test_people_stay_where_they_are():
    homes = {each.person: (each.lat, each.lon) for each in CITY.check_ins(0, 30)}
    assert all(homes[each.person] == (each.lat, each.lon) for each in CITY.check_ins(1_000_000, 90))


def test_a_push_tells_the_number_of_its_check_in():
    (check_in,) = CITY.check_ins(1_234_567, 1)
    assert number_in(f'42["check_in",{{"text":"{check_in.saying}"}}]'.encode()) == 1_234_567
    assert number_in(b'42["presence",{"here":3}]') is None


def test_exactly_those_whose_circle_and_topic_fit_must_hear():
    watches, check_ins = CITY.watches(60), CITY.check_ins(0, 80)
    by_hand = {
        (watcher, each.number)
        for watcher, watch in enumerate(watches)
        for each in check_ins
        if watch.topic in each.topics and _metres(watch.lat, watch.lon, each.lat, each.lon) <= watch.radius_m
    }
    assert expected_pushes(watches, check_ins) == by_hand
    assert len(by_hand) > 20


@pytest.mark.parametrize(("metres", "hears"), [(999.9, True), (1000.1, False)])
def test_the_circle_ends_at_its_radius(metres, hears):
    (check_in,) = CITY.check_ins(0, 1)
    north = check_in.lat + math.degrees(metres / 6371008.7714150598)
    watch = Watch(north, check_in.lon, 1000.0, check_in.topics[1])
    assert (expected_pushes([watch], [check_in]) == {(0, 0)}) is hears
