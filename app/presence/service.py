"""Moving, and leaving, without a word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.communities import queries as known_communities
from app.communities import service as communities
from app.communities.models import Community
from app.communities.rules import FORMING_LASTS, REACHED_BY_NOBODY
from app.db import announce
from app.presence import queries
from app.presence.models import LocationMembership, Presence
from app.presence.moving import COVERING, DOUBT, LOCK, MOVE, lock_keys
from app.presence.rules import ASSUMED_ACCURACY_M
from app.presence.signals import Faded, Moved
from app.settings import LONGEST_PRESENCE
from geo import DISTRICT, Position, cell_of

_MOVE = f"""
WITH g AS MATERIALIZED (
    SELECT CAST(:person AS uuid) AS person_id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS position,
           CAST(:accuracy_m AS float8) AS accuracy_m, CAST(:sure_to_m AS float8) AS sure_to_m,
           CAST(:cell AS bigint) AS cell, CAST(:activity AS text) AS activity,
           CAST(:fixed_at AS timestamptz) AS fixed_at, CAST(:received_at AS timestamptz) AS received_at,
           CAST(:present_until AS timestamptz) AS present_until, CAST(:quiet AS boolean) AS quiet,
           CAST(:judged AS boolean) AS judged
),
moving AS MATERIALIZED (
    SELECT g.*, covering.ids AS location_ids, covering.names, false AS is_open
    FROM g CROSS JOIN LATERAL ({COVERING}) AS covering
    WHERE NOT EXISTS ({DOUBT})
),
{MOVE}
SELECT (SELECT ids FROM opened), (SELECT ids FROM ended), location_ids, names FROM here
"""


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as a phone took it, and until when it says where someone is."""

    position: Position
    accuracy_m: float | None
    fixed_at: datetime
    received_at: datetime
    present_until: datetime
    activity: str | None = None
    #: In a quiet place of theirs a person is part of no location community.
    quiet: bool = False
    #: Whether it is to be doubted where nobody could have come there so quickly; it then moves nobody.
    judged: bool = False


def move(session: Session, person_id: UUID, fix: Fix) -> list[tuple[UUID, str]]:
    """Be there now: opens, prolongs and ends location memberships, whose ids and names come back smallest first.

    An older fix than the newest known changes nothing and gives an empty list; and so does one that is doubted.
    """
    lock(session, person_id)
    values = {
        "person": person_id,
        "lat": fix.position.lat,
        "lon": fix.position.lon,
        "accuracy_m": fix.accuracy_m,
        "sure_to_m": ASSUMED_ACCURACY_M if fix.accuracy_m is None else fix.accuracy_m,
        "cell": cell_of(fix.position, DISTRICT),
        "activity": fix.activity,
        "fixed_at": fix.fixed_at,
        "received_at": fix.received_at,
        "present_until": fix.present_until,
        "quiet": fix.quiet,
        "judged": fix.judged,
    }
    row = session.execute(text(_MOVE), values).first()
    if row is None:
        return []
    opened, ended, location_ids, names = row
    here = tuple(location_ids)
    changed = tuple(opened or ()), tuple(ended or ())
    until, accuracy_m, fixed_at = fix.present_until, fix.accuracy_m, fix.fixed_at
    announce(session, Moved(person_id, here, until, *changed, fix.position, accuracy_m, fixed_at))
    return list(zip(location_ids, names, strict=True))


def check_out(session: Session, person_id: UUID, now: datetime) -> None:
    """Be nowhere: all location memberships end. Fixes taken before now no longer count."""
    lock(session, person_id)
    session.execute(
        update(Presence).where(Presence.person_id == person_id).values(expires_at=now, fixed_at=now)
    )
    open_now = queries.location_ids_of(session, person_id, now)
    _end(session, open_now, person_id, set())
    if not open_now:
        announce(session, Moved(person_id, (), None, (), ()))


def be_quiet(
    session: Session, person_id: UUID, is_quiet_at: Callable[[Position], bool], now: datetime
) -> None:
    """Be part of no location community while in a place that is quiet from now on; with the next fix elsewhere
    of them again."""
    known = queries.last_known(session, person_id)
    if known is None:
        return
    quiet = is_quiet_at(known.position)
    if known.quiet != quiet:
        session.execute(update(Presence).where(Presence.person_id == person_id).values(quiet=quiet))
    if quiet:
        _end(session, queries.location_ids_of(session, person_id, now), person_id, set())


def join(session: Session, person_id: UUID, community_id: UUID, now: datetime) -> None:
    """Belong: to a community of interest, goal or value as soon as one says so, to a location wherever one is, if one
    is part of it now. NotFound, JoinedByCheckingIn."""
    if community_id in queries.location_ids_of(session, person_id, now):
        communities.stay(session, person_id, community_id, now)
        communities.grow(session, community_id, now)
    else:
        communities.join(session, person_id, community_id, now)


def grow_locations(session: Session, now: datetime) -> None:
    """List location communities that were forming, of which enough people are part, as far as they said so openly."""
    for community_id, people in queries.openly_in_forming(session, now).items():
        communities.grow(session, community_id, now, people)


def forget_forming(session: Session, now: datetime) -> None:
    """Forget communities that have not grown in time; locations are closed first, and go the next time."""
    old = known_communities.never_grown(session, now - FORMING_LASTS)
    open_still = [each.id for each in old if each.kind == "location" and each.reach_m != REACHED_BY_NOBODY]
    communities.forget(session, [each.id for each in old if each.id not in open_still])
    close(session, open_still)


def close(session: Session, community_ids: Sequence[UUID]) -> None:
    """Have nobody be part of these locations any more, and nobody come in.

    Only a minute later may they be removed: a check-in that is on its way may have seen them, and must still find them.
    """
    if not community_ids:
        return
    reached = update(Community).where(Community.id.in_(community_ids)).values(reach_m=REACHED_BY_NOBODY)
    session.execute(reached)
    session.execute(delete(LocationMembership).where(LocationMembership.community_id.in_(community_ids)))
    announce(session, Faded(tuple(community_ids)))


def leave(session: Session, person_id: UUID, community_id: UUID, now: datetime) -> None:
    """Be part of this location community no more, until the next check-in or position there."""
    lock(session, person_id)
    open_now = queries.location_ids_of(session, person_id, now)
    _end(session, open_now, person_id, open_now.keys() - {community_id})


def forget_expired(session: Session, now: datetime) -> None:
    """Sweep location memberships that have expired, and what was said openly of others; nobody counts them any more."""
    expired = delete(LocationMembership).where(LocationMembership.expires_at <= now)
    silent = (
        update(LocationMembership).where(LocationMembership.counted_until <= now).values(counted_until=None)
    )
    rows = [
        each
        for swept in (expired, silent)
        for each in session.scalars(swept.returning(LocationMembership.community_id))
    ]
    if rows:
        announce(session, Faded(tuple(set(rows))))


def forget_positions(session: Session, now: datetime) -> None:
    """Erase positions that have said nothing for a day: no fix that may still come is older."""
    session.execute(delete(Presence).where(Presence.expires_at <= now - LONGEST_PRESENCE))


def lock(session: Session, *person_ids: UUID) -> None:
    """Let nobody else move these people until the commit. Whoever needs several locks them at once."""
    session.connection().exec_driver_sql(LOCK, (lock_keys(person_ids),))


def _end(session: Session, open_now: dict[UUID, datetime], person_id: UUID, kept: set[UUID]) -> None:
    ended = open_now.keys() - kept
    if not ended:
        return
    session.execute(
        delete(LocationMembership).where(
            LocationMembership.person_id == person_id, LocationMembership.community_id.in_(ended)
        )
    )
    until = max((open_now[each] for each in kept), default=None)
    announce(session, Moved(person_id, tuple(kept), until, (), tuple(ended)))
