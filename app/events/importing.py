"""Taking events from calendars of others, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.events import service
from app.events.ical import Written
from app.events.models import Event
from app.events.service import NewEvent, Where
from geo import Circle, Position

#: Of what recurs hundreds of dates are made.
MOST_SERIES = 20
_TOO_MANY_SERIES = (
    f"Only {MOST_SERIES} events that recur are taken at once. Send the calendar again for the next."
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a calendar does not say of its events."""

    time_zone: str
    position: Position | None
    radius_m: float
    topic_ids: tuple[UUID, ...]
    community_id: UUID | None
    business_id: UUID | None


def take(
    session: Session, found: Sequence[Written], source: Source, by: UUID, now: datetime
) -> Sequence[dict[str, object]]:
    """What became of each event, in order: made, there already, or refused and why. By its UID each is made once.

    Nothing is changed of what is there.
    """
    # One at a time, so that the same calendar sent twice at once makes each event once.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('calendar of ' || :by))"), {"by": str(by)})
    known = select(Event.source_uid, Event.id).where(
        Event.made_by == by, Event.source_uid.in_([each.uid for each in found])
    )
    there: dict[str | None, UUID] = dict(session.execute(known).all())
    outcomes, series = [], 0
    for each in found:
        recurs = each.timing is not None and each.timing.recurrence is not None and each.uid not in there
        series += recurs
        if recurs and series > MOST_SERIES:
            outcomes.append(_outcome(each, "refused", detail=_TOO_MANY_SERIES))
        else:
            outcomes.append(_taken(session, each, there, source, (by, now)))
    return outcomes


def _taken(
    session: Session,
    written: Written,
    there: dict[str | None, UUID],
    source: Source,
    asked: tuple[UUID, datetime],
) -> dict[str, object]:
    if written.uid in there:
        return _outcome(written, "there", there[written.uid])
    position = written.position or source.position
    if written.refused or written.timing is None:
        return _outcome(written, "refused", detail=written.refused)
    if position is None:
        return _outcome(written, "refused", detail="It has no GEO; send a position for such.")
    new = NewEvent(
        title=written.title,
        text=written.text,
        topic_ids=source.topic_ids,
        where=Where(None, Circle(position, source.radius_m), position),
        timing=written.timing,
        community_id=source.community_id,
        business_id=source.business_id,
        source_uid=written.uid,
    )
    try:
        made = service.make(session, new, *asked)
    except Refusal as refusal:
        return _outcome(written, "refused", detail=refusal.detail)
    there[written.uid] = made.id
    return _outcome(written, "made", made.id)


def _outcome(
    written: Written, outcome: str, event_id: UUID | None = None, detail: str | None = None
) -> dict[str, object]:
    return {"uid": written.uid, "outcome": outcome, "event_id": event_id, "detail": detail}
