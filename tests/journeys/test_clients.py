"""A program of somebody else's, made with a library of its own: let in by a person, heard live, and shown out."""

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import socketio
from authlib.integrations.requests_client import OAuth2Session

from tests.served import GIVE_UP_S, Phone, Served

BACK = "http://127.0.0.1:49152/back"


def known(served: Served, confidential: bool) -> tuple[dict[str, Any], OAuth2Session]:
    """What a server says of itself, and a client made known there."""
    developer = Phone(served, f"dev-{secrets.token_hex(4)}")
    body = {"name": "Bike Diary", "redirect_uris": ["http://127.0.0.1/back"], "confidential": confidential}
    made = developer.post("/me/clients", body)
    about = requests.get(f"{served.url}/.well-known/oauth-authorization-server", timeout=GIVE_UP_S).json()
    session = OAuth2Session(
        made["id"],
        made["secret"],
        scope="check-ins:read check-ins:write",
        redirect_uri=BACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if confidential else "none",
        token_endpoint=about["token_endpoint"],
        revocation_endpoint_auth_method="client_secret_basic" if confidential else "none",
    )
    return about, session


@pytest.mark.parametrize("confidential", [True, False])
def test_a_client_is_let_in_hears_live_renews_and_is_shown_out(served: Served, confidential: bool) -> None:
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    about, session = known(served, confidential)
    verifier = secrets.token_urlsafe(48)
    asked, state = session.create_authorization_url(about["authorization_endpoint"], code_verifier=verifier)
    page = requests.get(asked, timeout=GIVE_UP_S)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    said = dict(parse_qsl(urlsplit(asked).query))
    sent_back = ana.post("/oauth/authorizations", said | {"allow": True})["redirect_to"]
    given = session.fetch_token(
        about["token_endpoint"], authorization_response=sent_back, state=state, code_verifier=verifier
    )
    assert given["token_type"] == "Bearer"

    client = socketio.Client(reconnection=False)
    client.connect(served.url, auth={"token": given["access_token"]}, transports=["websocket"])
    body = {"position": {"type": "Point", "coordinates": [2.1561, 41.4036]}, "text": "by my diary"}
    assert session.post(f"{served.url}/v1/check-ins", json=body, timeout=GIVE_UP_S).status_code == 201
    renewed = session.refresh_token(about["token_endpoint"])
    assert renewed["access_token"] != given["access_token"]
    assert session.get(f"{served.url}/v1/check-ins", timeout=GIVE_UP_S).status_code == 200
    assert client.connected, "to renew is to go on"
    session.revoke_token(about["revocation_endpoint"], token=renewed["refresh_token"])
    ana.wait_until(lambda: not client.connected)
    assert session.get(f"{served.url}/v1/check-ins", timeout=GIVE_UP_S).status_code == 401
