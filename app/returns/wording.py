"""What came of an offer, as a shopkeeper reads it, and no finer than one person could be seen by."""

import math
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from app.returns.lift import SURE, Group, Interval, Spending, of_shares

#: With fewer in either group nothing is said: of a hundred one person adds one to a number at most, and of fewer an
#: interval would be wider than is of use.
FEWEST = 100
#: With fewer who bought in either group nothing is said of amounts.
FEWEST_BUYERS = 20
NOT_ENOUGH = "Not enough people yet."
CHANCE = "It cannot be told apart from chance yet."


class Verdict(StrEnum):
    """What can be said."""

    NOT_ENOUGH = "not-enough"
    CHANCE = "chance"
    MORE = "more"
    FEWER = "fewer"


def verdict(found: Interval) -> Verdict:
    """What an interval says."""
    if found.may_be_chance:
        return Verdict.CHANCE
    return Verdict.MORE if found.value > 0 else Verdict.FEWER


def out_of(shown: Group, held_out: Group) -> int:
    """Of how many people it is told: as many as the smaller group has, and no more than ten thousand.

    >>> [out_of(Group(9_000, 0), Group(people, 0)) for people in (100, 999, 1_000, 2_000_000)]
    [100, 100, 1000, 1000]
    """
    smaller = min(shown.people, held_out.people)
    return next((each for each in (10_000, 1_000) if smaller >= each), 100)


def is_enough(shown: Group, held_out: Group) -> bool:
    """Whether anything is said."""
    return min(shown.people, held_out.people) >= FEWEST


def sentence(shown: Group, held_out: Group, did: str = "came") -> str:
    """The lift of what people did.

    >>> sentence(Group(9_000, 1_080), Group(999, 70))
    'Of 100 people who were shown it 12 came, of 100 who were not, 7. It brought 5 more of 100 (95 %: 3 to 7).'
    >>> sentence(Group(9_000, 720), Group(999, 70))
    'Of 100 people who were shown it 8 came, of 100 who were not, 7. It cannot be told apart from chance yet.'
    >>> sentence(Group(9_000, 20), Group(99, 70))
    'Not enough people yet.'
    """
    if not is_enough(shown, held_out):
        return NOT_ENOUGH
    base = out_of(shown, held_out)
    one, other = (round(base * each.share) for each in (shown, held_out))
    seen = f"Of {base:,} people who were shown it {one:,} {did}, of {base:,} who were not, {other:,}."
    return f"{seen} {_brought(of_shares(shown, held_out), base)}"


def _brought(found: Interval, base: int) -> str:
    said = verdict(found)
    if said is Verdict.CHANCE:
        return CHANCE
    sign = 1 if said is Verdict.MORE else -1
    ends = sorted(_count(sign * base * each) for each in (found.low, found.high))
    much = f"{_count(sign * base * found.value):,}"
    verb = "It brought" if said is Verdict.MORE else "With it there came"
    return f"{verb} {much} {said} of {base:,} ({SURE} %: {ends[0]:,} to {ends[1]:,})."


def enough_bought(shown: Spending, held_out: Spending) -> bool:
    """Whether anything is said of amounts."""
    groups = shown, held_out
    return all(each.people >= FEWEST and each.buyers >= FEWEST_BUYERS for each in groups)


def of_a_hundred(found: Interval) -> tuple[Decimal, Decimal, Decimal]:
    """What a hundred people spent more, at least and at most, no finer than `finest`."""
    step = finest(Interval(100 * found.value, 100 * found.low, 100 * found.high))
    return tuple(  # type: ignore[return-value]
        (Decimal(100 * each) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        for each in (found.value, found.low, found.high)
    )


def amount_sentence(found: Interval, currency: str) -> str:
    """The lift of what people spent.

    >>> amount_sentence(Interval(1.234, 0.31, 2.1), "EUR")
    'Of 100 people it brought 120 EUR more (95 %: 40 to 220).'
    >>> amount_sentence(Interval(-1.234, -2.1, 0.31), "EUR")
    'It cannot be told apart from chance yet.'
    """
    said = verdict(found)
    if said is Verdict.CHANCE:
        return CHANCE
    value, *ends = (abs(each) for each in of_a_hundred(found))
    low, high = (f"{each:,f}" for each in sorted(ends))
    than = "more" if said is Verdict.MORE else "less"
    return f"Of 100 people it brought {value:,f} {currency} {than} ({SURE} %: {low} to {high})."


def _count(people: float) -> int:
    """What is sure to be something is not told as nothing."""
    return max(1, round(people))


def finest(found: Interval) -> Decimal:
    """In which steps an amount is told: 1, 2 or 5 of a power of ten, a tenth of what is not known at least.

    Who knows what each person spent finds so many ways in which some were left out that it tells of none.

    >>> [str(finest(Interval(0, 0, width))) for width in (0.04, 3, 18, 400)]
    ['0.01', '0.5', '2', '50']
    """
    least = max((found.high - found.low) / 10, 0.01)
    power = Decimal(10) ** math.floor(math.log10(least))
    return next((each for each in (power, 2 * power, 5 * power) if each >= Decimal(repr(least))), 10 * power)
