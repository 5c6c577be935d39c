"""Halfway fills, says that it is made up, and goes on where it was when started again."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.served import ROOT, Phone, Served, serving
from town.demo.halfway import CIRCLES, HAUNTS, MIDDLE, NAMES, QUARTERS, SHOPS, position_of
from town.demo.settling import PASSWORD, handle_of

ADA = {"handle": handle_of(NAMES[0]), "password": PASSWORD}


@pytest.fixture(scope="module")
def server(database_url: str) -> Iterator[Served]:
    with serving(database_url) as server:
        yield server


@pytest.fixture(scope="module")
def said(server: Served) -> str:
    """What the demo said when it filled the town."""
    return live(server, ticks=12)


def live(server: Served, ticks: int) -> str:
    command = [sys.executable, "-m", "town.demo", "--url", server.url, "--hurry", "--ticks", str(ticks)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def get(server: Served, path: str, **query: Any) -> Any:
    token = requests.post(f"{server.url}/v1/sessions", json=ADA, timeout=30).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{server.url}/v1{path}", params=query, headers=headers, timeout=30).json()


def communities(server: Served) -> list[tuple[str, str]]:
    found = get(server, "/communities", limit=100)["features"]
    return sorted((each["properties"]["kind"], each["properties"]["name"]) for each in found)


def test_the_town_fills_and_says_that_it_is_made_up(server: Served, said: str) -> None:
    assert "MADE-UP" in said
    assert PASSWORD in said
    assert {kind for kind, _ in communities(server)} == {"interest", "goal", "value", "location"}
    assert all("(made up)" in name for _, name in communities(server))
    heard = get(server, "/check-ins", lat=MIDDLE.lat, lon=MIDDLE.lon, radius=2000, limit=100)["features"]
    assert len(heard) > 5


@pytest.mark.usefixtures("said")
def test_a_visitor_hears_the_town_live_and_is_reached_by_an_offer(server: Served) -> None:
    visitor, second_cup = Phone(server, "visitor"), next(each for each in HAUNTS if each.name == "Second Cup")
    found = visitor.get("/communities?limit=100")["features"]
    (beans,) = (each["id"] for each in found if each["properties"]["name"] == "Bean counters (made up)")
    visitor.put(f"/communities/{beans}/membership")
    visitor.put("/me/consents/offers")
    visitor.connect()
    circle = {"lat": MIDDLE.lat, "lon": MIDDLE.lon, "radius_m": 2000}
    visitor.say("watch", {"name": "halfway", "circle": circle, "snapshot": 0})

    live(server, ticks=3)
    here = {"position": position_of(*second_cup.at).to_geojson(), "activity": "drinking"}
    visitor.post("/check-ins", here)

    assert len(visitor.wait_for(4, "check_in")) == 4
    (offer,) = visitor.wait_for(1, "offer")
    assert (offer["title"], offer["why"]["community"]) == ("Second cup free", "Bean counters (made up)")
    visitor.disconnect()


@pytest.mark.usefixtures("said")
def test_started_again_it_finds_what_is_there(server: Served) -> None:
    businesses, there = get(server, "/me/businesses")["items"], communities(server)

    live(server, ticks=1)

    assert communities(server) == there
    assert len(there) == len(CIRCLES) + len(QUARTERS)
    assert get(server, "/me/businesses")["items"] == businesses
    assert len(businesses) == len(SHOPS)
    places = get(server, "/places", lat=MIDDLE.lat, lon=MIDDLE.lon, radius=2000, limit=100)["features"]
    assert len(places) == len(HAUNTS)


def test_without_a_server_it_says_what_to_do() -> None:
    command = [sys.executable, "-m", "town.demo", "--url", "http://127.0.0.1:9"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "Is script/server running?" in done.stderr
