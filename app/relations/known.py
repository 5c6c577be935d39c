"""Who muted topics or communities, remembered in each process: for most people nobody need ask what they muted."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flask import current_app

from app.db import Database
from app.relations import queries
from app.relations.rules import MuteKind
from app.relations.signals import Muted, Unmuted
from app.remembering import Remembered

_MOST = 100_000


class KnownMutes:
    """Whether people one process lately heard from muted anything by what it is about; else one statement asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = Remembered(self._asked, _MOST)
        database.signals.listen(Muted, self._changed, everywhere=True)
        database.signals.listen(Unmuted, self._changed, everywhere=True)
        database.signals.after_gap(self._remembered.forget_all)

    def heeds_what(self, person_id: UUID | None) -> bool:
        """Whether somebody muted a topic or a community; nobody known did not."""
        return person_id is not None and self._remembered.of(person_id)

    def _asked(self, person_id: UUID) -> bool:
        with self._database.reading() as session:
            mutes = queries.mutes_of(session, person_id)
        return bool(mutes[MuteKind.TOPIC] or mutes[MuteKind.COMMUNITY])

    def _changed(self, changed: Sequence[Muted | Unmuted]) -> None:
        self._remembered.forget(signal.person_id for signal in changed)


def known_mutes() -> KnownMutes:
    """Those of the running application."""
    return cast(KnownMutes, current_app.extensions["hereabouts.mutes"])
