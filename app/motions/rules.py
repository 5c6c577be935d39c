"""Decisions about motions on plain values: how many must vote, what carries, and for how long one may."""

from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple

OPEN_DAYS = 3
MOST_DAYS = 14
#: Whoever joined, voted or was heard in the community within that time counts as active.
ACTIVE_FOR = timedelta(days=30)
#: Of the active members so many must vote, but never more than `MOST_QUORUM`, ...
_SHARE = 10
MOST_QUORUM = 50
#: ... nor fewer than this, or all where fewer are active: in a small community one voice would be a tenth.
LEAST_QUORUM = 3
#: Beyond so many active members the quorum grows no more.
MOST_ACTIVE = _SHARE * MOST_QUORUM
#: What may be open in one community at a time, and of one person there.
MOST_OPEN = 20
MOST_OPEN_OF_ONE = 3
#: Of the open ones so many may be what businesses ask for, so that they leave room for what members move.
MOST_OPEN_ASKED = 5
MOST_STEWARDS = 3
#: How many offers may reach a member through a community in a day, all businesses together.
MOST_NOISE = 10


class Kind(StrEnum):
    """What members may decide."""

    NAME = "name"
    PURPOSE = "purpose"
    AREA = "area"
    WELCOME = "welcome"
    SEND_OFF = "send-off"
    NOISE_BUDGET = "noise-budget"
    MUTE_TOPIC = "mute-topic"
    HEAR_TOPIC = "hear-topic"
    SPLIT = "split"
    STEWARD = "steward"
    RECALL = "recall"


class Choice(StrEnum):
    """What a member says to a motion."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class State(StrEnum):
    """How a motion stands."""

    OPEN = "open"
    CARRIED = "carried"
    REJECTED = "rejected"
    #: Its proposer took it back.
    WITHDRAWN = "withdrawn"
    #: It was carried, and could not be done any more.
    VOID = "void"


class Tally(NamedTuple):
    """How many said what."""

    votes_for: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def cast(self) -> int:
        """How many voted at all."""
        return sum(self)


def quorum(active: int) -> int:
    """How many must vote where so many members are active: a tenth, capped at both ends.

    >>> [quorum(active) for active in (1, 2, 5, 30, 31, 499, 5_000)]
    [1, 2, 3, 3, 4, 50, 50]
    """
    return min(MOST_QUORUM, max(ceil(active / _SHARE), min(LEAST_QUORUM, active)))


def decided(tally: Tally, needed: int) -> State:
    """What became of a motion: a majority of those who were for or against carries it, if enough voted at all.

    >>> decided(Tally(2, 1, 0), 3), decided(Tally(2, 0, 0), 3), decided(Tally(2, 2, 5), 3)
    (<State.CARRIED: 'carried'>, <State.REJECTED: 'rejected'>, <State.REJECTED: 'rejected'>)
    """
    return State.CARRIED if tally.cast >= needed and tally.votes_for > tally.against else State.REJECTED
