"""From how many people an offer is withheld, counted without keeping from whom.

People become marks: what a key of the day makes of them, another one at each business. When the day is over marks are
counted and the key is thrown away, so that nobody can tell any more whose they were; what may be said is published.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

import gevent
import structlog
from gevent import Greenlet, spawn
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.offers.marks import WithheldDay, WithheldFigure
from app.offers.met import ID, MISSED, apart, each_of
from app.offers.rules import MOST_OFFERS_COUNTED, WITHHELD_SIGMA
from app.trust.noise import FEWEST, said
from app.trust.steps import in_steps

FLUSH_EVERY_S = 10.0
#: So many a process meets at most before it writes them down, and so many it remembers as written; of more a few may be
#: written twice, which counts once.
_MOST = 100_000
_AT_ONCE = 1_000
#: What happened around midnight is written down by then.
_SETTLES = timedelta(hours=1)
log = structlog.get_logger()

#: The octets of an offer's id, and a mark.
_Record = bytes
_UNCOUNTED = ("again", MISSED)


class Tally:
    """What one process met since it wrote down last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._met: dict[date, dict[bytes, str]] = {}
        self._written: set[_Record] = set()
        self._key: tuple[date, bytes] | None = None
        self._is_full = Event()
        self._writing = BoundedSemaphore()
        self._greenlet: Greenlet[[], None] | None = None

    def note(self, day: date, reason: str, met: bytes) -> None:
        """Offers are withheld from these, for this reason. The first of a day counts; having had it already is none."""
        if reason in _UNCOUNTED:
            return
        of_day = self._met.setdefault(day, {})
        for each in islice(each_of(met), max(0, _MOST - len(of_day))):
            of_day.setdefault(each, reason)
        if len(of_day) >= _MOST // 2:
            self._is_full.set()
        if self._greenlet is None:
            self._greenlet = spawn(self._flush_for_ever)

    def flush(self) -> None:
        """Write down what is not written yet; afterwards all that was met before is, or could not be."""
        with self._writing:
            met, self._met = self._met, {}
            for day, of_day in met.items():
                if of_day:
                    with self._database.transaction() as session:
                        written = self._write(session, day, of_day)
                    if len(self._written) > _MOST:
                        self._written.clear()
                    self._written.update(written)

    def _write(self, session: Session, day: date, met: Mapping[bytes, str]) -> set[_Record]:
        key = _key_of(session, day)
        if key is None:
            return set()
        if self._key != (day, key):
            self._written.clear()
            self._key = (day, key)
        new: dict[str, set[_Record]] = {}
        for number, (each, reason) in enumerate(met.items()):
            if number % _AT_ONCE == 0:
                # Tens of thousands take tenths of a second, in which others are to be answered.
                gevent.sleep(0)
            record = _record(key, each)
            if record not in self._written:
                new.setdefault(reason, set()).add(record)
        if new:
            records = [b"".join(each) for each in new.values()]
            session.execute(_WRITE, {"day": day, "reasons": list(new), "records": records})
        return set().union(*new.values())

    def _flush_for_ever(self) -> None:
        while True:
            self._is_full.wait(FLUSH_EVERY_S)
            self._is_full.clear()
            try:
                self.flush()
            # A database that is away for a while must not end the counting; what was met meanwhile is not counted.
            except Exception as error:
                log.warning("what was withheld could not be counted", error=type(error).__name__)


def _record(key: bytes, met: bytes) -> _Record:
    whose, offer = apart(met)
    return offer + hashlib.blake2b(whose, key=key, digest_size=ID).digest()


def _key_of(session: Session, day: date) -> bytes | None:
    """The key of a day, held so that the day is not closed meanwhile; None where it is closed."""
    asked = select(WithheldDay).where(WithheldDay.day == day).with_for_update(read=True)
    found = session.scalars(asked).one_or_none()
    if found is None:
        made = insert(WithheldDay).values(day=day, key=secrets.token_bytes(32)).on_conflict_do_nothing()
        session.execute(made)
        found = session.scalars(asked).one()
    return found.key


#: In one order for all, so that no two wait for each other.
_WRITE = text(f"""
INSERT INTO withheld_marks (day, offer_id, mark, reason)
SELECT CAST(:day AS date), encode(substring(m.records FROM at FOR {ID}), 'hex')::uuid AS offer_id,
       substring(m.records FROM at + {ID} FOR {ID}) AS mark, m.reason
FROM unnest(CAST(:reasons AS text[]), CAST(:records AS bytea[])) AS m (reason, records)
CROSS JOIN LATERAL generate_series(1, octet_length(m.records), {2 * ID}) AS at
ORDER BY offer_id, mark
ON CONFLICT DO NOTHING
""")


def close_day(session: Session, now: datetime) -> bool:
    """Publish what may be said of the oldest day that is over, and make its marks nobody's; whether there was one."""
    over = WithheldDay.day < (now - _SETTLES).date()
    due = select(WithheldDay).where(over, WithheldDay.key.is_not(None)).order_by(WithheldDay.day).limit(1)
    day = session.scalars(due.with_for_update()).one_or_none()
    if day is None or day.key is None:
        return False
    counted = session.execute(_COUNT, {"day": day.day}).all()
    for offer_id, reason, people in counted:
        number = said(day.key, f"{offer_id} {reason} {people}".encode(), people, WITHHELD_SIGMA)
        if number is not None:
            session.add(
                WithheldFigure(offer_id=offer_id, day=day.day, reason=reason, people=in_steps(number))
            )
    session.flush()
    session.execute(text("DELETE FROM withheld_marks WHERE day = :day"), {"day": day.day})
    session.execute(update(WithheldDay).where(WithheldDay.day == day.day).values(key=None))
    session.execute(delete(WithheldDay).where(WithheldDay.day < day.day - timedelta(days=30)))
    return True


#: Of a business's offers each person is counted at a few, by lot: who makes many offers learns no more by it.
_COUNT = text(f"""
SELECT offer_id, reason, count(*) AS people FROM (
    SELECT w.offer_id, w.reason, row_number() OVER (
        PARTITION BY o.business_id, w.mark ORDER BY md5(encode(w.mark, 'hex') || w.offer_id::text)) AS lot
    FROM withheld_marks w JOIN offers o ON o.id = w.offer_id WHERE w.day = :day) AS drawn
WHERE lot <= {MOST_OFFERS_COUNTED} GROUP BY offer_id, reason HAVING count(*) >= {FEWEST}
""")


def figures_of(session: Session, offer_id: UUID) -> Sequence[WithheldFigure]:
    """What is published of an offer: the last day first, and of each day the most first."""
    asked = select(WithheldFigure).where(WithheldFigure.offer_id == offer_id)
    newest = asked.order_by(WithheldFigure.day.desc(), WithheldFigure.people.desc(), WithheldFigure.reason)
    return session.scalars(newest).all()
