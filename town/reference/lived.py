"""What should have come of a file lived through, by counting its rows one by one: who kept meeting, who took part."""

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, exp, sqrt
from typing import NamedTuple

from geo import Position
from town.reference.ground import Round, spot_of

#: As the server looks: so far back, for so many people who came on so many days.
LOOKED_BACK = timedelta(days=30)
LEAST_PEOPLE, LEAST_DAYS = 5, 3
FOUR_WEEKS = timedelta(weeks=4)
MOST_COMMUNITIES = 3
_FIRST_MONDAY = date(1970, 1, 5)
#: A radius is told in whole metres, and positions in five decimals.
_ROUNDED_M = 3.0
#: Wider than a spot, in whose middle all of somebody's check-ins there are taken to be.
_SPOT_M = 450.0
_NEXT = timedelta(microseconds=1)
#: Of fewer people nothing is said; and what is said lies so many standard deviations above that.
_FEWEST, _MARGIN = 5, 3
#: What chance does less than once in some millions of times: one number, and many together.
_FARTHEST, _FARTHEST_TOGETHER, _MANY = 6.0, 5.0, 30


@dataclass(frozen=True, slots=True)
class Openly:
    """A check-in that everybody may know exactly, and count."""

    person: str
    at: Position
    when: datetime
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who kept meeting at a place: so many people who came on enough days, and on how many days how often."""

    people: int
    check_ins: int
    days: int
    until: date


def kept_meeting(said: Iterable[Openly], topic: str, place: Round, asked_at: datetime) -> Evidence:
    """The most people who kept coming within what is looked back on, on any day up to when they were asked.

    Asked is also about what was not seen again for as long.
    """
    wide = Round(place.centre, place.radius_m + _SPOT_M)
    earliest = asked_at - 2 * LOOKED_BACK
    there = [each for each in said if topic in each.topics and earliest <= each.when <= asked_at]
    there = [each for each in there if wide.holds(each.at)]
    # Whenever people were looked for: what is found changes when somebody checks in, or did so too long ago.
    changes = (each.when + after + _NEXT for each in there for after in (timedelta(), LOOKED_BACK))
    ends = [asked_at, *(each for each in changes if asked_at - LOOKED_BACK <= each < asked_at)]
    return max((_evidence(there, place, end) for end in ends), key=lambda each: (each.people, each.check_ins))


def _evidence(there: Sequence[Openly], place: Round, end: datetime) -> Evidence:
    within = _at(place, [each for each in there if end - LOOKED_BACK <= each.when < end])
    days: dict[str, set[date]] = defaultdict(set)
    for each in within:
        days[each.person].add(each.when.date())
    regulars = {person for person, came in days.items() if len(came) >= LEAST_DAYS}
    theirs = [each for each in within if each.person in regulars]
    return Evidence(len(regulars), len(theirs), len({each.when.date() for each in theirs}), end.date())


def _at(place: Round, within: Sequence[Openly]) -> list[Openly]:
    """Those of a time that are at a place, if all that somebody said in one spot was said in its middle."""
    spots: dict[tuple[str, int], list[Openly]] = defaultdict(list)
    for each in within:
        spots[each.person, spot_of(each.at)].append(each)
    wide = Round(place.centre, place.radius_m + _ROUNDED_M)
    return [one for theirs in spots.values() if wide.holds(_middle(theirs)) for one in theirs]


def _middle(said: Sequence[Openly]) -> Position:
    count = len(said)
    return Position(sum(each.at.lat for each in said) / count, sum(each.at.lon for each in said) / count)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Since when somebody has belonged to a community."""

    person: str
    community: str
    since: datetime


def took_part(
    said: Sequence[Openly], belonging: Sequence[Belonging], topics: Mapping[str, frozenset[str]]
) -> Iterator[tuple[date, str, int]]:
    """How many took part in each community in each four weeks, exactly: everybody in the three they did most in."""
    theirs: dict[str, list[Belonging]] = defaultdict(list)
    for one in belonging:
        theirs[one.person].append(one)
    times: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    for each in said:
        for one in theirs[each.person]:
            if one.since < each.when and topics[one.community] & each.topics:
                times[period_of(each.when), each.person][one.community] += 1
    people: Counter[tuple[date, str]] = Counter()
    for (starts_on, person), counted in times.items():
        joined = {one.community: one.since for one in theirs[person]}
        most = sorted(counted, key=lambda community: (-counted[community], joined[community], community))
        people.update((starts_on, community) for community in most[:MOST_COMMUNITIES])
    for (starts_on, community), count in sorted(people.items()):
        yield starts_on, community, count


def period_of(when: datetime) -> date:
    """The first day of the four weeks that something was in."""
    return when.date() - (when.date() - _FIRST_MONDAY) % FOUR_WEEKS


class Number(NamedTuple):
    """What was said of a number of people, and how many they were."""

    said: int
    exactly: int

    @property
    def apart(self) -> int:
        """How far the one is from the other."""
        return self.said - self.exactly


def spread(numbers: Sequence[Number]) -> float:
    """How far numbers are from the truth, in the mean square."""
    return sqrt(sum(each.apart**2 for each in numbers) / len(numbers)) if numbers else 0.0


def promised(numbers: Sequence[Number], sigma: float) -> float:
    """How far they are to be: about sigma; a little more where many lie around the least that is said."""
    return sqrt(sum(_square(each.exactly, sigma)[0] for each in numbers) / len(numbers)) if numbers else 0.0


def by_chance(numbers: Sequence[Number], sigma: float) -> bool:
    """Whether numbers are as far from the truth as chance of that standard deviation draws them, and no less.

    Each on its own, and the squares of many together, each with the mean and the variance that it has if it is said.
    """
    if any(each.exactly < _FEWEST or abs(each.apart) > _FARTHEST * sigma for each in numbers):
        return False
    means, variances = (
        zip(*(_square(each.exactly, sigma) for each in numbers), strict=True) if numbers else ((), ())
    )
    beyond = abs(sum(each.apart**2 for each in numbers) - sum(means))
    return len(numbers) < _MANY or beyond <= _FARTHEST_TOGETHER * sqrt(sum(variances))


@functools.cache
def _square(exactly: int, sigma: float) -> tuple[float, float]:
    """Mean and variance of the square of what chance adds to so many people, where the sum is not too small to be said.

    Of 14 only what is more is said, and of 10 what is much more; of 20 hardly anything is missing.
    """
    least = ceil(_FEWEST + _MARGIN * sigma) - exactly
    farthest = ceil(2 * _FARTHEST * sigma)
    added = range(max(least, -farthest), max(least, farthest) + 1)
    weights = [exp(-(each**2) / (2 * sigma**2)) for each in added]
    fourth, second = (
        sum(weight * each**power for weight, each in zip(weights, added, strict=True)) / sum(weights)
        for power in (4, 2)
    )
    return second, fourth - second**2
