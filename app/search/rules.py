"""Decisions about searching, and about the mesh, on plain values."""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

#: The newest so many that fit are looked at; of a word that half the world says nobody reads more.
MOST_LOOKED_AT = 1_000
#: Words that many say are found by reading so many of the newest, at a microsecond or two each.
MOST_READ = 20_000
#: What fewer say is found by the index of words, which knows no order: so many and no more.
MOST_BY_WORDS = 50_000
#: As far as a feed looks.
MOST_RADIUS_M = 30_000
STEP = 5
MOST_SAVED = 50

#: PostgreSQL's dictionaries whose words are found by their stems, whatever language a text is in.
LANGUAGES = ("english", "german", "spanish", "french", "catalan")
#: Letters that people leave the accents off when they search.
ACCENTED = "àáâäãåçèéêëìíîïñòóôöõùúûüýÿ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"


def told(count: int) -> int:
    """How many, as a facet says it: in steps of five, fewer than five as nought.

    >>> [told(count) for count in (0, 4, 5, 9, 1000)]
    [0, 0, 5, 5, 1000]
    """
    return count // STEP * STEP


#: Of so many communities somebody is counted in, so that nobody makes the mesh by themselves or costs it much.
MOST_COUNTED_IN = 50
LEAST_SHARED = 5
#: Those it shares most with are shown of each community.
MOST_NEIGHBOURS = 30
MOST_STEPS = 3
MOST_NODES = 200


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def offset_of(key: bytes, one: UUID, other: UUID) -> int:
    """By how much this pair's count is moved before it is rounded: always the same, and known to nobody."""
    first, second = sorted((one.bytes, other.bytes))
    return hmac.digest(key, first + second, hashlib.sha256)[0] % STEP


def shared_told(people: int, offset: int) -> int:
    """How many members two communities share, as the mesh says it; nought where it says nothing.

    Down to fives, from a point that nobody knows, so that whoever knows all but one cannot tell that one by a step.

    >>> [shared_told(people, 0) for people in (4, 5, 9, 10)], [shared_told(people, 3) for people in (5, 7, 8, 12, 13)]
    ([0, 5, 5, 10], [0, 0, 5, 5, 10])
    """
    return 0 if people < LEAST_SHARED else (people - offset) // STEP * STEP
