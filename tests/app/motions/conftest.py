"""Letting the time of motions pass."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping

DAYS = timedelta(days=3)
Close = Callable[[], None]


@pytest.fixture
def close(database: Database) -> Close:
    """Let three days pass, and what is due be decided."""

    def decides() -> None:
        keeping = Housekeeping(database)
        with clock.travelling(DAYS + timedelta(minutes=1)):
            keeping.do(next(each for each in keeping.chores if each.name == "motions"))

    return decides
