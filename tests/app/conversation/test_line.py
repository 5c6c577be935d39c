"""Ids of what is resumed by cursor."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.conversation.line import next_id
from app.db import Database
from app.ids import lane_of


def test_they_become_visible_in_their_order(session: Session, database: Database) -> None:
    """Whoever makes the next one waits until the transaction before has ended."""
    with database.transaction() as first:
        one = next_id(first)
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            next_id(session)
    session.rollback()
    two = next_id(session)
    assert (two > one, lane_of(two)) == (True, lane_of(one))
