"""A developer's client, and a person who lets it act for them."""

import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.settings import LOCAL_ORIGIN
from tests.world import Json, Someone, World, problem_in

BACK = "https://app.example/back"


def params(uri: str) -> dict[str, str]:
    """What an address says behind its question mark, each once."""
    said = parse_qs(urlsplit(uri).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in said.values())
    return {name: values[0] for name, values in said.items()}


@dataclass
class Program:
    """A client: what it asks for, and how it asks at our endpoints."""

    http: FlaskClient
    id: str
    secret: str | None = None
    back: str = BACK
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def asking(self, **other: Any) -> Json:
        """An authorization request; None leaves something out."""
        asked = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.back,
            "scope": "check-ins:read offers:read",
            "state": "a state",
            "code_challenge": create_s256_code_challenge(self.verifier),
            "code_challenge_method": "S256",
        } | other
        return {name: value for name, value in asked.items() if value is not None}

    def code_of(self, person: Someone, **other: Any) -> str:
        """Have a person say yes; the code that comes of it."""
        made = person.posts("/oauth/authorizations", self.asking(**other) | {"allow": True})
        return params(made["redirect_to"])["code"]

    def sends(self, endpoint: str, **said: Any) -> TestResponse:
        """What an endpoint answers. A public client says who it is, another proves it."""
        headers = {}
        if self.secret and "client_id" not in said:
            headers["Authorization"] = "Basic " + b64encode(f"{self.id}:{self.secret}".encode()).decode()
        elif "client_id" not in said:
            said["client_id"] = self.id
        body = {name: value for name, value in said.items() if value is not None}
        return self.http.post(f"/oauth/{endpoint}", data=body, headers=headers)

    def shows(self, code: str, **other: Any) -> TestResponse:
        """What comes of a code."""
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": self.verifier,
        }
        return self.sends("token", **said | other)

    def renews(self, refresh: str, **other: Any) -> TestResponse:
        """What comes of a refresh token."""
        return self.sends("token", grant_type="refresh_token", refresh_token=refresh, **other)

    def acts_for(self, person: Someone, **other: Any) -> "Acting":
        """Go all the way."""
        answer = self.shows(self.code_of(person, **other))
        assert answer.status_code == 200, answer.text
        return Acting(self, person, answer.get_json())


@dataclass
class Acting:
    """A client that acts for a person."""

    program: Program
    person: Someone
    given: Json

    @property
    def phone(self) -> Someone:
        return Someone(self.program.http, self.person.handle, self.person.id, self.given["access_token"])

    def may_read(self) -> bool:
        return self.phone.asks("GET", "/me/offers").status_code == 200


def error_in(answer: TestResponse) -> str:
    """The error of a refusal (RFC 6749, section 5.2)."""
    assert answer.status_code in {400, 401}, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    said: str = answer.get_json()["error"]
    return said


def makes_known(developer: Someone, **other: Any) -> Program:
    body = {"name": "Bike Diary", "redirect_uris": [BACK], **other}
    made = developer.posts("/me/clients", body)
    return Program(developer.client, made["id"], made["secret"], made["redirect_uris"][0])


def refused(person: Someone, asked: Json, allow: bool = True) -> Json:
    """What a person hears of a request that is wrong; the same before they are asked and afterwards."""
    later = person.is_refused("POST", "/oauth/authorizations", asked | {"allow": allow})
    first = person.client.get("/v1/oauth/authorizations", query_string=asked, headers=person.headers)
    assert problem_in(first) == later
    return later


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def developer(world: World) -> Someone:
    return world.person("Dev")


@pytest.fixture(params=["public", "confidential"])
def program(request: pytest.FixtureRequest, developer: Someone) -> Program:
    return makes_known(developer, confidential=request.param == "confidential")


ISSUER = LOCAL_ORIGIN
