"""A business that knows everybody but one, and looks at what it is told day after day, guesses whether an offer reached
that one: little better than by chance."""

import math
import random
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.returns.rules import BEST_GUESS, MEASURES, SIGMA, Count, all_published
from app.returns.schemas import CommunityPart, TopicPart
from app.statistics.rules import Bucket, Cell, best_guess
from tests.app.returns.market import Market
from tests.app.statistics.guessing import likelier

OFFERS, OTHERS = 120, 60
#: Three standard deviations of a coin thrown as often.
TOLERANCE = 1.5 / math.sqrt(OFFERS)
#: What the one did, if they were reached, and so did all others: as much as one person can add.
DID = ("eligible", "reached", "seen", "useful", "held")
CUTS = (("day", ""), ("week", ""), ("week", "community"), ("week", "topic"))


@pytest.fixture
def market(session: Session) -> Market:
    return Market(session)


def test_what_is_stated_of_the_best_guess_is_true() -> None:
    assert best_guess([all_published()]) <= BEST_GUESS < 0.85


def test_who_knows_everybody_else_guesses_little_better_than_by_chance(market: Market) -> None:
    chance, came = random.Random(11), {}
    when = {"seen_at": market.begins, "held_at": market.begins}
    everybody = market.people(OTHERS + 1)
    for _ in range(OFFERS):
        offer = market.offers(hold_out=0)
        came[offer] = chance.random() < 0.5
        market.reaches(everybody[: OTHERS + came[offer]], offer_id=offer, opinion="useful", **when)
    seen: dict[UUID, dict[Cell, int | None]] = {offer: {} for offer in came}
    for day in (1, 2, 8, 9, 23):
        market.keeps_up(market.begins + timedelta(days=day, hours=1))
        for offer, said in seen.items():
            said.update(dict.fromkeys(_cells()) if day == 8 else {})
            said.update(told(market, offer))
    right = sum(_guesses(said) == came[offer] for offer, said in seen.items())
    assert 0.5 <= right / OFFERS <= BEST_GUESS + TOLERANCE


def _cells() -> list[Cell]:
    return [_cell(bucket, cut, measure) for bucket, cut in CUTS for measure in DID]


def _cell(bucket: str, cut: str, measure: str) -> Cell:
    return Cell("", measure, (cut,), Bucket.WEEK, Count.WEEK.begins(_EPOCH), (bucket,))


_EPOCH = Market.__dataclass_fields__["week"].default_factory()  # type: ignore[misc]


def told(market: Market, offer: UUID) -> Mapping[Cell, int | None]:
    """What is told of an offer, before it is put in steps."""
    return {
        _cell(bucket, cut, measure): people
        for bucket, cut in CUTS
        for measure, people in market.told(bucket, cut, offer).items()
    }


def _guesses(said: Mapping[Cell, int | None]) -> bool:
    nobody = dict.fromkeys(said, OTHERS)
    somebody = dict.fromkeys(said, OTHERS + 1)
    return likelier(said, somebody, nobody, lambda cell: SIGMA) > 0


def test_asking_again_tells_nothing_more(market: Market) -> None:
    """Chance was added once: who asks every day and takes the mean has what they had on the first."""
    market.reaches(market.people(100))
    seen = set()
    for day in range(8, 30):
        market.keeps_up(market.begins + timedelta(days=day))
        seen.add(tuple(sorted(market.told().items())))
    assert len(seen) == 1


def test_what_differs_by_one_person_differs_by_another_draw(market: Market) -> None:
    """Of two offers, or two parts, that differ by one person, the difference of what is told is mostly not one."""
    differences = []
    people = market.people(101)
    for _ in range(30):
        one, other = market.offers(0), market.offers(0)
        market.reaches(people[:100], offer_id=one)
        market.reaches(people, offer_id=other)
        differences.append((one, other))
    market.keeps_up(market.begins + timedelta(days=8))
    said = [
        market.told(offer=other)["reached"] - market.told(offer=one)["reached"] for one, other in differences
    ]
    assert len(set(said)) > 8
    assert sum(each == 1 for each in said) < 10


def test_amounts_are_told_of_no_part_that_could_be_found_by_adding_up() -> None:
    """A till knows each amount. What came through a community would tell which of them: few sums come out the same."""
    chance = random.Random(3)
    tills = [round(chance.uniform(2, 40), 2) for _ in range(12)]
    through = [tills[each] for each in (1, 4, 5, 9, 11)]
    fitting = [chosen for chosen in range(1 << len(tills)) if abs(_sum(tills, chosen) - sum(through)) < 0.005]
    assert len(fitting) < 10
    for part in (CommunityPart, TopicPart):
        assert set(part.model_fields) - {"community_id", "community", "topic"} == set(MEASURES)


def _sum(amounts: list[float], chosen: int) -> float:
    return sum(each for place, each in enumerate(amounts) if chosen >> place & 1)


def test_no_table_of_returns_names_anybody(session: Session) -> None:
    asked = text("""SELECT table_name, column_name FROM information_schema.columns
                    WHERE table_name LIKE 'return\\_%' AND column_name LIKE '%person%'""")
    assert session.execute(asked).all() == []
