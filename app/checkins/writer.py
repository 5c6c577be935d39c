"""The one greenlet of a process that writes check-ins: it takes all that queued while the last statement ran (no
timer), writes them in one round trip, and gives each its result after the commit.

Because it alone writes, ids of its lane become visible in their order, which is what resuming stands on.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import structlog
from gevent import Greenlet, spawn
from gevent.event import AsyncResult, Event
from gevent.queue import SimpleQueue
from psycopg2 import Error, OperationalError
from psycopg2.errors import ForeignKeyViolation
from psycopg2.extensions import cursor as Cursor

from app.checkins import removing, writing
from app.checkins.rows import Ready, as_json
from app.checkins.signals import CheckedIn
from app.checkins.telling import checked_in, signals_of
from app.checkins.writing import Written
from app.db import Database
from app.errors import Failed, NotFound, Refusal, Unavailable, UnknownPlace
from app.ids import Lane
from app.presence.moving import LOCK, lock_keys

#: One statement's worth. More would make those at its head wait for those at its end.
MOST_AT_ONCE = 256
#: What may wait: at a few thousand a second, a second's work.
MOST_WAITING = 5_000
log = structlog.get_logger()

#: The tables are empty when the plan is made and large when it is used, so only plans that grow well may be made.
_PREPARE = f"""
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET statement_timeout = '30s';
PREPARE lock_people (bigint[]) AS {LOCK % "$1"};
PREPARE write_check_ins (json) AS {writing.STATEMENT};
PREPARE remove_check_in (uuid, uuid, uuid, timestamptz, uuid) AS {removing.STATEMENT};
"""
_AGAIN = (
    "Send it again with the same Idempotency-Key: it is then written once, whatever became of this attempt."
)

Job: TypeAlias = "tuple[Any, AsyncResult[Any]]"
#: What is told of it, if it is no retry; and what became of it.
Result = tuple[CheckedIn | None, Written]


class Writer:
    """Writes what is handed to `check_in` and `remove`, from any number of greenlets."""

    def __init__(self, database: Database) -> None:
        self.lane = Lane()
        self._database = database
        self._waiting: deque[Job] = deque()
        self._work = Event()
        self._greenlets: list[Greenlet[[], None]] = []
        self._connection: Any = None
        self._told: SimpleQueue[list[object]] = SimpleQueue()

    def check_in(self, batch: Sequence[Ready]) -> list[Result | Refusal]:
        """Write them, and wait until they are committed: for each what became of it, or why not."""
        return [self._result(each) for each in [self._enqueue(ready) for ready in batch]]

    def remove(self, removal: removing.Removal) -> None:
        """Take a check-in back; raises NotFound."""
        done = self._result(self._enqueue(removal))
        if isinstance(done, Refusal):
            raise done

    def _enqueue(self, job: object) -> "AsyncResult[Any]":
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(f"Too many check-ins are waiting. {_AGAIN}", retry_after_s=2)
        if not self._greenlets:
            self._greenlets = [spawn(self._write_for_ever), spawn(self._tell_for_ever)]
        result: AsyncResult[Any] = AsyncResult()
        self._waiting.append((job, result))
        self._work.set()
        return result

    @staticmethod
    def _result(waited: "AsyncResult[Any]") -> Any:
        try:
            return waited.get()
        except Refusal as refusal:
            return refusal

    def _write_for_ever(self) -> None:
        while True:
            self._work.wait()
            jobs = self._next_jobs()
            try:
                self._do(jobs)
            # Whatever went wrong with these must not keep the next ones from being written.
            except Exception as error:
                log.error("a batch of check-ins failed", size=len(jobs), error=type(error).__name__)
                self._disconnect()
                fault = Unavailable(f"The database is not answering. {_AGAIN}", retry_after_s=1)
                for _, result in jobs:
                    if not result.ready():
                        result.set_exception(fault)

    def _next_jobs(self) -> list[Job]:
        """Check-ins up to the next removal, or one removal."""
        jobs = [self._waiting.popleft()]
        if isinstance(jobs[0][0], tuple):
            while self._waiting and len(jobs) < MOST_AT_ONCE and isinstance(self._waiting[0][0], tuple):
                jobs.append(self._waiting.popleft())
        if not self._waiting:
            self._work.clear()
        return jobs

    def _do(self, jobs: list[Job], tries: int = 3) -> None:
        try:
            if isinstance(jobs[0][0], tuple):
                self._write(jobs)
            else:
                self._remove(*jobs[0])
        except OperationalError:
            # Not about any one row: either the connection is gone, or two statements met and one gave way.
            if tries == 1 or self._connection is None or self._connection.driver_connection.closed:
                raise
            self._rolled_back()
            self._do(jobs, tries - 1) if len(jobs) == 1 else self._one_by_one(jobs)
        except Error as error:
            self._rolled_back()
            if len(jobs) > 1:
                self._one_by_one(jobs)
            else:
                jobs[0][1].set_exception(_refusal_of(error))

    def _one_by_one(self, jobs: list[Job]) -> None:
        """A bad row fails alone."""
        for job in jobs:
            self._do([job])

    def _write(self, jobs: list[Job]) -> None:
        batch: list[Ready] = [job for job, _ in jobs]
        ids = [self.lane.new_id() for _ in batch]
        asked = (lock_keys(new.person_id for new, _ in batch), as_json(ids, batch))
        signals: list[object] = []

        def told(rows: list[tuple[Any, ...]]) -> list[object]:
            outcomes = sorted((writing.written(row) for row in rows), key=lambda each: each.ord)
            for place, each in enumerate(outcomes):
                done.append((checked_in(ids[place], *batch[place], each) if each.fresh else None, each))
            return [
                signal
                for (made, each), (new, _) in zip(done, batch, strict=True)
                if made
                for signal in signals_of(made, new, each)
            ]

        done: list[Result] = []
        signals = self._committed("EXECUTE lock_people (%s); EXECUTE write_check_ins (%s)", asked, told)
        # The neighbourhood first: what the author waits for is longer in the making.
        self._told.put(signals)
        for (_, result), outcome in zip(jobs, done, strict=True):
            result.set(outcome)

    def _remove(self, removal: removing.Removal, result: "AsyncResult[Any]") -> None:
        made = self.lane.new_id()
        asked = (lock_keys([removal.by]), made, removal.check_in_id, removal.by, removal.at, removal.horizon)
        signals = self._committed(
            "EXECUTE lock_people (%s); EXECUTE remove_check_in (%s, %s, %s, %s, %s)",
            asked,
            lambda rows: [signal for row in rows for signal in removing.signals_of(made, removal, row)],
        )
        if signals:
            result.set(None)
        else:
            result.set_exception(NotFound("You have no such check-in; perhaps it is removed already."))
        self._told.put(signals)

    def _committed(
        self,
        statement: str,
        asked: tuple[Any, ...],
        told: Callable[[list[tuple[Any, ...]]], list[object]],
    ) -> list[object]:
        """Run one statement and commit: at once where nobody else need hear of it, else with the signals aboard."""
        carrier = self._database.signals.carrier
        cursor = self._cursor()
        if carrier is None:
            # Several statements sent as one are one transaction (PostgreSQL manual, 55.2.2.1).
            cursor.execute(statement, asked)
            return told(cursor.fetchall())
        cursor.execute(f"BEGIN; {statement}", asked)
        signals = told(cursor.fetchall())
        if signals:
            carrier.carry(cursor.execute, signals)
        cursor.execute("COMMIT")
        return signals

    def _cursor(self) -> Cursor:
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
            self._connection.driver_connection.autocommit = True
            with self._connection.cursor() as preparing:
                preparing.execute(_PREPARE)
        cursor: Cursor = self._connection.driver_connection.cursor()
        return cursor

    def _rolled_back(self) -> None:
        with self._connection.driver_connection.cursor() as cursor:
            cursor.execute("ROLLBACK")

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _tell_for_ever(self) -> None:
        for signals in iter(self._told.get, None):
            self._database.signals.tell(signals)


def _refusal_of(error: Error) -> Refusal:
    if isinstance(error, ForeignKeyViolation) and "place_id" in str(error.diag.constraint_name):
        return UnknownPlace("There is no place with this place_id. Leave it out, or add the place first.")
    if isinstance(error, ForeignKeyViolation):
        return NotFound("This account is no longer there.")
    log.error("a check-in could not be written", error=type(error).__name__, code=error.pgcode)
    return Failed("This check-in could not be written. That is our fault and is written down.")
