"""Decisions about replies on plain values: to whom their author's contract lets them be known."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.conversation.values import Audience, For
from app.trust.contract import Contract, Way
from app.trust.rules import shares_of_words
from app.trust.terms import Level

LONGEST_REPLY = 280


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
