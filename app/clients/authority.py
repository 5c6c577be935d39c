"""OAuth 2.1 as Authlib has it, on our tables: who may ask for what, and what comes of it. One object a request."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec
from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import (
    AuthorizationCodeMixin,
    AuthorizationServer,
    ClientMixin,
    InvalidRequestError,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Response
from sqlalchemy.orm import Session

from app.accounts.rules import SCOPES, Secret
from app.clients import queries, service
from app.clients.models import Authorization, Client
from app.clients.rules import TOKEN_LASTS, is_registered
from app.clients.service import Consent
from app.errors import Invalid

AUTHENTICATION = ["client_secret_basic", "client_secret_post", "none"]
GRANTS = ["authorization_code", "refresh_token"]


class Asked(OAuth2Request):
    """A request, as Authlib wants to see it. That people come encrypted is for whoever stands before us to see to."""

    def __init__(
        self, method: str, said: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(method, "https://localhost/", headers=headers or {})
        self.payload = BasicOAuth2Payload(dict(said))

    @property
    def form(self) -> dict[str, str]:
        """What was sent in the body."""
        assert self.payload is not None
        return self.payload.data


class _Known(ClientMixin):
    """A client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_client_id(self) -> str:
        return str(self.client.id)

    def get_default_redirect_uri(self) -> str:
        uris = self.client.redirect_uris
        return uris[0] if len(uris) == 1 else ""

    def get_allowed_scope(self, scope: Any) -> Any:
        # Nothing is asked for by saying nothing.
        return " ".join(dict.fromkeys(scope.split())) or None if scope else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return is_registered(redirect_uri, self.client.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        secret, kept = Secret.read(client_secret), self.client.secret_hash
        return secret is not None and kept is not None and secret.is_kept_as(kept)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (self.client.secret_hash is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANTS


class _Given(AuthorizationCodeMixin, TokenMixin):
    """What somebody lets a client do."""

    code_challenge_method = "S256"

    def __init__(self, authorization: Authorization) -> None:
        self.authorization = authorization
        self.code_challenge = authorization.challenge

    def get_redirect_uri(self) -> str:
        return self.authorization.redirect_uri or ""

    def get_scope(self) -> str:
        return " ".join(self.authorization.scopes)

    def check_client(self, client: _Known) -> bool:
        return self.authorization.client_id == client.client.id


class _Pkce(CodeChallenge):
    """Always, and never by the plain method (OAuth 2.1, section 4.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - as Authlib declares it.

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        said = grant.request.payload.data
        if not said.get("code_challenge") or said.get("code_challenge_method") != "S256":
            raise InvalidRequestError(
                "PKCE is needed: send 'code_challenge' and 'code_challenge_method=S256'."
            )
        super().validate_code_challenge(grant, redirect_uri)


def _issued(grant: Any, given: _Given, scope: str | None) -> dict[str, str | int]:
    """The tokens of either grant: ours, which are kept as they are made."""
    issued = service.issue(grant.server.session, given.authorization, (scope or "").split(), grant.server.now)
    return {
        "token_type": "Bearer",
        "access_token": str(issued.token),
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "refresh_token": str(issued.refresh),
        "scope": " ".join(issued.scopes),
    }


class _CodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION
    request: Any
    server: Any

    def generate_authorization_code(self) -> str:
        return str(service.new_code())

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked, secret = request.payload, Secret.read(code)
        assert secret is not None
        client: _Known = self.request.client
        given = Consent(
            request.user,
            client.client.id,
            request.scope.split(),
            asked.redirect_uri,
            asked.data["code_challenge"],
        )
        service.consent(self.server.session, secret, given, self.server.now)

    def query_authorization_code(self, code: str, client: Any) -> _Given | None:
        found = service.behind_code(self.server.session, code, client.client.id, self.server.now)
        return _Given(found) if found else None

    def authenticate_user(self, authorization_code: _Given) -> UUID:
        return authorization_code.authorization.person_id

    def generate_token(self, user: Any = None, scope: str | None = None, *_: Any, **__: Any) -> Any:
        return _issued(self, self.request.authorization_code, scope)

    def delete_authorization_code(self, authorization_code: _Given) -> None:
        """It stays as what was used, so that it is known when it comes again."""


class _RefreshGrant(RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION
    INCLUDE_NEW_REFRESH_TOKEN = True
    request: Any
    server: Any

    def authenticate_refresh_token(self, refresh_token: str) -> Any:
        client: _Known = self.request.client
        found = service.behind_refresh(self.server.session, refresh_token, client.client.id, self.server.now)
        return _Given(found) if found else None

    def authenticate_user(self, refresh_token: Any) -> UUID:
        person_id: UUID = refresh_token.authorization.person_id
        return person_id

    def generate_token(self, user: Any = None, scope: str | None = None, *_: Any, **__: Any) -> Any:
        return _issued(self, self.request.refresh_token, scope)

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """The new one has taken its place."""


class _Revoking(RevocationEndpoint):
    CLIENT_AUTH_METHODS = AUTHENTICATION

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Given | None:
        found = service.behind_any(self.server.session, token_string)
        return _Given(found) if found else None

    def revoke_token(self, token: _Given, request: OAuth2Request) -> None:
        service.end(self.server.session, token.authorization)


class _Issuer(IssuerParameter):
    """Says who answers, so that no client takes another's code for ours (RFC 9207)."""

    def __init__(self, server: "Authority") -> None:
        self._issuer = server.issuer
        super().__call__(server)

    def get_issuer(self) -> str:
        return self._issuer


class Authority(AuthorizationServer):
    """Answers one request within its transaction. A refusal is an answer as well: what it changed stays."""

    def __init__(self, session: Session, issuer: str, now: datetime) -> None:
        super().__init__(scopes_supported=list(SCOPES))
        self.session, self.issuer, self.now = session, issuer, now
        self.register_grant(_CodeGrant, [_Pkce()])
        self.register_grant(_RefreshGrant)
        self.register_endpoint(_Revoking)
        self.register_extension(_Issuer)

    def what_is_asked(self, said: Mapping[str, str]) -> tuple[Client, Sequence[str]]:
        """Who asks for which scopes; raises Invalid, with where to send the person back if that can be trusted."""
        grant = self._consent_grant(Asked("GET", said))
        return grant.request.client.client, grant.request.scope.split()

    def decide(self, said: Mapping[str, str], person_id: UUID | None) -> str:
        """Where to send a person who said yes, or, where it is None, no; raises Invalid as `what_is_asked` does."""
        asked = Asked("GET", said)
        grant = self._consent_grant(asked)
        answer: Any = self.create_authorization_response(asked, person_id, grant=grant)
        return str(answer.location)

    def answer(self, endpoint: Literal["token", "revocation"], asked: Asked) -> Response:
        """What a client gets at one of its own endpoints."""
        if endpoint == "token":
            return cast(Response, self.create_token_response(asked))
        return cast(Response, self.create_endpoint_response(endpoint, asked))  # type: ignore[no-untyped-call]

    def _consent_grant(self, asked: Asked) -> Any:
        try:
            return self.get_consent_grant(asked)  # type: ignore[no-untyped-call]
        except OAuth2Error as error:
            said = (error.get_error_description() or str(error.error)).removesuffix(".")
            why = f"This client asks in a wrong way: {said}."
            raise Invalid(why, error=error.error, redirect_to=self._back(error)) from None

    def _back(self, error: OAuth2Error) -> str | None:
        """Where to send somebody whose client asked in a wrong way; None where that may be anywhere."""
        if not error.redirect_uri:
            return None
        said = [(name, value or "") for name, value in error.get_body()]
        return str(add_params_to_uri(error.redirect_uri, [*said, ("iss", self.issuer)]))

    def query_client(self, client_id: str) -> Any:
        """A client by id; None where there is none."""
        found = queries.client(self.session, client_id)
        return _Known(found) if found else None

    def save_token(self, token: Any, request: Any) -> None:
        """It was kept as it was made."""

    def send_signal(self, name: Any, *args: object, **kwargs: object) -> None:
        """Nobody listens to Authlib's signals."""

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        """Every request is one of ours already."""
        assert isinstance(request, Asked)
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        """An answer."""
        return Response(msgspec.json.encode(body) if body else b"", status, headers)


def metadata(issuer: str) -> dict[str, Any]:
    """What clients may want to know (RFC 8414)."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANTS,
        "token_endpoint_auth_methods_supported": AUTHENTICATION,
        "revocation_endpoint_auth_methods_supported": AUTHENTICATION,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{issuer}/v1/docs",
    }
