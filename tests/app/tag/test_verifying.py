"""Verifying a place: a reader of the business reads a tag of its staff there, and the phone is there as well."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app import clock
from app.businesses import queries
from app.db import Database
from app.factory import create_app
from app.settings import Settings
from app.trust.terms import Identity
from geo import destination
from tests.app.businesses.shop import Shop, a_shop
from tests.app.conftest import Counting
from tests.app.tag.tags import NONCE, Till, a_till, code_of, lets_know
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, point, square

#: Outside of a place that reaches 50 m, by less than a phone may be off.
NEXT_DOOR = destination(CAFE, 90, 60)
HERE = {"position": point(CAFE), "accuracy_m": 12.0}


def is_here(somebody: Someone, **more: Any) -> None:
    """Where the phone says it is, in a street."""
    somebody.moves(CAFE, accuracy_m=8.0, **more)


class Counter:
    """A shop with a place at the café, a till, and an owner who lets every business know their handle."""

    def __init__(self, world: World, app: Flask, **till: Any) -> None:
        self.shop: Shop = a_shop(world)
        self.owner = self.shop.owner
        lets_know(app, self.owner, Identity.HANDLE)
        world._founder = self.owner  # type: ignore[attr-defined]
        self.till: Till = a_till(world, {"id": self.shop.id}, **till)
        self.place = self.adds()

    def adds(self, **more: Any) -> Json:
        body = {"name": "On the corner", "position": point(CAFE), **more}
        return self.owner.posts(f"{self.shop.path}/places", body)

    def reads_owner(self, **more: Any) -> str:
        return self.till.outcome(code_of(self.owner), **more)

    @property
    def is_verified(self) -> bool:
        path = f"{self.shop.path}/places/{self.place['id']}"
        return bool(self.owner.gets(path)["properties"]["verified"])


@pytest.fixture
def counter(world: World, app: Flask) -> Counter:
    return Counter(world, app)


def test_a_reading_of_staff_by_their_reader_on_the_spot_verifies_it(counter: Counter) -> None:
    is_here(counter.owner)
    assert not counter.is_verified
    assert counter.reads_owner(**HERE) == "ok"
    assert counter.is_verified
    newest, before = counter.owner.gets(f"{counter.shop.path}/acts")["items"][:2]
    assert (newest["kind"], newest["about"]) == ("verified-place", counter.place["id"])
    assert (newest["by"]["handle"], before["kind"]) == (counter.owner.handle, "added-place")
    counter.reads_owner(**HERE)
    assert counter.owner.gets(f"{counter.shop.path}/acts")["items"][0]["id"] == newest["id"], "once is enough"


def test_only_places_one_is_in_and_none_of_another_business(counter: Counter, world: World) -> None:
    far = counter.adds(position=point(FAR_AWAY))
    theirs = a_shop(world, "Next to it")
    claimed = theirs.owner.posts(f"{theirs.path}/places", {"name": "Ours", "position": point(CAFE)})
    is_here(counter.owner)
    counter.reads_owner(**HERE)
    found = {
        each["id"]: each["properties"]["verified"]
        for path in (counter.shop.path, theirs.path)
        for each in counter.owner.gets(f"{path}/places")["features"]
    }
    assert found == {counter.place["id"]: True, far["id"]: False, claimed["id"]: False}


@pytest.mark.parametrize(
    "reader",
    [
        {},
        {"position": point(NEXT_DOOR), "accuracy_m": 12.0},
        {"position": point(FAR_AWAY), "accuracy_m": 12.0},
        {"position": point(CAFE)},
        {"position": point(CAFE), "accuracy_m": 51.0},
    ],
)
def test_a_reader_that_is_not_there_or_does_not_know_shows_nothing(counter: Counter, reader: Json) -> None:
    is_here(counter.owner)
    assert counter.reads_owner(**reader) == "ok"
    assert not counter.is_verified


@pytest.mark.parametrize(
    "goes",
    [
        lambda owner: None,
        lambda owner: owner.moves(NEXT_DOOR, accuracy_m=8.0),
        lambda owner: owner.moves(FAR_AWAY, accuracy_m=8.0),
        lambda owner: owner.moves(CAFE),
        lambda owner: owner.moves(CAFE, accuracy_m=51.0),
        lambda owner: (is_here(owner), owner.checks_out()),
        lambda owner: is_here(owner, fixed_at=(clock.now() - timedelta(minutes=11)).isoformat()),
    ],
)
def test_a_code_is_not_enough_where_the_phone_is_elsewhere(
    counter: Counter, goes: Callable[[Any], object]
) -> None:
    """Else a photographed code and a till on a sofa would do."""
    goes(counter.owner)
    assert counter.reads_owner(**HERE) == "ok"
    assert not counter.is_verified


def test_what_is_told_late_shows_nothing(counter: Counter) -> None:
    is_here(counter.owner)
    read_at, code = clock.now(), code_of(counter.owner)
    with clock.travelling(timedelta(minutes=11)):
        is_here(counter.owner)
        assert counter.till.outcome(code, read_at=read_at.isoformat(), **HERE) == "ok"
    assert not counter.is_verified


def test_a_wide_place_takes_no_wide_guess(counter: Counter) -> None:
    wide = counter.adds(radius_m=500)
    counter.owner.moves(CAFE, accuracy_m=120.0)
    counter.reads_owner(position=point(CAFE), accuracy_m=120.0)
    path = f"{counter.shop.path}/places/{wide['id']}"
    assert not counter.owner.gets(path)["properties"]["verified"]
    counter.owner.moves(CAFE, accuracy_m=100.0)
    counter.reads_owner(position=point(CAFE), accuracy_m=100.0)
    assert counter.owner.gets(path)["properties"]["verified"]


def test_customers_verify_nothing(counter: Counter, world: World, app: Flask) -> None:
    bob = world.person("Bob")
    bob.posts("/businesses", {"name": "Of his own"})
    lets_know(app, bob, Identity.HANDLE)
    is_here(bob)
    assert counter.till.outcome(code_of(bob), **HERE) == "ok"
    assert not counter.is_verified
    counter.shop.invites(bob)
    assert counter.till.outcome(code_of(bob), **HERE) == "ok"
    assert not counter.is_verified, "who is invited has not said yes"
    bob.puts(f"/me/invitations/{counter.shop.id}/acceptance")
    assert counter.till.outcome(code_of(bob), **HERE) == "ok"
    assert counter.is_verified


@pytest.mark.parametrize("allows", [Identity.NOBODY, Identity.PERSON, Identity.PSEUDONYM])
def test_it_tells_no_more_than_the_reading_does(app: Flask, counter: Counter, allows: Identity) -> None:
    """The record of acts names whoever verified a place, to all of the staff."""
    lets_know(app, counter.owner, allows)
    is_here(counter.owner)
    assert counter.reads_owner(**HERE) == ("silent" if allows is Identity.NOBODY else "ok")
    assert not counter.is_verified


@pytest.mark.parametrize(
    "till",
    [
        {"asks": "pseudonym"},
        {"kind": "post", "position": point(CAFE)},
        {"kind": "area", "area": square(CAFE, 0.005)},
    ],
)
def test_only_a_reader_that_is_carried_and_learns_who_it_is(world: World, app: Flask, till: Json) -> None:
    counter = Counter(world, app, **till)
    is_here(counter.owner)
    assert counter.reads_owner(**HERE) == "ok"
    assert not counter.is_verified
    counter.owner.deletes(f"/readers/{counter.till.id}")


def test_where_it_is_quiet_a_phone_shows_nothing(counter: Counter) -> None:
    home = {"name": "home", "lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 100.0}
    terms = [{"purpose": "readers", "who": {"group": "everyone"}, "identity": "handle"}]
    counter.owner.agrees({"terms": terms, "quiet_places": [home]})
    is_here(counter.owner)
    assert counter.reads_owner(**HERE) == "ok"
    assert not counter.is_verified


def test_the_same_nonce_once_more_verifies_nothing(counter: Counter) -> None:
    code = code_of(counter.owner)
    counter.till.reads(code, nonce=NONCE, **HERE)
    is_here(counter.owner)
    assert counter.till.reads(code, nonce=NONCE, **HERE)["outcome"] == "ok"
    assert not counter.is_verified


@pytest.fixture(scope="module")
def careful(database_url: str) -> Iterator[Flask]:
    """The application as it is outside of tests: it doubts."""
    app = create_app(Settings(database_url=database_url, limits=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.mark.parametrize("comes_from_far", [True, False])
def test_a_phone_that_is_not_believed_shows_nothing(careful: Flask, comes_from_far: bool) -> None:
    counter = Counter(World(careful.test_client(use_cookies=False)), careful)
    if comes_from_far:
        counter.owner.moves(FAR_AWAY, accuracy_m=8.0)
    is_here(counter.owner, mocked=not comes_from_far)
    counter.reads_owner(**HERE)
    assert not counter.is_verified


def test_no_reading_waits_for_who_changes_the_place(counter: Counter, database: Database) -> None:
    """Nor is a place verified that is about to be elsewhere."""
    is_here(counter.owner)
    with database.transaction() as session:
        queries.held_place(session, UUID(counter.place["id"]))
        assert counter.reads_owner(**HERE) == "ok"
    assert not counter.is_verified
    counter.reads_owner(**HERE)
    assert counter.is_verified


def test_what_customers_cost_does_not_grow(
    counter: Counter, world: World, app: Flask, statements: Counting
) -> None:
    bob = world.person("Bob")
    lets_know(app, bob, Identity.HANDLE)
    counts = []
    for more in ({}, HERE):
        code = code_of(bob)
        with statements() as sent:
            counter.till.reads(code, **more)
        counts.append(sent())
    assert counts[1] == counts[0] + 1
