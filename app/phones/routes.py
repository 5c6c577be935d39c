"""Devices and what they suggest, over HTTP."""

from uuid import UUID

from flask import request

from app import clock
from app.checkins.intake import intake
from app.checkins.intake import shown as check_in_shown
from app.checkins.rules import NewCheckIn, Retried, Times
from app.checkins.schemas import CheckInMade
from app.errors import Conflict, NotFound, UnknownTopic
from app.http.callers import token_in
from app.http.calls import Call
from app.http.idempotency import Retry
from app.http.operations import Operations, Ready
from app.http.pages import Paged
from app.http.schemas import Page
from app.ids import new_id
from app.phones import queries, service
from app.phones.links import Setup
from app.phones.models import Device, Suggestion
from app.phones.rules import HISTORY_DAYS, letters_for
from app.phones.schemas import (
    DeviceChanged,
    DeviceMade,
    DeviceShown,
    NewDevice,
    SetupShown,
    SuggestionAccepted,
    SuggestionShown,
)
from app.phones.service import Wanted
from app.presence.rules import present_until
from app.topics.known import known_topics
from app.trust.rules import Visibility
from app.trust.terms import Level

phones = Operations("phones")
READ, WRITE = "check-ins:read", "check-ins:write"


@phones.post("/me/devices", refuses=(Conflict,))
def add_device(call: Call, body: NewDevice) -> DeviceMade:
    """Let an app that I have say where I am. What it proves itself with is shown this once."""
    now = clock.now()
    device = Device(
        id=new_id(),
        person_id=call.me,
        name=body.name,
        app=body.app,
        letters=body.tid or letters_for(body.name, ()),
        # Nothing fits this; the setup makes a secret.
        secret_hash=b"",
        paused=False,
        visibility=Visibility.PUBLIC,
        exactness=Level.EXACT.word,
        made_at=now,
        accepted=0,
        dropped=0,
        commands="unknown",
    )
    service.add_device(call.session, device)
    setup = service.set_up(call.session, device, _wanted(call, body.encrypted), now)
    call.made(f"/v1/me/devices/{device.id}")
    return DeviceMade(device=DeviceShown.of(device), setup=SetupShown.of(setup))


@phones.get("/me/devices")
def devices(call: Call) -> Page[DeviceShown]:
    """The apps that say where I am, newest first."""
    return Page(items=[DeviceShown.of(each) for each in queries.devices_of(call.session, call.me)])


@phones.get("/me/devices/<uuid:device_id>")
def device(call: Call, device_id: UUID) -> DeviceShown:
    """One of them: when it was last heard, and how much of what it sent was used, or why not."""
    found = queries.device(call.session, call.me, device_id)
    if found is None:
        raise NotFound("You have no such device; GET /v1/me/devices lists yours.")
    return DeviceShown.of(found)


@phones.patch("/me/devices/<uuid:device_id>")
def change_device(call: Call, device_id: UUID, body: DeviceChanged) -> DeviceShown:
    """Name it otherwise, pause it, keep a history of it or none."""
    found = service.held(call.session, call.me, device_id)
    said = body.model_dump(exclude_none=True, exclude={"history", "history_days", "tid"})
    for name, value in said.items():
        setattr(found, name, value)
    found.letters = body.tid or found.letters
    if body.history is False:
        found.history_days = None
        service.forget_history(call.session, found)
    elif body.history or found.history_days:
        found.history_days = body.history_days or found.history_days or HISTORY_DAYS
    call.session.flush()
    return DeviceShown.of(found)


@phones.delete("/me/devices/<uuid:device_id>")
def remove_device(call: Call, device_id: UUID) -> None:
    """Revoke it: what it proves itself with is worth nothing any more, and the history it brought is erased."""
    service.remove(call.session, call.me, device_id)


@phones.post("/me/devices/<uuid:device_id>/setup")
def new_setup(call: Call, device_id: UUID) -> SetupShown:
    """Set it up anew, with another secret. The one before is worth nothing any more."""
    found = service.held(call.session, call.me, device_id)
    wanted = _wanted(call, found.passphrase is not None)
    return SetupShown.of(service.set_up(call.session, found, wanted, clock.now()))


@phones.get("/me/devices/<uuid:device_id>/setup", direct=True)
def setup(call: Call, device_id: UUID) -> SetupShown:
    """The setup made last, once more: for an hour, in the session that made it, until the app has used it."""
    with call.house.database.reading() as session:
        found = queries.device(session, call.me, device_id)
    known = found.setup if found and found.setup_until and found.setup_until > clock.now() else None
    opened = Setup.opened(known, _holder()) if known else None
    if opened is None:
        raise NotFound("There is no setup to be seen here. POST to this address makes a new one.")
    call.headers["Cache-Control"] = "no-store"
    return SetupShown.of(opened)


@phones.get("/me/suggestions", scope=READ)
def suggestions(call: Call, query: Paged) -> Page[SuggestionShown]:
    """Where my phones noticed that I stayed, newest first: I may check in there, with the times it had."""
    found = queries.suggestions_after(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[SuggestionShown.of(each) for each in found[: query.limit]], next_cursor=following)


@phones.post(
    "/me/suggestions/<uuid:suggestion_id>/check-in",
    gives=CheckInMade,
    refuses=(UnknownTopic,),
    scope=WRITE,
)
def accept_suggestion(call: Call, suggestion_id: UUID, body: SuggestionAccepted) -> Ready:
    """Check in where I stayed, then. It says where I am now only if I have not left."""
    suggestion = _suggested(call, suggestion_id)
    # The check-in is written by the one who writes all, and may come again: the suggestion's id is its key.
    made = intake().check_ins.check_in(_as_check_in(call, suggestion, body))
    service.decide(call.session, suggestion, clock.now())
    call.made(f"/v1/check-ins/{made.check_in.id}")
    return Ready(check_in_shown(made))


@phones.delete("/me/suggestions/<uuid:suggestion_id>", scope=WRITE)
def dismiss_suggestion(call: Call, suggestion_id: UUID) -> None:
    """No, thank you: where it was is erased, and it is not suggested again."""
    service.decide(call.session, _suggested(call, suggestion_id), clock.now())


def _as_check_in(call: Call, suggestion: Suggestion, body: SuggestionAccepted) -> NewCheckIn:
    now = clock.now()
    fixed_at = suggestion.arrived_at or suggestion.left_at
    assert suggestion.position is not None
    assert fixed_at is not None
    lasts = call.house.settings.presence_lasts
    said = body.model_dump_json().encode()
    retry = Retry.of(call.me, f"suggestion {suggestion.id}", "POST", "/v1/me/suggestions", said)
    return NewCheckIn(
        person_id=call.me,
        handle=call.holder.handle,
        position=suggestion.position,
        accuracy_m=suggestion.accuracy_m,
        text=body.text,
        activity=body.activity,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)),
        topics=tuple(dict.fromkeys(body.topics)),
        place_id=None,
        visibility=Visibility(body.visibility),
        exactness=Level.of(body.exactness),
        times=Times(fixed_at, None, now),
        present_until=None if suggestion.left_at else present_until(fixed_at, now, lasts),
        retried=Retried(retry.key_hash, retry.fingerprint),
    )


def _suggested(call: Call, suggestion_id: UUID) -> Suggestion:
    found = queries.suggestion(call.session, call.me, suggestion_id)
    if found is None:
        raise NotFound(
            "There is no such suggestion, or it is decided already; GET /v1/me/suggestions lists them."
        )
    return found


def _holder() -> str:
    """The token that came along: only with it can a setup be seen again."""
    return token_in(request.headers["Authorization"])


def _wanted(call: Call, encrypted: bool) -> Wanted:
    home = call.home
    return Wanted(home, _holder(), encrypted)
