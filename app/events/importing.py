"""Taking events from calendars of others: each once, and anew when the calendar says that it has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.events import alone, service
from app.events.alone import Alone
from app.events.dating import timing_of
from app.events.models import Event
from app.events.reading import Written
from app.events.recording import NewEvent, Where
from app.events.recurrence import Timing, on_wall
from app.events.service import Changes
from geo import Circle, Position

#: Of what recurs hundreds of dates are made.
MOST_SERIES = 20
_TOO_MANY_SERIES = (
    f"Only {MOST_SERIES} events that recur are taken at once. Send the calendar again for the next."
)
_NO_SERIES = "The series it is a date of is not here. Send that along."
_TWICE = "This date is changed twice; the one of the higher SEQUENCE counts."


@dataclass(frozen=True, slots=True)
class Source:
    """What a calendar does not say of its events."""

    time_zone: str
    position: Position | None
    radius_m: float
    topic_ids: tuple[UUID, ...]
    community_id: UUID | None
    business_id: UUID | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event, or of one date of a series: made, there, changed, cancelled, or refused and why."""

    uid: str
    outcome: str
    event_id: UUID | None = None
    detail: str | None = None
    #: Which date, by the clock of its series.
    date: datetime | None = None


def take(
    session: Session, found: Sequence[Written], source: Source, by: UUID, now: datetime
) -> Sequence[Outcome]:
    """What became of each, in order. By its UID each is made once, and changed only by a higher SEQUENCE."""
    # One at a time, so that the same calendar sent twice at once makes each event once.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('calendar of ' || :by))"), {"by": str(by)})
    taking = _Taking(session, found, source, by, now)
    # A series before its dates; and of one date the latest word first.
    order = sorted(range(len(found)), key=lambda n: (found[n].of_one_date, _latest_first(found[n])))
    outcomes = {n: taking.one(found[n]) for n in order}
    return [outcomes[n] for n in range(len(found))]


def _latest_first(written: Written) -> int:
    return -written.sequence if written.of_one_date else 0


@dataclass(slots=True)
class _Taking:
    session: Session
    found: Sequence[Written]
    source: Source
    by: UUID
    now: datetime
    #: By UID: what is there, and of it what came or changed just now.
    there: dict[str | None, Event] = field(init=False)
    anew: set[str] = field(default_factory=set)
    series: int = 0
    seen: set[tuple[str, datetime]] = field(default_factory=set)
    held: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = select(Event).where(
            Event.made_by == self.by, Event.source_uid.in_({each.uid for each in self.found})
        )
        self.there = {each.source_uid: each for each in self.session.scalars(known)}

    def one(self, written: Written) -> Outcome:
        """What becomes of it."""
        try:
            return self._date(written) if written.of_one_date else self._whole(written)
        except Refusal as refusal:
            return _outcome(written, "refused", self.there.get(written.uid), refusal.detail)

    def _whole(self, written: Written) -> Outcome:
        event = self.there.get(written.uid)
        if event is not None and written.sequence <= event.source_sequence:
            return _outcome(written, "there", event)
        if written.refused:
            return _outcome(written, "refused", event, written.refused)
        if written.cancelled:
            return self._cancelled(written, event)
        self.series += written.timing is not None and written.timing.recurs
        if self.series > MOST_SERIES and written.timing and written.timing.recurs:
            return _outcome(written, "refused", event, _TOO_MANY_SERIES)
        return self._made(written) if event is None else self._changed(written, event)

    def _made(self, written: Written) -> Outcome:
        position = written.position or self.source.position
        if position is None:
            return _outcome(written, "refused", detail="It has no GEO; send a position for such.")
        assert written.timing
        new = NewEvent(
            title=written.title,
            text=written.text,
            topic_ids=self.source.topic_ids,
            where=self._around(position),
            timing=written.timing,
            community_id=self.source.community_id,
            business_id=self.source.business_id,
            source_uid=written.uid,
            source_sequence=written.sequence,
        )
        made = service.make(self.session, new, self.by, self.now)
        self.there[written.uid] = made
        self.anew.add(written.uid)
        return _outcome(written, "made", made)

    def _changed(self, written: Written, event: Event) -> Outcome:
        self._hold(event)
        elsewhere = written.position not in (None, event.position)
        changes = Changes(
            title=written.title,
            text=written.text,
            topic_ids=self.source.topic_ids or None,
            where=self._around(written.position) if written.position and elsewhere else None,
            timing=written.timing if written.timing != timing_of(event) else None,
        )
        service.change(self.session, event.id, changes, self.by, self.now)
        event.source_sequence = written.sequence
        self.anew.add(written.uid)
        changed = {_local(each, event) for each in self.found if each.uid == written.uid and each.was}
        alone.restore(self.session, event, changed, self.now)
        return _outcome(written, "changed", event)

    def _cancelled(self, written: Written, event: Event | None) -> Outcome:
        if event is None:
            return _outcome(written, "refused", detail="It is cancelled.")
        service.cancel(self.session, event.id, self.by, self.now)
        event.source_sequence = written.sequence
        return _outcome(written, "cancelled", event)

    def _date(self, written: Written) -> Outcome:
        event = self.there.get(written.uid)
        if event is None or written.refused:
            return _outcome(written, "refused", event, written.refused or _NO_SERIES)
        was = _local(written, event)
        if (written.uid, was) in self.seen:
            return _outcome(written, "refused", event, _TWICE)
        self.seen.add((written.uid, was))
        known = alone.sequence_of(self.session, event.id, was)
        if event.cancelled_at or (
            known is not None and known >= written.sequence and written.uid not in self.anew
        ):
            return _outcome(written, "there", event)
        self._hold(event)
        if written.cancelled:
            alone.cancel(self.session, event, was, written.sequence, self.now)
            return _outcome(written, "cancelled", event)
        alone.change(self.session, event, was, self._alone(written, event), self.now)
        return _outcome(written, "changed", event)

    def _alone(self, written: Written, event: Event) -> Alone:
        """What is as the series has it follows that."""
        elsewhere = written.position not in (None, event.position)
        return Alone(
            title=written.title if len(written.title) > 1 and written.title != event.title else None,
            text=written.text if written.text not in ("", event.text) else None,
            timing=_in_zone_of(event, written.timing) if written.timing else None,
            where=self._around(written.position) if written.position and elsewhere else None,
            sequence=written.sequence,
        )

    def _around(self, position: Position) -> Where:
        return Where(None, Circle(position, self.source.radius_m), position)

    def _hold(self, event: Event) -> None:
        """The event as it is now and all of its dates, once, as they are held in the order of their ids."""
        if event.id not in self.held:
            self.held.add(event.id)
            service.hosted(self.session, event.id, self.by)
            self.session.refresh(event)
            alone.hold(self.session, event, self.now)


def _local(written: Written, event: Event) -> datetime:
    """When the date it changes would begin, by the clock of the series."""
    assert written.was
    if not isinstance(written.was, datetime):
        return datetime.combine(written.was, event.starts_at.time())
    return on_wall(written.was, written.was_in, event.time_zone)


def _in_zone_of(event: Event, timing: Timing) -> Timing:
    starts, ends = (
        on_wall(each, timing.time_zone, event.time_zone) for each in (timing.starts_at, timing.ends_at)
    )
    return Timing(starts, ends, event.time_zone)


def _outcome(
    written: Written, outcome: str, event: Event | None = None, detail: str | None = None
) -> Outcome:
    date = _local(written, event) if written.was is not None and event is not None else None
    return Outcome(written.uid, outcome, event.id if event else None, detail, date)
