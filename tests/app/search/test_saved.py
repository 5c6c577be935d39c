"""Saved searches: what is new of them, for their own person."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask

from app import clock
from tests.app.search.finding import take_in
from tests.world import CAFE, Json, World


def test_what_is_new_of_a_saved_search(world: World, app: Flask) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    for _ in range(2):
        bob.puts("/me/searches/mine", {"q": word})
    ana.checks_in(CAFE, f"{word} old")
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    with clock.travelling(timedelta(minutes=2)):
        ana.checks_in(CAFE, f"{word} new")
        take_in(app)
        for since, wanted in (
            ("", [f"{word} new", f"{word} old"]),
            (f"?since={quote(later)}", [f"{word} new"]),
        ):
            found = bob.gets(f"/me/searches/mine/found{since}")["features"]
            assert [each["properties"]["text"] for each in found] == wanted
    (saved,) = bob.gets("/me/searches")["items"]
    assert (saved["name"], saved["query"]["q"]) == ("mine", word)
    assert ana.is_refused("GET", "/me/searches/mine/found")["status"] == 404
    for _ in range(2):
        bob.deletes("/me/searches/mine")
    assert bob.gets("/me/searches")["items"] == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("mine", {}),
        ("mine", {"kind": "place"}),
        ("mine", {"q": "x", "lat": 41.0}),
        ("mine", {"q": "x" * 201}),
        ("mine", {"topic": "interest:nobody-added"}),
        ("Mine", {"q": "x"}),
        ("x" * 41, {"q": "x"}),
    ],
)
def test_what_cannot_be_asked_is_not_saved(world: World, name: str, body: Json) -> None:
    assert world.founder.is_refused("PUT", f"/me/searches/{name}", body)["status"] == 422


def test_fifty_are_enough(world: World) -> None:
    ana = world.person("Ana")
    for number in range(50):
        ana.puts(f"/me/searches/s{number}", {"q": "x"})
    assert ana.is_refused("PUT", "/me/searches/one-more", {"q": "x"})["type"] == "/v1/problems/too-many"
    ana.puts("/me/searches/s7", {"q": "y"})
