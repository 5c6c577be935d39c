"""Reading what is published: one statement an answer, by the key of one community alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.checkins.models import CheckIn
from app.db import prepared
from app.ids import time_of
from app.statistics.figures import Said, Wanted
from app.statistics.measures import BETWEEN
from app.statistics.models import ClosedPeriod
from app.statistics.rules import Bucket

#: More than this nobody reads.
MOST_FIGURES = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """What was published of a community, and whether the viewer belongs to it."""

    kind: str
    founded_at: datetime
    is_member: bool
    said: Sequence[Said]


_FIGURES = f"""
SELECT c.kind, c.created_at, EXISTS (
           SELECT FROM memberships m WHERE m.person_id = CAST(:viewer AS uuid) AND m.community_id = c.id) AS belongs,
       f.measure, f.cut, f.bucket, f.starts_on, f.one, f.other, f.people
FROM communities c
LEFT JOIN LATERAL (
    SELECT f.* FROM unnest(CAST(:measures AS text[]), CAST(:cuts AS text[]), CAST(:buckets AS text[]),
                           CAST(:since AS date[]), CAST(:until AS date[]), CAST(:ones AS text[]),
                           CAST(:others AS text[])) AS w (measure, cut, bucket, since, until, one, other)
    JOIN figures f ON f.community_id = c.id AND f.measure = w.measure AND f.cut = w.cut AND f.bucket = w.bucket
        AND f.starts_on >= w.since AND f.starts_on < w.until
        AND (w.one IS NULL OR f.one = w.one) AND (w.other IS NULL OR f.other = w.other)
    LIMIT {MOST_FIGURES + 1}
) AS f ON true
WHERE c.id = CAST(:community AS uuid)
"""


def figures(
    session: Session, community_id: UUID, viewer: UUID | None, wanted: Sequence[Wanted]
) -> Found | None:
    """What was published of a community, in no order; None where there is no such community."""
    values = {
        "community": community_id,
        "viewer": viewer,
        "measures": [each.measure for each in wanted],
        "cuts": [" ".join(each.cut) for each in wanted],
        "buckets": [each.bucket.value for each in wanted],
        "since": [each.since for each in wanted],
        "until": [each.until for each in wanted],
        "ones": [each.only[0] for each in wanted],
        "others": [each.only[1] for each in wanted],
    }
    rows = prepared(session, _FIGURES, values)
    if not rows:
        return None
    said = [_said(row) for row in rows if row.measure is not None]
    return Found(rows[0].kind, rows[0].created_at, rows[0].belongs, said)


def _said(row: Row[Any]) -> Said:
    cut = tuple(row.cut.split())
    values = (row.one, row.other)[: len(cut)]
    return Said(row.measure, cut, Bucket(row.bucket), row.starts_on, values, row.people)


class Shared(NamedTuple):
    """Something between two communities: how many people are in both, in the one asked about, and in the other."""

    measure: str
    starts_on: date
    community_id: str
    name: str
    both: int
    one: int
    other: int


_SHARED = """
SELECT f.measure, f.starts_on, f.one AS community_id, c.name, f.people AS both, one.people AS one,
       other.people AS other
FROM unnest(CAST(:measures AS text[]), CAST(:wholes AS text[])) AS w (measure, whole)
JOIN figures f ON f.measure = w.measure
JOIN communities c ON c.id = CAST(f.one AS uuid)
JOIN figures one ON one.community_id = f.community_id AND one.measure = w.whole AND one.cut = ''
    AND one.bucket = f.bucket AND one.starts_on = f.starts_on AND one.one = '' AND one.other = ''
JOIN figures other ON other.community_id = CAST(f.one AS uuid) AND other.measure = w.whole AND other.cut = ''
    AND other.bucket = f.bucket AND other.starts_on = f.starts_on AND other.one = '' AND other.other = ''
WHERE f.community_id = CAST(:community AS uuid) AND f.cut = 'community'
  AND f.bucket = 'four_weeks' AND f.starts_on >= CAST(:since AS date) AND f.starts_on < CAST(:until AS date)
"""


def shared(
    session: Session, community_id: UUID, measures: Sequence[str], since: date, until: date
) -> Sequence[Shared]:
    """What there is between a community and others, of some measures, where all three numbers were published."""
    values = {
        "community": community_id,
        "measures": list(measures),
        "wholes": [BETWEEN[each] for each in measures],
        "since": since,
        "until": until,
    }
    return [Shared(*tuple(row)) for row in prepared(session, _SHARED, values)]


def last_closed(session: Session, bucket: Bucket) -> date | None:
    """When the last period began that is closed."""
    return session.scalar(select(func.max(ClosedPeriod.starts_on)).where(ClosedPeriod.bucket == bucket.value))


def first_received(session: Session) -> datetime | None:
    """When the first check-in was received that is still there."""
    first = session.scalar(select(CheckIn.id).order_by(CheckIn.id).limit(1))
    return time_of(first) if first else None
