"""Places over HTTP."""

from uuid import UUID

from app import clock
from app.errors import NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Feature, FeatureCollection
from app.places import queries, service
from app.places.schemas import NewPlace, PlacesAsked, PlaceShown, feature_of
from geo import Position

places = Operations("places")


@places.post("/places", seldom="places")
def add_place(call: Call, body: NewPlace) -> Feature[PlaceShown]:
    """Add a named point."""
    position = body.position.position()
    new = service.NewPlace(body.name, body.category, position)
    place = service.add_place(call.session, new, call.me, clock.now())
    call.made(f"/v1/places/{place.id}")
    return feature_of(place)


@places.get("/places", anyone=True)
def places_near(call: Call, query: PlacesAsked) -> FeatureCollection[PlaceShown]:
    """Places near a point, nearest first."""
    found = queries.places_near(call.session, Position(query.lat, query.lon), query.radius, query.limit)
    return FeatureCollection[PlaceShown](features=[feature_of(each) for each in found])


@places.get("/places/<uuid:place_id>", anyone=True)
def place(call: Call, place_id: UUID) -> Feature[PlaceShown]:
    """One place."""
    found = queries.place(call.session, place_id)
    if found is None:
        raise NotFound("There is no such place.")
    return feature_of(found)
