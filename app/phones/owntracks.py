"""OwnTracks' messages (https://owntracks.org/booklet/tech/json/): what a phone says, and what it may be answered."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from app.checkins.rules import LONGEST_TEXT
from app.phones.rules import Dropped, Heard, Point, Reason
from app.phones.values import (
    decoded,
    is_no_fix,
    metres,
    moment,
    number,
    percent,
    position_of,
    slug_of,
    words_of,
)
from geo import Position

Message = dict[str, Any]
#: Overland counts seconds from 2001 where it speaks as OwnTracks does (its issue 196); such times are long ago.
SINCE_2001 = timedelta(seconds=978_307_200)
_LONG_AGO = 1.0e9
_A_DAY = timedelta(days=1)
#: Said by a phone only because it obeyed a command.
_OBEDIENT = {"status"}
_KM_H_IN_M_S = 3.6


def read(body: bytes, passphrase: str | None, now: datetime) -> Heard:
    """What a request said. No body is what a phone sends that forgot a friend."""
    heard = Heard()
    if body:
        _hear(heard, decoded(body), passphrase, now)
    return heard


def opened(data: object, passphrase: str) -> object | None:
    """What was sealed with the passphrase (libsodium's secretbox); None where it was not."""
    try:
        sealed = base64.b64decode(data if isinstance(data, str) else "", validate=True)
        return decoded(_box(passphrase).decrypt(sealed))
    except (CryptoError, ValueError, binascii.Error):
        return None


def sealed(answer: object, passphrase: str) -> Message:
    """An answer for a phone that has this passphrase, as a message."""
    held = _box(passphrase).encrypt(msgspec.json.encode(answer))
    return {"_type": "encrypted", "data": base64.b64encode(held).decode()}


def _box(passphrase: str) -> SecretBox:
    return SecretBox(passphrase.encode()[:32].ljust(32, b"\0"))


def _hear(heard: Heard, said: object | None, passphrase: str | None, now: datetime) -> None:
    if not isinstance(said, dict):
        heard.add(Dropped.UNREADABLE)
        return
    match said.get("_type"):
        case "encrypted":
            # What lies inside may not be sealed again.
            inside = opened(said.get("data"), passphrase) if passphrase else None
            if isinstance(inside, dict) and inside.get("_type") != "encrypted":
                _hear(heard, inside, None, now)
            else:
                heard.add(Dropped.UNDECIPHERABLE)
        case "location" | "transition":
            heard.battery = percent(said.get("batt"))
            heard.add(_point(said, now))
        case "configuration" | "dump":
            within = said.get("configuration")
            commands = (within if isinstance(within, dict) else said).get("cmd")
            heard.obeys = commands if isinstance(commands, bool) else None
        case str() as kind if kind in _OBEDIENT:
            heard.obeys = True


def _point(said: Mapping[str, Any], now: datetime) -> Point | Reason:
    if "lat" not in said and "lon" not in said:
        return Dropped.NOWHERE
    # Android leaves out what is exactly nought.
    position = position_of(said.get("lat", 0.0), said.get("lon", 0.0))
    if position is None:
        return Dropped.NOWHERE
    if is_no_fix(said.get("acc")):
        return Dropped.INVALID
    fixed_at = _fixed_at(said.get("tst"), now)
    if fixed_at is None:
        return Dropped.TIMELESS
    speed, heading = number(said.get("vel"), 0, 10_000), number(said.get("cog"), 0, 360)
    return Point(
        position=position,
        fixed_at=fixed_at,
        key=_key(said.get("_id"), fixed_at, position),
        accuracy_m=metres(said.get("acc")),
        altitude_m=number(said.get("alt"), -15_000, 1e6),
        speed_m_s=None if speed is None else speed / _KM_H_IN_M_S,
        heading=heading,
        sent_at=moment(said.get("created_at")),
        text=words_of(said.get("poi"), LONGEST_TEXT),
        activity=slug_of(said.get("tag")),
    )


def _key(sent_as: object, fixed_at: datetime, position: Position) -> str:
    own = sent_as if isinstance(sent_as, str) and sent_as else f"{position.lat},{position.lon}"
    return f"{fixed_at.timestamp():.3f} {own}"


def _fixed_at(tst: object, now: datetime) -> datetime | None:
    seconds, fixed_at = number(tst, 0, 1e11), moment(tst)
    if seconds is None or fixed_at is None:
        return None
    if seconds < _LONG_AGO and abs(fixed_at + SINCE_2001 - now) < _A_DAY:
        return fixed_at + SINCE_2001
    return fixed_at


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody as a phone shows them: two letters, a name, and where and since when."""

    letters: str
    name: str
    position: Position
    accuracy_m: float | None
    fixed_at: datetime


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A circle that a phone may watch for its person coming and going."""

    id: UUID
    name: str
    centre: Position
    reach_m: float


def contacts(people: Sequence[Contact]) -> list[Message]:
    """A card and a location for each. Android throws all away where one lacks what it needs."""
    return [message for each in people for message in (_card(each), _location(each))]


def _card(contact: Contact) -> Message:
    return {"_type": "card", "tid": contact.letters, "name": contact.name}


def _location(contact: Contact) -> Message:
    said = {
        "_type": "location",
        "tid": contact.letters,
        "lat": contact.position.lat,
        "lon": contact.position.lon,
        "tst": int(contact.fixed_at.timestamp()),
    }
    return said if contact.accuracy_m is None else said | {"acc": round(contact.accuracy_m)}


#: What every phone answers that obeys commands at all.
ASK_WHETHER_IT_OBEYS: Message = {"_type": "cmd", "action": "status"}


def watch(waypoints: Sequence[Waypoint]) -> Message:
    """The command to watch these, beside whatever the phone's person watches."""
    listed = [_waypoint(each) for each in waypoints]
    return {
        "_type": "cmd",
        "action": "setWaypoints",
        "waypoints": {"_type": "waypoints", "waypoints": listed},
    }


def _waypoint(waypoint: Waypoint) -> Message:
    return {
        "_type": "waypoint",
        "rid": str(waypoint.id),
        # Android knows a waypoint by this, which should be a time; but two made in one second would be one.
        "tst": waypoint.id.int % 1_000_000_000,
        "desc": waypoint.name,
        "lat": waypoint.centre.lat,
        "lon": waypoint.centre.lon,
        "rad": round(waypoint.reach_m),
    }
