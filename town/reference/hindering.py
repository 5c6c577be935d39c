"""What keeps an offer from somebody for as long as others, or what they did themselves, make it so."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Protocol

from town.reference.wanting import Offer

#: Which reasons are in the way of which offers.
Against = frozenset[tuple[str, str]]


class Hindrance(Protocol):
    """A reason that may be in the way, as far as can be known from outside."""

    reason: str

    def concerns(self, offer: Offer) -> bool:
        """Whether it may ever be in the way of an offer."""

    def possible(self, person: str, offer: Offer, since: float, until: float) -> set[bool]:
        """Whether it is in the way of an offer at any moment between two; both, where either may be so."""

    def bounds(self, person: str, offer: Offer, since: float, until: float) -> Iterator[float]:
        """The moments between two at which what is possible may change."""


Hindered = Sequence[tuple[Hindrance, Offer]]


def hindered(hindrances: Iterable[Hindrance], offers: Sequence[Offer]) -> Hindered:
    """What may ever be in the way of which of these."""
    return [(each, offer) for each in hindrances for offer in offers if each.concerns(offer)]


def possibly_against(those: Hindered, person: str, since: float, until: float) -> Iterator[Against]:
    """All that may have been in the way between two moments: mostly one, more where something just changed."""
    ways = [
        [(each.reason, offer.id) if is_so else None for is_so in each.possible(person, offer, since, until)]
        for each, offer in those
    ]
    for some in product(*ways):
        yield frozenset(each for each in some if each)
