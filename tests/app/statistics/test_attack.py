"""Somebody who knows everybody but one, asks everything over HTTP, and guesses: little better than by chance.

Each community is a world of its own, in which one more person took part, or did not. The attacker belongs to all of
them, knows exactly what everybody else did, and how numbers are made of it; all but the secret.
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
from app.statistics import service
from app.statistics.measures import BEST_GUESS_OF_ONE, SIGMA, TABLES, Table
from app.statistics.rules import SETTLES, Cell, midnight
from tests.app.statistics.crowd import FOUR, Crowd
from tests.app.statistics.guessing import likelier
from tests.world import Someone, World

WORLDS, OTHERS = 120, 40
#: Three standard deviations of a coin thrown as often.
TOLERANCE = 1.5 / math.sqrt(WORLDS)
#: What can be asked for by itself, one table an answer.
ASKED = [
    each
    for each in TABLES
    if each.measure in {"people", "members", "joined", "reached", "newcomers"} and "role" not in each.cut
]


@dataclass
class Attacker:
    """Somebody who belongs everywhere, and asks on and on."""

    who: Someone
    starts_on: date

    def hears(self, community: UUID) -> dict[Cell, int | None]:
        """All numbers of a community, by the cell each must be of: all others did the same."""
        said = {}
        days = f"from={self.starts_on}&to={self.starts_on + timedelta(days=1)}"
        for table in ASKED:
            cut = f"measure={table.measure}&bucket={table.bucket.value}&by={','.join(table.cut)}"
            cells = self.who.gets(f"/communities/{community}/statistics?{cut}&{days}")["cells"]
            assert len(cells) <= 1, cells
            said[self._cell(table)] = int(cells[0]["value"]) if cells else None
        return said

    def guesses(self, community: UUID) -> bool:
        """Whether one more took part there, as far as can be told."""
        said = self.hears(community)
        nobody = {cell: 0 if cell.measure in {"joined", "reached", "newcomers"} else OTHERS for cell in said}
        somebody = {cell: people and people + 1 for cell, people in nobody.items()}
        return likelier(said, somebody, nobody, lambda cell: SIGMA[cell.measure, cell.cut, cell.bucket]) > 0

    def _cell(self, table: Table) -> Cell:
        return Cell("c", table.measure, table.cut, table.bucket, self.starts_on, table.cut)


@dataclass
class Scene:
    attacker: Attacker
    #: Whether somebody took part in each, and who.
    took_part: Mapping[UUID, UUID | None]

    @property
    def right(self) -> float:
        """How often the attacker is."""
        hits = [self.attacker.guesses(each) == bool(who) for each, who in self.took_part.items()]
        return sum(hits) / len(hits)


def played(app: Flask, worlds: int) -> Iterator[Scene]:
    database: Database = app.extensions["hereabouts"].database
    attacker = World(app.test_client(use_cookies=False)).person("Eve", contract="invisible")
    chance = random.Random(7)
    with Session(database.engine, expire_on_commit=False) as session:
        crowd = Crowd(session)
        took_part: dict[UUID, UUID | None] = {}
        for _ in range(worlds):
            community, target = crowd.community(), chance.random() < 0.5
            crowd.belong([UUID(attacker.id)], community)
            people = crowd.people(OTHERS + target, community)
            crowd.check_in(people, community)
            took_part[community] = people[-1] if target else None
        session.commit()
    with clock.travelling(midnight(crowd.starts_on + FOUR.length) + SETTLES - clock.now()):
        closed = [crowd.starts_on]
        while closed:
            with database.transaction() as session:
                closed = service.close_periods(session, clock.now())
        yield Scene(Attacker(attacker, crowd.starts_on), took_part)
    with database.transaction() as session:
        session.execute(text("DELETE FROM figures"))
        session.execute(text("DELETE FROM closed_periods"))


@pytest.fixture(scope="module")
def scene(app: Flask) -> Iterator[Scene]:
    yield from played(app, WORLDS)


def test_who_knows_all_but_one_and_asks_everything_guesses_no_better_than_is_stated(scene: Scene) -> None:
    assert scene.right <= BEST_GUESS_OF_ONE + TOLERANCE


def test_whatever_that_one_does_afterwards_no_answer_changes(scene: Scene, database: Database) -> None:
    community, target = next((each, who) for each, who in scene.took_part.items() if who)
    before = scene.attacker.hears(community)
    does = (
        "DELETE FROM check_ins WHERE person_id = :target",
        "UPDATE contracts SET terms = jsonb_set(terms, '{terms}', '[]') WHERE person_id = :target",
        "DELETE FROM memberships WHERE person_id = :target",
        "DELETE FROM people WHERE id = :target",
    )
    for each in does:
        with database.transaction() as session:
            session.execute(text(each), {"target": target})
            service.close_periods(session, clock.now())
        assert scene.attacker.hears(community) == before


def test_areas_and_times_of_their_own_choice_give_no_other_numbers(scene: Scene) -> None:
    community, eve = next(iter(scene.took_part)), scene.attacker.who
    path = f"/communities/{community}/statistics?measure=people"
    whole = eve.gets(f"{path}&by=area")["cells"]
    for query in ("from=2020-02-04&to=2020-02-05", f"to={scene.attacker.starts_on}"):
        assert not [each for each in eve.gets(f"{path}&by=area&{query}")["cells"] if each in whole]
    late = eve.gets(f"{path}&by=area&from={scene.attacker.starts_on}")["cells"]
    assert late == [each for each in whole if each["starts_on"] >= str(scene.attacker.starts_on)]
    for area in ("871fb4662ffffff", "871fb4663ffffff", "861fb4667ffffff"):
        alone = eve.gets(f"{path}&where=area:{area}")["cells"]
        assert alone == [each for each in whole if each["slice"]["area"] == area]


def test_without_chance_the_same_attacker_is_always_right(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "published", lambda key, cell, people, sigma: people)
    for bare in played(app, 12):
        assert bare.right == 1.0
