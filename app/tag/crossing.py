"""The greenlet of a process that takes people who have just moved to the areas that read tags."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from gevent import Greenlet, spawn
from gevent.event import Event

from app import clock
from app.db import Database
from app.presence.rules import ASSUMED_ACCURACY_M
from app.presence.signals import Moved
from app.tag import queries
from app.tag.signals import ReadersChanged
from app.tag.visiting import forget_absent, visit
from app.tag.visits import Fix

MOST_AT_ONCE = 256
#: Where the database cannot keep up, the oldest moves are let go: the next ones tell where people went.
MOST_WAITING = 20_000
log = structlog.get_logger()


class Crossings:
    """Takes those who move by this process's doors; costs nothing as long as no area reads tags."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moved: list[Moved] = []
        self._work = Event()
        self._greenlet: Greenlet[[], None] | None = None
        #: Whether any area reads tags; None where that must be asked.
        self._needed: bool | None = None
        signals = database.signals
        signals.listen(Moved, self._remember)
        signals.listen(ReadersChanged, self._changed, everywhere=True)
        signals.after_gap(self._ask_again)

    def _changed(self, changed: Sequence[ReadersChanged]) -> None:
        self._ask_again()

    def _ask_again(self) -> None:
        self._needed = None

    def _remember(self, moved: Sequence[Moved]) -> None:
        if self._needed is False:
            return
        self._moved += moved
        del self._moved[:-MOST_WAITING]
        self._work.set()
        if self._greenlet is None:
            self._greenlet = spawn(self._cross_for_ever)

    def _cross_for_ever(self) -> None:
        while True:
            self._work.wait()
            moved, self._moved = self._moved[:MOST_AT_ONCE], self._moved[MOST_AT_ONCE:]
            if not self._moved:
                self._work.clear()
            try:
                self._cross(moved)
            # What fails once must not end the crossing; those people are seen to when they move again.
            except Exception as error:
                log.error("areas could not be looked at", error=type(error).__name__)

    def _cross(self, moved: Sequence[Moved]) -> None:
        if not self._is_needed():
            return
        now = clock.now()
        with self._database.transaction() as session:
            visit(session, _walks(moved), now)
            if absent := sorted({each.person_id for each in moved if each.position is None}):
                forget_absent(session, absent, now)

    def _is_needed(self) -> bool:
        while self._needed is None:
            # Set first: what changes while it is asked for asks again.
            self._needed = True
            with self._database.reading() as session:
                needed = queries.is_open_anywhere(session)
            if self._needed:
                self._needed = needed
        return self._needed


def _walks(moved: Sequence[Moved]) -> dict[UUID, list[Fix]]:
    """Each person's fixes, the oldest first."""
    walks: dict[UUID, list[Fix]] = {}
    for each in moved:
        if each.position and each.fixed_at and each.until:
            sure_to_m = ASSUMED_ACCURACY_M if each.accuracy_m is None else each.accuracy_m
            fix = Fix(each.position, sure_to_m, each.fixed_at, each.until)
            walks.setdefault(each.person_id, []).append(fix)
    return {person: sorted(fixes, key=lambda fix: fix.fixed_at) for person, fixes in walks.items()}
