"""The agreement between a person and a business: one record, the same for both, known by the same hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from app.trust import wording
from app.trust.contract import Contract
from app.trust.terms import EVERYONE, Purpose, Term
from app.trust.written import term_written

_PURPOSES = (Purpose.READERS, Purpose.OFFERS)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a contract says to one business; nothing in it lets two businesses find that they know one person."""

    business_id: UUID
    #: The name by which the business knows the person.
    person: str
    terms: tuple[Term, ...]
    time_zone: str

    def record(self, names: Mapping[UUID, str]) -> dict[str, Any]:
        """As both hold it, terms in their order, and what they say."""
        return {
            "business": str(self.business_id),
            "person": self.person,
            "terms": [term_written(term) for term in self.terms],
            "time_zone": self.time_zone,
            "says": [wording.sentence(term, names) for term in self.terms],
        }


def agreement(contract: Contract, business_id: UUID, person: str) -> Agreement:
    """Of a contract what concerns a business: what is said of it, and of all where nothing is said of it."""
    terms = [term for purpose in _PURPOSES for term in _binding(contract, purpose, business_id)]
    # Whose clock it is would tell more than is agreed where nothing depends on it.
    zone = contract.time_zone if any(term.hours for term in terms) else "UTC"
    return Agreement(business_id, person, tuple(terms), zone)


def hash_of(record: Mapping[str, Any]) -> str:
    """SHA-256 of the record as JSON with sorted names and no spaces (RFC 8785 for what is in it), in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(record, order="deterministic")).hexdigest()


def _binding(contract: Contract, purpose: Purpose, business_id: UUID) -> list[Term]:
    terms = [term for term in contract.terms if term.purpose is purpose]
    own = [term for term in terms if term.who.id == business_id]
    return own or [term for term in terms if term.who == EVERYONE]
