"""What bodies, queries and answers are made of (pydantic), with the limits every text and list has."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from geo import Area, GeoError, Position, area_from_geojson

T = TypeVar("T")

#: PostgreSQL keeps no NUL in text, and control characters have no place in what people read.
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TOPIC_KEY = r"^(interest|goal|value):[a-z0-9]+(-[a-z0-9]+)*$"
#: A tag of BCP 47 (RFC 5646, section 2.1), its language in small letters: ca, pt-BR, zh-Hant, sl-rozaj-1994.
LANGUAGE_TAG = (
    r"^[a-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[a-wyzA-WYZ0-9](-[A-Za-z0-9]{2,8})+)*(-x(-[A-Za-z0-9]{1,8})+)?$"
)
#: All languages that have two letters (ISO 639-1); those of three are thousands.
_OF_TWO_LETTERS = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml
    mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd
    se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve
    vi vo wa wo xh yi yo za zh zu
"""
_TWO_LETTERS = frozenset(_OF_TWO_LETTERS.split())


class Schema(BaseModel):
    """What a client sends: nothing is converted, nothing unknown is taken."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    media_type: ClassVar[str] = "application/json"


class Query(BaseModel):
    """What stands behind the question mark: text, so numbers and times are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def words(most: int, least: int = 0) -> StringConstraints:
    """Text of so many characters, trimmed: `Annotated[str, words(280)]`."""
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most, pattern=PRINTABLE)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time lies outside the years 1 to 9999 of UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Slug = Annotated[str, StringConstraints(max_length=40, pattern=SLUG)]
TopicKey = Annotated[str, StringConstraints(max_length=60, pattern=TOPIC_KEY)]


def _language(tag: str) -> str:
    language = tag.partition("-")[0]
    if len(language) == 2 and language not in _TWO_LETTERS:
        raise ValueError(f"{language} is no language of ISO 639. Send a tag of BCP 47, such as ca or pt-BR")
    return tag


Language = Annotated[
    str,
    StringConstraints(max_length=35, pattern=LANGUAGE_TAG),
    AfterValidator(_language),
    Field(description="a tag of BCP 47, such as ca or pt-BR"),
]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="degrees, WGS 84")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="degrees, WGS 84")]
Metres = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


def _taught(read: Callable[[dict[str, Any]], T]) -> Callable[[Any], Any]:
    """A geometry reader as a pydantic validator: GeoError is a ValueError, so its message reaches the client."""

    def validate(shape: Any) -> Any:
        read(shape.model_dump())
        return shape

    return validate


class PointShape(Schema):
    """A GeoJSON Point (RFC 7946): [longitude, latitude]."""

    type: Literal["Point"]
    coordinates: Annotated[list[float], Field(min_length=2, max_length=3)]

    @classmethod
    def of(cls, position: Position) -> "PointShape":
        """Show a position."""
        return cls(type="Point", coordinates=[position.lon, position.lat])

    def position(self) -> Position:
        """The position; raises GeoError where it is none."""
        return Position.from_geojson(self.model_dump())


class AreaShape(Schema):
    """A GeoJSON Polygon or MultiPolygon (RFC 7946)."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]

    @classmethod
    def of(cls, area: Area) -> "AreaShape":
        """Show an area's outline."""
        return cls.model_construct(**area.to_geojson())

    def area(self) -> Area:
        """The area; raises GeoError where it is none."""
        return area_from_geojson(self.model_dump())


PointGiven = Annotated[PointShape, AfterValidator(_taught(Position.from_geojson))]
AreaGiven = Annotated[AreaShape, AfterValidator(_taught(area_from_geojson))]


class ProblemDetails(BaseModel):
    """Why something could not be done (RFC 9457); some kinds say more than these members."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    title: str
    status: int
    detail: str


class Page(Schema, Generic[T]):
    """A part of a list. The next part, if any, is in the Link header (RFC 8288) as rel="next"."""

    items: list[T]
    next_cursor: Annotated[UUID | None, Field(exclude=True)] = None


class Feature(Schema, Generic[T]):
    """A GeoJSON Feature (RFC 7946)."""

    media_type: ClassVar[str] = "application/geo+json"
    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: PointShape | AreaShape | None
    properties: T


class FeatureCollection(Schema, Generic[T]):
    """A part of a list as GeoJSON. The next part, if any, is in the Link header as rel="next"."""

    media_type: ClassVar[str] = "application/geo+json"
    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature[T]]
    next_cursor: Annotated[UUID | None, Field(exclude=True)] = None


__all__ = [
    "AreaGiven",
    "AreaShape",
    "Feature",
    "FeatureCollection",
    "GeoError",
    "Language",
    "Latitude",
    "Longitude",
    "Metres",
    "Moment",
    "Page",
    "PointGiven",
    "PointShape",
    "ProblemDetails",
    "Query",
    "Schema",
    "Slug",
    "TopicKey",
    "words",
]
