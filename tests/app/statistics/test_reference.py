"""What is counted in SQL is what a slow and obvious count says, in crowds made by chance."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.statistics import counting
from app.statistics.rules import MOST_COMMUNITIES, midnight
from tests.app.statistics.crowd import FOUR, Crowd

Cells = Counter[tuple[UUID, str, tuple[str, ...], tuple[str, ...]]]
Lot = Callable[[UUID, UUID], int]


@dataclass
class Answer:
    """Somebody answered what somebody else said in a community."""

    person: UUID
    to: UUID
    at: datetime


@dataclass
class Known:
    """All that there is to count, by person and then by community, in the order in which they joined."""

    belongs: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    new: set[tuple[UUID, UUID]] = field(default_factory=set)
    said: dict[UUID, Counter[UUID]] = field(default_factory=lambda: defaultdict(Counter))
    #: When they first said something in words.
    asked: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    answers: dict[UUID, list[Answer]] = field(default_factory=lambda: defaultdict(list))

    def counted_in(self, person: UUID) -> list[UUID]:
        """The communities they said most in, then joined first."""
        communities, times = self.belongs[person], self.said[person]
        return sorted(communities, key=lambda each: (-times[each], communities.index(each)))[
            :MOST_COMMUNITIES
        ]


def band(times: int) -> str:
    return next(
        name for name, most in (("1", 1), ("2-3", 3), ("4-7", 7), ("8-15", 15), ("16+", 999)) if times <= most
    )


TALK = {(False, False): "neither", (True, False): "asked", (False, True): "answered", (True, True): "both"}
SOON = [(timedelta(hours=1), "hour"), (timedelta(days=1), "day"), (timedelta(days=7), "week")]


def slowly(known: Known, lot: Lot) -> Cells:
    """All cells but those of what somebody said, of which a lot decides."""
    cells: Cells = Counter()
    for person in known.belongs:
        times, chosen = known.said[person], known.counted_in(person)
        for each in chosen:
            cells[each, "members", (), ()] += 1
            if times[each]:
                answered = any(answer.person == person for answer in known.answers[each])
                often, talk = band(times[each]), TALK[(person, each) in known.asked, answered]
                cells[each, "people", (), ()] += 1
                cells[each, "people", ("often",), (often,)] += 1
                cells[each, "people", ("talk",), (talk,)] += 1
                cells[each, "people", ("often", "talk"), (often, talk)] += 1
                cells[each, "people", ("often", "role"), (often, "member")] += 1
            if (person, each) in known.asked and (person, each) in known.new:
                cells[each, "newcomers", (), ()] += 1
                cells[each, "newcomers", ("answered",), (soon(known, person, each, lot),)] += 1
        for one, other in combinations(sorted(chosen), 2):
            cells[one, "overlap", ("community",), (str(other),)] += 1
            if times[one] and times[other]:
                cells[one, "traffic", ("community",), (str(other),)] += 1
    return cells


def soon(known: Known, person: UUID, community: UUID, lot: Lot) -> str:
    """How soon a newcomer was answered by somebody who is not new, and who answers for nobody else."""
    came = []
    for other in {answer.person for answer in known.answers[community]}:
        theirs = [answer for answer in known.answers[community] if answer.person == other]
        stands = min(theirs, key=lambda answer: (lot(other, answer.to), answer.at))
        counts = community in known.counted_in(other) and (other, community) not in known.new
        if counts and stands.to == person:
            came.append(stands.at - known.asked[person, community])
    return next((name for most, name in SOON if came and min(came) <= most), "later")


@pytest.mark.parametrize("seed", range(3))
def test_the_clever_count_is_the_slow_one(
    session: Session, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEWEST", 1)
    crowd = Crowd(session)
    communities = [crowd.community() for _ in range(6)]
    known = made_by_chance(crowd, communities, random.Random(seed))

    @cache
    def lot(one: UUID, other: UUID) -> int:
        drawn = text("SELECT hashtextextended(:pair, :lot)")
        return int(session.execute(drawn, {"pair": f"{one}{other}", "lot": seed}).scalar_one())

    found = counting.counted(session, FOUR, crowd.starts_on, seed)
    counted = {(each.community_id, each.measure, each.cut, each.values): each.people for each in found}
    expected = slowly(known, lot)
    kinds = {cell[1:3] for cell in expected}
    assert {
        cell: n for cell, n in counted.items() if cell[1:3] in kinds and cell[0] in communities
    } == expected
    assert len(kinds) == 10
    assert len({cell[3] for cell in expected if cell[1:3] == ("newcomers", ("answered",))}) >= 3


def made_by_chance(crowd: Crowd, communities: list[UUID], chance: random.Random) -> Known:
    """Sixty people who join before or within the four weeks, say something or not, and answer one another."""
    known, people = Known(), crowd.people(60)
    for place, each in enumerate([*communities, *communities]):
        is_new = place >= len(communities)
        belonging = [person for person in people if each not in known.belongs[person]]
        joining = [person for person in belonging if chance.random() < 0.35]
        begins = midnight(crowd.starts_on) if is_new else crowd.rows.now
        crowd.belong(joining, each, begins + timedelta(minutes=place))
        known.new |= {(person, each) for person in joining if is_new}
        for person in joining:
            known.belongs[person].append(each)
    for turn in range(12):
        for each in communities:
            _talk(crowd, known, people, each, turn, chance)
    return known


def _talk(
    crowd: Crowd, known: Known, people: list[UUID], community: UUID, turn: int, chance: random.Random
) -> None:
    at = midnight(crowd.starts_on) + timedelta(days=2 * turn, hours=turn + 1)
    saying = [who for who in people if community in known.belongs[who] and chance.random() < 0.3]
    words = chance.choice(["", "who rides?"])
    for person in saying:
        known.said[person][community] += 1
        if words:
            known.asked.setdefault((person, community), at)
    after = at + chance.choice([timedelta(minutes=30), timedelta(hours=9), timedelta(days=3)])
    about = dict(zip(saying, crowd.check_in(saying, community, at=at, text=words), strict=True))
    pairs = [(who, to) for to in saying for who in people if who != to and chance.random() < 0.02]
    crowd.answer_each([(who, about[to]) for who, to in pairs], at=after)
    known.answers[community] += [Answer(who, to, after) for who, to in pairs]
