"""What OwnTracks on a phone is told to do, if it says that it obeys."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.phones.models import Device
from app.phones.owntracks import ASK_WHETHER_IT_OBEYS, Message, Waypoint, watch
from app.phones.values import hash_of
from app.presence import queries as presence
from app.tag import queries as tags
from app.tag.models import Reader
from app.trust import queries as trust
from geo import circle_around

#: An iPhone watches twenty circles in all.
MOST_OF_A_KIND = 10


def waypoints(session: Session, person_id: UUID, now: datetime) -> list[Waypoint]:
    """The circles a person's phones should watch: around each location community they are part of, the smallest first;
    and around each area that may read their tag, the nearest first."""
    found = presence.location_memberships_of(session, person_id, now)
    around = [(each.id, each.name, each.area) for each, _ in found][:MOST_OF_A_KIND]
    around += [
        (each.id, f"{each.name}, {business}", each.area)
        for each, business in _reading(session, person_id, now)
    ]
    circles = ((known_as, name, circle_around(area)) for known_as, name, area in around if area)
    return [Waypoint(known_as, name, circle.centre, circle.radius_m) for known_as, name, circle in circles]


def _reading(session: Session, person_id: UUID, now: datetime) -> list[tuple[Reader, str]]:
    """The areas nearby that may learn anything at all, each with the name of its business."""
    found = tags.areas_around(session, person_id, now)
    if not found:
        return []
    contract = trust.contract_of(session, person_id)
    allowed = [each for each in found if contract.identity_for(each[0].business_id, now)]
    return allowed[:MOST_OF_A_KIND]


def commands(session: Session, device: Device, now: datetime) -> list[Message]:
    """What to tell a device to do: once whether it obeys, and, if it does, what to watch, once for each change."""
    if device.commands == "unknown":
        _set(session, device.id, commands="asked")
        return [ASK_WHETHER_IT_OBEYS]
    if device.commands != "on":
        return []
    watched = waypoints(session, device.person_id, now)
    told = watch(watched)
    mark = hash_of(msgspec.json.encode(told).decode())
    if not watched or mark == device.watching:
        return []
    _set(session, device.id, watching=mark)
    return [told]


def _set(session: Session, device_id: UUID, **values: object) -> None:
    session.execute(update(Device).where(Device.id == device_id).values(**values))
