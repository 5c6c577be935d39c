"""What clients say on sockets, and how a watch is understood."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.http.schemas import AreaGiven, Latitude, Longitude, Schema, TopicKey
from geo import Area, Box, Circle, Position

Kind = Literal[
    "check_in",
    "check_in_removed",
    "reply",
    "reply_removed",
    "reaction",
    "presence",
    "business_post",
    "business_post_removed",
]
MOST_SNAPSHOT = 50


class CircleGiven(Schema):
    """A point and how far around it."""

    lat: Latitude
    lon: Longitude
    radius_m: Annotated[float, Field(gt=0, le=30_000, allow_inf_nan=False)]


def _box(corners: list[float]) -> list[float]:
    Box(*corners)
    return corners


Corners = Annotated[list[float], Field(min_length=4, max_length=4), AfterValidator(_box)]


class WatchGiven(Schema):
    """What to hear from now on: in an area, or in communities, or both; on any of some topics."""

    name: Annotated[str, Field(min_length=1, max_length=40)] = "watch"
    circle: CircleGiven | None = None
    bbox: Corners | None = None
    polygon: AreaGiven | None = None
    topics: list[TopicKey] = Field(default_factory=list, max_length=20)
    communities: list[UUID] = Field(default_factory=list, max_length=20)
    kinds: list[Kind] | None = Field(default=None, min_length=1, description="all of them, if left out")
    since: Annotated[str, Field(max_length=2000)] | None = None
    snapshot: Annotated[int, Field(ge=0, le=MOST_SNAPSHOT)] = 20

    @model_validator(mode="after")
    def _one_area(self) -> "WatchGiven":
        areas = [each for each in (self.circle, self.bbox, self.polygon) if each is not None]
        if len(areas) > 1:
            raise ValueError("give one of circle, bbox and polygon; for more, watch again with another name")
        if not areas and not self.communities:
            raise ValueError("say where: a circle, a bbox, a polygon, or communities")
        return self

    def area(self) -> Area | None:
        """The area, whichever way it was said."""
        if self.circle:
            return Circle(Position(self.circle.lat, self.circle.lon), self.circle.radius_m)
        if self.bbox:
            west, south, east, north = self.bbox
            return Box(west, south, east, north)
        return self.polygon.area() if self.polygon else None


class UnwatchGiven(Schema):
    """Which watch to end."""

    name: str = "watch"


class Nothing(Schema):
    """No more need be said."""
