"""Decisions about redemptions on plain values: what a till is answered, amounts of money, and the codes tills show."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import iso4217

from app.offers.rules import ROLLBACK_MINUTES
from app.tag.rules import DRIFT, WINDOW

#: As many a till tells at once.
MOST_AT_ONCE = 1_000
#: How far the clock of a till may be off: as far as that of a reader.
CLOCKS_DRIFT = DRIFT * WINDOW
#: How long a till's code is shown. It is good for as long once more, so that nobody types one that has just gone.
TILL_WINDOW = timedelta(minutes=5)
TILL_SECRET_OCTETS = 32
_CODE_OCTETS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PURCHASE_ROLLBACK = timedelta(minutes=ROLLBACK_MINUTES)


class Outcome(StrEnum):
    """What a till is answered: what a reader is, and what may be in the way of a redemption."""

    OK = "ok"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLAYED = "replayed"
    SILENT = "silent"
    REVOKED = "revoked"
    TOO_FAR = "too-far"
    READER_CLOSED = "reader-closed"
    NONCE_REUSED = "nonce-reused"
    #: No offer of this business, or one that was never published.
    UNKNOWN_OFFER = "unknown-offer"
    ENDED = "ended"
    #: It never reached them, or has left their inbox: a till does not learn which.
    NOT_THEIRS = "not-theirs"
    ENOUGH = "enough"
    NONE_LEFT = "none-left"
    AMOUNT = "amount"
    CURRENCY = "currency"


#: As staff read it.
SAYS = {
    Outcome.UNKNOWN: "This is no code of ours. Have it shown once more.",
    Outcome.EXPIRED: "This code is of another time than it was read at, or was told of later than 24 hours after.",
    Outcome.REPLAYED: "This code was read before. Have another one shown.",
    Outcome.SILENT: "The tag does not answer this business. They can redeem with the code that your till shows.",
    Outcome.REVOKED: "This code is of a tag that was lost.",
    Outcome.TOO_FAR: "This is too far from where the reader stands.",
    Outcome.READER_CLOSED: "The reader is closed.",
    Outcome.NONCE_REUSED: "This nonce came with something else before. Make a new one for everything new.",
    Outcome.UNKNOWN_OFFER: "This is no offer of this business.",
    Outcome.ENDED: "The offer had ended, or had not begun, at that time.",
    Outcome.NOT_THEIRS: "They do not have this offer.",
    Outcome.ENOUGH: "They have redeemed it as often as one person may.",
    Outcome.NONE_LEFT: "None of it is left.",
    Outcome.AMOUNT: "The amount must be digits, with a point before no more places than its currency has, and below "
    "10,000,000,000.",
    Outcome.CURRENCY: "The currency must be one of ISO 4217, in three capital letters, in which people pay.",
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency that people pay in, in no smaller parts than it has."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:.{_places(self.currency)}f}"


_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,4}))?", re.ASCII)


def money(amount: str | None, currency: str | None) -> Money | Outcome | None:
    """What was said of an amount; None where nothing was; an outcome where it is none.

    >>> money("12.50", "EUR"), money("12.5", "JPY"), money("1", "eur")
    (Money(amount=Decimal('12.50'), currency='EUR'), <Outcome.AMOUNT: 'amount'>, <Outcome.CURRENCY: 'currency'>)
    """
    if amount is None and currency is None:
        return None
    places = _places(currency) if currency else None
    if places is None or currency is None:
        return Outcome.CURRENCY
    said = _AMOUNT.fullmatch(amount or "")
    if said is None or amount is None or len(said[2] or "") > places:
        return Outcome.AMOUNT
    return Money(Decimal(amount), currency)


def _places(currency: str) -> int | None:
    """How many places behind the point a currency has; None where it is none that people pay in (as gold is not)."""
    known = _CURRENCIES.get(currency)
    return known.exponent if known else None


_CURRENCIES = {each.code: each for each in iso4217.Currency}


@dataclass(slots=True)
class Stock:
    """An offer at the till: its life, and how many are left, less with each that is redeemed."""

    starts_at: datetime
    #: When it ended, or will: by itself, or by its business.
    until: datetime
    per_person: int
    left: int | None
    taken: int = 0

    def was_on(self, at: datetime) -> bool:
        """Whether it was to be had then. When it begins the clock of a till may be behind."""
        return self.starts_at - CLOCKS_DRIFT <= at < self.until


@dataclass(slots=True)
class Theirs:
    """An offer in somebody's inbox: since when, how often they redeemed it, and whether one is kept for them."""

    delivered_at: datetime
    community_id: UUID
    topic_id: UUID
    redeemed: int
    holds: bool


def redeem(stock: Stock, theirs: Theirs | None, at: datetime) -> Outcome:
    """Take one for them, if there is one: what the till is answered. Judged by when it was done, and what is left."""
    if theirs is None or at < theirs.delivered_at - CLOCKS_DRIFT:
        return Outcome.NOT_THEIRS
    if theirs.redeemed >= stock.per_person:
        return Outcome.ENOUGH
    if not theirs.holds and stock.left is not None:
        if stock.left == 0:
            return Outcome.NONE_LEFT
        stock.left -= 1
        stock.taken += 1
    theirs.holds = False
    theirs.redeemed += 1
    return Outcome.OK


def may_be_rolled_back(received_at: datetime, term: timedelta, now: datetime) -> bool:
    """Whether a business may still take it back. It counts from when it was told of, which may be a day later."""
    return now <= received_at + term


def till_window(now: datetime) -> int:
    """Which code a till shows then."""
    return (now - _EPOCH) // TILL_WINDOW


def till_window_ends(window: int) -> datetime:
    """When it shows the next."""
    return _EPOCH + (window + 1) * TILL_WINDOW


def till_code(secret: bytes, window: int) -> str:
    """Eight letters (RFC 4648, base32) that nobody makes without the secret."""
    made = hmac.digest(secret, f"till {window}".encode(), hashlib.sha256)
    return base64.b32encode(made[:_CODE_OCTETS]).decode()


def is_till_code(said: str, secret: bytes, now: datetime) -> bool:
    """Whether a till shows this, or did until a moment ago; takes the same time either way."""
    typed = "".join(said.split()).replace("-", "").upper().encode()
    window = till_window(now)
    right = [hmac.compare_digest(typed, till_code(secret, each).encode()) for each in (window, window - 1)]
    return any(right)


def fingerprint(nonce: str, parts: Iterable[object]) -> bytes:
    """What tells one thing told under a nonce from another; keyed by the nonce, so that nobody can try codes
    against it."""
    told = "\n".join("" if each is None else str(each) for each in parts)
    return hmac.digest(nonce.encode(), told.encode(), "sha256")
