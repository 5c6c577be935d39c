"""Somebody lets everybody know in which street they are. Whoever tries everything knows no more in the end."""

import secrets
from collections.abc import Callable, Iterator
from itertools import zip_longest

import pytest
from flask import Flask
from sqlalchemy import make_url

from app.checkins import shown
from app.factory import create_app
from app.settings import Settings
from app.trust import rules
from app.trust.terms import Level, disclosed_at
from geo import Position
from tests.app.trust.attacker import Notes
from tests.app.trust.ground import ONE, OTHER, farthest_m, spots_in_cell
from tests.app.trust.story import EVERYONE, OPEN, STREET, attacked, here, opens
from tests.conftest import administer, drop_database
from tests.world import Json

Town = Callable[[], Flask]


@pytest.fixture
def town(server_url: str, template: str) -> Iterator[Town]:
    """A town nobody was in before; its connections end with the test, as all towns together would need too many."""
    built: list[tuple[Flask, str]] = []

    def build() -> Flask:
        name = f"test_{secrets.token_hex(4)}"
        administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        built.append(
            (create_app(Settings(database_url=url, limits=False, pool_size=10, people_to_grow=0)), name)
        )
        return built[-1][0]

    yield build
    for app, name in built:
        app.extensions["hereabouts"].database.dispose()
        drop_database(server_url, name)


CONTRACTS: dict[str, Json] = {
    "the street, to everybody": STREET,
    "the street by following, the quarter by looking around": {"terms": opens(EVERYONE, "quarter", "street")},
    "the quarter, to those who are here": {"terms": here("quarter", "quarter")},
    "the street to everybody until I leave": {
        "terms": opens(EVERYONE, "street", "street", lasts="until_i_leave")
    },
}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_two_spots_of_a_street_look_alike_whatever_is_asked(town: Town, contract: str) -> None:
    looks = 2 if CONTRACTS[contract] == STREET else 0
    one, other = (attacked(town(), spot, CONTRACTS[contract], looks) for spot in (ONE, OTHER))
    assert differences(one, other) == []
    assert one.possible() == spots_in_cell()


def differences(one: Notes, other: Notes) -> list[tuple[str, str]]:
    """What was said of one and not of the other, in the order in which it was said; at most three."""
    both = list(zip_longest(one.transcript(), other.transcript(), fillvalue="nothing"))
    return [(here[:400], there[:400]) for here, there in both if here != there][:3]


@pytest.mark.parametrize("rule", ["found where it is", "told nearly where it is"])
def test_a_rule_that_tells_a_little_more_is_found_out(
    town: Town, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    if rule == "found where it is":
        monkeypatch.setattr(rules, "disclosed_at", lambda at, level: at)
    else:
        monkeypatch.setattr(shown, "disclosed_at", _nearly)
    one, other = (attacked(town(), spot) for spot in (ONE, OTHER))
    assert differences(one, other)
    assert farthest_m(one.possible(), ONE) < 60
    assert farthest_m(other.possible(), OTHER) < 60


def _nearly(at: Position, level: Level) -> Position:
    cell = disclosed_at(at, level)
    return Position(at.lat + (cell.lat - at.lat) / 10, at.lon + (cell.lon - at.lon) / 10)


def test_the_same_attacker_finds_whoever_lets_everybody_know_exactly(town: Town) -> None:
    notes = attacked(town(), ONE, OPEN, 1)
    assert farthest_m(notes.possible(), ONE) < 20
