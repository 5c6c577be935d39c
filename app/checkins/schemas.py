"""Check-ins as JSON."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from app.checkins.rules import LONGEST_TEXT, MOST_COMMUNITIES
from app.http.pages import Paged
from app.http.schemas import (
    Feature,
    Latitude,
    Longitude,
    Metres,
    Moment,
    PointGiven,
    ProblemDetails,
    Schema,
    Slug,
    TopicKey,
    words,
)
from app.trust.rules import Visibility
from app.trust.terms import Level
from geo import Box

MOST_AT_ONCE = 500


class NewCheckInGiven(Schema):
    """Where I am and what I am doing."""

    position: PointGiven
    accuracy_m: Annotated[Metres | None, Field(description="how sure the position is, as a radius")] = None
    text: Annotated[str, words(LONGEST_TEXT)] = ""
    topics: list[TopicKey] = Field(default_factory=list, max_length=10)
    communities: Annotated[
        list[UUID],
        Field(
            description="chosen communities of mine to post it to, whatever its topics",
            max_length=MOST_COMMUNITIES,
        ),
    ] = Field(default_factory=list)
    activity: Annotated[Slug | None, Field(description="what I am doing, e.g. riding")] = None
    place_id: UUID | None = None
    visibility: Annotated[
        Literal["public", "communities", "followers", "me"],
        Field(description="for whom it is at most, of those to whom my trust contract lets it be known"),
    ] = "public"
    exactness: Annotated[
        Literal["exact", "street", "quarter", "city"],
        Field(description="how exactly those outside my communities may know where, at most"),
    ] = "exact"
    fixed_at: Annotated[Moment | None, Field(description="when the position was taken; now, if left out")] = (
        None
    )
    mocked: Annotated[bool, Field(description="the phone says that the position was made up")] = False
    planned_for: Annotated[
        Moment | None, Field(description="when I will be there; it then says nothing of where I am now")
    ] = None
    friend: Annotated[
        str | None,
        Field(max_length=30, description="whom I check in instead of me, if they let me: their handle"),
    ] = None
    sent_at: Annotated[Moment | None, Field(description="the phone's clock when it sent this")] = None


class KeyedCheckIn(NewCheckInGiven):
    """One of many check-ins: with a key of its own it is written once however often it is sent."""

    key: Annotated[str, Field(min_length=1, max_length=255, pattern="^[ -~]+$")] | None = None


class ManyCheckIns(Schema):
    """Check-ins kept while the phone was offline. Each is judged for itself."""

    check_ins: Annotated[list[Any], Field(min_length=1, max_length=MOST_AT_ONCE)]


class MembershipOpened(Schema):
    """A location community this check-in makes me part of, for a while."""

    id: UUID
    name: str
    until: Moment


class CheckInShown(Schema):
    """What is disclosed of a check-in."""

    handle: str
    text: str
    activity: str | None
    topics: list[str]
    place_id: UUID | None
    communities: Annotated[
        list[UUID], Field(description="location communities around it, the smallest first")
    ]
    disclosed: Literal["exact", "street", "quarter", "city"]
    accuracy_m: float | None
    fixed_at: Moment
    received_at: Moment
    planned_for: Annotated[Moment | None, Field(description="when they will be there, if it is a plan")]
    unverified: Annotated[
        list[str],
        Field(description="why it is not believed that they are there: mocked, future, too-fast, two-places"),
    ]
    said_by: Annotated[str | None, Field(description="for its author: who said it for them")]


class CheckInMade(Feature[CheckInShown]):
    """A check-in, and what it opened for its author."""

    memberships: list[MembershipOpened]


class Outcome(Schema):
    """What became of one of many."""

    status: int
    check_in: CheckInMade | None = None
    problem: ProblemDetails | None = None


class Outcomes(Schema):
    """What became of each, in the order sent."""

    results: list[Outcome]


def _corners(said: object) -> object:
    if not isinstance(said, str):
        return said
    try:
        west, south, east, north = (float(part) for part in said.split(","))
    except ValueError:
        raise ValueError("give west,south,east,north in degrees, such as 2.05,41.32,2.23,41.47") from None
    return Box(west, south, east, north)


BoundingBox = Annotated[
    Box,
    BeforeValidator(_corners, json_schema_input_type=str),
    Field(description="west,south,east,north in degrees (RFC 7946 §5); west > east crosses the antimeridian"),
]


class FeedAsked(Paged):
    """Which check-ins, newest first. Selectors may be combined."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    radius: Annotated[float, Field(gt=0, le=30_000, description="metres")] | None = None
    bbox: BoundingBox | None = None
    community: UUID | None = None
    topic: TopicKey | None = None
    person: Annotated[str, Field(max_length=30)] | None = None
    since: Annotated[Moment | None, Field(description="received at or after")] = None
    until: Annotated[Moment | None, Field(description="received before")] = None

    @model_validator(mode="after")
    def _whole(self) -> "FeedAsked":
        circle = (self.lat, self.lon, self.radius)
        if any(part is not None for part in circle) and None in circle:
            raise ValueError("lat, lon and radius belong together; give all three")
        if self.bbox is not None and self.lat is not None:
            raise ValueError("give either lat, lon and radius, or bbox")
        return self


def visibility_of(given: NewCheckInGiven) -> tuple[Visibility, Level]:
    """As the rules know them."""
    return Visibility(given.visibility), Level.of(given.exactness)
