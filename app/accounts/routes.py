"""People and sessions over HTTP."""

from uuid import UUID

from app import clock
from app.accounts import queries, service
from app.accounts.schemas import Credentials, NewPerson, PersonShown, SessionShown, SignedIn
from app.errors import HandleTaken, NotFound, WrongPassword
from app.http.operations import Call, Operations
from app.http.schemas import Page

accounts = Operations("accounts")


@accounts.post("/people", anyone=True, refuses=(HandleTaken,))
def sign_up(call: Call, body: NewPerson) -> SignedIn:
    """Sign up, and be signed in."""
    person = service.sign_up(call.session, body.handle, body.name, body.password, clock.now())
    token = service.open_session(call.session, person.id, body.device, clock.now())
    call.made(f"/v1/people/{person.handle}")
    return SignedIn(token=str(token), person=PersonShown.of(person))


@accounts.get("/people/<handle>", anyone=True)
def person(call: Call, handle: str) -> PersonShown:
    """A person by handle."""
    found = queries.person_with_handle(call.session, handle)
    if found is None:
        raise NotFound(f"There is no person called {handle}.")
    return PersonShown.of(found)


@accounts.post("/sessions", anyone=True, refuses=(WrongPassword,))
def sign_in(call: Call, body: Credentials) -> SignedIn:
    """Sign in: a bearer token for this device."""
    person, token = service.sign_in(call.session, body.handle, body.password, body.device, clock.now())
    return SignedIn(token=str(token), person=PersonShown.of(person))


@accounts.get("/me")
def me(call: Call) -> PersonShown:
    """The person who asks."""
    found = queries.person(call.session, call.me)
    assert found is not None
    return PersonShown.of(found)


@accounts.get("/me/sessions")
def sessions(call: Call) -> Page[SessionShown]:
    """Where I am signed in, newest first."""
    mine = queries.open_sessions(call.session, call.me, clock.now())
    return Page(items=[SessionShown.of(each, call.my_session) for each in mine])


@accounts.delete("/me/sessions/current")
def sign_out(call: Call) -> None:
    """Sign out: this token is worth nothing any more."""
    service.revoke(call.session, call.me, call.my_session)


@accounts.delete("/me/sessions/<uuid:session_id>")
def revoke(call: Call, session_id: UUID) -> None:
    """Sign another device out."""
    service.revoke(call.session, call.me, session_id)
