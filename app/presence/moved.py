"""The way in for positions, the same over HTTP and sockets."""

from uuid import UUID

from sqlalchemy.orm import Session

from app import clock
from app.presence.rules import present_until
from app.presence.schemas import PositionGiven
from app.presence.service import Fix, move
from app.settings import Settings
from app.trust.known import known_contracts


def moved(
    session: Session, person_id: UUID, given: PositionGiven, settings: Settings
) -> list[tuple[UUID, str]]:
    """Move a person to a position they sent; raises FixedInTheFuture. One that came too late, or is doubted, changes
    nothing."""
    now = clock.now()
    fixed_at = given.fixed_at or now
    until = present_until(fixed_at, now, settings.presence_lasts)
    if until is None or (given.mocked and settings.plausibility):
        return []
    at = given.position.position()
    quiet = known_contracts().of(person_id).is_quiet_at(at)
    fix = Fix(at, given.accuracy_m, fixed_at, now, until, given.activity, quiet, settings.plausibility)
    return move(session, person_id, fix)
