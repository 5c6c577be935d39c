"""Reading what came of offers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.communities.models import Community
from app.offers.models import Approach, Offer
from app.returns.lift import Group, Spending, Spent
from app.returns.models import ReturnFigure, ReturnGroup, ReturnPeriod, ReturnSale, ReturnSpent
from app.returns.rules import Count
from app.topics.models import Topic


def due(session: Session, kind: Count, now: datetime) -> date | None:
    """The period of a kind that is to be counted next, if one is over."""
    last = session.scalar(select(func.max(ReturnPeriod.starts_on)).where(ReturnPeriod.kind == kind))
    first = None if last else session.scalar(select(func.min(Approach.at)))
    return kind.due(last, first.date() if first else None, now)


def is_settled(session: Session, week: date) -> bool:
    """Whether all that came of a week has been counted."""
    return session.get(ReturnPeriod, (Count.SETTLED.value, week)) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """An offer, or all of a business, from one day on and before another."""

    offer_id: UUID | None
    business_id: UUID
    since: date
    until: date

    @classmethod
    def of_offer(cls, offer: Offer) -> "Span":
        """All of an offer."""
        return cls(offer.id, offer.business_id, date.min, date.max)

    def of(self, table: type[ReturnFigure] | type[ReturnSale]) -> ColumnElement[bool]:
        """Whether a row is of it, but for when."""
        if self.offer_id:
            return table.offer_id == self.offer_id
        return table.business_id == self.business_id


@dataclass(frozen=True, slots=True)
class Told:
    """Told numbers of one day, or one part, or all: by measure, one after the other."""

    which: str
    name: str
    numbers: Sequence[tuple[str, int]]


def told_of_days(session: Session, span: Span) -> list[Told]:
    """By day, the oldest first."""
    asked = (
        select(ReturnFigure.starts_on, ReturnFigure.measure, func.sum(ReturnFigure.people))
        .where(span.of(ReturnFigure), ReturnFigure.bucket == Count.DAY, ReturnFigure.cut == "")
        .where(ReturnFigure.starts_on >= span.since, ReturnFigure.starts_on < span.until)
        .group_by(ReturnFigure.starts_on, ReturnFigure.measure)
        .order_by(ReturnFigure.starts_on)
    )
    return _grouped((str(day), "", measure, people) for day, measure, people in session.execute(asked))


def told_in_all(session: Session, span: Span) -> list[tuple[str, int]]:
    """Of weeks that are over, and the days after them."""
    weeks = _over(session)
    asked = (
        select(ReturnFigure.measure, func.sum(ReturnFigure.people))
        .where(span.of(ReturnFigure), ReturnFigure.cut == "")
        .where(ReturnFigure.starts_on >= span.since, ReturnFigure.starts_on < span.until)
        .where((ReturnFigure.bucket == Count.WEEK) | (ReturnFigure.starts_on >= weeks))
        .group_by(ReturnFigure.measure)
    )
    return [(measure, people) for measure, people in session.execute(asked)]


def told_of_parts(session: Session, span: Span, cut: str) -> list[Told]:
    """By community or topic, of weeks that are over, by name; without those that are forgotten."""
    kind = Community if cut == "community" else Topic
    name = Community.name if cut == "community" else Topic.key
    asked = (
        select(ReturnFigure.part, name, ReturnFigure.measure, func.sum(ReturnFigure.people))
        .join(kind, kind.id == ReturnFigure.part)
        .where(span.of(ReturnFigure), ReturnFigure.bucket == Count.WEEK, ReturnFigure.cut == cut)
        .where(ReturnFigure.starts_on >= span.since, ReturnFigure.starts_on < span.until)
        .group_by(ReturnFigure.part, name, ReturnFigure.measure)
        .order_by(name, ReturnFigure.part)
    )
    rows = session.execute(asked)
    return _grouped((str(part), name, measure, people) for part, name, measure, people in rows)


def _over(session: Session) -> date:
    """The first day that is in no week that is over."""
    last = session.scalar(select(func.max(ReturnPeriod.starts_on)).where(ReturnPeriod.kind == Count.WEEK))
    return last + Count.WEEK.length if last else date.min


def _grouped(rows: Iterable[tuple[str, str, str, int]]) -> list[Told]:
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for which, name, measure, people in rows:
        found.setdefault((which, name), []).append((measure, int(people)))
    return [Told(which, name, numbers) for (which, name), numbers in found.items()]


@dataclass(frozen=True, slots=True)
class Sold:
    """What tills told of, in one currency; empty where they told no amount."""

    day: date
    currency: str
    redemptions: int
    rolled_back: int
    amount: Decimal


def sold(session: Session, span: Span) -> list[Sold]:
    """By day and currency, the oldest first."""
    sums = (func.sum(ReturnSale.redemptions), func.sum(ReturnSale.rolled_back), func.sum(ReturnSale.amount))
    asked = (
        select(ReturnSale.day, ReturnSale.currency, *sums)
        .where(span.of(ReturnSale), ReturnSale.day >= span.since, ReturnSale.day < span.until)
        .group_by(ReturnSale.day, ReturnSale.currency)
        .order_by(ReturnSale.day, ReturnSale.currency)
    )
    return [Sold(*row) for row in session.execute(asked)]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both groups of an offer: those who were shown it, and those who were not; and the weeks that are settled."""

    came: tuple[Group, Group]
    bought: tuple[Group, Group]
    #: By currency.
    spent: dict[str, tuple[Spending, Spending]]
    until: date | None


def compared(session: Session, offer_id: UUID) -> Compared:
    """What both groups did, in all weeks whose term is over. Three statements."""
    sums = (func.sum(ReturnGroup.people), func.sum(ReturnGroup.came), func.sum(ReturnGroup.bought))
    asked = select(ReturnGroup.held_out, *sums, func.max(ReturnGroup.starts_on))
    rows = session.execute(asked.where(ReturnGroup.offer_id == offer_id).group_by(ReturnGroup.held_out))
    found = {
        held_out: (int(people), int(came), int(bought), last) for held_out, people, came, bought, last in rows
    }
    shown, held_out = (found.get(each, (0, 0, 0, None)) for each in (False, True))
    last = max((each[3] for each in (shown, held_out) if each[3]), default=None)
    return Compared(
        came=(Group(shown[0], shown[1]), Group(held_out[0], held_out[1])),
        bought=(Group(shown[0], shown[2]), Group(held_out[0], held_out[2])),
        spent=_spent(session, offer_id, (shown[0], held_out[0])),
        until=last + Count.WEEK.length if last else None,
    )


def _spent(session: Session, offer_id: UUID, people: tuple[int, int]) -> dict[str, tuple[Spending, Spending]]:
    sums = (func.sum(ReturnSpent.people), func.sum(ReturnSpent.amount))
    keys = (ReturnSpent.currency, ReturnSpent.held_out, ReturnSpent.bin)
    asked = select(*keys[:2], *sums).where(ReturnSpent.offer_id == offer_id).group_by(*keys).order_by(*keys)
    found: dict[str, tuple[list[Spent], list[Spent]]] = {}
    for currency, held_out, buyers, amount in session.execute(asked):
        found.setdefault(currency, ([], []))[held_out].append(Spent(int(buyers), float(amount)))
    return {
        currency: (Spending(people[0], shown), Spending(people[1], held_out))
        for currency, (shown, held_out) in found.items()
    }
