"""Districts in which as many people as one likes said openly that they are there, and let offers reach them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.statistics.rules import SETTLES, Bucket, midnight
from geo import DISTRICT, REGION, Area, Cell, Circle, Position, cell_of, centre_of, children
from tests.app.statistics.crowd import Crowd

#: More districts than any test needs, in one order.
DISTRICTS = sorted(children(cell_of(Position(41.4, 2.15), REGION), DISTRICT))
WEEK = Bucket.WEEK


def next_week() -> date:
    """When the next week begins: there are no partitions for what was long ago."""
    return WEEK.begins(clock.now().date()) + WEEK.length


def when_it_is_over(starts_on: date) -> datetime:
    """The first moment at which a week can be asked for."""
    return midnight(starts_on + WEEK.length) + SETTLES


def house_in(cell: Cell) -> Area:
    """A house in the middle of a district."""
    return Circle(centre_of(cell), 10)


@dataclass
class Neighbourhood:
    """People in districts, all of it within one session."""

    session: Session
    starts_on: date = field(default_factory=next_week)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.session, self.starts_on)
        self.topic = self.crowd.topic
        self.community = self.crowd.community()

    @property
    def now(self) -> datetime:
        """When the week is over."""
        return when_it_is_over(self.starts_on)

    def people(self, how_many: int, cell: Cell = DISTRICTS[0], contract: str = "open-house") -> list[UUID]:
        """Some who were there, let offers reach them, and belong to a community that shares the topic."""
        made = self.crowd.people(how_many, self.community, contract=contract)
        self.consent(made)
        self.are_in(cell, made)
        return made

    def are_in(self, cell: Cell, people: Sequence[UUID], day: int = 1, counted: bool = True) -> None:
        """They said so, on a day of the week."""
        at = midnight(self.starts_on) + timedelta(days=day, hours=9)
        self.crowd.check_in(people, cell=cell, at=at, counted=counted)

    def consent(self, people: Sequence[UUID], businesses: Sequence[UUID] | None = None) -> None:
        """Offers may reach them; of these businesses alone, if any are named."""
        made = """INSERT INTO consents (person_id, purpose, given_at, businesses)
            SELECT id, 'offers', now(), CAST(:businesses AS uuid[]) FROM unnest(CAST(:ids AS uuid[])) AS id"""
        named = None if businesses is None else list(businesses)
        self.session.execute(text(made), {"ids": list(people), "businesses": named})

    def spend(self, people: Sequence[UUID], times: int) -> None:
        """So many offers reached them an hour ago."""
        came = [self.now - timedelta(hours=1)] * times
        made = """INSERT INTO offer_budgets (person_id, recent)
            SELECT id, CAST(:came AS timestamptz[]) FROM unnest(CAST(:ids AS uuid[])) AS id"""
        self.session.execute(text(made), {"ids": list(people), "came": came})

    def business(self) -> UUID:
        """One that asks."""
        return self.crowd.rows.business(self.crowd.rows.person())

    def other_topics(self, how_many: int) -> list[UUID]:
        """Topics of a community that shares nothing else."""
        return [self.crowd.rows.topic() for _ in range(how_many)]
