"""Making a client known: what its developer sees, and what cannot be."""

import pytest

from app.clients.rules import MOST_CLIENTS
from tests.app.clients.conftest import BACK, makes_known
from tests.world import Json, Someone


def test_a_secret_is_shown_once(developer: Someone) -> None:
    body = {"name": "Bike Diary", "redirect_uris": [BACK, BACK], "confidential": True}
    made = developer.asks("POST", "/me/clients", body)
    said = made.get_json()
    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/me/clients/{said['id']}")
    assert len(said["secret"]) == 54
    (listed,) = developer.gets("/me/clients")["items"]
    assert listed == {name: value for name, value in said.items() if name != "secret"}
    assert listed["redirect_uris"] == [BACK]
    assert listed["confidential"] is True


def test_a_public_client_has_none(developer: Someone) -> None:
    assert makes_known(developer).secret is None


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 61}, "/name"),
        ({"name": "nul\0"}, "/name"),
        ({"redirect_uris": []}, "/redirect_uris"),
        ({"redirect_uris": [f"https://app.example/{number}" for number in range(11)]}, "/redirect_uris"),
        ({"redirect_uris": [BACK, "javascript:alert(1)"]}, "/redirect_uris/1"),
        ({"redirect_uris": ["https://app.example/" + "a" * 500]}, "/redirect_uris/0"),
        ({"redirect_uris": [None]}, "/redirect_uris/0"),
        ({"confidential": "yes"}, "/confidential"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_a_client_that_cannot_be_says_why(developer: Someone, wrong: Json, where: str) -> None:
    body = {"name": "Bike Diary", "redirect_uris": [BACK], **wrong}
    problem = developer.is_refused("POST", "/me/clients", body)
    assert (problem["status"], problem["errors"][0]["at"]) == (422, where)


def test_one_developer_has_so_many(developer: Someone) -> None:
    for _ in range(MOST_CLIENTS):
        makes_known(developer)
    body = {"name": "One more", "redirect_uris": [BACK]}
    problem = developer.is_refused("POST", "/me/clients", body)
    assert (problem["status"], problem["detail"]) == (
        409,
        "You have 20 clients already. Remove one that nobody needs any more.",
    )


def test_nobody_sees_anothers(ana: Someone, developer: Someone) -> None:
    makes_known(developer)
    assert ana.gets("/me/clients")["items"] == []
