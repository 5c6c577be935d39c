"""Who calls, and whether they may call so often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from flask import g, request

from app.errors import NotEnoughScope, NotSignedIn
from app.http import problems
from app.http.limits import Left, Limits, check
from app.origin import Origin


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a token, and the session it belongs to."""

    person_id: UUID
    session_id: UUID
    handle: str
    #: What the token is for; everything, where it comes from signing in.
    scopes: frozenset[str] | None = None
    #: While the account is new and may do less: when that lifts at the earliest.
    new_until: datetime | None = None

    def may(self, scope: str | None) -> bool:
        """Whether the token is good for this; what has no scope is for those who signed in."""
        return self.scopes is None or scope in self.scopes


class Bearers(Protocol):
    """Tells who holds a token."""

    def bearer_of(self, token: str) -> Bearer:
        """Raise NotSignedIn for a token that is forged, expired or revoked."""


def caller(bearers: Bearers, limits: Limits, scope: str | None, anyone: bool) -> Bearer | None:
    """Who makes this request; None for nobody known, where anyone may.

    Raises NotSignedIn, TooMany, or NotEnoughScope.
    """
    said = request.headers.get("Authorization")
    if said is None and anyone:
        stranger(limits)
        return None
    try:
        bearer = bearers.bearer_of(token_in(said or ""))
    except NotSignedIn:
        stranger(limits)
        raise
    structlog.contextvars.bind_contextvars(person=str(bearer.person_id))
    _count(limits.of_device(bearer.person_id, bearer.session_id))
    if scope or not anyone:
        allow(bearer, scope)
    return bearer


def device(find: Callable[[str], UUID], limits: Limits) -> UUID:
    """What makes this request with a key of its own; raises NotSignedIn or TooMany."""
    try:
        found = find(token_in(request.headers.get("Authorization", "")))
    except NotSignedIn:
        _count(limits.of_network(origin()))
        raise
    _count(limits.of_device(found, found))
    return found


def stranger(limits: Limits) -> None:
    """Count a request that brings no bearer token; raises TooMany."""
    _count(limits.of_network(origin()))


def allow(bearer: Bearer, scope: str | None) -> None:
    """Raise NotEnoughScope where the token is not good for this."""
    if not bearer.may(scope):
        needed = f"one with the scope {scope}, or " if scope else ""
        raise NotEnoughScope(
            f"This token may not do this. Use {needed}one from POST /v1/sessions.", scope=scope
        )


def token_in(said: str) -> str:
    """The token of an Authorization header (RFC 6750); raises NotSignedIn where there is none."""
    scheme, _, token = said.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn(problems.SEND_A_TOKEN)
    return token.strip()


def origin() -> Origin:
    """Where the request comes from."""
    return Origin.of(request.remote_addr or "")


def _count(left: Left | None) -> None:
    g.left = left
    check(left)
