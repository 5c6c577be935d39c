"""Whether somebody knows a password: tried without a database connection, for it takes long, and not often, for it may
be guessed.

Only wrong passwords count. Where a person has signed in before has guesses of its own, so that whoever guesses from
elsewhere locks them out of nothing. Counted in each process alone: several of them allow several times as much.
"""

from collections.abc import Sequence
from math import ceil
from time import monotonic
from typing import cast
from uuid import UUID

from flask import current_app

from app.accounts import passwords, queries
from app.accounts.rules import Proved
from app.allowance import Allowance, Allowances, Rate, spend_each
from app.db import Database
from app.errors import TooMany, WrongCurrentPassword, WrongPassword
from app.origin import Origin

#: How many wrong passwords, and how many more a second, from one network, for one handle from where its person has
#: not been, and for one handle from one network where they have.
FROM_A_NETWORK = Rate(20, 1 / 30)
FROM_ELSEWHERE = Rate(10, 1 / 300)
FROM_WHERE_ONE_WAS = Rate(10, 1 / 60)
#: And by whoever is signed in, which may be with a stolen token.
BY_A_TOKEN = Rate(10, 1 / 300)


class Proving:
    """Tries passwords for one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._allowances = Allowances()

    def sign_in(self, handle: str, password: str, origin: Origin) -> Proved:
        """Who has this handle and password; raises WrongPassword, not saying which part is wrong, or TooMany."""
        with self._database.reading() as session:
            person = queries.person_with_handle(session, handle)
            known = person is not None and queries.has_come_from(session, person.id, origin)
        kept = person.password_hash if person else None
        if not self._is_right(kept, password, self._counted(handle.lower(), origin, known)) or person is None:
            raise WrongPassword("There is no person with this handle and password. Check both and try again.")
        return Proved(person.id, person.password_hash)

    def again(self, person_id: UUID, password: str) -> Proved:
        """That whoever is signed in knows the password; raises WrongCurrentPassword or TooMany."""
        with self._database.reading() as session:
            person = queries.person(session, person_id)
        assert person is not None
        # Theirs alone: whoever guesses from elsewhere must not keep them from taking another password.
        counted = [self._allowances.of(("signed in", person_id), BY_A_TOKEN, monotonic())]
        if not self._is_right(person.password_hash, password, counted):
            raise WrongCurrentPassword("This is not your password as it is. Nothing was changed.")
        return Proved(person.id, person.password_hash)

    def _is_right(self, kept: str | None, password: str, counted: Sequence[Allowance]) -> bool:
        """Counted before it is tried, as many may be tried at once, and no longer if it was right."""
        if wait_s := spend_each(counted, monotonic()):
            raise TooMany(_too_many(wait_s), retry_after_s=ceil(wait_s))
        right = passwords.matches(kept, password)
        if right:
            for each in counted:
                each.give_back()
        return right

    def _counted(self, handle: str, origin: Origin, known: bool) -> list[Allowance]:
        now = monotonic()
        if known:
            return [self._allowances.of(("known", handle, origin.network), FROM_WHERE_ONE_WAS, now)]
        return [
            self._allowances.of(("network", origin.network), FROM_A_NETWORK, now),
            self._allowances.of(("handle", handle), FROM_ELSEWHERE, now),
        ]


def _too_many(wait_s: float) -> str:
    minutes = ceil(wait_s / 60)
    return f"Too many wrong passwords. Try again in {minutes} minute{'s' if minutes > 1 else ''}."


def proving() -> Proving:
    """That of the running application."""
    return cast(Proving, current_app.extensions["hereabouts.proving"])
