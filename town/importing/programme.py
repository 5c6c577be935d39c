"""Events of a file, with the days they were on: what is over is written down as history, and tells nobody."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.errors import Refusal
from app.events import service
from app.events.models import Event
from app.events.recording import NewEvent, Where, record
from app.events.recurrence import Timing
from town.files import EventRow, Unread
from town.importing.batches import batches
from town.importing.grounds import Grounds
from town.importing.house import House
from town.importing.outcome import Outcome
from town.importing.people import Imported, people_of
from town.importing.topics import add_topics
from town.subjects import topics_in

#: Few enough to be written well within the minute after which search takes them for settled.
AT_ONCE = 100
LONGEST_TITLE, LONGEST_TEXT = 120, 4000
#: What a calendar without an end is taken for, too.
WITHOUT_END = timedelta(hours=1)
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Clock:
    """By whose clock a file's times are, and by how many days they are put off."""

    time_zone: str
    later: timedelta = timedelta()


def later_by(rows: Iterable[EventRow | Unread], begins: date) -> timedelta:
    """By how much all are put off, or brought forward, for the first day to be that one; nought without rows."""
    first = min((row.starts_at.date() for row in rows if isinstance(row, EventRow)), default=begins)
    return begins - first


def import_events(
    house: House, rows: Iterable[EventRow | Unread], source: str, by_clock: Clock, outcome: Outcome
) -> None:
    """Write down the events that were not imported before, each with the date it has, hosted by who published it.

    One is known again by its source, title, link, where and when it is. An event of several days is several rows in
    such files, each with a page and a time of its own, and stays several events.
    """
    programme = _Programme(house, source, by_clock, outcome, Grounds(source))
    for batch in batches(rows, AT_ONCE):
        outcome.read += len(batch)
        outcome.refused.update(f"line {row.line}: {row.why}" for row in batch if isinstance(row, Unread))
        programme.take([row for row in batch if isinstance(row, EventRow)])
    programme.tell()


@dataclass(slots=True)
class _Programme:
    house: House
    source: str
    by_clock: Clock
    outcome: Outcome
    grounds: Grounds
    hosts: dict[str, Imported] = field(default_factory=dict)
    endless: int = 0

    def take(self, rows: Sequence[EventRow]) -> None:
        """All of it in one transaction: what is there after a crash is whole."""
        add_topics(self.house, {topic for row in rows for topic in topics_in(row.title)})
        with self.house.database.transaction() as session:
            self._meet(session, {_publisher(row) for row in rows})
            self.grounds.look_up(session, rows)
            there = self._there(session, rows)
            for row in rows:
                if (key := self._key(row)) in there:
                    self.outcome.there_already += 1
                elif (where := self.grounds.of(row)) is None:
                    self.outcome.left_out[_nowhere(row)] += 1
                elif self._written(session, row, where):
                    there.add(key)

    def tell(self) -> None:
        """What was made of what the file does not say."""
        if self.endless:
            self.outcome.remarks.append(f"{self.endless} events tell no end; each is taken to last an hour.")

    def _meet(self, session: Session, publishers: set[str]) -> None:
        if new := publishers - self.hosts.keys():
            self.hosts |= people_of(session, new, self.source)

    def _there(self, session: Session, rows: Sequence[EventRow]) -> set[str | None]:
        hosts = {self.hosts[_publisher(row)].id for row in rows}
        known = select(Event.source_uid).where(
            Event.made_by.in_(hosts), Event.source_uid.in_([self._key(row) for row in rows])
        )
        return set(session.scalars(known))

    def _written(self, session: Session, row: EventRow, where: Where) -> bool:
        host, now = self.hosts[_publisher(row)].id, clock.now()
        try:
            event = record(session, self._new(row, where), host, now)
            if row.called_off:
                service.cancel(session, event.id, host, now)
        except Refusal as refusal:
            self.outcome.refused[f"line {row.line}: {refusal.detail}"] += 1
            return False
        self.outcome.new += 1
        self.endless += row.ends_at is None
        return True

    def _new(self, row: EventRow, where: Where) -> NewEvent:
        return NewEvent(
            title=cut(row.title, LONGEST_TITLE),
            text=text_of(row),
            topic_ids=tuple(self.house.topics.ids(topics_in(row.title))),
            where=where,
            timing=self._timing(row),
            source_uid=self._key(row),
        )

    def _timing(self, row: EventRow) -> Timing:
        starts_at = row.starts_at + self.by_clock.later
        lasts = row.ends_at - row.starts_at if row.ends_at else WITHOUT_END
        return Timing(starts_at, starts_at + lasts, self.by_clock.time_zone)

    def _key(self, row: EventRow) -> str:
        when = _told(row.starts_at + self.by_clock.later)
        said = "\n".join((row.title, row.link, row.location, row.park, when))
        return f"{self.source}/{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def cut(said: str, most: int) -> str:
    """Words within a length, ended at a word and marked where some are left out.

    >>> cut("Come and see", 12), cut("Come and see", 11), cut("Comeandsee", 6)
    ('Come and see', 'Come and…', 'Comea…')
    """
    if len(said) <= most:
        return said
    kept = said[: most - len(_CUT)]
    whole = kept if said[len(kept)].isspace() else kept.rpartition(" ")[0] or kept
    return whole.rstrip(" \n,;:.") + _CUT


def text_of(row: EventRow) -> str:
    """Where exactly, what it is, and where it was found; what it is gives way where that is too long."""
    before, after = cut(row.location or row.park, 200), cut(row.link, 500)
    room = LONGEST_TEXT - sum(len(each) + 2 for each in (before, after) if each)
    return "\n\n".join(each for each in (before, cut(row.text, room), after) if each)


def _publisher(row: EventRow) -> str:
    return row.told_by or "events"


def _nowhere(row: EventRow) -> str:
    named = " or ".join(name for name in (row.park, row.hood) if name)
    if not named:
        return "It has no position, and names no park or neighbourhood."
    return f"It has no position, and {named} is nothing that was imported by that name, or more than one."


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
