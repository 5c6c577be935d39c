"""Answers, made of nothing but what was published: by arithmetic, so they tell no more than it does."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.statistics.measures import BETWEEN, FOUR, MOST_BUCKETS, OFTEN, SOON, Question
from app.statistics.rules import Bucket

#: Of those who took part, as many must be in the bands that something is made of.
ENOUGH = 0.8
#: What is made of a whole and of the parts of it by one dimension.
_MADE_OF_BANDS: Mapping[str, tuple[str, str]] = {
    "inequality": ("people", "often"),
    "reciprocity": ("people", "talk"),
    "newcomers_answered": ("newcomers", "answered"),
    "noise": ("reached", "opinion"),
}
#: How long before a week the last period may have begun of which it is known how many belonged.
_BEFORE = 2 * FOUR.length


class Wanted(NamedTuple):
    """A table of what was published, and of which periods: those that begin from one day on, and before another."""

    measure: str
    cut: tuple[str, ...]
    bucket: Bucket
    since: date
    until: date
    #: One value of each dimension to look at alone; None for all.
    only: tuple[str | None, str | None] = (None, None)


class Said(NamedTuple):
    """A number that was published."""

    measure: str
    cut: tuple[str, ...]
    bucket: Bucket
    starts_on: date
    values: tuple[str, ...]
    people: int


class Answer(NamedTuple):
    """One number of an answer: of which period, of whom, and what."""

    starts_on: date
    slice: Mapping[str, str]
    value: float


def wanted(question: Question) -> list[Wanted]:
    """The tables a question is answered from; none for what is between two communities."""
    measure, bucket, since, until = question.measure, question.bucket, question.since, question.until
    match measure:
        case "share":
            members = Wanted("members", (), FOUR, _earlier(since, _BEFORE + FOUR.length), until)
            return [Wanted("people", (), bucket, since, until), members]
        case "retention":
            joined = Wanted("joined", (), FOUR, _earlier(since, MOST_BUCKETS * FOUR.length), until)
            return [Wanted("people", ("cohort",), FOUR, since, until), joined]
        case _ if measure in _MADE_OF_BANDS:
            of, band = _MADE_OF_BANDS[measure]
            return [Wanted(of, cut, FOUR, since, until) for cut in ((), (band,))]
        case _:
            if measure in BETWEEN:
                return []
            return [Wanted(measure, question.cut, bucket, since, until, _only(question))]


def answers(question: Question, said: Sequence[Said]) -> list[Answer]:
    """The answer, by period and then by what it is cut by. What cannot be said is left out."""
    made: Callable[[Sequence[Said], Bucket], Iterable[Answer]] = {
        "share": shares,
        "inequality": inequalities,
        "retention": retention,
        "reciprocity": reciprocities,
        "newcomers_answered": newcomers_answered,
        "noise": noise,
    }.get(question.measure, _as_it_is)
    return sorted(made(said, question.bucket), key=lambda each: (each.starts_on, *each.slice.values()))


def shares(said: Sequence[Said], bucket: Bucket) -> Iterator[Answer]:
    """Of those who belonged at the end of the period, or at that of the last four weeks before, who took part."""
    members = dict(sorted(_wholes(said, "members", FOUR).items()))
    for starts_on, people in _wholes(said, "people", bucket).items():
        ended = starts_on + bucket.length
        known = [
            number for begins, number in members.items() if ended - _BEFORE < begins + FOUR.length <= ended
        ]
        if known:
            yield Answer(starts_on, {}, _share(people, known[-1]))


def inequalities(said: Sequence[Said], bucket: Bucket = FOUR) -> Iterator[Answer]:
    """The Gini coefficient of how often those checked in who took part, from bands; 0 where all did alike.

    Nothing where too many are in bands too small to be published.
    """
    for starts_on, everybody in _wholes(said, "people", bucket).items():
        bands = _bands(said, "inequality", starts_on)
        if sum(bands.values()) >= ENOUGH * everybody:
            yield Answer(
                starts_on, {}, round(gini({OFTEN[band]: people for band, people in bands.items()}), 3)
            )


def reciprocities(said: Sequence[Said], bucket: Bucket = FOUR) -> Iterator[Answer]:
    """Of how many it is published that they answered, for each of whom it is that they said something of their own.

    Nothing where too many are in bands too small to be published.
    """
    for starts_on, everybody in _wholes(said, "people", bucket).items():
        bands = _bands(said, "reciprocity", starts_on)
        asked, answered = (bands.get(each, 0) + bands.get("both", 0) for each in ("asked", "answered"))
        if asked and sum(bands.values()) >= ENOUGH * everybody:
            yield Answer(starts_on, {}, round(answered / asked, 3))


def newcomers_answered(said: Sequence[Said], bucket: Bucket = FOUR) -> Iterator[Answer]:
    """Of newcomers who said something, of how many it is published that they were answered within a day.

    Nothing where nothing is published of how soon any were.
    """
    for starts_on, everybody in _wholes(said, "newcomers", bucket).items():
        if bands := _bands(said, "newcomers_answered", starts_on):
            yield Answer(starts_on, {}, _share(sum(bands.get(each, 0) for each in SOON), everybody))


def noise(said: Sequence[Said], bucket: Bucket = FOUR) -> Iterator[Answer]:
    """Of whom offers reached, of how many it is published that they called noise what was drawn of it for them."""
    for starts_on, everybody in _wholes(said, "reached", bucket).items():
        if people := _bands(said, "noise", starts_on).get("noise"):
            yield Answer(starts_on, {}, _share(people, everybody))


def gini(people: Mapping[float, int]) -> float:
    """The mean difference between two of these people by twice the mean (Gini 1912), given how many have how much.

    >>> gini({1.0: 10}), round(gini({1.0: 90, 16.0: 10}), 2)
    (0.0, 0.54)
    """
    number = sum(people.values())
    total = sum(much * each for much, each in people.items())
    apart = sum(
        one * other * abs(much - more) for much, one in people.items() for more, other in people.items()
    )
    return apart / (2 * number * total)


def retention(said: Sequence[Said], bucket: Bucket = FOUR) -> Iterator[Answer]:
    """Of those who joined in each four weeks, and belonged at their end, who took part in each later ones."""
    joined = _wholes(said, "joined", bucket)
    for each in said:
        if each.cut == ("cohort",):
            began = date.fromisoformat(each.values[0])
            if began in joined:
                yield Answer(each.starts_on, {"cohort": each.values[0]}, _share(each.people, joined[began]))


def jaccard(both: int, one: int, other: int) -> float:
    """The Jaccard index of two communities, from how many are in both and in each.

    >>> jaccard(20, 30, 40)
    0.4
    """
    return _share(both, max(one + other - both, 1))


def _as_it_is(said: Sequence[Said], _: Bucket) -> Iterator[Answer]:
    for each in said:
        yield Answer(each.starts_on, dict(zip(each.cut, each.values, strict=True)), each.people)


def _wholes(said: Iterable[Said], measure: str, bucket: Bucket) -> dict[date, int]:
    return {
        each.starts_on: each.people
        for each in said
        if each.measure == measure and not each.cut and each.bucket is bucket
    }


def _bands(said: Iterable[Said], made: str, starts_on: date) -> dict[str, int]:
    measure, dimension = _MADE_OF_BANDS[made]
    return {
        each.values[0]: each.people
        for each in said
        if (each.measure, each.cut, each.starts_on) == (measure, (dimension,), starts_on)
    }


def _share(part: int, whole: int) -> float:
    return round(min(1.0, part / whole), 3)


def _only(question: Question) -> tuple[str | None, str | None]:
    if question.only is None:
        return None, None
    place, value = question.only
    return (value, None) if place == 0 else (None, value)


def _earlier(day: date, by: timedelta) -> date:
    return day - min(by, day - date.min)
