"""A house on the module's database, and what is in its tables afterwards."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.settings import Settings
from town.importing.house import House, opened

Rows = Callable[[str], list[Any]]


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    with opened(Settings(database_url=database_url)) as house:
        yield house


@pytest.fixture
def rows(house: House) -> Rows:
    """Asks the database."""

    def ask(sql: str) -> list[Any]:
        with house.database.reading() as session:
            return [tuple(row) for row in session.execute(text(sql))]

    return ask
