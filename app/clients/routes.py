"""Clients over HTTP: for their developers, for people who are asked, and for the clients themselves."""

from typing import Literal
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request

from app import clock
from app.clients import queries, service
from app.clients.authority import Asked, Authority, metadata
from app.clients.rules import unreadable
from app.clients.schemas import Asking, ClientMade, ClientShown, ConsentAsked, Decision, NewClient, SentBack
from app.errors import Conflict, Invalid
from app.http import callers
from app.http.bodies import JSON
from app.http.calls import Call, house
from app.http.operations import Operations
from app.http.schemas import Page

clients = Operations("clients")
oauth = Blueprint("oauth", __name__)


@clients.post("/me/clients", seldom="clients", refuses=(Conflict,))
def make_client(call: Call, body: NewClient) -> ClientMade:
    """Make a program of mine known, so that others may let it act for them. Its secret, if any, is shown this once."""
    client = service.make_known(call.session, call.me, body.name, body.redirect_uris, clock.now())
    secret = service.give_secret(call.session, client) if body.confidential else None
    call.made(f"/v1/me/clients/{client.id}")
    return ClientMade(**ClientShown.of(client).model_dump(), secret=str(secret) if secret else None)


@clients.get("/me/clients")
def my_clients(call: Call) -> Page[ClientShown]:
    """The programs I made known, newest first."""
    return Page(items=[ClientShown.of(each) for each in queries.clients_of(call.session, call.me)])


@clients.delete("/me/clients/<uuid:client_id>")
def remove_client(call: Call, client_id: UUID) -> None:
    """Remove a program of mine: whoever let it act for them is rid of it at once."""
    service.remove(call.session, call.me, client_id)


@clients.get("/oauth/authorizations", refuses=(Invalid,))
def asked_to_consent(call: Call, query: Asking) -> ConsentAsked:
    """Who asks me for what, by an authorization request; for the page that shows it."""
    client, scopes = _authority(call).what_is_asked(query.said())
    return ConsentAsked.of(client, list(scopes), query.redirect_uri)


@clients.post("/oauth/authorizations", refuses=(Invalid,))
def decide(call: Call, body: Decision) -> SentBack:
    """Let a client act for me, or not; and where I am to be sent back to, with a code or a refusal."""
    return SentBack(redirect_to=_authority(call).decide(body.said(), call.me if body.allow else None))


def _authority(call: Call) -> Authority:
    return Authority(call.session, call.house.settings.origin, clock.now())


@oauth.post("/oauth/token")
def token() -> Response:
    """Give tokens for a code, or for a refresh token (RFC 6749, section 3.2)."""
    return _answered("token")


@oauth.post("/oauth/revoke")
def revoke() -> Response:
    """End what a client may do (RFC 7009)."""
    return _answered("revocation")


@oauth.get("/.well-known/oauth-authorization-server")
def about() -> Response:
    """What clients may want to know (RFC 8414)."""
    return Response(msgspec.json.encode(metadata(house().settings.origin)), mimetype=JSON)


def _answered(endpoint: Literal["token", "revocation"]) -> Response:
    inside = house()
    callers.stranger(inside.limits)
    said = request.form
    if wrong := unreadable(said.lists(), request.headers.get("Authorization", "")):
        return _refused(wrong)
    asked = Asked("POST", said.to_dict(), dict(request.headers))
    with inside.database.transaction() as session:
        authority = Authority(session, inside.settings.origin, clock.now())
        answer = authority.answer(endpoint, asked)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(why: str) -> Response:
    body = {"error": "invalid_request", "error_description": why}
    return Response(msgspec.json.encode(body), 400, mimetype=JSON)
