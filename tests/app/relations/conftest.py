"""What the bus and open sockets are told of relations."""

from collections.abc import Callable, Iterator

import pytest

from app.db import Database

Telling = Callable[..., list[object]]


@pytest.fixture
def telling(database: Database) -> Iterator[Telling]:
    """Collects all signals of some kinds from now on, in order."""
    kinds: list[type[object]] = []

    def of(*wanted: type[object]) -> list[object]:
        told: list[object] = []
        for kind in wanted:
            database.signals.listen(kind, told.extend)
            kinds.append(kind)
        return told

    yield of
    for kind in kinds:
        database.signals._listeners[kind].pop()
