"""Clients and consents as JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.accounts.rules import SCOPES
from app.clients.models import Client
from app.clients.rules import LONGEST_URI, MOST_URIS, PLAIN, host_of, what_is_wrong_with
from app.http.schemas import Moment, Query, Schema, words


def _sound(uri: str) -> str:
    if wrong := what_is_wrong_with(uri):
        raise ValueError(wrong)
    return uri


RedirectUri = Annotated[str, Field(max_length=LONGEST_URI), AfterValidator(_sound)]
Plain = Annotated[str, StringConstraints(max_length=2000, pattern=PLAIN)]


class NewClient(Schema):
    """A program to be made known."""

    name: Annotated[str, words(60, least=1)]
    redirect_uris: Annotated[list[RedirectUri], Field(min_length=1, max_length=MOST_URIS)]
    confidential: Annotated[bool, Field(description="it runs where it can keep a secret")] = False


class ClientShown(Schema):
    """A client, as its developer sees it."""

    id: UUID
    name: str
    redirect_uris: list[str]
    confidential: bool
    created_at: Moment

    @classmethod
    def of(cls, client: Client) -> "ClientShown":
        """Show one."""
        return cls(
            id=client.id,
            name=client.name,
            redirect_uris=client.redirect_uris,
            confidential=client.secret_hash is not None,
            created_at=client.created_at,
        )


class ClientMade(ClientShown):
    """A new client, with its secret, which is shown this once."""

    secret: str | None


class Asking(Query):
    """An authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3). What is not known here is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    client_id: Plain
    response_type: Plain = ""
    redirect_uri: Plain | None = None
    scope: Plain | None = None
    state: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[\x20-\x7E]*$")] | None = None
    code_challenge: Plain | None = None
    code_challenge_method: Plain | None = None

    def said(self) -> dict[str, str]:
        """What was said, without what was left out."""
        return self.model_dump(exclude_none=True, include=set(Asking.model_fields))


class Decision(Asking):
    """An authorization request, and what the person it was shown to says."""

    allow: Annotated[bool, Field(strict=True)]


class ScopeShown(Schema):
    """Something a client wants to do."""

    scope: str
    means: str


class ConsentAsked(Schema):
    """Who asks for what."""

    client: str
    #: The host people are sent back to; null for a program on their own device.
    host: str | None
    scopes: list[ScopeShown]

    @classmethod
    def of(cls, client: Client, scopes: list[str], redirect_uri: str | None) -> "ConsentAsked":
        """Show it, in plain words."""
        shown = [ScopeShown(scope=each, means=SCOPES[each]) for each in scopes]
        return cls(client=client.name, host=host_of(redirect_uri or client.redirect_uris[0]), scopes=shown)


class SentBack(Schema):
    """Where to send the person now."""

    redirect_to: str
