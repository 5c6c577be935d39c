"""One request as an operation sees it, and what it may reach."""

from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from flask import current_app, request
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import NotSignedIn, SayWhich
from app.http import callers, problems
from app.http.callers import Bearer, Bearers
from app.http.limits import Limits
from app.origin import Origin
from app.settings import Settings, is_local
from app.signals import Signals


@dataclass(frozen=True, slots=True)
class House:
    """What every request may reach."""

    settings: Settings
    signals: Signals
    database: Database
    bearers: Bearers
    limits: Limits


def house() -> House:
    """The house of the running application."""
    return cast(House, current_app.extensions["hereabouts"])


@dataclass(slots=True)
class Call:
    """One request, for the operation that answers it."""

    house: House
    bearer: Bearer | None
    _session: Session | None
    headers: dict[str, str] = field(default_factory=dict)
    #: What asks with a key of its own instead of a person.
    device: UUID | None = None

    @property
    def session(self) -> Session:
        """The transaction this request runs in."""
        assert self._session is not None, "a direct operation has no transaction"
        return self._session

    @property
    def me(self) -> UUID:
        """The person who asks."""
        return self.holder.person_id

    @property
    def my_session(self) -> UUID:
        """The session whose token came along."""
        return self.holder.session_id

    @property
    def viewer(self) -> UUID | None:
        """The person who asks, if signed in."""
        return self.bearer.person_id if self.bearer else None

    @property
    def holder(self) -> Bearer:
        """Whoever holds the token that came along; raises NotSignedIn if none did."""
        if self.bearer is None:
            raise NotSignedIn(problems.SEND_A_TOKEN)
        return self.bearer

    @property
    def origin(self) -> Origin:
        """Where the request came from."""
        return callers.origin()

    @property
    def home(self) -> str:
        """Where people reach this installation: as it is set, else where this request came to."""
        origin = self.house.settings.origin
        return request.host_url.rstrip("/") if is_local(origin) else origin

    def matches(self, version: str) -> bool:
        """Whether the request is about this version (If-Match, RFC 9110 §13.1.1); SayWhich if it does not say."""
        if "If-Match" not in request.headers:
            raise SayWhich(
                "Send If-Match with the ETag of the version that you change, or * for whichever there is."
            )
        return version in request.if_match

    def made(self, place: str) -> None:
        """Say where the new thing is (the Location header)."""
        self.headers["Location"] = place
