"""Who comes again, as far as a business can know, and who goes to an event; by what people and tills were told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from town.reference.knowing import History
from town.reference.wanting import DAY_S, MINUTE_S, Offer

#: What is read again within this is the same visit; and how long a business knows of one.
SAME_S, KNOWN_S = 10 * MINUTE_S, 30 * DAY_S


@dataclass(frozen=True, slots=True)
class Seen:
    """A business read somebody's tag, and knows them again; the server had written it down by a moment."""

    person: str
    business: str
    at: float
    by: float


class Visits:
    """How often people came to a business."""

    reason = "returning"

    def __init__(self, seen: Iterable[Seen]) -> None:
        self._seen: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        for each in sorted(seen, key=lambda each: each.at):
            self._seen[each.person, each.business].append(each)

    def concerns(self, offer: Offer) -> bool:
        """Whether it is for who comes again."""
        return offer.returning is not None

    def possible(self, person: str, offer: Offer, since: float, until: float) -> set[bool]:
        """Whether somebody came less often than that, at any moment between two."""
        assert offer.returning is not None
        seen = self._seen.get((person, offer.business), [])
        forgotten = _between(seen, since - KNOWN_S, until - KNOWN_S)
        return {
            visits([each.at for each in seen[first:last]]) < offer.returning
            for first in forgotten
            for last in _between(seen, since, until)
        }

    def bounds(self, person: str, offer: Offer, _since: float, _until: float) -> Iterator[float]:
        """When they were read, and when that is forgotten."""
        for each in self._seen.get((person, offer.business), ()):
            yield from (each.at, each.by, each.at + KNOWN_S, each.by + KNOWN_S)


def visits(read_at: Sequence[float]) -> int:
    """How often somebody came who was read at these moments.

    >>> [visits(each) for each in ((), (0.0,), (0.0, 599.0), (0.0, 599.0, 1198.0), (0.0, 600.0))]
    [0, 1, 1, 1, 2]
    """
    return bool(read_at) + sum(later - earlier >= SAME_S for earlier, later in pairwise(read_at))


def _between(seen: Sequence[Seen], since: float, until: float) -> range:
    """How many may have been written at a moment between two."""
    sure = sum(each.by < since for each in seen)
    return range(sure, max(sure, sum(each.at <= until for each in seen)) + 1)


Going = Mapping[tuple[str, str], History[bool]]


class Guests:
    """Who has a seat at which event."""

    reason = "event"

    def __init__(self, going: Going) -> None:
        self._going = going

    def concerns(self, offer: Offer) -> bool:
        """Whether it is for who goes to an event."""
        return offer.event is not None

    def possible(self, person: str, offer: Offer, since: float, until: float) -> set[bool]:
        """Whether somebody does not go, at any moment between two, or it was over before the offer began."""
        assert offer.event is not None
        going = self._going.get((person, offer.event.id))
        if going is None or offer.event.ends <= offer.starts:
            return {True}
        return {not goes for goes in going.possible(since, until)}

    def bounds(self, person: str, offer: Offer, since: float, until: float) -> Iterator[float]:
        """When they said that they go, or do not."""
        assert offer.event is not None
        going = self._going.get((person, offer.event.id))
        yield from going.bounds(since, until) if going else ()
