"""Somebody who knows everybody but one, who may have answered many newcomers, and guesses by how soon these were.

Whether they were decides of what is told of others. Each community is a world of its own, as in `test_attack`.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.statistics import counting, service
from app.statistics.measures import FOUR, SIGMA, TABLES
from app.statistics.rules import SETTLES, Cell, Published, best_guess, midnight
from tests.app.statistics.crowd import Crowd
from tests.app.statistics.guessing import likelier
from tests.world import Someone, World

WORLDS = 60
#: Of so many newcomers others answered some; the one of whom it is not known answers all the rest.
ANSWERED, LEFT = 35, 35
TABLE = next(each for each in TABLES if each.cut == ("answered",))
#: What is stated of this one table.
STATED = best_guess([Published(TABLE.sigma, TABLE.moves)])
#: Three standard deviations of a coin thrown as often.
TOLERANCE = 1.5 / math.sqrt(WORLDS)


@dataclass
class Scene:
    eve: Someone
    starts_on: date
    #: Whether somebody answered in each.
    answered: Mapping[UUID, bool]

    def right(self, moved: int) -> float:
        """How often the attacker is, who knows how many newcomers one answerer makes a difference to."""
        hits = [self._guesses(each, moved) == did for each, did in self.answered.items()]
        return sum(hits) / len(hits)

    def _guesses(self, community: UUID, moved: int) -> bool:
        days = f"from={self.starts_on}&to={self.starts_on + timedelta(days=1)}"
        path = f"/communities/{community}/statistics?measure=newcomers&by=answered&{days}"
        cells = {each["slice"]["answered"]: int(each["value"]) for each in self.eve.gets(path)["cells"]}
        assert cells.keys() <= {"day", "later"}
        without = {_cell("day"): ANSWERED, _cell("later"): LEFT}
        having = {_cell("day"): ANSWERED + moved, _cell("later"): LEFT - moved}
        said = {_cell(each): cells.get(each) for each in ("day", "later")}
        return likelier(said, having, without, lambda cell: SIGMA[TABLE[:3]]) > 0


def _cell(value: str) -> Cell:
    return Cell("c", *TABLE[:3], date.min, (value,))


@pytest.fixture
def scene(app: Flask) -> Iterator[Scene]:
    database: Database = app.extensions["hereabouts"].database
    eve = World(app.test_client(use_cookies=False)).person("Eve", contract="invisible")
    chance = random.Random(11)
    with Session(database.engine, expire_on_commit=False) as session:
        crowd = Crowd(session)
        answered: dict[UUID, bool] = {}
        for _ in range(WORLDS):
            community = crowd.community()
            answered[community] = chance.random() < 0.5
            crowd.belong([UUID(eve.id)], community)
            _newcomers_answered(crowd, community, answered[community])
        session.commit()
    with clock.travelling(midnight(crowd.starts_on + FOUR.length) + SETTLES - clock.now()):
        closed = [crowd.starts_on]
        while closed:
            with database.transaction() as session:
                closed = service.close_periods(session, clock.now())
        yield Scene(eve, crowd.starts_on, answered)
    with database.transaction() as session:
        session.execute(text("DELETE FROM figures"))
        session.execute(text("DELETE FROM closed_periods"))


def _newcomers_answered(crowd: Crowd, community: UUID, by_one_more: bool) -> None:
    new = crowd.people(ANSWERED + LEFT)
    crowd.belong(new, community, midnight(crowd.starts_on))
    said = crowd.check_in(new, community, text="hello")
    crowd.answer_each([*zip(crowd.people(ANSWERED, community), said, strict=False)])
    if by_one_more:
        crowd.answer(crowd.people(1, community), said[ANSWERED:])


def test_whether_somebody_answered_is_guessed_no_better_than_is_stated(scene: Scene) -> None:
    assert scene.right(moved=1) <= STATED + TOLERANCE


@pytest.fixture
def without_the_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody answers for all whom they answered."""
    drawn = "DISTINCT ON (r.person_id, heard.id)"
    assert drawn in counting._ANSWERS
    monkeypatch.setattr(counting, "_ANSWERS", counting._ANSWERS.replace(drawn, ""))


@pytest.mark.usefixtures("without_the_lot")
def test_without_the_lot_it_would_be_known(scene: Scene) -> None:
    assert scene.right(moved=LEFT) > 0.95 > STATED + TOLERANCE
