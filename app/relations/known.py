"""Who muted topics or communities, remembered in each process: for most people nobody need ask what they muted."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flask import current_app

from app.db import Database
from app.relations import queries
from app.relations.rules import MuteKind
from app.relations.signals import Muted, Unmuted

_MOST = 100_000


class KnownMutes:
    """Whether people one process lately heard from muted anything by what it is about; else one statement asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, bool] = {}
        self._changes = 0
        database.signals.listen(Muted, self._changed, everywhere=True)
        database.signals.listen(Unmuted, self._changed, everywhere=True)
        database.signals.after_gap(self._forget_all)

    def heeds_what(self, person_id: UUID | None) -> bool:
        """Whether somebody muted a topic or a community; nobody known did not."""
        if person_id is None:
            return False
        known = self._known.get(person_id)
        return self._asked(person_id) if known is None else known

    def _asked(self, person_id: UUID) -> bool:
        changes = self._changes
        with self._database.reading() as session:
            mutes = queries.mutes_of(session, person_id)
        heeds = bool(mutes[MuteKind.TOPIC] or mutes[MuteKind.COMMUNITY])
        # What changed while the database was being asked must not be remembered.
        if changes == self._changes:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[person_id] = heeds
        return heeds

    def _changed(self, changed: Sequence[Muted | Unmuted]) -> None:
        self._changes += 1
        for signal in changed:
            self._known.pop(signal.person_id, None)

    def _forget_all(self) -> None:
        self._changes += 1
        self._known.clear()


def known_mutes() -> KnownMutes:
    """Those of the running application."""
    return cast(KnownMutes, current_app.extensions["hereabouts.mutes"])
