"""Leaving for good over HTTP."""

from flask import Response

from app import clock
from app.accounts.proving import proving
from app.accounts.rules import Proved
from app.errors import WrongCurrentPassword
from app.http.calls import Call
from app.http.operations import Operations
from app.leaving import service, signing
from app.leaving.archive import zipped
from app.leaving.kept import kept_of
from app.leaving.schemas import Key, Keys, Leaving, Receipt, Zip

leaving = Operations("leaving")


def _prove(call: Call, body: Leaving) -> Proved:
    return proving().again(call.me, body.password)


@leaving.delete("/me", status=200, refuses=(WrongCurrentPassword,), ahead=_prove)
def erase_me(call: Call, body: Leaving, ahead: Proved) -> Receipt:
    """Leave for good: everything of mine is erased, now, and this receipt is all that tells of it."""
    receipt = service.erase(call.session, ahead, call.holder.handle, clock.now())
    return Receipt.model_validate(receipt)


@leaving.post("/me/export", direct=True, status=200, gives=Zip)
def export(call: Call) -> Response:
    """Take everything with me: a zip file that documents itself. Made anew each time, and kept nowhere."""
    call.house.limits.of_something_large(call.me)
    now = clock.now()
    with call.house.database.reading() as session:
        tables = kept_of(session, call.me, now)
    handle = call.holder.handle
    answer = Response(zipped(handle, tables, now), mimetype=Zip.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="hereabouts-{handle}.zip"'
    return answer


@leaving.get("/keys", anyone=True)
def keys(call: Call) -> Keys:
    """The public keys by which receipts can be checked."""
    return Keys(keys=[Key(**each) for each in signing.public_keys(call.session)])
