"""Counting periods that are over, each once for good, and anew what somebody has left for good."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import gevent
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.returns import counting, queries
from app.returns.models import ReturnPeriod
from app.returns.rules import A_DAY, A_WEEK, Count, Kept, told
from app.trust.queries import secret


def keep_up(session: Session, now: datetime) -> bool:
    """Count the oldest period of each kind that is over and was not, and what is to be counted anew; whether there was
    anything. Safe to call at any time, by several at once, and to die in.
    """
    due = {kind: queries.due(session, kind, now) for kind in Count}
    counted = [_count(session, kind, starts, now) for kind, starts in due.items() if starts]
    return recount(session) or any(counted)


def _count(session: Session, kind: Count, starts_on: date, now: datetime) -> bool:
    counting_it = insert(ReturnPeriod).values(kind=kind, starts_on=starts_on, counted_at=now)
    # Who counts the same at this moment waits here for the other to commit, and then has nothing to do.
    mine = session.execute(counting_it.on_conflict_do_nothing().returning(ReturnPeriod.kind)).first()
    if mine is None:
        return False
    match kind:
        case Count.DAY:
            counting.count_sales(session, starts_on, starts_on + A_DAY)
            _tell(session, Count.DAY, starts_on)
        case Count.WEEK:
            _tell(session, Count.WEEK, starts_on)
        case Count.SETTLED:
            counting.count_sales(session, starts_on, starts_on + A_WEEK)
            for day in range(A_WEEK.days):
                _tell(session, Count.DAY, starts_on + day * A_DAY)
            _tell(session, Count.WEEK, starts_on)
            _hold(session)
            counting.count_groups(session, starts_on)
    return True


def recount(session: Session) -> bool:
    """Count groups anew that somebody left for good; whether there were any."""
    _hold(session)
    left: dict[date, set[UUID]] = {}
    for offer_id, week in session.execute(_TAKE):
        left.setdefault(week, set()).add(offer_id)
    for week, offers in sorted(left.items()):
        if queries.is_settled(session, week):
            counting.count_groups(session, week, sorted(offers))
    return bool(left)


def forget(session: Session, person_id: UUID) -> None:
    """Have what was counted of somebody be counted anew without them. To be called before they are gone."""
    session.execute(_MARK, {"person": person_id})


def _hold(session: Session) -> None:
    """One at a time counts groups, as two would put down the same."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('returns'))"))


_TAKE = text("DELETE FROM return_recounts RETURNING offer_id, starts_on")
_MARK = text("""
INSERT INTO return_recounts (id, offer_id, starts_on)
SELECT gen_random_uuid(), a.offer_id, CAST(date_trunc('week', a.at AT TIME ZONE 'UTC') AS date)
FROM approaches a JOIN offers o ON o.id = a.offer_id AND o.hold_out > 0
WHERE a.person_id = :person
""")


def _tell(session: Session, bucket: Count, starts_on: date) -> None:
    key = secret(session, "returns")
    session.execute(_UNTELL, {"bucket": bucket, "starts_on": starts_on})
    rows = list(_told(key, _breathing(counting.funnel(session, bucket, starts_on))))
    if rows:
        columns = zip(("business_id", *Kept._fields), map(list, zip(*rows, strict=True)), strict=True)
        session.execute(_TELL, dict(columns))


def _told(key: bytes, exact: Iterator[tuple[UUID, Kept]]) -> Iterator[tuple[UUID, *tuple[object, ...]]]:
    for business_id, each in exact:
        said = told(key, each)
        if said is not None:
            yield (business_id, *said)


def _breathing(exact: Iterator[tuple[UUID, Kept]]) -> Iterator[tuple[UUID, Kept]]:
    """The same; but who waits for this process is let through each few milliseconds."""
    for place, each in enumerate(exact):
        if place % 1_000 == 0:
            gevent.sleep(0)
        yield each


_UNTELL = text("DELETE FROM return_figures WHERE bucket = :bucket AND starts_on = :starts_on")
_TELL = text("""
INSERT INTO return_figures (business_id, offer_id, bucket, starts_on, measure, cut, part, people)
SELECT * FROM unnest(CAST(:business_id AS uuid[]), CAST(:offer_id AS uuid[]), CAST(:bucket AS text[]),
                     CAST(:starts_on AS date[]), CAST(:measure AS text[]), CAST(:cut AS text[]),
                     CAST(:part AS uuid[]), CAST(:people AS int[]))
""")
