"""Leaving for good over HTTP."""

from app import clock
from app.accounts.proving import proving
from app.accounts.rules import Proved
from app.errors import WrongCurrentPassword
from app.http.operations import Call, Operations
from app.leaving import service, signing
from app.leaving.schemas import Key, Keys, Leaving, Receipt

leaving = Operations("leaving")


def _prove(call: Call, body: Leaving) -> Proved:
    return proving().again(call.me, body.password, call.origin)


@leaving.delete("/me", status=200, refuses=(WrongCurrentPassword,), ahead=_prove)
def erase_me(call: Call, body: Leaving, ahead: Proved) -> Receipt:
    """Leave for good: everything of mine is erased, now, and this receipt is all that tells of it."""
    receipt = service.erase(call.session, ahead, call.holder.handle, clock.now())
    return Receipt.model_validate(receipt)


@leaving.get("/keys", anyone=True)
def keys(call: Call) -> Keys:
    """The public keys by which receipts can be checked."""
    return Keys(keys=[Key(**each) for each in signing.public_keys(call.session)])
