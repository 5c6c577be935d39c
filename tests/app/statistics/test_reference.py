"""What is counted in SQL is what a slow and obvious count says, in crowds made by chance."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.statistics import counting
from app.statistics.rules import FEWEST, MOST_COMMUNITIES, midnight
from tests.app.statistics.crowd import FOUR, Crowd

Said = dict[UUID, dict[UUID, int]]
Cells = Counter[tuple[UUID, str, tuple[str, ...], tuple[str, ...]]]


def band(times: int) -> str:
    return next(
        name for name, most in (("1", 1), ("2-3", 3), ("4-7", 7), ("8-15", 15), ("16+", 999)) if times <= most
    )


def slowly(belongs: dict[UUID, list[UUID]], said: Said) -> Cells:
    """The cells whose values no lot decides: everybody in the communities they said most in, then joined first."""
    cells: Cells = Counter()
    for person, communities in belongs.items():
        times = said[person]
        order = sorted(communities, key=lambda each: (-times.get(each, 0), communities.index(each)))
        chosen = order[:MOST_COMMUNITIES]
        for each in chosen:
            cells[each, "members", (), ()] += 1
            if times.get(each):
                cells[each, "people", (), ()] += 1
                cells[each, "people", ("often",), (band(times[each]),)] += 1
                cells[each, "people", ("often", "role"), (band(times[each]), "member")] += 1
        for one, other in combinations(sorted(chosen), 2):
            cells[one, "overlap", ("community",), (str(other),)] += 1
    return Counter({cell: people for cell, people in cells.items() if people >= FEWEST})


@pytest.mark.parametrize("seed", range(3))
def test_the_clever_count_is_the_slow_one(session: Session, seed: int) -> None:
    chance, crowd = random.Random(seed), Crowd(session)
    communities = [crowd.community() for _ in range(6)]
    belongs: dict[UUID, list[UUID]] = defaultdict(list)
    said: Said = defaultdict(lambda: defaultdict(int))
    people = crowd.people(60)
    for place, each in enumerate(communities):
        joining = [person for person in people if chance.random() < 0.6]
        crowd.belong(joining, each, crowd.rows.now + timedelta(hours=place))
        for person in joining:
            belongs[person].append(each)
    for turn in range(12):
        at = midnight(crowd.starts_on) + timedelta(days=2 * turn, hours=turn)
        for each in communities:
            saying = [person for person in people if each in belongs[person] and chance.random() < 0.3]
            crowd.check_in(saying, each, at=at)
            for person in saying:
                said[person][each] += 1
    found = counting.counted(session, FOUR, crowd.starts_on, seed)
    expected = slowly(belongs, said)
    kinds = {cell[1:3] for cell in expected}
    counted = {(each.community_id, each.measure, each.cut, each.values): each.people for each in found}
    assert {
        cell: n for cell, n in counted.items() if cell[1:3] in kinds and cell[0] in communities
    } == expected
    assert len(expected) > 40
