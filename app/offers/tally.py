"""From how many people an offer is withheld, counted without keeping from whom.

People become marks: what a key of the day makes of them, another one at each business. When the day is over marks are
counted and the key is thrown away, so that nobody can tell any more whose they were; what may be said is published.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import gevent
import structlog
from gevent import Greenlet, spawn
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Database
from app.offers.marks import WithheldDay, WithheldFigure
from app.offers.rules import MOST_OFFERS_COUNTED, WITHHELD_SIGMA
from app.trust.noise import FEWEST, said
from app.trust.steps import in_steps

FLUSH_EVERY_S = 10.0
#: So many of each a process remembers at most; of more a few may be written twice, which counts once.
_MOST = 100_000
#: What happened around midnight is written down by then.
_SETTLES = timedelta(hours=1)
_OCTETS = 16
log = structlog.get_logger()

#: A person and a business's offer.
Pair = tuple[UUID, UUID, UUID]
#: The same as a mark, and the reason.
_Marked = tuple[UUID, bytes, str]


class Tally:
    """What one process met since it wrote down last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._met: dict[date, dict[Pair, str]] = {}
        self._written: set[tuple[UUID, bytes]] = set()
        self._key: tuple[date, bytes] | None = None
        self._greenlet: Greenlet[[], None] | None = None

    def note(self, day: date, offer_id: UUID, business_id: UUID, reason: str, people: Iterable[UUID]) -> None:
        """An offer does not reach these people. The first reason of a day counts; having had it already is none."""
        if reason == "again":
            return
        met = self._met.setdefault(day, {})
        for person in people:
            if len(met) < _MOST:
                met.setdefault((person, business_id, offer_id), reason)
        if self._greenlet is None:
            self._greenlet = spawn(self._flush_for_ever)

    def flush(self) -> None:
        """Write down what is not written yet."""
        met, self._met = self._met, {}
        for day, pairs in met.items():
            if pairs:
                with self._database.transaction() as session:
                    written = self._write(session, day, pairs)
                if len(self._written) > _MOST:
                    self._written.clear()
                self._written.update(written)

    def _write(self, session: Session, day: date, pairs: Mapping[Pair, str]) -> set[tuple[UUID, bytes]]:
        key = _key_of(session, day)
        if key is None:
            return set()
        if self._key != (day, key):
            self._written.clear()
            self._key = (day, key)
        new = [each for each in _marked(key, pairs) if each[:2] not in self._written]
        if new:
            offers, marks, reasons = (list(each) for each in zip(*new, strict=True))
            values = {"day": day, "offers": offers, "marks": marks, "reasons": reasons}
            session.execute(_WRITE, values)
        return {each[:2] for each in new}

    def _flush_for_ever(self) -> None:
        while True:
            gevent.sleep(FLUSH_EVERY_S)
            try:
                self.flush()
            # A database that is away for a while must not end the counting; what was met meanwhile is not counted.
            except Exception as error:
                log.warning("what was withheld could not be counted", error=type(error).__name__)


def _marked(key: bytes, pairs: Mapping[Pair, str]) -> Iterator[_Marked]:
    for (person, business_id, offer_id), reason in pairs.items():
        whose = business_id.bytes + person.bytes
        yield offer_id, hashlib.blake2b(whose, key=key, digest_size=_OCTETS).digest(), reason


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
_WRITE = text("""
INSERT INTO withheld_marks (day, offer_id, mark, reason)
SELECT CAST(:day AS date), m.* FROM unnest(CAST(:offers AS uuid[]), CAST(:marks AS bytea[]), CAST(:reasons AS text[]))
    AS m (offer_id, mark, reason) ORDER BY m.offer_id, m.mark
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
