"""The contracts that hold, remembered in each process and forgotten when they change."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flask import current_app

from app.db import Database
from app.remembering import Remembered
from app.trust import queries
from app.trust.contract import Contract
from app.trust.signals import ContractChanged

_MOST = 20_000


class KnownContracts:
    """The contracts of people one process has lately heard from. About 0.2 µs where known, else one statement.

    What is known here may be older than what holds, for as long as a signal takes: who writes by it compares versions.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = Remembered(self._asked, _MOST)
        database.signals.listen(ContractChanged, self._changed, everywhere=True)
        database.signals.after_gap(self._remembered.forget_all)

    def of(self, person_id: UUID) -> Contract:
        """A person's contract, as far as known here."""
        return self._remembered.of(person_id)

    def again(self, person_id: UUID) -> Contract:
        """A person's contract, asked for once more."""
        return self._remembered.again(person_id)

    def _asked(self, person_id: UUID) -> Contract:
        with self._database.reading() as session:
            return queries.contract_of(session, person_id)

    def _changed(self, changed: Sequence[ContractChanged]) -> None:
        self._remembered.forget(signal.person_id for signal in changed)


def known_contracts() -> KnownContracts:
    """Those of the running application."""
    return cast(KnownContracts, current_app.extensions["hereabouts.contracts"])
