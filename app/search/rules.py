"""Decisions about searching, and about the mesh, on plain values."""

from datetime import datetime, timedelta
from uuid import UUID

#: The newest so many that fit are looked at; of a word that half the world says nobody reads more.
MOST_LOOKED_AT = 1_000
#: Words that many say are found by reading so many of the newest, at a microsecond or two each.
MOST_READ = 20_000
#: What fewer say is found by the index of words, which knows no order: so many and no more.
MOST_BY_WORDS = 50_000
#: As far as a feed looks.
MOST_RADIUS_M = 30_000
MOST_SAVED = 50

#: Of one search no more is told within an hour of the clock; who wants more asks.
MOST_TOLD = 20
#: What was begun longer ago is not new, however late it is taken in.
NEW_FOR = timedelta(days=1)
FINDINGS_LAST = timedelta(days=30)

#: PostgreSQL's dictionaries whose words are found by their stems, whatever language a text is in.
LANGUAGES = ("english", "german", "spanish", "french", "catalan")
#: Letters that people leave the accents off when they search.
ACCENTED = "àáâäãåçèéêëìíîïñòóôöõùúûüýÿ"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"


#: Those it shares most with are shown of each community.
MOST_NEIGHBOURS = 30
MOST_STEPS = 3
MOST_NODES = 200


def hour_of(moment: datetime) -> datetime:
    """When its hour began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def rising(made: UUID, last: UUID) -> UUID:
    """An id that comes after the last one, even where the clock that made it is behind.

    >>> rising(UUID(int=7), UUID(int=9)).int, rising(UUID(int=12), UUID(int=9)).int
    (10, 12)
    """
    return made if made > last else UUID(int=last.int + 1)
