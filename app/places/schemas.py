"""Places as JSON."""

from typing import Annotated

from pydantic import Field

from app.http.pages import MOST
from app.http.schemas import Feature, Latitude, Longitude, PointGiven, PointShape, Query, Schema, words
from app.places.models import Place


class NewPlace(Schema):
    """A place to add."""

    name: Annotated[str, words(100, 1)]
    category: Annotated[str, words(60, 1)] | None = None
    position: PointGiven


class PlacesAsked(Query):
    """Places around a point."""

    lat: Latitude
    lon: Longitude
    radius: Annotated[float, Field(gt=0, le=20_000, description="metres")] = 1000
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class PlaceShown(Schema):
    """What is known of a place."""

    name: str
    category: str | None


def feature_of(place: Place) -> Feature[PlaceShown]:
    """Show one."""
    return Feature[PlaceShown](
        id=place.id,
        geometry=PointShape.of(place.position),
        properties=PlaceShown(name=place.name, category=place.category),
    )
