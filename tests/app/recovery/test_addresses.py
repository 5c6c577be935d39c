"""Addresses: one's own once the letter that asks was opened, and only such as a letter can reach."""

import pytest

from tests.app.recovery.conftest import Tray, confirmed, gives
from tests.world import Someone, World


def test_an_address_is_ones_own_once_its_letter_was_opened(world: World, tray: Tray, address: str) -> None:
    ana = world.person("Ana")
    assert ana.gets("/me/email") == {"email": None, "waiting": None}
    gives(ana, address)
    (letter,) = tray.to(address)
    assert ana.handle in letter.get_content()
    assert ana.gets("/me/email") == {"email": None, "waiting": "a…@mail.example"}
    assert ana.gets("/me")["email"] is None
    confirmed(ana, tray, address)
    assert ana.gets("/me/email") == {"email": "a…@mail.example", "waiting": None}
    assert ana.gets("/me")["email"] == "a…@mail.example"


def test_an_address_needs_the_password(world: World, tray: Tray, ana: Someone) -> None:
    wrong = {"email": "eve@mail.example", "password": "a guess"}
    assert ana.is_refused("PUT", "/me/email", wrong)["type"] == "/v1/problems/wrong-current-password"
    assert (
        ana.is_refused("DELETE", "/me/email", {"password": "a guess"})["type"]
        == "/v1/problems/wrong-current-password"
    )
    assert ana.gets("/me")["email"] == "a…@mail.example"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ana",
        "@mail.example",
        "ana@",
        "ana@mail",
        "a b@mail.example",
        "ana@mail.example\r\nBcc: eve@evil.example",
        "ana@mail.example\n",
        "ana@mail.example, eve@evil.example",
        "Ana <ana@mail.example>",
        "änä@mail.example",
        "a" * 65 + "@mail.example",
        "ana@" + "a" * 250 + ".example",
        "ana@[127.0.0.1]",
        "ana@mail.example\0",
        7,
    ],
)
def test_what_is_no_address_gets_no_letter(world: World, tray: Tray, said: object) -> None:
    body = {"email": said, "password": "correct horse"}
    problem = world.person("Ana").is_refused("PUT", "/me/email", body)
    assert (problem["status"], problem["errors"][0]["at"]) == (422, "/email")
    assert tray.letters == []
