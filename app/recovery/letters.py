"""Letters with links, written beside the request that asks for them: what it takes tells nobody who has an account.

How many anybody gets is counted in each process alone: several of them allow several times as much.
"""

from collections.abc import Hashable, Sequence
from math import ceil
from time import monotonic
from typing import cast
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.allowance import Allowances, Rate, spend_each
from app.db import Database
from app.errors import TooMany
from app.mail import Letter, Mail
from app.origin import Origin
from app.recovery import service
from app.recovery.rules import CONFIRM, RESET, SUBJECTS, text_of

#: How many letters at once, and how many more a second: to one mailbox, asked for about one handle or address, and
#: asked for from one network.
TO_A_MAILBOX = Rate(4, 1 / 1200)
ABOUT_ONE = Rate(3, 1 / 1200)
FROM_A_NETWORK = Rate(10, 1 / 60)
log = structlog.get_logger()


class Letters:
    """Writes the letters of one process."""

    def __init__(self, database: Database, mail: Mail, origin: str) -> None:
        self._database = database
        self._mail = mail
        self._origin = origin
        self._allowances = Allowances()

    def ask_whether(self, person_id: UUID, address: str, origin: Origin) -> None:
        """Have a letter sent that asks whether an address is this person's; raises TooMany or Unavailable."""
        self._spend((("confirm", person_id), ABOUT_ONE), (("from", origin.network), FROM_A_NETWORK))

        def write() -> list[Letter]:
            with self._database.transaction() as session:
                person = accounts.person(session, person_id)
                return self._written(session, [person] if person else [], CONFIRM, address)

        self._mail.soon(write)

    def help_back_in(self, who: str, origin: Origin) -> None:
        """Have letters sent to whoever has this handle or address, if there is one; raises TooMany or Unavailable."""
        self._spend((("reset", who.lower()), ABOUT_ONE), (("from", origin.network), FROM_A_NETWORK))

        def write() -> list[Letter]:
            with self._database.transaction() as session:
                return self._written(session, _reachable(session, who), RESET)

        self._mail.soon(write)

    def _written(
        self, session: Session, people: Sequence[Person], purpose: str, address: str | None = None
    ) -> list[Letter]:
        now = monotonic()
        letters = []
        for person in people:
            to = address or person.email
            if to is None:
                continue
            # Whoever asks must not learn of this: it depends on whose address it is.
            if self._allowances.of(("to", to), TO_A_MAILBOX, now).spend(now):
                log.info("a letter was held back, as its mailbox got many")
                continue
            secret = service.make_link(session, person, purpose, to, clock.now())
            text = text_of(purpose, person.handle, self._origin, str(secret))
            letters.append(Letter(to, SUBJECTS[purpose], text))
        return letters

    def _spend(self, *counted: tuple[Hashable, Rate]) -> None:
        now = monotonic()
        if wait_s := spend_each([self._allowances.of(*each, now) for each in counted], now):
            minutes = ceil(wait_s / 60)
            raise TooMany(
                f"That is many letters. Look into your mailbox, or ask again in {minutes} min.",
                retry_after_s=ceil(wait_s),
            )


def _reachable(session: Session, who: str) -> Sequence[Person]:
    if "@" in who:
        return accounts.people_with_email(session, who)
    person = accounts.person_with_handle(session, who)
    return [person] if person else []


def letters() -> Letters:
    """Those of the running application."""
    return cast(Letters, current_app.extensions["hereabouts.letters"])
