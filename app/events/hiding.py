"""Hiding an event from everybody but its hosts, as moderators decided, and showing it again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events import lasting
from app.events.models import Event


def hide(session: Session, event_id: UUID) -> bool:
    """Whether it was there and seen until now. What it is while it lasts ends at once; replies stay as they are."""
    event = _held(session, event_id)
    if event is None or event.hidden:
        return False
    event.hidden = True
    session.flush()
    lasting.end_at_once(session, event_id)
    return True


def unhide(session: Session, event_id: UUID) -> bool:
    """Whether it was hidden until now. Its story is there again; a date that was on does not begin anew."""
    event = _held(session, event_id)
    if event is None or not event.hidden:
        return False
    event.hidden = False
    session.flush()
    return True


def _held(session: Session, event_id: UUID) -> Event | None:
    asked = select(Event).where(Event.id == event_id).with_for_update(key_share=True)
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
