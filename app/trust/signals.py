"""What happened to consents."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A person allows something."""

    person_id: UUID
    purpose: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A person takes back what they allowed."""

    person_id: UUID
    purpose: str


@dataclass(frozen=True, slots=True)
class ContractChanged:
    """Another trust contract holds between a person and everybody."""

    person_id: UUID
    version: int
