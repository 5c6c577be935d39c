"""What should have come of a file lived through, by counting its rows one by one: who kept meeting, who took part."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

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


def by_chance(apart: Sequence[int], sigma: float) -> bool:
    """Whether numbers are as far from the truth as chance of that standard deviation draws them, and no less.

    Each on its own, and the squares of many together (chi-squared, of which n have the mean n and the variance 2n).
    """
    squares = sum(each * each for each in apart) / sigma**2
    together = abs(squares - len(apart)) <= _FARTHEST_TOGETHER * sqrt(2 * len(apart))
    return all(abs(each) <= _FARTHEST * sigma for each in apart) and (len(apart) < _MANY or together)
