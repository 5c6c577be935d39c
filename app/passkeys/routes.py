"""Passkeys over HTTP."""

from uuid import UUID

from app import clock
from app.accounts import queries as accounts
from app.accounts.proving import proving
from app.accounts.rules import Proved
from app.accounts.schemas import PersonShown, SignedIn
from app.errors import Conflict, WrongCurrentPassword, WrongPasskey
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Page
from app.passkeys import ceremonies, queries, service
from app.passkeys.rules import Site
from app.passkeys.schemas import ByPasskey, ChallengeShown, NewPasskey, Nothing, PasskeyShown, Wanting
from app.passkeys.service import Answer

passkeys = Operations("passkeys")


def _prove(call: Call, body: Wanting) -> Proved:
    return proving().again(call.me, body.password)


@passkeys.post("/me/passkeys/challenges", refuses=(WrongCurrentPassword,), ahead=_prove)
def begin_passkey(call: Call, body: Wanting, ahead: Proved) -> ChallengeShown:
    """Begin to make a passkey: what to ask the browser for (WebAuthn). It needs the password, as it is a way in."""
    person, known = accounts.person(call.session, call.me), queries.passkeys_of(call.session, call.me)
    assert person is not None
    made = service.challenge(call.session, call.me, clock.now())
    return ChallengeShown(
        id=made.id, options=ceremonies.asked_to_make(_site(call), person, known, made.challenge)
    )


def _answer_of_mine(call: Call, body: NewPasskey) -> Answer:
    return _answer(call, body, call.me)


@passkeys.post("/me/passkeys", refuses=(Conflict,), ahead=_answer_of_mine)
def make_passkey(call: Call, body: NewPasskey, ahead: Answer) -> PasskeyShown:
    """Make what the browser answered a passkey of mine."""
    made = service.make(call.session, call.me, body.name, ahead, clock.now())
    call.made(f"/v1/me/passkeys/{made.id}")
    return PasskeyShown.of(made)


@passkeys.get("/me/passkeys")
def my_passkeys(call: Call) -> Page[PasskeyShown]:
    """My passkeys, newest first."""
    return Page(items=[PasskeyShown.of(each) for each in queries.passkeys_of(call.session, call.me)])


@passkeys.delete("/me/passkeys/<uuid:passkey_id>")
def remove_passkey(call: Call, passkey_id: UUID) -> None:
    """Take a passkey of mine away. Who signed in with it stays so until their session ends."""
    service.remove(call.session, call.me, passkey_id)


@passkeys.post("/passkey-challenges", anyone=True)
def begin_sign_in(call: Call, body: Nothing) -> ChallengeShown:
    """Begin to sign in with a passkey: what to ask the browser for (WebAuthn). Nobody has to say who they are."""
    made = service.challenge(call.session, None, clock.now())
    return ChallengeShown(id=made.id, options=ceremonies.asked_to_sign(_site(call), made.challenge))


def _answer_of_anybody(call: Call, body: ByPasskey) -> Answer:
    return _answer(call, body, None)


@passkeys.post("/passkey-sessions", anyone=True, refuses=(WrongPasskey,), ahead=_answer_of_anybody)
def sign_in_with_passkey(call: Call, body: ByPasskey, ahead: Answer) -> SignedIn:
    """Sign in with a passkey: a bearer token for this device."""
    now = clock.now()
    token = service.sign_in(call.session, ahead, body.device, call.origin, now)
    person = accounts.person(call.session, token.person_id)
    assert person is not None
    return SignedIn(token=str(token), person=PersonShown.of(person))


def _answer(call: Call, body: NewPasskey | ByPasskey, person_id: UUID | None) -> Answer:
    """In a transaction of its own: a challenge is used up, whether or not its answer is right."""
    with call.house.database.transaction() as session:
        challenge = service.used_up(session, body.challenge_id, person_id, clock.now())
    return Answer(_site(call), body.credential, challenge)


def _site(call: Call) -> Site:
    return Site(call.house.settings.origin)
