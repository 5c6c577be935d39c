"""How mature a community is, and why: decided from published numbers alone, period by period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.statistics.figures import Said, Wanted, inequalities
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


#: All thresholds there are. The first four make stages, in their order; the rest make warnings.
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
    "overlaps": Threshold(
        1.0,
        "with more other communities than this it shared a twentieth of members, for twelve weeks",
        _ROUNDTABLE,
    ),
    "stalled": Threshold(39.0, "weeks of hierarchy, one after the other", f"{_FEVERBEE}; the number is ours"),
    "drowned_by_offers": Threshold(1.0, "offers that reached somebody, for each check-in", _OURS),
    "carried_by_few": Threshold(0.6, "Gini coefficient of who checks in how often", _OURS),
}
STAGES: Mapping[Stage, tuple[str, ...]] = {
    Stage.EMERGENT: ("half_by_members",),
    Stage.COMMUNITY: ("most_by_members", "newcomers_take_part"),
    Stage.NETWORKED: ("overlaps",),
}
#: Of two communities that overlap, this share of members belongs to both; and for so many periods.
OVERLAPPING = 0.05
LASTING = 3


class Period(NamedTuple):
    """What is known of four weeks; None where too little is published."""

    starts_on: date
    by_members: float | None = None
    newcomers: float | None = None
    #: With which other communities it overlaps, and how much (Jaccard).
    overlaps: Mapping[str, float] = {}
    offers: float | None = None
    inequality: float | None = None


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
    cuts = {"people": ((), ("often",), ("tenure",), ("often", "role")), "members": (("tenure",),)}
    cuts["reached"] = (("often",),)
    return [Wanted(measure, cut, FOUR, since, until) for measure, each in cuts.items() for cut in each]


def span(now: datetime) -> tuple[date, date]:
    """The periods to look at: those that are over, as far as one can look back."""
    until = FOUR.over_by(now) + FOUR.length
    return until - MOST_PERIODS * FOUR.length, until


def periods(
    since: date, until: date, said: Sequence[Said], overlaps: Iterable[tuple[date, str, float]]
) -> list[Period]:
    """What is known of each four weeks, the earliest first."""
    shared: dict[date, dict[str, float]] = {}
    for day, other, share in overlaps:
        shared.setdefault(day, {})[other] = share
    unequal = {each.starts_on: each.value for each in inequalities(said)}
    days = (since + place * FOUR.length for place in range((until - since) // FOUR.length))
    return [
        _period(day, [each for each in said if each.starts_on == day])._replace(
            overlaps=shared.get(day, {}), inequality=unequal.get(day)
        )
        for day in days
    ]


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
    lasting = float(len(_lasting(until_then)))
    return (
        _beyond("half_by_members", period.by_members),
        _beyond("most_by_members", period.by_members),
        Evidence(
            "newcomers_take_part",
            period.newcomers,
            period.newcomers is None or _beyond("newcomers_take_part", period.newcomers).holds,
        ),
        _beyond("overlaps", lasting),
    )


def _lasting(history: Sequence[Period]) -> set[str]:
    last = history[-LASTING:]
    if len(last) < LASTING:
        return set()
    return set.intersection(
        *({other for other, share in each.overlaps.items() if share >= OVERLAPPING} for each in last)
    )


def _beyond(name: str, value: float | None) -> Evidence:
    return Evidence(name, value, value is not None and value > THRESHOLDS[name].at)


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
