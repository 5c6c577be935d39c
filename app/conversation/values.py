"""Who may know of words that are from nowhere: plain values."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple
from uuid import UUID

from app.trust.rules import Visibility


class Audience(NamedTuple):
    """Who may know of a reply, and until when; without a time for as long as it is there."""

    id: UUID
    until: datetime | None = None


class Reaction(IntEnum):
    """What one may say to a check-in without words; the number is its place among counts."""

    THANKS = 1
    LIKE = 2
    ME_TOO = 3
    AGREE = 4
    FUNNY = 5
    SAD = 6

    @property
    def word(self) -> str:
        """As it is said and written."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def of(cls, word: str) -> "Reaction | None":
        """By its word; None where there is no such."""
        return next((each for each in cls if each.word == word), None)


def counted(counts: Sequence[int]) -> dict[str, int]:
    """How often there is each kind, by its word, where there is any."""
    return {each.word: counts[each - 1] for each in Reaction if counts[each - 1]}


class For(StrEnum):
    """For whom a reply is at most, whatever its author's contract opens."""

    PUBLIC = "public"
    COMMUNITIES = "communities"
    FOLLOWERS = "followers"
    #: Whoever said what it answers.
    AUTHOR = "author"

    @property
    def visibility(self) -> Visibility:
        """What that is of what a contract opens."""
        return Visibility.ME if self is For.AUTHOR else Visibility(self.value)


def still(audiences: Iterable[Audience], now: datetime) -> tuple[Audience, ...]:
    """Those whose time has not passed."""
    return tuple(each for each in audiences if each.until is None or each.until > now)


def may_know(audiences: Iterable[Audience], belongs: Callable[[UUID], bool], now: datetime) -> bool:
    """Whether somebody may, who belongs to the audiences that `belongs` says.

    The twin of `feeds.known_sql`; a test holds the two together.
    """
    return any((each.until is None or each.until > now) and belongs(each.id) for each in audiences)
