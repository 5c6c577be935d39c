"""What a business reads of how many people an offer may reach: decisions on plain values.

All of it is made of figures of one district, one week and one topic. Each is drawn once, as statistics are, whoever
asks and for whatever area; so nothing that is asked is a new number of the same people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.ids import NOBODY
from app.statistics import rules as statistics
from app.statistics.rules import Bucket
from app.trust.noise import least_said
from app.trust.steps import in_steps
from geo import Cell

#: With how much care each figure is drawn.
SIGMA = 3
#: With so many topics of their communities somebody is counted in a week, by lot.
MOST_TOPICS = 8
#: An area of the largest size touches some 150 districts; one that touches more is a line across a country.
MOST_DISTRICTS = 300
#: How often at most somebody is right who knows all but one person, reads all figures of one week, or of four, and
#: guesses whether that one was counted; a test works it out.
BEST_GUESS_OF_A_WEEK = 0.72
BEST_GUESS_OF_FOUR = 0.88


class Measure(StrEnum):
    """What is counted in a district. Each is a part of the one before but the last, which is one of the second."""

    #: Who was there within the week, and says so openly.
    PEOPLE = "people"
    #: Who of them lets offers of any business reach them.
    WELCOMING = "welcoming"
    #: Who of these had room for one more that day, when it was counted.
    UNSPENT = "unspent"
    #: Who of those that let offers reach them belongs to a community that shares a topic.
    SHARING = "sharing"


#: What is counted whatever the topic.
OF_ALL = (Measure.PEOPLE, Measure.WELCOMING, Measure.UNSPENT)
#: In how many figures of a week somebody is.
FIGURES = len(OF_ALL) + MOST_TOPICS


class Key(NamedTuple):
    """Which figure: of which district, of what, and on which topic, `NOBODY` for any."""

    cell: Cell
    measure: Measure
    topic_id: UUID


def wanted(cells: Iterable[Cell], topic_ids: Sequence[UUID]) -> list[Key]:
    """The figures that an estimate is made of, in the one order in which they are written."""
    of_all = [(each, NOBODY) for each in OF_ALL]
    on_topics = [(Measure.SHARING, each) for each in topic_ids]
    return sorted(Key(cell, *which) for cell in cells for which in (*of_all, *on_topics))


def drawn(key: bytes, which: Key, starts_on: date, people: int) -> int | None:
    """The figure of so many people; None where nothing is said."""
    cell = statistics.Cell(
        f"{which.cell:x}",
        f"reach {which.measure}",
        ("topic",),
        Bucket.WEEK,
        starts_on,
        (str(which.topic_id),),
    )
    return statistics.published(key, cell, people, SIGMA)


Figures = dict[Key, int | None]


@dataclass(frozen=True, slots=True)
class About:
    """What everybody may know of a topic, and of how its communities stand to the business."""

    topic_id: UUID
    key: str
    name: str
    #: How many communities share it, and how many of these sent the business off.
    communities: int
    sent_off: int


@dataclass(frozen=True, slots=True)
class OnTopic:
    """How many may be reached because of a topic; None where there are not enough to say."""

    about: About
    people: int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many people an offer may reach, each in steps of five; None where there are not enough to say."""

    starts_on: date
    districts: int
    people: int | None
    welcoming: int | None
    unspent: int | None
    topics: tuple[OnTopic, ...]

    @property
    def ends_on(self) -> date:
        """The last day of its week."""
        return self.starts_on + timedelta(days=6)


def estimate(figures: Figures, cells: Sequence[Cell], about: Sequence[About], starts_on: date) -> Estimate:
    """What the figures of these districts come to. No part is told to be more than its whole, which adds nothing."""

    def sum_of(measure: Measure, topic_id: UUID, whole: int | None) -> int | None:
        said = _sum(figures.get(Key(cell, measure, topic_id)) for cell in cells)
        return None if said is None or whole is None else min(said, whole)

    people = _sum(figures.get(Key(cell, Measure.PEOPLE, NOBODY)) for cell in cells)
    welcoming = sum_of(Measure.WELCOMING, NOBODY, people)
    return Estimate(
        starts_on=starts_on,
        districts=len(cells),
        people=people,
        welcoming=welcoming,
        unspent=sum_of(Measure.UNSPENT, NOBODY, welcoming),
        topics=tuple(OnTopic(each, sum_of(Measure.SHARING, each.topic_id, welcoming)) for each in about),
    )


def _sum(figures: Iterable[int | None]) -> int | None:
    said = [each for each in figures if each is not None]
    return in_steps(sum(said)) if said else None


def sentences(made: Estimate, nobody_shares: str | None) -> list[str]:
    """As a shopkeeper reads it."""
    where = "the district" if made.districts == 1 else f"the {made.districts} districts"
    if made.people is None:
        least = least_said(SIGMA)
        return [
            f"Not enough people to say: it takes some {least} in a district who say openly that they are there.",
            *_on_topics(made, nobody_shares),
        ]
    return [
        f"About {made.people} people were in {where} that it touches, from {made.starts_on} to {made.ends_on}.",
        _of(made.welcoming, "them let offers reach them"),
        _of(made.unspent, "these had room for one more, when it was counted"),
        *_on_topics(made, nobody_shares),
    ]


def _of(count: int | None, what: str) -> str:
    return f"Too few to say of {what}." if count is None else f"About {count} of {what}."


def _on_topics(made: Estimate, nobody_shares: str | None) -> Iterable[str]:
    if nobody_shares:
        yield nobody_shares
    for each in made.topics:
        about = each.about
        if about.communities and made.people is not None:
            yield (
                f"About {each.people} of those who let offers reach them have a community with {about.name}."
                if each.people is not None
                else f"Too few to say how many of them have a community with {about.name}."
            )
        if about.sent_off:
            yield (
                f"Of the {about.communities} communities with {about.name}, {about.sent_off} sent you off: who has no "
                "other is counted here, and not reached."
            )


def why_so(made: Estimate) -> str:
    """What is counted and what is not."""
    return (
        "Counted is who says openly where they are and lets themselves be counted; others may be reached as well. It "
        "is of whole districts, some 2.5 km across, and of the last whole week. What people do, at which hours, and "
        "whether they muted you is not looked at."
    )
