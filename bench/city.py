"""A made-up city: who watches where, who checks in where, and who must hear of it by brute force."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6371008.7714150598
CENTRE_LAT, CENTRE_LON = 49.84, 24.03
SAYING = "bench {:08d}"
_NUMBER = re.compile(rb"bench (\d{8})")

Push = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Watch:
    """A circle and the one topic its watcher wants to hear of there."""

    lat: float
    lon: float
    radius_m: float
    topic: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A check-in to be posted; its number stands in its text, so that a push tells which one it is."""

    number: int
    person: int
    lat: float
    lon: float
    topics: tuple[str, str]

    @property
    def saying(self) -> str:
        """The text of the check-in."""
        return SAYING.format(self.number)


@dataclass(frozen=True)
class City:
    """A square of `span_deg` degrees where all stay at a place of their own, as nobody may move too fast."""

    span_deg: float = 0.4
    topics: int = 50
    people: int = 1000
    radius_m: float = 3000.0
    seed: int = 7

    def watches(self, count: int) -> list[Watch]:
        """One circle and topic for each of `count` watchers."""
        chance = np.random.default_rng((self.seed, 1))
        centres = places(chance, count, self.span_deg)
        topics = chance.integers(self.topics, size=count)
        return [
            Watch(lat, lon, self.radius_m, topic_named(topic))
            for (lat, lon), topic in zip(centres, topics.tolist(), strict=True)
        ]

    def check_ins(self, first: int, count: int) -> list[CheckIn]:
        """The check-ins numbered from `first`, two topics each; a longer list begins like a shorter one."""
        homes = places(np.random.default_rng((self.seed, 2)), self.people, self.span_deg)
        drawn = np.random.default_rng((self.seed, 3, first)).random((count, 2)).tolist()
        made = []
        for number, (one, other) in enumerate(drawn, first):
            topic = int(one * self.topics)
            another = (topic + 1 + int(other * (self.topics - 1))) % self.topics
            person = number % self.people
            made.append(CheckIn(number, person, *homes[person], (topic_named(topic), topic_named(another))))
        return made


def places(chance: np.random.Generator, count: int, span_deg: float) -> list[tuple[float, float]]:
    """Latitudes and longitudes in degrees all over the city, rounded to a decimetre as phones send them."""
    offsets = (chance.random((count, 2)) - 0.5) * span_deg
    return [(round(CENTRE_LAT + lat, 6), round(CENTRE_LON + lon, 6)) for lat, lon in offsets.tolist()]


def topic_named(number: int) -> str:
    """The name of a topic of the city."""
    return f"interest:t{number}"


def number_in(message: bytes) -> int | None:
    """The number of the check-in a message tells of; None where it tells of none of ours."""
    found = _NUMBER.search(message)
    return int(found[1]) if found else None


def expected_pushes(watches: Sequence[Watch], check_ins: Iterable[CheckIn]) -> set[Push]:
    """Who must hear of what, as (watcher, number): every check-in against every watch of its topics."""
    watchers_of: dict[str, list[int]] = {}
    for watcher, watch in enumerate(watches):
        watchers_of.setdefault(watch.topic, []).append(watcher)
    circles = {
        topic: (np.array(watchers), np.array([_circle(watches[watcher]) for watcher in watchers]))
        for topic, watchers in watchers_of.items()
    }
    expected: set[Push] = set()
    for check_in in check_ins:
        for topic in check_in.topics:
            if topic in circles:
                watchers, around = circles[topic]
                within = metres_between(around[:, 0], around[:, 1], check_in.lat, check_in.lon)
                heard = watchers[within <= around[:, 2]]
                expected.update((watcher, check_in.number) for watcher in heard.tolist())
    return expected


def metres_between(
    lats: NDArray[np.float64], lons: NDArray[np.float64], lat: float, lon: float
) -> NDArray[np.float64]:
    """Great-circle metres on PostGIS's sphere from each of many positions in degrees to one (haversine)."""
    here = np.radians(lat)
    there = np.radians(lats)
    half_chord = (
        np.sin((there - here) / 2) ** 2
        + np.cos(here) * np.cos(there) * np.sin(np.radians(lons - lon) / 2) ** 2
    )
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half_chord))
    return metres


def _circle(watch: Watch) -> tuple[float, float, float]:
    return watch.lat, watch.lon, watch.radius_m
