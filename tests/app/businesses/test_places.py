"""Places: where a business says it is, small, for everybody to read, and verified only as long as they stay put."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import clock
from app.businesses import placing, queries, service
from app.businesses.models import BusinessPlace
from app.businesses.placing import Spot
from app.db import Database
from app.errors import NotFound
from app.ids import new_id
from geo import Circle, Position, destination
from tests.app.businesses.shop import Shop, a_shop
from tests.app.conftest import Counting
from tests.app.plans import plans_of, read_whole
from tests.app.rows import rows_in
from tests.world import CAFE, FAR_AWAY, Json, World, point, square

NOBODY = "00000000-0000-7000-8000-000000000000"
CORNER = {"name": "On the corner", "position": point(CAFE)}


@pytest.fixture
def shop(world: World) -> Shop:
    return a_shop(world)


def adds(shop: Shop, **more: object) -> Json:
    return shop.owner.posts(f"{shop.path}/places", {**CORNER, **more})


def verifies(database: Database, place: Json) -> None:
    with database.transaction() as session:
        placing.verify_place(session, UUID(place["id"]), clock.now())


def test_everybody_reads_where_a_business_is(world: World, shop: Shop) -> None:
    made = adds(shop)
    properties = made["properties"]
    assert (properties["name"], properties["verified"], properties["place_id"]) == (
        CORNER["name"],
        False,
        None,
    )
    assert properties["position"] == point(CAFE)
    assert properties["business"] == {"id": shop.id, "name": "Bike Bar"}
    assert made["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    for path in (
        f"{shop.path}/places",
        f"/businesses/places/covering?lat={CAFE.lat}&lon={CAFE.lon}&limit=100",
    ):
        listed = world.client.get(f"/v1{path}").get_json(force=True)["features"]
        assert made in listed, path
    assert world.client.get(f"/v1{shop.path}/places/{made['id']}").get_json(force=True) == made


def test_whose_place_one_is_not_in_is_not_told(world: World, shop: Shop) -> None:
    made = adds(shop, radius_m=20)
    near = destination(CAFE, 90, 25)
    found = world.founder.gets(f"/businesses/places/covering?lat={near.lat}&lon={near.lon}&limit=100")[
        "features"
    ]
    assert made["id"] not in [each["id"] for each in found]


def test_it_may_be_a_place_people_check_in_at(world: World, shop: Shop) -> None:
    cafe = world.place()["id"]
    assert adds(shop, place_id=cafe)["properties"]["place_id"] == cafe
    elsewhere = world.place(FAR_AWAY, "Far away")["id"]
    for wrong in (elsewhere, NOBODY):
        refused = shop.owner.is_refused("POST", f"{shop.path}/places", {**CORNER, "place_id": wrong})
        assert refused["type"] == "/v1/problems/unknown-place"


@pytest.mark.parametrize(
    ("more", "type", "says"),
    [
        ({"area": square(CAFE, 0.01)}, "bad-area", "at most 1 km²"),
        ({"area": square(CAFE, 10)}, "invalid", "draw it smaller"),
        ({"area": square(FAR_AWAY, 0.001)}, "bad-area", "lies in its area"),
        ({"radius_m": 561}, "invalid", "/radius_m"),
        ({"radius_m": 0}, "invalid", "/radius_m"),
        ({"name": ""}, "invalid", "/name"),
        ({"name": "a\0b"}, "invalid", "/name"),
        ({"name": "x" * 81}, "invalid", "/name"),
        ({"position": {"type": "Point", "coordinates": [2.1, 91.0]}}, "invalid", "-90 and 90"),
        ({"verified_at": "2026-11-23T00:00:00Z"}, "invalid", "/verified_at"),
    ],
)
def test_a_place_that_cannot_be(shop: Shop, more: Json, type: str, says: str) -> None:
    refused = shop.owner.is_refused("POST", f"{shop.path}/places", {**CORNER, **more})
    assert refused["type"] in {f"/v1/problems/{type}", "/v1/problems/bad-area"}
    assert says in refused["detail"]
    assert shop.owner.gets(f"{shop.path}/places")["features"] == []


def test_two_slivers_are_not_one_place(shop: Shop) -> None:
    """However little they cover together, they would claim what lies between them."""
    parts = [square(each, 0.0005)["coordinates"] for each in (CAFE, destination(CAFE, 90, 5_000))]
    body = {**CORNER, "area": {"type": "MultiPolygon", "coordinates": parts}}
    refused = shop.owner.is_refused("POST", f"{shop.path}/places", body)
    assert "reaches further than 2 km" in refused["detail"]


def test_the_staff_alone_change_it(world: World, shop: Shop) -> None:
    eve, made = world.person("Eve"), adds(shop)
    other = a_shop(world)
    path = f"{shop.path}/places"
    for who, method, where in (
        (eve, "POST", path),
        (eve, "PATCH", f"{path}/{made['id']}"),
        (eve, "DELETE", f"{path}/{made['id']}"),
        (other.owner, "PATCH", f"{path}/{made['id']}"),
    ):
        body = CORNER if method != "DELETE" else None
        assert who.is_refused(method, where, body)["type"] == "/v1/problems/not-allowed"
    theirs = f"{other.path}/places/{made['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        assert other.owner.is_refused(method, theirs, {} if method == "PATCH" else None)["status"] == 404
    assert world.founder.gets(f"{path}/{made['id']}") == made
    sam = shop.takes_on()
    sam.deletes(f"{path}/{made['id']}")
    assert sam.gets(path)["features"] == []
    kinds = [each["kind"] for each in sam.gets(f"{shop.path}/acts")["items"]]
    assert (kinds[0], "added-place" in kinds) == ("removed-place", True)


MOVED = point(destination(CAFE, 0, 30))


@pytest.mark.parametrize(
    ("change", "verified"),
    [
        ({}, True),
        ({"name": "Another name"}, True),
        ({"position": CORNER["position"]}, True),
        ({"position": CORNER["position"], "radius_m": 50}, True),
        ({"place_id": None}, True),
        ({"position": MOVED}, False),
        ({"position": MOVED, "radius_m": 50}, False),
        ({"position": CORNER["position"], "radius_m": 51}, False),
        ({"area": square(CAFE, 0.0005)}, False),
    ],
)
def test_who_moves_is_to_be_verified_anew(
    shop: Shop, database: Database, change: Json, verified: bool
) -> None:
    made = adds(shop)
    verifies(database, made)
    path = f"{shop.path}/places/{made['id']}"
    assert shop.owner.gets(path)["properties"]["verified"] is True
    answer = shop.owner.asks("PATCH", path, change)
    assert answer.get_json(force=True)["properties"]["verified"] is verified
    assert shop.owner.gets(path) == answer.get_json(force=True)


def test_what_is_refused_verifies_nothing_away(shop: Shop, database: Database) -> None:
    made = adds(shop)
    verifies(database, made)
    path = f"{shop.path}/places/{made['id']}"
    before = shop.owner.gets(path)
    for wrong in ({"area": square(CAFE, 0.01)}, {"position": point(FAR_AWAY)}, {"radius_m": 9}):
        assert shop.owner.is_refused("PATCH", path, wrong)["status"] == 422
    assert shop.owner.gets(path) == before


def test_one_that_is_gone_is_not_verified(session: Session) -> None:
    with pytest.raises(NotFound):
        placing.verify_place(session, UUID(NOBODY), clock.now())


def test_with_nobody_left_it_is_nowhere(world: World, shop: Shop) -> None:
    made = adds(shop)
    assert shop.owner.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    found = world.founder.gets(f"/businesses/places/covering?lat={CAFE.lat}&lon={CAFE.lon}&limit=100")[
        "features"
    ]
    assert made["id"] not in [each["id"] for each in found]


def test_only_so_many(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    monkeypatch.setattr(placing, "MOST_PLACES", 2)
    for _ in range(2):
        adds(shop)
    assert shop.owner.is_refused("POST", f"{shop.path}/places", CORNER)["type"] == "/v1/problems/conflict"


def test_whose_places_are_here_is_found_by_the_index(session: Session) -> None:
    rows = rows_in(session)
    by = rows.person()
    business = service.register(session, "Bike Bar", "", by, rows.now).id
    for step in range(200):
        at = destination(CAFE, step, 100.0 * step)
        row = {"id": new_id(), "business_id": business, "name": "x", "position": at, "created_at": rows.now}
        session.execute(insert(BusinessPlace).values(**row, area=Circle(at, 50)))
    plans = plans_of(session, lambda: queries.places_covering(session, CAFE, 20))
    assert any("business_places_area_index" in plan for plan in plans)
    plans += plans_of(session, lambda: queries.places_of(session, business))
    assert read_whole(plans) == set()


def test_as_a_slow_look_at_each_has_it(session: Session) -> None:
    rows = rows_in(session)
    by = rows.person()
    business = service.register(session, "Bike Bar", "", by, rows.now).id
    middle = Position(-33.4, -70.6)
    spots = [
        Spot("x", at, Circle(at, 80)) for at in (destination(middle, 40 * n, 30.0 * n) for n in range(9))
    ]
    for each in spots:
        placing.add_place(session, business, each, by, rows.now + timedelta(seconds=1))
    for here in (destination(middle, 20 * n, 15.0 * n) for n in range(15)):
        found = [place.position for place, _ in queries.places_covering(session, here, 100)]
        # An outline of 64 sides lies a fraction of a metre within its circle.
        sure, at_most = (
            {each.position for each in spots if Circle(each.position, radius_m).contains(here)}
            for radius_m in (79.5, 80)
        )
        assert sure <= set(found) <= at_most


def test_a_list_is_two_statements(shop: Shop, statements: Counting) -> None:
    for _ in range(3):
        adds(shop)
    with statements() as sent:
        shop.owner.gets(f"{shop.path}/places")
        assert sent() == 2
