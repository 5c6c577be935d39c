"""Closing periods: each is counted once, when it is over, and what may be said of it is published."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import gevent
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.statistics import counting, queries
from app.statistics.counting import Counted
from app.statistics.measures import BETWEEN, SIGMA
from app.statistics.models import ClosedPeriod
from app.statistics.rules import Bucket, Cell, published
from app.trust.queries import secret

#: How many periods are made up for that were over before anybody kept house, as far as there were check-ins.
MOST_MADE_UP_FOR = 13


def close_periods(session: Session, now: datetime) -> list[date]:
    """Close the oldest period of each kind that is over and not closed: when those began that this has closed.

    Safe to call at any time, by several at once. Some seconds for a period of a hundred thousand check-ins.
    """
    due = ((bucket, _due(session, bucket, now)) for bucket in Bucket)
    return [starts for bucket, starts in due if starts and _close(session, bucket, starts, now)]


def _due(session: Session, bucket: Bucket, now: datetime) -> date | None:
    last, over = queries.last_closed(session, bucket), bucket.over_by(now)
    if last is None:
        earliest = over - bucket.length * (MOST_MADE_UP_FOR - 1)
        first = queries.first_received(session)
        return min(over, max(earliest, bucket.begins(first.date()))) if first else over
    following = last + bucket.length
    return following if following <= over else None


def _close(session: Session, bucket: Bucket, starts_on: date, now: datetime) -> bool:
    closing = insert(ClosedPeriod).values(bucket=bucket, starts_on=starts_on, closed_at=now)
    mine = session.execute(closing.on_conflict_do_nothing().returning(ClosedPeriod.bucket)).first()
    if mine:
        key = secret(session, "statistics")
        cells = counting.counted(session, bucket, starts_on, _lot(key, bucket, starts_on))
        _publish(
            session,
            [figure for each in _breathing(cells) for figure in _figures(key, each, bucket, starts_on)],
        )
    return mine is not None


def _breathing(cells: Iterable[Counted]) -> Iterator[Counted]:
    """The same; but who waits for this process is let through each few milliseconds."""
    for place, each in enumerate(cells):
        if place % 1_000 == 0:
            gevent.sleep(0)
        yield each


def _lot(key: bytes, bucket: Bucket, starts_on: date) -> int:
    drawn = hmac.digest(key, f"lot {bucket} {starts_on}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8], signed=True)


class _Figure(NamedTuple):
    community_id: UUID
    measure: str
    cut: str
    bucket: str
    starts_on: date
    one: str
    other: str
    people: int


def _figures(key: bytes, counted: Counted, bucket: Bucket, starts_on: date) -> Iterator[_Figure]:
    """What is said of a cell, if anything; what is between two communities is said of both, and drawn once."""
    community_id, measure, cut, values, people = counted
    cell = Cell(str(community_id), measure, cut, bucket, starts_on, values)
    said = published(key, cell, people, SIGMA[measure, cut, bucket])
    if said is None:
        return
    one, other = (*values, "", "")[:2]
    yield _Figure(community_id, measure, " ".join(cut), bucket, starts_on, one, other, said)
    if measure in BETWEEN:
        yield _Figure(UUID(one), measure, " ".join(cut), bucket, starts_on, str(community_id), "", said)


def _publish(session: Session, figures: Sequence[_Figure]) -> None:
    if figures:
        columns = zip(_Figure._fields, map(list, zip(*figures, strict=True)), strict=True)
        session.execute(_PUBLISH, dict(columns))


_PUBLISH = text("""
INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
SELECT * FROM unnest(CAST(:community_id AS uuid[]), CAST(:measure AS text[]), CAST(:cut AS text[]),
                     CAST(:bucket AS text[]), CAST(:starts_on AS date[]), CAST(:one AS text[]),
                     CAST(:other AS text[]), CAST(:people AS int[]))
""")
