"""People and sessions over HTTP."""

from datetime import timedelta
from uuid import UUID

from app import clock
from app.accounts import passwords, queries, service
from app.accounts.proving import proving
from app.accounts.rules import NewSession, Proved
from app.accounts.schemas import (
    Credentials,
    Me,
    NewPassword,
    NewPerson,
    NewToken,
    PersonShown,
    SessionShown,
    SignedIn,
    TokenShown,
)
from app.errors import HandleTaken, WrongCurrentPassword, WrongPassword
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Page

accounts = Operations("accounts")


def _hash(call: Call, body: NewPerson) -> str:
    call.house.limits.of_newcomer(call.origin)
    return passwords.hashed(body.password)


@accounts.post("/people", anyone=True, refuses=(HandleTaken,), ahead=_hash)
def sign_up(call: Call, body: NewPerson, ahead: str) -> SignedIn:
    """Sign up, and be signed in."""
    now = clock.now()
    person = service.sign_up(call.session, body.handle, body.name, ahead, now)
    if not call.origin.is_here:
        service.newcomer(call.session, person, now)
    service.remember(call.session, person.id, call.origin, now)
    token = service.open_session(call.session, person.id, NewSession(body.device), now)
    call.made(f"/v1/people/{person.handle}")
    return SignedIn(token=str(token), person=PersonShown.of(person))


def _prove(call: Call, body: Credentials) -> Proved:
    return proving().sign_in(body.handle, body.password, call.origin)


@accounts.post("/sessions", anyone=True, refuses=(WrongPassword,), ahead=_prove)
def sign_in(call: Call, body: Credentials, ahead: Proved) -> SignedIn:
    """Sign in: a bearer token for this device. After many wrong passwords one has to wait."""
    token = service.sign_in(call.session, ahead, body.device, call.origin, clock.now())
    person = queries.person(call.session, ahead.person_id)
    assert person is not None
    return SignedIn(token=str(token), person=PersonShown.of(person))


@accounts.get("/me")
def me(call: Call) -> Me:
    """The person who asks."""
    found = queries.person(call.session, call.me)
    assert found is not None
    return Me.of(found)


def _prove_again(call: Call, body: NewPassword) -> tuple[Proved, str]:
    proved = proving().again(call.me, body.current)
    return proved, passwords.hashed(body.password)


@accounts.put("/me/password", refuses=(WrongCurrentPassword,), ahead=_prove_again)
def change_password(call: Call, body: NewPassword, ahead: tuple[Proved, str]) -> None:
    """Another password from now on. Everywhere but here I am signed out."""
    proved, password_hash = ahead
    service.change_password(call.session, proved, password_hash, call.my_session, clock.now())


@accounts.post("/me/tokens")
def new_token(call: Call, body: NewToken) -> TokenShown:
    """A token for a program of mine, good for what I say and nothing else. It is listed and revoked as sessions are."""
    now = clock.now()
    wanted = NewSession(body.device, frozenset(body.scopes), timedelta(days=body.days))
    token = service.open_session(call.session, call.me, wanted, now)
    call.made(f"/v1/me/sessions/{token.session_id}")
    return TokenShown(
        id=token.session_id,
        token=str(token),
        device=body.device,
        scopes=sorted(frozenset(body.scopes)),
        expires_at=now + wanted.lasts,
    )


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
