"""The ids of what is told live and resumed by cursor, where many transactions of one process make them."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import Lane

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('hereabouts conversation'), :lane)")
_MIDDLE = 2**31
_lane = Lane()


def next_id(session: Session) -> UUID:
    """An id of this process's lane of conversations; nobody else gets one before the transaction has ended.

    So ids of the lane become visible in their order, which is what resuming stands on.
    """
    session.execute(_LOCK, {"lane": _lane.number - _MIDDLE})
    return _lane.new_id()
