"""Two who do something at once."""

from collections.abc import Callable

import gevent
from sqlalchemy.orm import Session

from app.db import Database
from tests.world import Someone


def answered_after(database: Database, does: Callable[[Session], None], somebody: Someone, path: str) -> int:
    """The status of somebody's PUT that came while a transaction that does this was open, which it waits for."""
    answers: list[int] = []
    with database.transaction() as session:
        does(session)
        asking = gevent.spawn(lambda: answers.append(somebody.asks("PUT", path).status_code))
        gevent.sleep(0.1)
        assert answers == [], "it waits for what was begun before"
    asking.join(5)
    return answers[0]
