"""Decisions about tags and readers on plain values: windows, what a code is worth, and what a key looks like."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.accounts.rules import Secret
from geo import Area, Position, sure_enough

WINDOW = timedelta(minutes=10)
A_DAY = timedelta(days=1) // WINDOW
#: How far ahead a phone gets codes, so that it can show them without a connection.
AHEAD = A_DAY
#: In each window a phone gets as many, so that each of several readers sees another one.
CODES_A_WINDOW = 4
#: How many windows the clock of a reader may be off.
DRIFT = 1
#: How late a reader without a connection may tell what it read.
LATE = timedelta(hours=24)
#: How long a business may look at what its readers read.
KEPT = timedelta(days=30)
#: How long the same nonce gives the same answer: as long as what it came with could still be read, and a day more.
NONCES_LAST = 2 * LATE
#: How far a phone, or a reader that is carried, may be from a reader that stands still: a phone between houses is
#: often off by a hundred metres.
REACH_M = 150.0
MOST_SURE_M = 100.0
#: How long ago what shows where a business is may have been read, and the phone been seen there.
AT_ONCE = WINDOW
MOST_READINGS = 1_000
MOST_READERS = 1_000
MOST_KEYS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """Whether a tag answers at all. To whom, and with what, stands in the trust contract."""

    ANSWERING = "answering"
    SILENT = "silent"


class Kind(StrEnum):
    """What a reader is."""

    #: Reads whoever comes into it, by the positions phones send.
    AREA = "area"
    #: Stands somewhere and is read by phones.
    POST = "post"
    #: A till, a door, somebody's phone: reads the codes that phones show.
    HANDHELD = "handheld"


class Outcome(StrEnum):
    """What a reader is answered."""

    OK = "ok"
    #: Not a code of ours, or no longer known as one. Forged, mistyped and foreign codes are all alike.
    UNKNOWN = "unknown"
    #: Outside of its time.
    EXPIRED = "expired"
    #: Read before: by another business, or by a reader that takes each code once.
    REPLAYED = "replayed"
    #: The tag answers nobody, or not this business: a reader does not learn which.
    SILENT = "silent"
    #: Of a tag that was lost.
    REVOKED = "revoked"
    TOO_FAR = "too-far"
    READER_CLOSED = "reader-closed"
    NONCE_REUSED = "nonce-reused"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code says to us, and to nobody else: which tag, of which generation, when, and which of several."""

    number: int
    generation: int
    window: int
    salt: int


def window_of(moment: datetime) -> int:
    """The window a moment lies in: how many of ten minutes have passed since 1970, UTC."""
    return (moment - _EPOCH) // WINDOW


def opening(window: int) -> datetime:
    """When a window begins."""
    return _EPOCH + window * WINDOW


def day_of(window: int) -> int:
    """The day a window is in, counted since 1970, UTC."""
    return window // A_DAY


def days_readable(now: datetime) -> range:
    """The days of which codes are made or may still be read."""
    first = day_of(window_of(now - LATE) - DRIFT)
    return range(first, day_of(window_of(now) + AHEAD + DRIFT) + 1)


def in_time(window: int, read_at: datetime, now: datetime) -> bool:
    """Whether a code of a window may have been read then, and be told of now."""
    drift = DRIFT * WINDOW
    return now - LATE <= read_at <= now + drift and abs(window - window_of(read_at)) <= DRIFT


def refusal(shown: Shown, generation: int, state: State, in_time: bool) -> Outcome | None:
    """Why a tag does not answer a code that is its own, whoever asks; None where it may."""
    if shown.generation != generation:
        return Outcome.REVOKED
    if not in_time:
        return Outcome.EXPIRED
    return Outcome.SILENT if state is State.SILENT else None


@dataclass(frozen=True, slots=True)
class Spotted:
    """Where a reader or a phone says that it was, how surely if it says so, and when."""

    position: Position
    accuracy_m: float | None
    at: datetime


def shows(area: Area, by_reader: Spotted, by_phone: Spotted, now: datetime) -> bool:
    """Whether a reading shows that a business is in an area: its reader and the phone of its staff both are, now.

    Who does not say how sure they are shows nothing.
    """
    return all(_is_in(area, each) and abs(now - each.at) <= AT_ONCE for each in (by_reader, by_phone))


def _is_in(area: Area, spotted: Spotted) -> bool:
    sure_to_m = spotted.accuracy_m
    if sure_to_m is None or sure_to_m > MOST_SURE_M or not sure_enough(sure_to_m, area):
        return False
    return area.contains(spotted.position)


def new_number() -> int:
    """What a tag is told by, inside of codes and nowhere else: by chance, of 63 bits, as many as a column holds."""
    return secrets.randbits(63)


def code_in(said: str) -> str:
    """The code in what a reader saw, which may be the whole address that was shown."""
    return said.rpartition("/")[2].strip().upper()


class ReaderKey(Secret):
    """What a reader sends: which key it is, and the secret that proves it."""

    __slots__ = ()
    prefix = "hbr_"


def new_post_code() -> str:
    """What a post shows, always the same: 26 letters (RFC 4648, base32) of 128 bits by chance."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def hash_of_nonce(nonce: str) -> bytes:
    """What a nonce is found by."""
    return hashlib.sha256(nonce.encode()).digest()


def fingerprint(nonce: str, code: str) -> bytes:
    """What tells one code under a nonce from another; keyed by the nonce, which is not kept, so that nobody can try
    codes against it."""
    return hmac.digest(nonce.encode(), code.encode(), "sha256")
