"""Answers, made of nothing but what was published: by arithmetic, so they tell no more than it does."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.statistics.measures import FOUR, MOST_BUCKETS, OFTEN, Question
from app.statistics.rules import Bucket

#: Of those who took part, as many must be in what a Gini is made of.
ENOUGH = 0.8
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
    """The tables a question is answered from; none for overlap, whose numbers are of two communities."""
    measure, bucket, since, until = question.measure, question.bucket, question.since, question.until
    match measure:
        case "share":
            members = Wanted("members", (), FOUR, _earlier(since, _BEFORE + FOUR.length), until)
            return [Wanted("people", (), bucket, since, until), members]
        case "inequality":
            return [Wanted("people", cut, FOUR, since, until) for cut in ((), ("often",))]
        case "retention":
            joined = Wanted("joined", (), FOUR, _earlier(since, MOST_BUCKETS * FOUR.length), until)
            return [Wanted("people", ("cohort",), FOUR, since, until), joined]
        case "overlap":
            return []
        case _:
            return [Wanted(measure, question.cut, bucket, since, until, _only(question))]


def answers(question: Question, said: Sequence[Said]) -> list[Answer]:
    """The answer, by period and then by what it is cut by. What cannot be said is left out."""
    made: Callable[[Sequence[Said], Bucket], Iterable[Answer]] = {
        "share": shares,
        "inequality": inequalities,
        "retention": retention,
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
        bands = {
            each.values[0]: each.people
            for each in said
            if each.cut == ("often",) and each.starts_on == starts_on
        }
        if sum(bands.values()) >= ENOUGH * everybody:
            yield Answer(
                starts_on, {}, round(gini({OFTEN[band]: people for band, people in bands.items()}), 3)
            )


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


def overlap(both: int, one: int, other: int) -> float:
    """The Jaccard index of two communities, from how many belong to both and to each.

    >>> overlap(20, 30, 40)
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


def _share(part: int, whole: int) -> float:
    return round(min(1.0, part / whole), 3)


def _only(question: Question) -> tuple[str | None, str | None]:
    if question.only is None:
        return None, None
    place, value = question.only
    return (value, None) if place == 0 else (None, value)


def _earlier(day: date, by: timedelta) -> date:
    return day - min(by, day - date.min)
