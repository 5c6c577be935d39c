"""Every geometry given back is valid GeoJSON (RFC 7946): its order, its rings, its hands, its date line."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app import clock
from app.http.openapi import operations_of
from app.http.operations import media_type_of
from geo import Circle, Polygon, Position, area_from_geojson
from tests.app.events.evenings import an_event, dates_of, goes_on
from tests.app.search.finding import take_in
from tests.app.wishes.wishing import workshop
from tests.world import PURPOSE, Json, Someone, World, point, square

#: Swapped, it would be off the globe.
TOKYO = Position(35.6812, 139.7671)
TAVEUNI = Position(-16.9, 180.0)
GEO = "application/geo+json"


def told(value: Any) -> Iterator[Json]:
    """Every GeoJSON object within."""
    if isinstance(value, dict):
        if "coordinates" in value or value.get("type") in {"Feature", "FeatureCollection"}:
            yield value
        for each in value.values():
            yield from told(each)
    if isinstance(value, list):
        for each in value:
            yield from told(each)


def check(found: Json) -> None:
    """Hold an object to RFC 7946."""
    # Section 4: a coordinate reference system is not said any more.
    assert "crs" not in found
    match found["type"]:
        case "FeatureCollection":
            assert isinstance(found["features"], list)
            assert all(each["type"] == "Feature" for each in found["features"])
        case "Feature":
            assert found.keys() >= {"geometry", "properties"}
            assert isinstance(found["properties"], dict)
            assert isinstance(found["id"], str)
        case "Point":
            check_position(found["coordinates"])
        case "Polygon":
            check_polygon(found["coordinates"])
        case "MultiPolygon":
            assert len(found["coordinates"]) > 1, "one polygon is a Polygon"
            for each in found["coordinates"]:
                check_polygon(each)
        case other:
            raise AssertionError(f"{other} is nothing we speak of")


def check_position(at: Any) -> None:
    """Section 3.1.1: longitude, then latitude."""
    lon, lat = at
    assert all(isinstance(each, int | float) and not isinstance(each, bool) for each in at)
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90


def check_polygon(rings: Any) -> None:
    """Section 3.1.6: closed, of four positions or more, the border to the left of which is the inside."""
    exterior, *holes = rings
    for ring in rings:
        assert len(ring) >= 4
        assert ring[0] == ring[-1]
        for at in ring:
            check_position(at)
    assert twice_signed_area(exterior) > 0
    assert all(twice_signed_area(hole) < 0 for hole in holes)
    lons = [lon for lon, _ in exterior]
    # Section 3.1.9: what crosses the date line is cut there.
    assert max(lons) - min(lons) < 180


def twice_signed_area(ring: Any) -> float:
    """By the shoelace formula, seen from the first corner so that small rings keep their digits."""
    x, y = ring[0]
    return float(sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring)))


def checked(answer: TestResponse) -> list[Json]:
    """The geometries of an answer, each held to the standard."""
    assert answer.status_code < 300, answer.get_data(as_text=True)
    found = list(told(answer.get_json(force=True)))
    for each in found:
        check(each)
    return [each for each in found if "coordinates" in each]


def town(world: World, here: Position) -> dict[str, str]:
    """Something of every kind around a position; where to read it."""
    topic, ana = world.topic(), world.person("Ana")
    location, place = world.location(here), world.place(here)
    business, offer = world.business(), world.offer([topic], here)
    shop = world.founder.posts(
        f"/businesses/{business['id']}/places", {"name": "Shop", "position": point(here)}
    )["id"]
    made = ana.checks_in(here, "hello", exactness="quarter", topics=[topic])
    ana.puts("/me/searches/hello", {"topic": topic})
    event = an_event(ana, timedelta(minutes=-1), position=point(here), radius_m=8000, topics=[topic])
    goes_on(world)
    ana.checks_in(here, "at the event")
    date = f"{event['id']}/dates/{dates_of(ana, event)[0]['id']}"
    return {
        "person": ana.token,
        "/communities": "?kind=location&limit=100",
        "/communities/near": f"?lat={here.lat}&lon={here.lon}",
        "/communities/covering": f"?lat={here.lat}&lon={here.lon}",
        "/communities/<uuid:community_id>": location["id"],
        "/places": f"?lat={here.lat}&lon={here.lon}",
        "/places/<uuid:place_id>": place["id"],
        "/offers/<uuid:offer_id>": offer["id"],
        "/me/searches/<slug>/found": "hello/found",
        "/search": f"?topic={topic}",
        "/events": f"?topic={topic}",
        "/events/<uuid:event_id>": event["id"],
        "/events/<uuid:event_id>/dates": f"{event['id']}/dates",
        "/events/<uuid:event_id>/dates/<uuid:date_id>": date,
        "/events/<uuid:event_id>/dates/<uuid:date_id>/story": f"{date}/story",
        "/check-ins": f"?topic={topic}",
        "/check-ins/<uuid:check_in_id>": made["id"],
        "/businesses/<uuid:business_id>": business["id"],
        "/businesses/<uuid:business_id>/places": f"{business['id']}/places",
        "/businesses/<uuid:business_id>/places/<uuid:business_place_id>": f"{business['id']}/places/{shop}",
        "/businesses/places/covering": f"?lat={here.lat}&lon={here.lon}",
        **wished(world, ana, here),
    }


def wished(world: World, ana: Someone, here: Position) -> dict[str, str]:
    """A wish that is open, where to read it as a member and as a business."""
    goal = workshop(world, 5)
    ana.joins(goal.community)
    wish, business = goal.opened(area=square(here)), ana.posts("/businesses", {"name": "Ana's"})["id"]
    until = (clock.now() + timedelta(days=1)).isoformat()
    coffee = {"title": "Coffee", "topics": [goal.topic], "area": square(here), "ends_at": until}
    ana.posts(f"/businesses/{business}/offers", coffee)
    ana.puts(f"/wishes/{wish}/pledge")
    return {
        "/wishes/<uuid:wish_id>": wish,
        "/communities/<uuid:community_id>/wishes": f"{goal.community['id']}/wishes",
        "/businesses/<uuid:business_id>/offers": f"{business}/offers",
        "/businesses/<uuid:business_id>/wishes": f"{business}/wishes?limit=100",
        "/businesses/<uuid:business_id>/wishes/answered": f"{business}/wishes/answered",
    }


@pytest.mark.parametrize("here", [TOKYO, TAVEUNI], ids=["in Tokyo", "on the date line"])
def test_whatever_is_read_is_valid(app: Flask, world: World, here: Position) -> None:
    if here is TAVEUNI:
        here = Position(TAVEUNI.lat, 179.95)
    said = town(world, here)
    take_in(app)
    headers = {"Authorization": f"Bearer {said['person']}"}
    rules = [each for each in operations_of(app) if each.method == "GET" and media_type_of(each.gives) == GEO]
    for operation in rules:
        rule = operation.rule.removeprefix("/v1")
        more = said.get(rule, "")
        path = (
            f"/v1{rule}{more}" if more.startswith("?") or not more else f"/v1{rule.partition('<')[0]}{more}"
        )
        answer = world.client.get(path, headers=headers)
        assert answer.mimetype == GEO, path
        if rule not in {"/me/communities", "/businesses/<uuid:business_id>/wishes/answered"}:
            assert checked(answer), path


def test_whatever_is_made_is_valid(world: World) -> None:
    topic, ana = world.shared(), world.person("Ana")
    made = {
        "/communities": {
            "kind": "location",
            "name": "Area",
            "purpose": PURPOSE,
            "area": square(TOKYO),
        },
        "/places": {"name": "Place", "position": point(TOKYO)},
        "/check-ins": {"position": point(TOKYO)},
        f"/businesses/{world.business()['id']}/offers": {
            "title": "Tea",
            "topics": [topic],
            "area": square(TOKYO),
            "ends_at": (clock.now() + timedelta(days=1)).isoformat(),
        },
    }
    for path, body in made.items():
        answer = (world.founder if "offers" in path else ana).asks("POST", path, body)
        assert (len(checked(answer)), answer.mimetype) == (1, GEO), path
    joined = ana.asks("PUT", f"/communities/{world.community()['id']}/membership")
    assert (joined.mimetype, joined.get_json(force=True)["geometry"]) == (GEO, None)


@pytest.mark.parametrize("path", ["/me/positions", "/me/check-out"])
def test_a_position_is_a_point_longitude_first(world: World, path: str) -> None:
    ana = world.person("Ana")
    ana.moves(TOKYO)
    assert ana.presence["position"] == {"type": "Point", "coordinates": [TOKYO.lon, TOKYO.lat]}
    if path == "/me/positions":
        assert checked(ana.asks("POST", path, {"position": point(TOKYO)})) == [point(TOKYO)]


def test_many_check_ins_are_features_each(world: World) -> None:
    many = {"check_ins": [{"position": point(TOKYO)}, {"position": None}, {"position": point(TAVEUNI)}]}
    assert checked(world.person("Ana").asks("POST", "/check-ins/batch", many)) == [
        point(TOKYO),
        point(TAVEUNI),
    ]


RING = [[139.0, 35.0], [139.1, 35.0], [139.1, 35.1], [139.0, 35.1], [139.0, 35.0]]
HOLE = [[139.04, 35.04], [139.06, 35.04], [139.06, 35.06], [139.04, 35.06], [139.04, 35.04]]
BESIDE = [[139.2, 35.0], [139.3, 35.0], [139.3, 35.1], [139.2, 35.0]]
DRAWN: dict[str, Json] = {
    "clockwise": {"type": "Polygon", "coordinates": [RING[::-1]]},
    "a hole the same way round": {"type": "Polygon", "coordinates": [RING, HOLE]},
    "all the wrong way round": {"type": "Polygon", "coordinates": [RING[::-1], HOLE]},
    "two clockwise": {"type": "MultiPolygon", "coordinates": [[RING[::-1]], [BESIDE[::-1]]]},
    "one of several": {"type": "MultiPolygon", "coordinates": [[RING[::-1], HOLE]]},
    "with heights": {"type": "Polygon", "coordinates": [[[*at, 7.5] for at in RING[::-1]]]},
    "a corner twice": {"type": "Polygon", "coordinates": [[RING[0], *RING]]},
}


@pytest.mark.parametrize("drawn", DRAWN)
def test_however_it_was_drawn_it_comes_back_right_handed(world: World, drawn: str) -> None:
    body = {"kind": "location", "name": "Area", "purpose": PURPOSE, "area": DRAWN[drawn]}
    founded = world.founder.asks("POST", "/communities", body)
    (got,) = checked(founded)
    assert area_from_geojson(got).outline().equals(area_from_geojson(DRAWN[drawn]).outline())


def test_any_area_comes_back_valid_and_the_same(world: World) -> None:
    """Rings around random middles, both ways round, cut where they cross the date line."""

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        at=st.builds(Position, st.floats(-89, 89), st.floats(-180, 180)),
        radius_m=st.floats(20, 40_000),
        wrong=st.booleans(),
    )
    def drawn(at: Position, radius_m: float, wrong: bool) -> None:
        area = Polygon(Circle(at, radius_m).outline())
        shape = area.to_geojson()
        rings = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        turned = [[ring[::-1] if wrong else ring for ring in polygon] for polygon in rings]
        body = {
            "kind": "location",
            "name": "Area",
            "purpose": PURPOSE,
            "area": {"type": "MultiPolygon", "coordinates": turned},
        }
        (got,) = checked(world.founder.asks("POST", "/communities", body))
        assert area_from_geojson(got).outline().equals(area.outline())

    drawn()


@pytest.mark.parametrize("bbox", ["139.7,35.6,139.8,35.7", "179.98,-17,-179.98,-16.98", "10,89.8,20,89.99"])
def test_the_quarters_on_the_map_are_valid(world: World, bbox: str) -> None:
    answer = world.client.get(f"/quarters.geojson?bbox={bbox}")
    assert answer.mimetype == GEO
    assert checked(answer)
