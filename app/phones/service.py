"""Adding and revoking devices, taking in what they say, and answering them."""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.checkins.rules import NewCheckIn, Retried, Times
from app.errors import Conflict, NotFound, NotSignedIn
from app.http.idempotency import Retry
from app.phones import queries, writing
from app.phones.links import Setup, seal
from app.phones.models import ContactLetters, Device, KeptPosition, Suggestion
from app.phones.queries import Claimed, Known
from app.phones.rules import (
    MOST_DEVICES,
    MOST_VISITS,
    SETUP_LASTS,
    SUGGESTIONS_LAST,
    Credential,
    Dropped,
    Heard,
    Point,
    Reason,
    believed,
    letters_for,
    newest,
)
from app.presence import queries as presence
from app.presence import service as moving
from app.presence.plausibility import Fixed
from app.presence.rules import present_until
from app.presence.service import Fix
from app.trust.rules import Visibility
from app.trust.terms import Level
from geo import Position

REVOKED = "This device is not known here. Make a new setup with POST /v1/me/devices/{id}/setup."
#: An iPhone watches twenty circles for all of its apps.
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A setup to be made: where phones find us, whether messages are encrypted, and by which token it may be seen."""

    home: str
    holder: str
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what a device said, and how it stands now."""

    device: Device
    dropped: Counter[Reason]
    #: What its person typed, to be said as check-ins.
    said: list[NewCheckIn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Received:
    """When something came, how long a fix says where somebody is, and where its person wants to be quiet."""

    now: datetime
    lasts: timedelta
    is_quiet_at: Callable[[Position], bool]

    def present_until(self, fixed_at: datetime) -> datetime | None:
        """Until when a fix of then says where they are; None if it came too late."""
        return present_until(fixed_at, self.now, self.lasts)


def add_device(session: Session, device: Device) -> None:
    """Let one more app say where its person is; raises Conflict where there are too many."""
    moving.lock(session, device.person_id)
    if queries.how_many_devices(session, device.person_id) >= MOST_DEVICES:
        raise Conflict(f"You have {MOST_DEVICES} devices, which is the most. Remove one first.")
    session.add(device)
    session.flush()


def set_up(session: Session, device: Device, wanted: Wanted, now: datetime) -> Setup:
    """A new credential; the one before is worth nothing any more. For an hour its holder may see it again."""
    moving.lock(session, device.person_id)
    credential = Credential.new(device.id)
    passphrase = secrets.token_urlsafe(24) if wanted.encrypted else None
    setup = Setup(device.app, device.name, device.letters, wanted.home, str(credential), passphrase)
    device.secret_hash = credential.kept()
    device.passphrase = seal(passphrase.encode(), credential.password) if passphrase else None
    device.setup, device.setup_until = setup.sealed(wanted.holder), now + SETUP_LASTS
    device.commands, device.watching = "unknown", None
    session.flush()
    return setup


def held(session: Session, person_id: UUID, device_id: UUID) -> Device:
    """One of a person's devices, which nobody else changes until the commit. NotFound if it is not theirs."""
    moving.lock(session, person_id)
    found = queries.device(session, person_id, device_id)
    if found is None:
        raise NotFound("You have no such device; GET /v1/me/devices lists yours.")
    return found


def remove(session: Session, person_id: UUID, device_id: UUID) -> None:
    """Revoke a device, and erase all that it brought but check-ins. NotFound if it is not theirs."""
    session.execute(delete(Device).where(Device.id == held(session, person_id, device_id).id))


def forget_history(session: Session, device: Device) -> None:
    """Erase where a device was."""
    session.execute(delete(KeptPosition).where(KeptPosition.device_id == device.id))


def take(session: Session, claimed: Claimed, heard: Heard, received: Received) -> Taken:
    """Take in what a device said: at most its newest fix moves its person; the rest is kept or dropped, as they wish.

    Raises NotSignedIn where the device was revoked meanwhile.
    """
    moving.lock(session, claimed.device.person_id)
    still = queries.claimed(session, claimed.credential)
    if still is None:
        raise NotSignedIn(REVOKED)
    device = still.device
    if device.paused:
        taken = Taken(device, heard.dropped + Counter({Dropped.PAUSED: heard.size}))
    else:
        taken = _take(session, still, heard, received)
    _note(session, device, heard, taken, received.now)
    return taken


def _take(session: Session, claimed: Claimed, heard: Heard, received: Received) -> Taken:
    device, now = claimed.device, received.now
    last = presence.last_known(session, device.person_id)
    known = Fixed(last.position, last.accuracy_m, last.fixed_at) if last and last.expires_at > now else None
    good, dropped = believed([*heard.points, *heard.currently], known, now)
    said = [each for each in good if each.text]
    used = {each.key for each in said}
    latest = _latest(heard, good)
    # What is said moves its person by itself.
    if (
        latest
        and not latest.text
        and latest.fixed != known
        and (not last or last.fixed_at <= latest.fixed_at)
    ):
        used |= _moved(session, device.person_id, latest, received)
    since = now - timedelta(days=device.history_days) if device.history_days else NEVER
    used |= writing.keep(session, device, [each for each in good if each.fixed_at > since], now)
    for each in good:
        if each.key not in used:
            repeated = each.fixed_at > since or (last and last.fixed_at == each.fixed_at)
            dropped[Dropped.DUPLICATE if repeated else Dropped.LATE] += 1
    writing.suggest(session, device, heard.visits[-MOST_VISITS:], now)
    dropped[Dropped.TOO_MANY] = len(heard.visits[:-MOST_VISITS])
    return Taken(device, dropped + heard.dropped, [_check_in(claimed, each, received) for each in said])


def _latest(heard: Heard, good: Sequence[Point]) -> Point | None:
    """What says where they are now, before all that the phone had kept; None where that is not believed."""
    if heard.current is None:
        return newest(good)
    return next((each for each in good if each.key == heard.current.key), None)


def _moved(session: Session, person_id: UUID, to: Point, received: Received) -> set[str]:
    """Move them; the key of what moved them, or none where it came later than it lasts."""
    until = received.present_until(to.fixed_at)
    if until is None:
        return set()
    quiet = received.is_quiet_at(to.position)
    moving.move(
        session,
        person_id,
        Fix(to.position, to.accuracy_m, to.fixed_at, received.now, until, to.activity, quiet),
    )
    return {to.key}


def _note(session: Session, device: Device, heard: Heard, taken: Taken, now: datetime) -> None:
    """Let its person see that it was heard, and what was not used, and why."""
    dropped = taken.dropped.total()
    device.last_heard_at = now
    device.setup = device.setup_until = None
    device.accepted += heard.size + heard.dropped.total() - dropped
    device.dropped += dropped
    if dropped:
        device.last_dropped = str(taken.dropped.most_common(1)[0][0])
    if heard.battery is not None and not device.paused:
        device.battery = heard.battery
    if heard.obeys is not None:
        device.commands = "on" if heard.obeys else "off"
    session.flush()


def _check_in(claimed: Claimed, point: Point, received: Received) -> NewCheckIn:
    device = claimed.device
    retry = Retry.of(device.person_id, f"{device.id} {point.key}", "POST", "/phones/owntracks", b"")
    return NewCheckIn(
        person_id=device.person_id,
        handle=claimed.handle,
        position=point.position,
        accuracy_m=point.accuracy_m,
        text=point.text,
        activity=point.activity,
        topic_ids=(),
        topics=(),
        place_id=None,
        visibility=Visibility(device.visibility),
        exactness=Level.of(device.exactness),
        times=Times(point.fixed_at, point.sent_at, received.now),
        present_until=received.present_until(point.fixed_at),
        retried=Retried(retry.key_hash, retry.fingerprint),
    )


def decide(session: Session, suggestion: Suggestion, now: datetime) -> None:
    """Suggest it no more. Where and when it was is erased; that it was decided stays, or it would come again."""
    session.execute(
        update(Suggestion)
        .where(Suggestion.id == suggestion.id)
        .values(position=None, accuracy_m=None, arrived_at=None, left_at=None, decided_at=now)
    )


def acquaint(session: Session, viewer: UUID, people: Collection[UUID]) -> dict[UUID, Known]:
    """By which letters the viewer's phones know whom; each of these gets some that are free, for good.

    Who left meanwhile gets none, and neither does whoever comes when all are taken.
    """
    moving.lock(session, viewer)
    known = queries.known_by(session, viewer)
    own = {each.letters for each in queries.devices_of(session, viewer)}
    taken = own | {each.letters for each in known.values()}
    strangers = [each for each in people if each not in known]
    for person_id, name in queries.names_of(session, strangers).items():
        if free := letters_for(name, taken):
            session.add(ContactLetters(person_id=viewer, seen_id=person_id, letters=free))
            known[person_id] = Known(free, name)
            taken.add(free)
    session.flush()
    return known


def forget_old(session: Session, now: datetime) -> None:
    """Erase positions whose days are over, suggestions nobody took up, and setups nobody used."""
    session.execute(text(writing.FORGET), {"now": now})
    session.execute(delete(Suggestion).where(Suggestion.received_at <= now - SUGGESTIONS_LAST))
    over = update(Device).where(Device.setup_until <= now)
    session.execute(over.values(setup=None, setup_until=None))
