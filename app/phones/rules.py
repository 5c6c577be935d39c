"""What phones say, as plain values in metres, metres a second, degrees and UTC; and decisions about it."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from uuid import UUID

from app.accounts.rules import Secret
from app.phones.values import hash_of, slug_of
from app.presence.plausibility import Doubt, Fixed, judge
from geo import Position

APPS = ("owntracks", "traccar", "overland")
MOST_DEVICES = 20
#: Of one request; a phone that has kept more has been kept away from us for a year.
MOST_VISITS = 50
#: How long a suggestion waits to be accepted, and then is remembered, so that it is not made again.
SUGGESTIONS_LAST = timedelta(days=30)
#: How long a setup may be looked at again by whoever asked for it.
SETUP_LASTS = timedelta(hours=1)
HISTORY_DAYS, MOST_HISTORY_DAYS = 30, 365
_PASSWORD = re.compile("[A-Za-z0-9_-]{32}")


class Credential(Secret):
    """What a device proves itself with: as one token, or as a pair of user and password."""

    __slots__ = ()
    prefix = "hbd1_"

    @classmethod
    def read_basic(cls, said: str) -> "Credential | None":
        """From what follows `Basic`, also where an app did not encode it (Overland); None where it is not ours."""
        try:
            pair = base64.b64decode(said, validate=True).decode()
        except (binascii.Error, ValueError):
            pair = said
        user, _, password = pair.partition(":")
        return cls._of_pair(user, password) or cls.read(user) or cls.read(password)

    @classmethod
    def _of_pair(cls, user: str, password: str) -> "Credential | None":
        if not re.fullmatch("[0-9a-f]{32}", user.lower()) or not _PASSWORD.fullmatch(password):
            return None
        return cls(UUID(hex=user), base64.urlsafe_b64decode(password))

    @property
    def user(self) -> str:
        """The first half, for OwnTracks."""
        return self.id.hex

    @property
    def password(self) -> str:
        """The second half, for OwnTracks."""
        return base64.urlsafe_b64encode(self.said).decode()


class Dropped(StrEnum):
    """Why something a phone sent is not used; beside these, every Doubt."""

    UNREADABLE = "unreadable"
    UNDECIPHERABLE = "undecipherable"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NOWHERE = "nowhere"
    TIMELESS = "timeless"
    #: The phone says itself that this is no fix.
    INVALID = "invalid"
    PAUSED = "paused"
    #: Too old to say where somebody is, and no history is kept.
    LATE = "late"
    DUPLICATE = "duplicate"


#: Why something was dropped, in a word.
Reason = Dropped | Doubt


@dataclass(frozen=True, slots=True)
class Point:
    """A fix as a phone's app sent it."""

    position: Position
    fixed_at: datetime
    #: What tells it from every other of its device.
    key: str
    accuracy_m: float | None = None
    altitude_m: float | None = None
    speed_m_s: float | None = None
    heading: float | None = None
    sent_at: datetime | None = None
    mocked: bool = False
    #: What its person typed, for a check-in.
    text: str = ""
    activity: str | None = None

    @property
    def fixed(self) -> Fixed:
        """What is judged of it."""
        return Fixed(self.position, self.accuracy_m, self.fixed_at)


@dataclass(frozen=True, slots=True)
class Visit:
    """A phone noticed that its person stayed somewhere; at least one of the times is known."""

    position: Position
    accuracy_m: float | None
    arrived_at: datetime | None
    left_at: datetime | None

    @property
    def key_hash(self) -> bytes:
        """The same whether or not it is known yet that they left."""
        when = f"from {self.arrived_at}" if self.arrived_at else f"to {self.left_at}"
        return hash_of(when)


@dataclass(slots=True)
class Heard:
    """All that one request said."""

    points: list[Point] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    #: Where the phone says it is now, while it still sends what it kept.
    current: Point | None = None
    dropped: Counter[Reason] = field(default_factory=Counter)
    battery: int | None = None
    #: Whether the phone says that it obeys commands; None where it says nothing of it.
    obeys: bool | None = None

    def add(self, said: Point | Visit | Reason | None) -> None:
        """Put what was read where it belongs; None is what need not be known."""
        match said:
            case Point():
                self.points.append(said)
            case Visit():
                self.visits.append(said)
            case Dropped() | Doubt():
                self.dropped[said] += 1

    @property
    def currently(self) -> list[Point]:
        """Where it is now, if it says so."""
        return [self.current] if self.current else []

    @property
    def size(self) -> int:
        """How many things it said."""
        return len(self.points) + len(self.visits) + len(self.currently)


def believed(
    points: Sequence[Point], known: Fixed | None, received_at: datetime
) -> tuple[list[Point], Counter[Reason]]:
    """Those that can be true, oldest first, each but once; and why others cannot.

    Each is held against what is known and against the one before it, or a phone could get anywhere by steps.
    """
    good: list[Point] = []
    doubted: Counter[Reason] = Counter()
    once = {each.key: each for each in points}
    doubted[Dropped.DUPLICATE] = len(points) - len(once)
    for each in sorted(once.values(), key=lambda point: point.fixed_at):
        doubts = judge(known, each.fixed, received_at, each.mocked).doubts
        doubts = doubts or judge(good[-1].fixed if good else None, each.fixed, received_at).doubts
        if doubts:
            doubted[doubts[0]] += 1
        else:
            good.append(each)
    return good, +doubted


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def letters_for(name: str, taken: Collection[str]) -> str | None:
    """Two letters by which a phone tells somebody from all others: of their name, if they are free.

    None where there are none left.
    """
    own = re.sub("[^a-z0-9]", "", (slug_of(name) or "").replace("-", ""))
    wished = [own[:1] + each for each in own[1:]]
    rest = ("".join(pair) for pair in product(_LETTERS, repeat=2))
    used = {each.lower() for each in taken}
    return next((each for each in (*wished, *rest) if each not in used), None)


def newest(points: Sequence[Point]) -> Point | None:
    """The one fixed last."""
    return max(points, key=lambda point: point.fixed_at, default=None)
