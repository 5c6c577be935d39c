"""Tells businesses of wishes that they may answer, as soon as those are open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell
from app.wishes.models import Wish
from app.wishes.rules import told_to_businesses
from app.wishes.signals import WishOpened

#: What a business is about, and where, is what it offered within so long.
LATELY = timedelta(days=365)
_FITTING = text("""
SELECT DISTINCT s.person_id FROM wish_topics t
JOIN offer_topics ot ON ot.topic_id = t.topic_id
JOIN offers o ON o.id = ot.offer_id AND o.created_at > :since AND o.published_at IS NOT NULL
JOIN wishes w ON w.id = t.wish_id AND (w.area IS NULL OR ST_Intersects(o.area, w.area))
JOIN staff s ON s.business_id = o.business_id
WHERE t.wish_id = :wish AND NOT EXISTS (
    SELECT FROM standings f
    WHERE f.community_id = w.community_id AND f.business_id = o.business_id AND NOT f.is_welcome)
ORDER BY s.person_id
""")


class Openings:
    """Follows wishes that are opened; where a process dies before it came to one, a chore tells of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.signals.listen(WishOpened, self._opened)

    def _opened(self, signals: Sequence[WishOpened]) -> None:
        with self._database.transaction() as session:
            tell_businesses(session, clock.now())


def tell_businesses(session: Session, now: datetime) -> None:
    """Give notice of each open wish that no business was told of, to the staff of those that offered something on a
    topic of it, where it is wanted; not of those that its community sent off. They see the wish and a count, no person.
    """
    untold = select(Wish).where(Wish.opened_at.is_not(None), Wish.businesses_told_at.is_(None))
    for wish in session.scalars(untold.order_by(Wish.id).with_for_update(skip_locked=True)).all():
        wish.businesses_told_at = now
        session.flush()
        people = session.scalars(_FITTING, {"wish": wish.id, "since": now - LATELY}).all()
        count = told_to_businesses(wish.threshold, wish.threshold)
        told = [ToTell(each, Told.WISH_TO_ANSWER, wish_id=wish.id, pledged=count) for each in people]
        notices.tell(session, told, now)
