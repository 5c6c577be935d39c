"""Has what changes be found by what it is now, at once."""

from collections.abc import Sequence

from app import clock
from app.db import Database
from app.motions.rules import State
from app.motions.signals import MotionDecided
from app.search import filling


class Rereading:
    """Follows what members decide of a community: what it is called, what it is for, and where it is.

    Where a process dies before it came to one, the sweep finds another name, and a word of the purpose stays as it was.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        database.signals.listen(MotionDecided, self._decided)

    def _decided(self, signals: Sequence[MotionDecided]) -> None:
        for community_id in {each.community_id for each in signals if each.state == State.CARRIED}:
            with self._database.transaction() as session:
                filling.take_in_anew(session, "community", community_id, clock.now())
