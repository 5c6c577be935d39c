"""Which offers a contract lets through, as the gate can ask it in one statement."""

from dataclasses import dataclass
from uuid import UUID

from app.trust.contract import Contract
from app.trust.terms import EVERYONE, Hours, Purpose, Term

_DAY = 24 * 60
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Welcome:
    """Whose offers, and when."""

    #: Those alone, if it is not None.
    businesses: tuple[UUID, ...] | None
    refused: tuple[UUID, ...]
    #: Spans of the week, in minutes since Monday's midnight by the contract's clock, ends not included; None: always.
    minutes: tuple[tuple[int, int], ...] | None
    time_zone: str

    def lets(self, business_id: UUID) -> bool:
        """Whether offers of a business are welcome at all."""
        return business_id not in self.refused and (self.businesses is None or business_id in self.businesses)


def welcome(contract: Contract) -> Welcome | None:
    """What is let through; None where nothing is."""
    terms = [term for term in contract.terms if term.purpose is Purpose.OFFERS]
    for_all = [term for term in terms if term.who == EVERYONE]
    closed = {term.who.id for term in terms if term.who.id and not term.opens}
    named = {term.who.id for term in terms if term.who.id and term.opens} - closed
    all_welcome = bool(for_all) and all(term.opens for term in for_all)
    if not all_welcome and not named:
        return None
    return Welcome(
        businesses=None if all_welcome else tuple(sorted(each for each in named if each)),
        refused=tuple(sorted(each for each in closed if each)),
        minutes=_spans(for_all) if all_welcome else None,
        time_zone=contract.time_zone,
    )


def _spans(terms: list[Term]) -> tuple[tuple[int, int], ...] | None:
    """When all of these apply."""
    hours = [term.hours for term in terms if term.hours]
    if not hours:
        return None
    minutes = [minute for minute in range(_WEEK) if all(_includes(each, minute) for each in hours)]
    spans: list[tuple[int, int]] = []
    for minute in minutes:
        if spans and spans[-1][1] == minute:
            spans[-1] = spans[-1][0], minute + 1
        else:
            spans.append((minute, minute + 1))
    return tuple(spans)


def _includes(hours: Hours, minute: int) -> bool:
    return hours.at(minute // _DAY, minute % _DAY)
