"""Events and dates as whoever asks may see them, or NotFound."""

from uuid import UUID

from app import clock
from app.errors import NotFound
from app.events import queries
from app.events.listing import Asked
from app.events.queries import Dated, Whole
from app.http.calls import Call


def existing_event(call: Call, event_id: UUID) -> Whole:
    """An event."""
    found = queries.event(call.session, event_id, call.viewer)
    if found is None:
        raise NotFound("There is no such event, or it is not for you.")
    return found


def existing_date(call: Call, event_id: UUID, date_id: UUID) -> Dated:
    """A date of an event, also one that is over."""
    now = clock.now()
    asked = Asked(limit=1, since=now, until=now, event=event_id, only=date_id)
    found = queries.dates(call.session, asked, call.viewer)
    if not found:
        raise NotFound("There is no such date of this event, or it is not for you.")
    return found[0]
