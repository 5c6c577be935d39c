"""Events as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, NaiveDatetime, model_validator

from app.events.choosing import Choice
from app.events.models import Event
from app.events.queries import Dated, Mine, Whole
from app.events.rules import MOST_SEATS, counted
from app.http.pages import Paged
from app.http.schemas import (
    AreaGiven,
    AreaShape,
    Feature,
    Latitude,
    Longitude,
    Moment,
    PointGiven,
    PointShape,
    Schema,
    TopicKey,
    words,
)


def _whole_seconds(said: datetime) -> datetime:
    return said.replace(microsecond=0)


LocalTime = Annotated[
    NaiveDatetime,
    AfterValidator(_whole_seconds),
    Field(description="by the clock on the wall of its time zone, without an offset: 2026-12-01T19:30:00"),
]
Title = Annotated[str, words(120, 2)]
Text = Annotated[str, words(4000)]
Topics = Annotated[list[TopicKey], Field(max_length=10)]
Zone = Annotated[str, words(64, 1), Field(description="IANA, such as Europe/Madrid")]
Recurrence = Annotated[
    str, words(310, 1), Field(description="a rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=TU")
]
Capacity = Annotated[int, Field(ge=1, le=MOST_SEATS, description="seats; whoever comes after that waits")]
Radius = Annotated[float, Field(ge=10, le=50_000, allow_inf_nan=False, description="metres around the point")]
DEFAULT_RADIUS_M = 100.0


class NewEventGiven(Schema):
    """An event to make. It is at a place, around a point or in an area; one of them at least."""

    title: Title
    text: Text = ""
    topics: Topics = Field(default_factory=list)
    community_id: Annotated[UUID | None, Field(description="its host, of which I am a member")] = None
    business_id: Annotated[UUID | None, Field(description="its host, for which I act")] = None
    place_id: UUID | None = None
    position: PointGiven | None = None
    radius_m: Radius = DEFAULT_RADIUS_M
    area: AreaGiven | None = None
    starts_at: LocalTime
    ends_at: LocalTime
    time_zone: Zone
    recurrence: Recurrence | None = None
    capacity: Capacity | None = None
    visibility: Annotated[
        Literal["public", "community"], Field(description="who sees it: all, or the community's members")
    ] = "public"

    @model_validator(mode="after")
    def _whole(self) -> "NewEventGiven":
        if self.community_id and self.business_id:
            raise ValueError("an event has one host: give either community_id or business_id")
        if self.place_id is None and self.position is None and self.area is None:
            raise ValueError("say where it is: by place_id, position or area")
        return self


class ChangedEvent(Schema):
    """What is to be different about an event; what is left out stays. Null is for what may be without."""

    title: Title | None = None
    text: Text | None = None
    topics: Topics | None = None
    place_id: UUID | None = None
    position: PointGiven | None = None
    radius_m: Radius = DEFAULT_RADIUS_M
    area: AreaGiven | None = None
    starts_at: LocalTime | None = None
    ends_at: LocalTime | None = None
    time_zone: Zone | None = None
    recurrence: Recurrence | None = None
    capacity: Capacity | None = None

    def says(self, *names: str) -> bool:
        """Whether any of these is among what was sent."""
        return not self.model_fields_set.isdisjoint(names)


class NewReply(Schema):
    """Whether I go, and who may know."""

    reply: Literal["interested", "going", "not"]
    seen_by: Annotated[
        Literal["nobody", "communities", "followers", "everyone"],
        Field(
            description="who may know that I go: nobody; fellow members of a community; those who follow me and whom "
            "I follow; everyone who is signed in. Hosts know no more than they"
        ),
    ] = "nobody"


class EventsAsked(Paged):
    """Which dates, soonest first. Selectors may be combined."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    radius: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, description="metres")] | None = None
    since: Annotated[Moment | None, Field(alias="from", description="ends after this; now, if left out")] = (
        None
    )
    until: Annotated[
        Moment | None, Field(alias="to", description="begins before this; in 90 days, if left out")
    ] = None
    community: UUID | None = None
    business: UUID | None = None
    place: UUID | None = None
    topic: TopicKey | None = None
    chosen_for: Annotated[
        Literal["me"] | None,
        Field(alias="for", description="ranked for me, with reasons, instead of by time; comes as one part"),
    ] = None
    host: Annotated[str | None, Field(max_length=30, description="a person who hosts it: their handle")] = (
        None
    )

    @model_validator(mode="after")
    def _whole(self) -> "EventsAsked":
        circle = (self.lat, self.lon, self.radius)
        if any(part is not None for part in circle) and None in circle:
            raise ValueError("lat, lon and radius belong together; give all three")
        if self.chosen_for and self.cursor:
            raise ValueError("what is ranked comes as one part; ask without cursor")
        return self


class HostShown(Schema):
    """Who hosts it: a person by handle, a community or a business by name."""

    kind: Literal["person", "community", "business"]
    id: UUID
    name: str


class MineShown(Schema):
    """What I said."""

    reply: Literal["interested", "going", "not"]
    waiting: Annotated[bool, Field(description="I go as soon as a seat becomes free")]
    seen_by: Literal["nobody", "communities", "followers", "everyone"]


class DateShown(Schema):
    """One date of an event."""

    event_id: UUID
    title: str
    text: str
    topics: list[str]
    host: HostShown
    place_id: UUID | None
    starts_at: Moment
    ends_at: Moment
    time_zone: str
    visibility: Literal["public", "community"]
    cancelled: bool
    lasting: Annotated[
        bool, Field(description="it is on, and a location community of its own (see its `here`)")
    ]
    capacity: int | None
    going: Annotated[int | None, Field(description="how many have a seat; null below five, but for hosts")]
    waiting: Annotated[int | None, Field(description="how many wait for one; likewise")]
    interested: Annotated[int | None, Field(description="how many are interested; likewise")]
    mine: MineShown | None
    score: Annotated[float | None, Field(description="with for=me: how much speaks for it")] = None
    reasons: Annotated[
        list[str] | None, Field(description="with for=me: why, in words, the weightiest first")
    ] = None


class EventShown(Schema):
    """An event, and when it is."""

    title: str
    text: str
    topics: list[str]
    host_kind: Literal["person", "community", "business"]
    host_id: UUID
    place_id: UUID | None
    starts_at: LocalTime
    ends_at: LocalTime
    time_zone: str
    recurrence: str | None
    added: Annotated[list[LocalTime], Field(description="when it begins besides")]
    left_out: Annotated[list[LocalTime], Field(description="when it would begin by its rule, and does not")]
    capacity: int | None
    visibility: Literal["public", "community"]
    cancelled: bool
    revision: Annotated[int, Field(description="how often it was changed")]
    hosting: Annotated[bool, Field(description="whether it is mine to change")]


def feature_of(whole: Whole) -> Feature[EventShown]:
    """Show an event."""
    event = whole.event
    kind, host = _host(event)
    shown = EventShown(
        title=event.title,
        text=event.text,
        topics=whole.topics,
        host_kind=kind,
        host_id=host,
        place_id=event.place_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        time_zone=event.time_zone,
        recurrence=event.recurrence,
        added=event.added,
        left_out=event.left_out,
        capacity=event.capacity,
        visibility=event.visibility,  # type: ignore[arg-type]
        cancelled=event.cancelled_at is not None,
        revision=event.revision,
        hosting=whole.hosting,
    )
    return Feature[EventShown](id=event.id, geometry=AreaShape.of(event.area), properties=shown)


def date_feature_of(dated: Dated, choice: Choice | None = None) -> Feature[DateShown]:
    """Show a date, and what speaks for it."""
    shown = DateShown(**date_shown(dated))
    if choice:
        shown = shown.model_copy(update={"score": choice.score, "reasons": list(choice.reasons)})
    return Feature[DateShown](id=dated.id, geometry=PointShape.of(dated.position), properties=shown)


def date_shown(dated: Dated) -> dict[str, Any]:
    """What a date shows, as fields."""
    names = "event_id title text place_id starts_at ends_at time_zone visibility cancelled lasting capacity"
    mine = dated.mine
    return {name: getattr(dated, name) for name in names.split()} | {
        "topics": list(dated.topics),
        "host": HostShown.model_validate(asdict(dated.host)),
        "going": counted(dated.going, dated.hosting),
        "waiting": counted(dated.waiting, dated.hosting),
        "interested": counted(dated.interested, dated.hosting),
        "mine": mine and MineShown.model_validate(_said(mine)),
    }


def _said(mine: Mine) -> dict[str, Any]:
    waits = mine.reply == "going" and not mine.seated
    return {"reply": mine.reply, "waiting": waits, "seen_by": mine.seen_by}


def _host(event: Event) -> tuple[Literal["person", "community", "business"], UUID]:
    if event.community_id:
        return "community", event.community_id
    if event.business_id:
        return "business", event.business_id
    assert event.person_id is not None
    return "person", event.person_id
