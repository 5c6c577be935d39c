"""Whatever is sent to the clients' endpoints is answered as RFC 6749 has it, and gives nothing away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.clients.conftest import Program

NAMES = ["grant_type", "code", "client_id", "client_secret", "redirect_uri", "code_verifier", "refresh_token"]
NAMES += ["scope", "token", "token_type_hint"]
TRICKY = [
    "authorization_code",
    "refresh_token",
    "",
    "\0",
    "é",
    '"',
    "\\",
    "A" * 54,
    "hb1_" + "A" * 75,
    "a" * 3000,
]


@given(
    said=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TRICKY) | st.text(max_size=20)),
    authorization=st.sampled_from(
        ["", "Basic", "Basic !", "Basic Og==", "Basic /w==", "Bearer x", "Basic YTpi"]
    ),
    endpoint=st.sampled_from(["token", "revoke"]),
    is_client=st.booleans(),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered_and_gives_nothing(
    knocking: Callable[..., Any], said: dict[str, str], authorization: str, endpoint: str, is_client: bool
) -> None:
    answer = knocking(endpoint, said, authorization, is_client)
    assert answer.status_code in {200, 400, 401}
    if answer.status_code == 200:
        assert endpoint == "revoke"
    else:
        assert answer.get_json()["error"]


@pytest.fixture
def knocking(program: Program) -> Callable[..., Any]:
    def knock(endpoint: str, said: dict[str, str], authorization: str, is_client: bool) -> Any:
        client: FlaskClient = program.http
        headers = {"Authorization": authorization} if authorization else {}
        said = said | {"client_id": program.id} if is_client else said
        return client.post(f"/oauth/{endpoint}", data=said, headers=headers)

    return knock
