"""What is published of communities, and what can be asked of it: one language for people and machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from math import comb
from typing import NamedTuple

from app.errors import Invalid
from app.statistics.rules import MOST_COMMUNITIES, Bucket, Published

#: By what those who took part can be cut, and by any two of it at once; in the order in which cuts are named.
DIMENSIONS: Mapping[str, str] = {
    "activity": "what they did, as a check-in says",
    "area": "where: an H3 cell of resolution 7, some 2.5 km across",
    "day": "the day of the week, UTC: mon to sun",
    "hour": "the hour of the day, UTC: 00 to 23; with day, the hour of the week",
    "often": "how many check-ins: 1, 2-3, 4-7, 8-15 or 16+",
    "talk": "what they said: asked (words of their own), answered (others), both or neither",
    "tenure": "for how many weeks they have belonged: 0-3, 4-12, 13-25, 26-51 or 52+",
    "topic": "what it was about",
}
#: Each band of `often`, and the number of check-ins that stands for it.
OFTEN: Mapping[str, float] = {"1": 1.0, "2-3": 2.5, "4-7": 5.5, "8-15": 11.5, "16+": 16.0}
MOST_BUCKETS = 53
_WITHOUT_SAYING = 13
_WHOLE, _WEEKLY, _CUT, _ANSWERED, _CROSSED = 3, 4, 4, 6, 7
#: How soon a newcomer was answered; the first two are within a day.
SOON = ("hour", "day")


class Table(NamedTuple):
    """Numbers that are published together: of what, cut how, of which periods, and with how much care."""

    measure: str
    cut: tuple[str, ...]
    bucket: Bucket
    sigma: int
    #: How many cells of a community and period are another number by one person, each by one.
    moves: int = 1


WEEK, FOUR = Bucket.WEEK, Bucket.FOUR_WEEKS
#: Measures of two communities at once, and of which measure's wholes they are parts.
BETWEEN: Mapping[str, str] = {"overlap": "members", "traffic": "people"}
#: All that is ever published.
TABLES = (
    Table("people", (), WEEK, _WEEKLY),
    *(Table(measure, (), FOUR, _WHOLE) for measure in ("people", "members", "joined", "reached")),
    *(Table("people", (each,), FOUR, _CUT) for each in (*DIMENSIONS, "cohort")),
    *(Table("people", each, FOUR, _CROSSED) for each in combinations(DIMENSIONS, 2)),
    Table("people", ("often", "role"), FOUR, _CROSSED),
    Table("members", ("tenure",), FOUR, _CUT),
    Table("reached", ("often",), FOUR, _CUT),
    Table("reached", ("opinion",), FOUR, _CUT),
    *(Table(measure, ("community",), FOUR, _CUT) for measure in BETWEEN),
    Table("newcomers", (), FOUR, _CUT),
    # Who is new is in a cell themselves, and answers for nobody; whoever is not takes one newcomer to another cell.
    Table("newcomers", ("answered",), FOUR, _ANSWERED, moves=2),
)
SIGMA = {(each.measure, each.cut, each.bucket): each.sigma for each in TABLES}
#: How often at most somebody is right who guesses, knowing all but one person, whether that one took part within four
#: weeks: from all numbers of one community, and of all of them; a test works it out.
BEST_GUESS_OF_ONE = 0.79
BEST_GUESS_OF_ALL = 0.91


def all_published(communities: int) -> list[Published]:
    """In how many cells, of four weeks and of so many of their communities, one person can be, by the care of these."""
    cells: dict[int, int] = {}
    for table in TABLES:
        times = FOUR.length // table.bucket.length * communities * table.moves
        if table.measure in BETWEEN:
            times = comb(MOST_COMMUNITIES, 2) - comb(MOST_COMMUNITIES - communities, 2)
        cells[table.sigma] = cells.get(table.sigma, 0) + times
    return [Published(*each) for each in sorted(cells.items())]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that can be asked for."""

    says: str
    unit: str
    #: By what it can be cut.
    by: tuple[str, ...]
    buckets: tuple[Bucket, ...]
    #: Whether everybody may ask, not only members; then not cut by anything.
    for_everyone: bool = False
    #: By what it is always cut.
    always_by: tuple[str, ...] = ()


MEASURES: Mapping[str, Measure] = {
    "people": Measure("who took part", "people", (*DIMENSIONS, "cohort"), (FOUR, WEEK), True),
    "members": Measure("who belonged at the end", "people", ("tenure",), (FOUR,), True),
    "joined": Measure("who joined, and belonged at the end", "people", (), (FOUR,), True),
    "share": Measure("of those who belonged, who took part", "share", (), (FOUR, WEEK), True),
    "inequality": Measure("how unequally they took part (Gini)", "index", (), (FOUR,)),
    "retention": Measure(
        "of those who joined in each four weeks, who took part", "share", (), (FOUR,), False, ("cohort",)
    ),
    "overlap": Measure(
        "of those who belong to either community, who belong to both (Jaccard)",
        "share",
        (),
        (FOUR,),
        False,
        ("community",),
    ),
    "traffic": Measure(
        "of those who took part in either community, who took part in both, organisers of either left out",
        "share",
        (),
        (FOUR,),
        False,
        ("community",),
    ),
    "reached": Measure("whom an offer reached through it", "people", ("often", "opinion"), (FOUR,)),
    "noise": Measure("of whom an offer reached through it, who called it noise", "share", (), (FOUR,)),
    "reciprocity": Measure(
        "for each who said something of their own, how many answered others", "ratio", (), (FOUR,)
    ),
    "newcomers": Measure("who joined and said something in words", "people", ("answered",), (FOUR,)),
    "newcomers_answered": Measure(
        "of newcomers who said something in words, who was surely answered within a day", "share", (), (FOUR,)
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked; the days are the first of periods, the last of them not included."""

    measure: str
    by: tuple[str, ...] = ()
    where: str | None = None
    since: date | None = None
    until: date | None = None
    bucket: Bucket = FOUR


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be answered, and has been made whole."""

    measure: str
    cut: tuple[str, ...]
    bucket: Bucket
    since: date
    until: date
    #: The place in `cut`, and the value, that is looked at alone.
    only: tuple[int, str] | None = None
    for_everyone: bool = False


def question(asked: Asked, now: datetime) -> Question:
    """Read a question; Invalid with what could be asked instead, where this cannot be."""
    measure = MEASURES.get(asked.measure)
    if measure is None:
        raise Invalid(f"measure must be one of {', '.join(MEASURES)}.")
    if asked.bucket not in measure.buckets:
        raise Invalid(f"{asked.measure} is published for {_in_words(measure.buckets)} only.")
    cut, only = _cut(asked, measure)
    if asked.bucket is WEEK and cut:
        raise Invalid("A week is published whole. Ask with bucket=four_weeks to cut it by something.")
    since, until = _span(asked, now)
    return Question(asked.measure, cut, asked.bucket, since, until, only, measure.for_everyone and not cut)


def _cut(asked: Asked, measure: Measure) -> tuple[tuple[str, ...], tuple[int, str] | None]:
    where = asked.where.split(":", 1) if asked.where is not None else []
    if where and len(where) < 2:
        raise Invalid("where says a dimension, a colon and a value, such as where=topic:interest:cycling.")
    named = {*asked.by, *where[:1]}
    if unknown := named - {*measure.by}:
        possible = _in_words(measure.by) if measure.by else "nothing"
        raise Invalid(
            f"{asked.measure} cannot be cut by {', '.join(sorted(unknown))[:80]}, but by {possible}."
        )
    cut = measure.always_by or tuple(sorted(named))
    if len(cut) > 1 and asked.measure == "reached":
        raise Invalid("reached is cut by often or by opinion, not by both.")
    if len(cut) > 2 or ("cohort" in cut and len(cut) > 1 and not measure.always_by):
        raise Invalid(
            "by and where name two dimensions at most, cohort only by itself: more would tell of few."
        )
    return cut, (cut.index(where[0]), where[1]) if where else None


def _span(asked: Asked, now: datetime) -> tuple[date, date]:
    length = asked.bucket.length
    until = min(asked.until or date.max, asked.bucket.over_by(now) + length)
    earliest = date.min + length * _WITHOUT_SAYING
    since = asked.since or max(until, earliest) - length * _WITHOUT_SAYING
    if asked.until and asked.since and asked.until <= asked.since:
        raise Invalid("from must be before to.")
    if until - since > length * MOST_BUCKETS:
        raise Invalid(f"One answer holds {MOST_BUCKETS} periods at most. Ask for less at a time.")
    return since, until


def _in_words(names: Sequence[str]) -> str:
    return " or ".join(names)
