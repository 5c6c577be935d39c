"""How many of an offer are left at which moment, by what people were told who took one; and whether that was right.

One is taken by whoever has one kept, or redeems one that was not kept for them. What is kept goes back after a quarter
of an hour: it is to be had again a while later at the latest, or as soon as anybody takes one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from town.reference.wanting import MINUTE_S, Offer

KEPT_S = 15 * MINUTE_S
ENOUGH, NONE_LEFT, NOT_FOUND = "enough", "none-left", "not-found"


@dataclass(frozen=True, slots=True)
class Tried:
    """Somebody wanted to have one kept (or else to redeem one) between two moments, and what they were answered."""

    person: str
    offer: str
    keeps: bool
    since: float
    by: float
    #: None where they got it.
    refusal: str | None = None
    #: When they got it, and the redemption.
    at: float = 0.0
    made: str = ""
    #: Whether it had left their inbox, as they mute it.
    muted: bool = False


@dataclass(frozen=True, slots=True)
class _Change:
    """One less, or one more, from a moment between two."""

    since: float
    by: float
    effect: int
    #: None where one went back by itself.
    of: Tried | None = None


class Shelves:
    """What is left of each offer. `lapse_s` is how long after its time what was kept may be back."""

    reason = "quantity"

    def __init__(self, offers: Mapping[str, Offer], tried: Iterable[Tried], lapse_s: float) -> None:
        self._offers = offers
        self._tried: dict[tuple[str, str], list[Tried]] = defaultdict(list)
        for each in sorted(tried, key=lambda each: each.since):
            self._tried[each.offer, each.person].append(each)
        self._changes: dict[str, list[_Change]] = defaultdict(list)
        for (offer, _), theirs in self._tried.items():
            self._changes[offer] += _changes(theirs, lapse_s)
        for offer, changes in self._changes.items():
            self._changes[offer] = [_back_at_last(each, changes) for each in changes]

    def concerns(self, offer: Offer) -> bool:
        """Whether none may ever be left."""
        return offer.quantity is not None

    def possible(self, _person: str, offer: Offer, since: float, until: float) -> set[bool]:
        """Whether none is left, at any moment between two."""
        least, most = self._left(offer, since, until)
        return {is_so for is_so, may_be in ((True, least <= 0), (False, most > 0)) if may_be}

    def bounds(self, _person: str, offer: Offer, _since: float, _until: float) -> Iterator[float]:
        """When one more or one less may have been left."""
        for each in self._changes.get(offer.id, ()):
            yield from (each.since, each.by)

    def wrong(self) -> Iterator[str]:
        """Who got one, or was told that they get none, where that was not so."""
        for theirs in self._tried.values():
            redeemed, kept_until = 0, 0.0
            for each in theirs:
                right = self._right(each, redeemed, kept_until)
                if each.refusal not in right:
                    what = "kept" if each.keeps else "redeemed"
                    told = f"{each.person} was told {each.refusal or 'ok'} of what they wanted {what}"
                    due = sorted(one or "ok" for one in right)
                    yield f"{told} ({each.offer}, at {each.since}), not {' or '.join(due)}"
                if each.refusal is None:
                    redeemed += not each.keeps
                    kept_until = each.at + KEPT_S if each.keeps else 0.0

    def _right(self, tried: Tried, redeemed: int, kept_until: float) -> set[str | None]:
        offer = self._offers[tried.offer]
        if tried.muted or tried.since >= offer.ends:
            return {NOT_FOUND}
        right: set[str | None] = {NOT_FOUND} if tried.by >= offer.ends else set()
        kept = {tried.since < kept_until, tried.by < kept_until}
        for is_kept in kept:
            has_enough = redeemed >= offer.per_person and not (tried.keeps and is_kept)
            right |= {ENOUGH} if has_enough else {None} if is_kept else self._answers(offer, tried)
        return right

    def _answers(self, offer: Offer, tried: Tried) -> set[str | None]:
        least, most = self._left(offer, tried.since, tried.by, without=tried)
        return {answer for answer, may_be in ((NONE_LEFT, least <= 0), (None, most > 0)) if may_be}

    def _left(
        self, offer: Offer, since: float, until: float, without: Tried | None = None
    ) -> tuple[int, int]:
        """How few and how many may be left."""
        if offer.quantity is None:
            return 1, 1
        changes = [each for each in self._changes.get(offer.id, ()) if not (without and each.of is without)]
        sure = offer.quantity + sum(each.effect for each in changes if each.by < since)
        now = [each.effect for each in changes if each.since <= until and each.by >= since]
        return sure + sum(each for each in now if each < 0), sure + sum(each for each in now if each > 0)


def _changes(theirs: Sequence[Tried], lapse_s: float) -> Iterator[_Change]:
    """What somebody took of one offer, in order, and what went back."""
    kept_until: float | None = None
    for each in (one for one in theirs if one.refusal is None):
        is_kept = kept_until is not None and each.at < kept_until
        if kept_until is not None and not is_kept:
            yield _Change(kept_until, kept_until + lapse_s, 1)
        if not is_kept:
            yield _Change(each.at, each.by, -1, each)
        kept_until = each.at + KEPT_S if each.keeps else None
    if kept_until is not None:
        yield _Change(kept_until, kept_until + lapse_s, 1)


def _back_at_last(change: _Change, changes: Sequence[_Change]) -> _Change:
    """Whoever takes one has what was kept too long given back before."""
    if change.of is not None:
        return change
    later = (each.by for each in changes if each.of and each.since >= change.since)
    return replace(change, by=min((change.by, *later)))
