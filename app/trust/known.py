"""The contracts that hold, remembered in each process and forgotten when they change."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flask import current_app

from app.db import Database
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
        self._known: dict[UUID, Contract] = {}
        self._changes = 0
        database.signals.listen(ContractChanged, self._changed, everywhere=True)
        database.signals.after_gap(self._forget_all)

    def of(self, person_id: UUID) -> Contract:
        """A person's contract, as far as known here."""
        known = self._known.get(person_id)
        return known or self.again(person_id)

    def again(self, person_id: UUID) -> Contract:
        """A person's contract, asked for once more."""
        changes = self._changes
        with self._database.reading() as session:
            contract = queries.contract_of(session, person_id)
        # What changed while the database was being asked must not be remembered.
        if changes == self._changes:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[person_id] = contract
        return contract

    def _changed(self, changed: Sequence[ContractChanged]) -> None:
        self._changes += 1
        for signal in changed:
            self._known.pop(signal.person_id, None)

    def _forget_all(self) -> None:
        self._changes += 1
        self._known.clear()


def known_contracts() -> KnownContracts:
    """Those of the running application."""
    return cast(KnownContracts, current_app.extensions["hereabouts.contracts"])
