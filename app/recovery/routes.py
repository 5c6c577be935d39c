"""Getting back in, over HTTP."""

from app import clock
from app.accounts import passwords
from app.accounts import queries as accounts
from app.accounts import service as people
from app.accounts.proving import proving
from app.accounts.rules import Proved
from app.errors import LinkWorthless, WrongCurrentPassword
from app.http.calls import Call
from app.http.operations import Operations
from app.recovery import queries, service
from app.recovery.letters import letters
from app.recovery.rules import RESET
from app.recovery.schemas import AddressShown, Forgotten, LinkOpened, NewAddress, NoAddress, PasswordByLink

recovery = Operations("recovery")


@recovery.get("/me/email")
def email(call: Call) -> AddressShown:
    """Where letters reach me, masked, and what still waits to be confirmed."""
    person = accounts.person(call.session, call.me)
    waiting = queries.waiting_address(call.session, call.me, clock.now())
    return AddressShown.of(person.email if person else None, waiting)


def _prove(call: Call, body: NewAddress | NoAddress) -> Proved:
    return proving().again(call.me, body.password)


@recovery.put("/me/email", status=202, refuses=(WrongCurrentPassword,), ahead=_prove)
def give_email(call: Call, body: NewAddress, ahead: Proved) -> None:
    """Say where letters reach me. It is asked there first: until the link in that letter is opened, nothing changes."""
    letters().ask_whether(call.me, body.email, call.origin)


@recovery.delete("/me/email", refuses=(WrongCurrentPassword,), ahead=_prove)
def take_email_back(call: Call, body: NoAddress, ahead: Proved) -> None:
    """No letters any more. Without an address nobody gets back in who forgets the password."""
    people.still(call.session, ahead)
    service.forget_address(call.session, call.me)


@recovery.put("/email-confirmations", status=204, anyone=True, refuses=(LinkWorthless,))
def confirm_email(call: Call, body: LinkOpened) -> None:
    """Confirm an address by the secret of the link that was mailed to it (`/link#confirm=SECRET`)."""
    service.confirm(call.session, body.secret, clock.now())


@recovery.post("/password-resets", status=202, anyone=True)
def ask_for_reset(call: Call, body: Forgotten) -> None:
    """Ask for a letter with a link for a new password. The answer is the same whether or not there is such a person."""
    letters().help_back_in(body.who, call.origin)


def _hash(call: Call, body: PasswordByLink) -> str:
    with call.house.database.reading() as session:
        if queries.link_for(session, RESET, body.secret, clock.now()) is None:
            raise LinkWorthless(service.WORTHLESS)
    return passwords.hashed(body.password)


@recovery.put("/password-resets", status=204, anyone=True, refuses=(LinkWorthless,), ahead=_hash)
def reset_password(call: Call, body: PasswordByLink, ahead: str) -> None:
    """Choose a new password by the secret of a mailed link (`/link#reset=SECRET`). All sessions of mine end."""
    service.reset_password(call.session, body.secret, ahead, clock.now())
