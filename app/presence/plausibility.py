"""Whether a fix can be true, as far as physics and the phone's own word go. Pure; some 2 µs a fix."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.presence.rules import ASSUMED_ACCURACY_M, CLOCK_DRIFT
from geo import Position, metres_between

#: Faster than airliners fly over ground, but for the strongest winds.
FASTEST_M_S = 340.0
#: Phones say how sure they are two times out of three; twice as far is nearly always far enough.
HOW_MUCH_WIDER = 2.0
#: Two fixes of whole seconds may lie nearly one further apart than they say, two phones' clocks some more.
GRAIN_S = 1.0
AT_ONE_TIME_S = 10.0


class Doubt(StrEnum):
    """Why a fix is not believed."""

    #: The phone itself says that it was made up.
    MOCKED = "mocked"
    #: Its time lies ahead of ours by more than clocks drift.
    FUTURE = "future"
    #: Nobody gets from the one to the other so quickly.
    TOO_FAST = "too-fast"
    #: The two are of one moment and far apart: two phones, or a phone that jumps.
    TWO_PLACES = "two-places"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where somebody is said to have been, how surely, and when."""

    position: Position
    accuracy_m: float | None
    fixed_at: datetime

    @property
    def sure_to_m(self) -> float:
        """How sure it is, where the phone does not say as well."""
        return ASSUMED_ACCURACY_M if self.accuracy_m is None else self.accuracy_m


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of a fix: it is believed unless there are doubts."""

    doubts: tuple[Doubt, ...] = ()

    @property
    def is_plausible(self) -> bool:
        """Whether it may say where somebody is."""
        return not self.doubts


BELIEVED = Verdict()


def judge(previous: Fixed | None, new: Fixed, received_at: datetime, mocked: bool = False) -> Verdict:
    """Judge a fix by the one known before, which may be of any phone of the same person, earlier or later.

    Give no previous one where what is known says nothing any more. Both may be as unsure as they say, and more.
    """
    doubts = []
    if mocked:
        doubts.append(Doubt.MOCKED)
    if new.fixed_at > received_at + CLOCK_DRIFT:
        doubts.append(Doubt.FUTURE)
    if previous is not None and (doubt := _apart(previous, new)):
        doubts.append(doubt)
    return Verdict(tuple(doubts)) if doubts else BELIEVED


def _apart(previous: Fixed, new: Fixed) -> Doubt | None:
    between_s = abs((new.fixed_at - previous.fixed_at).total_seconds())
    unsure_m = HOW_MUCH_WIDER * (previous.sure_to_m + new.sure_to_m)
    if metres_between(previous.position, new.position) - unsure_m <= FASTEST_M_S * (between_s + GRAIN_S):
        return None
    return Doubt.TWO_PLACES if between_s <= AT_ONE_TIME_S else Doubt.TOO_FAST
