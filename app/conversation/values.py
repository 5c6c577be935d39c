"""Who may know of words that are from nowhere: plain values."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.trust.rules import Visibility


class Audience(NamedTuple):
    """Who may know of a reply, and until when; without a time for as long as it is there."""

    id: UUID
    until: datetime | None = None


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
