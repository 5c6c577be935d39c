"""Who holds a token: asked of the database now and then, in between remembered, forgotten at once when revoked."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from app import clock
from app.accounts import queries
from app.accounts.rules import NEW_FOR, Token
from app.accounts.signals import SessionRevoked
from app.db import Database
from app.errors import NotSignedIn
from app.http.callers import Bearer
from app.remembering import Remembered

#: Phones say something every few minutes. A revocation is heard at once; only one that was made by hand in the
#: tables waits so long.
REMEMBERED = timedelta(minutes=10)
_MOST = 100_000


class RememberedBearers:
    """The tokens one process has lately seen. About 0.3 µs where remembered, else one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = Remembered(self._asked, _MOST)
        database.signals.listen(SessionRevoked, self._forget, everywhere=True)
        database.signals.after_gap(self._remembered.forget_all)

    def bearer_of(self, token: str) -> Bearer:
        """Who holds it; raises NotSignedIn."""
        known = self._remembered.known(token)
        if known is None or clock.now() >= known[1]:
            known = self._remembered.again(token)
        return known[0]

    def _asked(self, said: str) -> tuple[Bearer, datetime]:
        """Who holds it, and until when that may be remembered."""
        token, now = Token.read(said), clock.now()
        if token is None:
            raise NotSignedIn("This is not a token of ours. Sign in with POST /v1/sessions to get one.")
        with self._database.reading() as session:
            found = queries.held(session, token.person_id, token.session_id, now)
        if found is None or not hmac.compare_digest(found.secret_hash, token.secret_hash):
            raise NotSignedIn("This token has expired or was revoked. Sign in again with POST /v1/sessions.")
        until = None if found.new_since is None else found.new_since + NEW_FOR
        bearer = Bearer(token.person_id, token.session_id, found.handle, found.scopes, until)
        return bearer, min(now + REMEMBERED, found.expires_at)

    def _forget(self, revoked: Sequence[SessionRevoked]) -> None:
        ended = {signal.session_id for signal in revoked}
        self._remembered.forget_where(lambda held: held[0].session_id in ended)
