"""How mature a community is, and why: decided from published numbers alone, period by period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.statistics.figures import Answer, Said, Wanted, inequalities, newcomers_answered, reciprocities
from app.statistics.measures import FOUR, OFTEN

#: So many check-ins at most are counted of one person: who is hidden is taken to have made as many.
MOST_OF_ONE = OFTEN["16+"]
#: How far back a community can look.
MOST_PERIODS = 26
_FEVERBEE = "FeverBee, The Online Community Lifecycle (Millington, Buzzing Communities, 2012)"
_IRIBERRI = (
    "Iriberri and Leroy, A Life-Cycle Perspective on Online Community Success, 2009; the number is ours"
)
_ROUNDTABLE = "The Community Roundtable, Community Maturity Model; the number is ours"
_OURS = "ours"


class Stage(StrEnum):
    """How mature, from the first on (The Community Roundtable's words)."""

    HIERARCHY = "hierarchy"
    EMERGENT = "emergent"
    COMMUNITY = "community"
    NETWORKED = "networked"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Beyond which number something holds, and who says so."""

    at: float
    says: str
    source: str


#: All thresholds there are. The first seven make stages, in their order; the rest make warnings.
THRESHOLDS: Mapping[str, Threshold] = {
    "half_by_members": Threshold(
        0.5,
        "of all check-ins, more are surely by members who neither founded it nor act for a business",
        _FEVERBEE,
    ),
    "most_by_members": Threshold(0.9, "the same, for nearly all", _FEVERBEE),
    "newcomers_take_part": Threshold(
        0.2, "of who joined within the four weeks, more took part; holds where too few joined", _IRIBERRI
    ),
    "reciprocity": Threshold(0.3, "who answered others, for each who said something of their own", _IRIBERRI),
    "newcomers_answered": Threshold(
        0.2,
        "of newcomers who said something, more were surely answered within a day; holds where too little is published",
        f"{_FEVERBEE}; the number is ours",
    ),
    "overlaps": Threshold(
        1.0,
        "with more other communities than this it shared a twentieth of members, for twelve weeks",
        _ROUNDTABLE,
    ),
    "traffic": Threshold(
        1.0,
        "with more of these than this it shared a twentieth of those who took part, too, organisers left out",
        _ROUNDTABLE,
    ),
    "stalled": Threshold(39.0, "weeks of hierarchy, one after the other", f"{_FEVERBEE}; the number is ours"),
    "drowned_by_offers": Threshold(1.0, "offers that reached somebody, for each check-in", _OURS),
    "carried_by_few": Threshold(0.6, "Gini coefficient of who checks in how often", _OURS),
}
STAGES: Mapping[Stage, tuple[str, ...]] = {
    Stage.EMERGENT: ("half_by_members",),
    Stage.COMMUNITY: ("most_by_members", "newcomers_take_part", "reciprocity", "newcomers_answered"),
    Stage.NETWORKED: ("overlaps", "traffic"),
}
#: What holds where it is not known: of those who joined there may be too few.
_BENEFIT_OF_DOUBT = frozenset({"newcomers_take_part", "newcomers_answered"})
#: Of two communities that overlap, this share is in both; and for so many periods.
OVERLAPPING = 0.05
LASTING = 3


class Period(NamedTuple):
    """What is known of four weeks; None where too little is published."""

    starts_on: date
    by_members: float | None = None
    newcomers: float | None = None
    reciprocity: float | None = None
    newcomers_answered: float | None = None
    #: With which other communities it overlaps, and how much (Jaccard); and the same of those who took part.
    overlaps: Mapping[str, float] = {}
    traffic: Mapping[str, float] = {}
    offers: float | None = None
    inequality: float | None = None


class Between(NamedTuple):
    """How much there is of a measure (`overlap`, `traffic`) between a community and another one (Jaccard)."""

    measure: str
    starts_on: date
    other: str
    share: float


class Evidence(NamedTuple):
    """A number, by its threshold's name, and whether it lies beyond."""

    name: str
    value: float | None
    holds: bool


class Judged(NamedTuple):
    """The stage of one period, with what it was judged by."""

    starts_on: date
    stage: Stage
    evidence: tuple[Evidence, ...]


def tables(since: date, until: date) -> list[Wanted]:
    """What is to be read of these days."""
    cuts: Mapping[str, Sequence[tuple[str, ...]]] = {
        "people": ((), ("often",), ("talk",), ("tenure",), ("often", "role")),
        "members": (("tenure",),),
        "newcomers": ((), ("answered",)),
        "reached": (("often",),),
    }
    return [Wanted(measure, cut, FOUR, since, until) for measure, each in cuts.items() for cut in each]


def span(now: datetime) -> tuple[date, date]:
    """The periods to look at: those that are over, as far as one can look back."""
    until = FOUR.over_by(now) + FOUR.length
    return until - MOST_PERIODS * FOUR.length, until


def periods(since: date, until: date, said: Sequence[Said], shared: Iterable[Between]) -> list[Period]:
    """What is known of each four weeks, the earliest first."""
    between: dict[tuple[str, date], dict[str, float]] = {}
    for measure, day, other, share in shared:
        between.setdefault((measure, day), {})[other] = share
    unequal, returned, welcomed = (
        _by_day(each(said)) for each in (inequalities, reciprocities, newcomers_answered)
    )
    days = (since + place * FOUR.length for place in range((until - since) // FOUR.length))
    return [
        _period(day, [each for each in said if each.starts_on == day])._replace(
            overlaps=between.get(("overlap", day), {}),
            traffic=between.get(("traffic", day), {}),
            inequality=unequal.get(day),
            reciprocity=returned.get(day),
            newcomers_answered=welcomed.get(day),
        )
        for day in days
    ]


def _by_day(answers: Iterable[Answer]) -> dict[date, float]:
    return {each.starts_on: each.value for each in answers}


def _period(day: date, said: Sequence[Said]) -> Period:
    def cells(measure: str, *cut: str) -> dict[tuple[str, ...], int]:
        return {each.values: each.people for each in said if (each.measure, each.cut) == (measure, cut)}

    people = cells("people").get((), 0)
    return Period(
        day,
        by_members=_by_members(people, cells("people", "often", "role")),
        newcomers=_ratio(
            cells("people", "tenure").get(("0-3",), 0), cells("members", "tenure").get(("0-3",), 0)
        ),
        offers=_ratio(_times(cells("reached", "often")), _times(cells("people", "often"))),
    )


def _by_members(people: int, cells: Mapping[tuple[str, ...], int]) -> float | None:
    """How much of all is surely by members. Who is hidden may all be organisers, of whom there is one at least."""
    by = {
        role: _times({cell[:1]: number for cell, number in cells.items() if cell[1] == role})
        for role in ("member", "organiser")
    }
    hidden = MOST_OF_ONE * max(1, people - sum(cells.values()))
    return _ratio(by["member"], by["member"] + by["organiser"] + hidden) if people else None


def _times(bands: Mapping[tuple[str, ...], int]) -> float:
    return sum(OFTEN[band[0]] * number for band, number in bands.items())


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def judged(history: Sequence[Period]) -> list[Judged]:
    """The stage of each period, the earliest first."""
    made = []
    for place, period in enumerate(history):
        evidence = _evidence(period, history[: place + 1])
        made.append(Judged(period.starts_on, stage(evidence), evidence))
    return made


def stage(evidence: Iterable[Evidence]) -> Stage:
    """The last stage all whose evidence holds, and that of all before."""
    holds = {each.name for each in evidence if each.holds}
    reached = Stage.HIERARCHY
    for each, needed in STAGES.items():
        if not holds.issuperset(needed):
            break
        reached = each
    return reached


def _evidence(period: Period, until_then: Sequence[Period]) -> tuple[Evidence, ...]:
    overlaps = _lasting([each.overlaps for each in until_then])
    traffic = overlaps & _lasting([each.traffic for each in until_then])
    return (
        _beyond("half_by_members", period.by_members),
        _beyond("most_by_members", period.by_members),
        _beyond("newcomers_take_part", period.newcomers),
        _beyond("reciprocity", period.reciprocity),
        _beyond("newcomers_answered", period.newcomers_answered),
        _beyond("overlaps", float(len(overlaps))),
        _beyond("traffic", float(len(traffic))),
    )


def _lasting(history: Sequence[Mapping[str, float]]) -> set[str]:
    last = history[-LASTING:]
    if len(last) < LASTING:
        return set()
    return set.intersection(
        *({other for other, share in each.items() if share >= OVERLAPPING} for each in last)
    )


def _beyond(name: str, value: float | None) -> Evidence:
    holds = name in _BENEFIT_OF_DOUBT if value is None else value > THRESHOLDS[name].at
    return Evidence(name, value, holds)


def warnings(history: Sequence[Period]) -> list[Evidence]:
    """What a community should know of, now."""
    if not history:
        return []
    stages = [each.stage for each in judged(history)]
    still = next(
        (place for place, each in enumerate(reversed(stages)) if each is not Stage.HIERARCHY), len(stages)
    )
    weeks = still * FOUR.length / timedelta(weeks=1)
    all_of_them = (
        Evidence("stalled", weeks, weeks >= THRESHOLDS["stalled"].at),
        _beyond("drowned_by_offers", history[-1].offers),
        _beyond("carried_by_few", history[-1].inequality),
    )
    return [each for each in all_of_them if each.holds]
