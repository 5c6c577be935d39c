"""Decisions about wishes on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.trust.steps import in_steps

#: Fewer would name people: whoever knows a few of them could tell who the others are.
LEAST_THRESHOLD = 5
MOST_THRESHOLD = 10_000
LONGEST = timedelta(days=365)
#: As large as a location community may be.
MOST_AREA_M2 = 10_000 * 1_000_000.0
#: Standing wishes of one person in one community.
MOST_STANDING = 10
#: How many may have pledged, the author among them, while the author may still withdraw the wish for all.
MOST_AT_WITHDRAWAL = 1
#: How long after the answer has ended people say whether it was kept, and may say otherwise.
VOICES_LAST = timedelta(days=7)
#: As for thresholds: what fewer said would name them.
LEAST_VOICES = 5

State = Literal["stated", "open", "lapsed", "answered", "kept", "broken", "unsaid"]
Verdict = Literal["kept", "broken", "unsaid"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state of a wish follows from."""

    threshold: int
    deadline: datetime
    pledged: int
    is_answered: bool = False
    verdict: Verdict | None = None


def state_of(facts: Facts, now: datetime) -> State:
    """Where a wish stands. An answer outlasts the deadline and pledges that are taken back; nothing else does."""
    if facts.verdict:
        return facts.verdict
    if facts.is_answered:
        return "answered"
    if facts.deadline <= now:
        return "lapsed"
    return "open" if facts.pledged >= facts.threshold else "stated"


def told_to_businesses(pledged: int, threshold: int) -> int:
    """How many pledged, as businesses see it: in steps, and never fewer than it took to be told of the wish.

    >>> [told_to_businesses(pledged, 7) for pledged in (7, 9, 10, 14, 15)]
    [7, 7, 10, 10, 15]
    """
    return max(threshold, in_steps(pledged))


def verdict(kept: int, broken: int) -> Verdict:
    """What so many voices make of an answer: what more than half say, if enough say anything."""
    if kept + broken < LEAST_VOICES or kept == broken:
        return "unsaid"
    return "kept" if kept > broken else "broken"


def may_say(answer_ends_at: datetime, now: datetime) -> bool:
    """Whether it may still be said whether an answer was kept: from the answer on, as some are kept at once."""
    return now < answer_ends_at + VOICES_LAST
