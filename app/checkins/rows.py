"""A batch of check-ins as the statement that writes them takes it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.checkins.rules import NewCheckIn, cells_of
from app.trust.contract import Way
from app.trust.rules import Shared
from app.trust.shares import ANYONE, Share, columns

#: A check-in, and who may know what of it.
Ready = tuple[NewCheckIn, Shared]


def as_json(ids: Sequence[UUID], batch: Sequence[Ready]) -> str:
    """The batch as the statement takes it."""
    rows = [_row(place, made, *ready) for place, (made, ready) in enumerate(zip(ids, batch, strict=True))]
    return msgspec.json.encode(rows).decode()


class _Row(msgspec.Struct, omit_defaults=True):
    """One check-in as the statement takes it. What is left out is NULL there."""

    ord: int
    id: UUID
    person_id: UUID
    cell: int
    spot: int
    lat: float
    lon: float
    found_lat: float
    found_lon: float
    sure_to_m: float
    text: str
    topic_ids: tuple[UUID, ...]
    visibility: str
    exactness: int
    fixed_at: datetime
    received_at: datetime
    version: int
    quiet: bool
    counted: bool
    judged: bool
    # msgspec writes bytes as base64.
    key: bytes | None = None
    print: bytes | None = None
    accuracy_m: float | None = None
    activity: str | None = None
    place_id: UUID | None = None
    sent_at: datetime | None = None
    present_until: datetime | None = None
    planned_for: datetime | None = None
    said_by_id: UUID | None = None
    doubts: tuple[str, ...] = ()
    open_until: datetime | str | None = None
    ends_at: datetime | None = None
    said_to: list[UUID] | None = None
    said: list[int] | None = None
    said_feed: list[datetime | None] | None = None
    said_near: list[datetime | None] | None = None
    here: int = 0
    here_feed: datetime | None = None
    here_near: datetime | None = None
    here_lat: float | None = None
    here_lon: float | None = None
    fellows: int = 0
    fellows_feed: datetime | None = None
    fellows_near: datetime | None = None
    named_to: list[UUID] | None = None
    named: list[int] | None = None
    named_feed: list[datetime | None] | None = None
    named_near: list[datetime | None] | None = None
    posted_to: tuple[UUID, ...] | None = None


def _row(place: int, made: UUID, new: NewCheckIn, shared: Shared) -> _Row:
    found = shared.found_at
    spot, cell = cells_of(found)
    row = _Row(
        place,
        made,
        new.person_id,
        cell,
        spot,
        new.position.lat,
        new.position.lon,
        found.lat,
        found.lon,
        new.sure_to_m,
        new.text,
        new.topic_ids,
        new.visibility,
        new.exactness,
        new.times.fixed_at,
        new.times.received_at,
        shared.version,
        shared.quiet,
        shared.counted,
        new.judged,
        accuracy_m=new.accuracy_m,
        activity=new.activity,
        place_id=new.place_id,
        sent_at=new.times.sent_at,
        present_until=new.present_until,
        planned_for=new.planned_for,
        doubts=new.doubts,
    )
    if new.retried:
        row.key, row.print = new.retried.key_hash, new.retried.fingerprint
    if new.said_by:
        row.said_by_id = new.said_by.id
    if new.posted_to:
        row.posted_to = new.posted_to
    _share(row, shared)
    return row


def _share(row: _Row, shared: Shared) -> None:
    every = shared.said
    if shared.said:
        row.open_until = open_until(shared.said)
        row.said_to, row.said, row.said_feed, row.said_near = columns(shared.said)
    if shared.here:
        _, row.here, row.here_feed, row.here_near = shared.here
        every += (shared.here,)
    if shared.here_at:
        row.here_lat, row.here_lon = shared.here_at.lat, shared.here_at.lon
    if shared.fellows:
        _, row.fellows, row.fellows_feed, row.fellows_near = shared.fellows
        every += (shared.fellows,)
    if shared.named:
        row.named_to, row.named, row.named_feed, row.named_near = columns(shared.named)
    row.ends_at = first_end((*every, *shared.named))


def first_end(shares: Iterable[Share]) -> datetime | None:
    """When the first of them ends."""
    untils = (each for share in shares for each in (share.feed_until, share.near_until))
    return min((each for each in untils if each is not None), default=None)


def open_until(shares: Iterable[Share]) -> datetime | str | None:
    """Until when whoever looks around may find it, as the tables keep it; None where not everybody may."""
    for share in shares:
        if share.audience == ANYONE and share.level(Way.NEAR):
            return share.near_until or "infinity"
    return None
