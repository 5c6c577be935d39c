"""Decisions about what is said around check-ins on plain values: who may know of it, and who is named in it."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.conversation.values import Audience, For
from app.trust.contract import Contract, Way
from app.trust.rules import shares_of_words
from app.trust.terms import Level

LONGEST_REPLY = 280
MOST_NAMED = 10
# As in addresses, what stands before must not be part of a word.
_NAMED = re.compile(r"(?<![A-Za-z0-9._@-])@([A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)")


def audiences_of(
    contract: Contract, whom: For, said_at: datetime, communities: Iterable[UUID], answered: UUID
) -> tuple[Audience, ...]:
    """Who may know of a reply: whoever is answered, and those to whom its author's contract opens what they say.

    `communities` are those in which the check-in is heard and to which the author of the reply belongs.
    """
    shares = shares_of_words(contract, whom.visibility, said_at, communities)
    opened = (
        Audience(each.audience, each.feed_until) for each in shares if each.level(Way.FEED) > Level.NOTHING
    )
    return (Audience(answered), *opened)


def handles_in(words: str) -> list[str]:
    """Whom words name by @handle, each once, in their order and no more than MOST_NAMED.

    >>> handles_in("with @Ana, @bob-b. and ana@example.org")
    ['ana', 'bob-b']
    """
    found = dict.fromkeys(each.lower() for each in _NAMED.findall(words))
    return list(found)[:MOST_NAMED]


def pattern_of(handle: str) -> str:
    """A regular expression of PostgreSQL that finds where words name somebody."""
    return f"@{re.escape(handle)}(?![A-Za-z0-9]|[._-][A-Za-z0-9])"
