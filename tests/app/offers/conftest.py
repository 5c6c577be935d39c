"""What several at the gate share."""

import pytest
from sqlalchemy import Engine

from app.db import Database


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine
