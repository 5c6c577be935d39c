"""Which offers a contract lets through, as the gate can ask it in one statement."""

from dataclasses import dataclass
from uuid import UUID

from app.trust.contract import Contract
from app.trust.terms import EVERYONE, Purpose, Term
from app.trust.week import Spans, includes, spans_where


@dataclass(frozen=True, slots=True)
class Welcome:
    """Whose offers, and when."""

    #: Those alone, if it is not None.
    businesses: tuple[UUID, ...] | None
    refused: tuple[UUID, ...]
    #: By the contract's clock; None: always.
    minutes: Spans | None
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


def _spans(terms: list[Term]) -> Spans | None:
    """When all of these apply."""
    hours = [term.hours for term in terms if term.hours]
    if not hours:
        return None
    return spans_where(lambda minute: all(includes(each, minute) for each in hours))
