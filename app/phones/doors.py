"""The doors by which phones' own apps report, each in its app's protocol.

An app deletes what is refused to it, or sends it again for ever and nothing after it. So whatever cannot be used is
accepted, dropped and counted; only a wrong credential is refused, and everybody is put off while there is too much.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog
from flask import Blueprint, Response, request
from prometheus_client import Counter
from werkzeug.exceptions import RequestEntityTooLarge

from app import clock
from app.checkins.intake import intake
from app.checkins.queries import Seen
from app.errors import Malformed, NotSignedIn, Refusal, Unavailable
from app.http import bodies, callers, problems
from app.http.calls import house
from app.http.limits import Left
from app.phones import commanding, overland, owntracks, queries, service, traccar
from app.phones.models import Device
from app.phones.owntracks import Contact, Message
from app.phones.queries import Claimed, Known
from app.phones.rules import Credential, Dropped, Heard
from app.phones.service import Received
from app.presence import queries as presence
from app.trust.known import known_contracts
from app.trust.terms import Level, disclosed_at

doors = Blueprint("phones' doors", __name__, url_prefix="/phones")
#: Ten thousand fixes of Overland, 600 bytes each, and some; a picture of OwnTracks.
LARGEST_BODY = 8_000_000
#: Of Traccar Client, whose identifier stands within, so that it is read before it is known whose it is.
LARGEST_REPORT = 1_000_000
#: What is known no better than to a cell, as a circle around it.
REACH_M = {Level.STREET: 200.0, Level.QUARTER: 600.0, Level.CITY: 10_000.0}
DROPPED = Counter(
    "hereabouts_phone_points_dropped_total",
    "What phones sent and was not used",
    ["dialect", "reason"],
)
#: What is read of a request, once it is known whose it is.
Read = Callable[[Claimed, datetime], Heard]


@doors.post("/owntracks", strict_slashes=False)
def from_owntracks() -> Response:
    """One message. The answer holds the people whom its person may see, and what it should watch."""
    now = clock.now()
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    credential = (
        Credential.read(said.strip()) if scheme.lower() == "bearer" else Credential.read_basic(said.strip())
    )
    try:
        claimed, heard, device = _taken("owntracks", credential, _read_owntracks, now)
    except NotSignedIn as refusal:
        answer = problems.respond(refusal)
        answer.headers["WWW-Authenticate"] = 'Basic realm="hereabouts", charset="UTF-8"'
        return answer
    shown = _answers(claimed, device, now) if heard.points else []
    key = claimed.passphrase
    return _json(owntracks.sealed(shown, key) if key else shown)


@doors.route("/traccar", methods=["GET", "POST"], strict_slashes=False)
def from_traccar() -> Response:
    """One report, in any of its dialects."""
    now = clock.now()
    body = _body(LARGEST_REPORT)
    report = traccar.read(request.query_string.decode(errors="replace"), body or b"", now)
    heard = _too_large() if body is None else report.heard
    try:
        _taken("traccar", Credential.read(report.device), lambda *_: heard, now)
    except NotSignedIn:
        return Response(status=404 if report.is_json else 400)
    return Response(status=200)


@doors.post("/overland", strict_slashes=False)
def from_overland() -> Response:
    """A batch."""
    now = clock.now()
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    credential = Credential.read(said.strip()) if scheme.lower() == "bearer" else None
    try:
        _taken("overland", credential, _read_overland, now)
    except NotSignedIn as refusal:
        return _json({"error": refusal.detail}, 401)
    return _json({"result": "ok"})


def _taken(
    dialect: str, credential: Credential | None, read: Read, now: datetime
) -> tuple[Claimed, Heard, Device]:
    """Take in what came; raises NotSignedIn, and Unavailable where it should come again later."""
    inside = house()
    claimed = _claimed(credential)
    heard = read(claimed, now)
    contract = known_contracts().of(claimed.device.person_id)
    received = Received(now, inside.settings.presence_lasts, contract.is_quiet_at)
    with inside.database.transaction() as session:
        taken = service.take(session, claimed, heard, received)
    for reason, count in taken.dropped.items():
        DROPPED.labels(dialect, reason).inc(count)
    for outcome in intake().check_ins.check_in_many(taken.said):
        _put_off(outcome)
    return claimed, heard, taken.device


def _claimed(credential: Credential | None) -> Claimed:
    inside = house()
    with inside.database.reading() as session:
        claimed = queries.claimed(session, credential) if credential else None
    if claimed is None:
        _count(inside.limits.of_network(callers.origin()))
        raise NotSignedIn(service.REVOKED)
    structlog.contextvars.bind_contextvars(person=str(claimed.device.person_id))
    _count(inside.limits.of_device(claimed.device.person_id, claimed.device.id))
    return claimed


def _count(left: Left | None) -> None:
    """Put off whoever asks too much. Other refusals would have the app delete what it sent."""
    if left and left.wait_s:
        raise Unavailable("That is too much at once. Go on later.", retry_after_s=int(left.wait_s) + 1)


def _put_off(outcome: object) -> None:
    """A check-in that was not written because too many wait is to come again; any other can never be."""
    if isinstance(outcome, Unavailable):
        raise outcome
    if isinstance(outcome, Refusal):
        DROPPED.labels("owntracks", outcome.slug).inc()


def _read_owntracks(claimed: Claimed, now: datetime) -> Heard:
    body = _body(LARGEST_BODY)
    return _too_large() if body is None else owntracks.read(body, claimed.passphrase, now)


def _read_overland(_: Claimed, now: datetime) -> Heard:
    body = _body(LARGEST_BODY)
    return _too_large() if body is None else overland.read(body, now)


def _body(most: int) -> bytes | None:
    """What came; None where it is too much, which is left unread."""
    request.max_content_length = most
    try:
        return bodies.whole()
    except RequestEntityTooLarge:
        return None
    except Malformed as broke_off:
        raise Unavailable(broke_off.detail) from broke_off


def _too_large() -> Heard:
    heard = Heard()
    heard.add(Dropped.TOO_LARGE)
    return heard


def _answers(claimed: Claimed, device: Device, now: datetime) -> list[Message]:
    """The person's own position first, or they would not see themselves; then others; then what to do."""
    database, me = house().database, device.person_id
    with database.reading() as session:
        own = presence.presence_of(session, me, now)
        seen = queries.people_seen(session, me, now)
        known = queries.known_by(session, me) if seen else {}
    strangers = {each.check_in.person_id for each in seen} - known.keys()
    told: list[Message] = []
    if strangers or device.commands in {"unknown", "on"}:
        with database.transaction() as session:
            known = service.acquaint(session, me, strangers) if strangers else known
            told = commanding.commands(session, device, now)
    people = [
        _contact(each, known[each.check_in.person_id]) for each in seen if each.check_in.person_id in known
    ]
    if own is not None:
        people.insert(0, Contact(device.letters, claimed.name, own.position, own.accuracy_m, own.fixed_at))
    return owntracks.contacts(people) + told


def _contact(seen: Seen, known: Known) -> Contact:
    """Somebody as exactly as the viewer may know where they are."""
    made = seen.check_in
    at, sure_to_m = disclosed_at(made.position, seen.disclosed), REACH_M.get(seen.disclosed, made.accuracy_m)
    return Contact(known.letters, known.name, at, sure_to_m, made.fixed_at)


def _json(said: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(said), status, mimetype=bodies.JSON)
