"""What an offer is to be, as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from app.businesses.rules import MOST_PLACES
from app.http.schemas import (
    AreaGiven,
    Language,
    Moment,
    PointGiven,
    Schema,
    Slug,
    TopicKey,
    words,
)
from app.offers.rules import (
    FEWEST_TOGETHER,
    HELD_OUT,
    LONGEST_ROLLBACK_MINUTES,
    MOST_HELD_OUT,
    MOST_PER_PERSON,
    MOST_PIECES,
    MOST_RADIUS_M,
    MOST_TOGETHER,
    ROLLBACK_MINUTES,
    Conditions,
)
from app.offers.service import NewOffer
from app.trust.schemas import HoursGiven, Zone
from app.trust.week import Week, includes, spans_where
from geo import Area, Circle

#: An offer as one may copy it.
_EXAMPLE: JsonDict = {
    "title": "A free coffee",
    "text": "With each repair, in the yard behind the shop.",
    "language": "en",
    "topics": ["interest:cycling", "value:fair-trade"],
    "position": {"type": "Point", "coordinates": [2.156, 41.4035]},
    "radius_m": 300,
    "ends_at": "2026-12-24T00:00:00Z",
    "hours": [{"days": ["mon", "tue"], "since": "09:00", "until": "17:30"}],
    "time_zone": "Europe/Madrid",
    "quantity": 50,
}

Count = Annotated[int, Field(ge=FEWEST_TOGETHER, le=MOST_TOGETHER)]


class DraftGiven(Schema):
    """What an offer is to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Annotated[str, words(80, 1)]
    text: Annotated[str, words(400)] = ""
    topics: Annotated[
        list[TopicKey],
        Field(min_length=1, max_length=10, description="the interests, goals or values it is for"),
    ]
    language: Annotated[
        Language | None,
        Field(description="of title and text; if left out, as in the last offer of the business"),
    ] = None
    area: Annotated[AreaGiven | None, Field(description="where people are whom it may reach")] = None
    radius_m: Annotated[
        float | None,
        Field(ge=5, le=MOST_RADIUS_M, allow_inf_nan=False, description="instead: metres around the position"),
    ] = None
    places: list[UUID] = Field(
        default_factory=list,
        max_length=MOST_PLACES,
        description="instead: places of the business, as they are when it is published",
    )
    position: Annotated[
        PointGiven | None, Field(description="where it is to be had; the middle of the area, if left out")
    ] = None
    pieces: list[UUID] = Field(
        default_factory=list, max_length=MOST_PIECES, description="helpful pieces to link to"
    )
    activities: list[Slug] = Field(
        default_factory=list, max_length=10, description="what people do when it is for them; any, if empty"
    )
    starts_at: Moment | None = None
    ends_at: Moment
    hours: list[HoursGiven] = Field(
        default_factory=list, max_length=21, description="when in the week it is to be had; always, if empty"
    )
    time_zone: Annotated[Zone | None, Field(description="by whose clock hours are meant")] = None
    quantity: Annotated[
        int | None, Field(ge=1, le=1_000_000, description="how many may be held or redeemed in all")
    ] = None
    per_person: Annotated[
        int, Field(ge=1, le=MOST_PER_PERSON, description="how often one person may redeem it")
    ] = 1
    rollback_minutes: Annotated[
        int,
        Field(ge=0, le=LONGEST_ROLLBACK_MINUTES, description="how long a redemption may be taken back"),
    ] = ROLLBACK_MINUTES
    hold_out: Annotated[
        int,
        Field(
            ge=0,
            le=MOST_HELD_OUT,
            description="from how many of a hundred, by lot, it is held out, so that its use can be measured; 0 where "
            "it answers a wish, whatever is said here",
        ),
    ] = HELD_OUT
    collective: Annotated[
        Count | None,
        Field(
            description="for so many members of the community through which it comes at once: who let it come and are "
            "in its area now, they among them"
        ),
    ] = None
    returning: Annotated[
        Count | None,
        Field(
            description="for whom the readers of its business saw so often within 30 days, this time included"
        ),
    ] = None
    event_id: Annotated[UUID | None, Field(description="for those who go to this event, which is public")] = (
        None
    )

    @model_validator(mode="after")
    def _clock_named(self) -> "DraftGiven":
        if bool(self.hours) != (self.time_zone is not None):
            raise ValueError("hours and time_zone belong together")
        return self

    @model_validator(mode="after")
    def _somewhere(self) -> "DraftGiven":
        if sum((self.area is not None, self.radius_m is not None, bool(self.places))) != 1:
            raise ValueError("say where: exactly one of area, radius_m and places")
        if self.radius_m is not None and self.position is None:
            raise ValueError("radius_m stands with the position that it is around")
        if self.places and self.position is not None:
            raise ValueError("places have positions of their own; leave position out")
        return self

    def wanted(self, topic_ids: Sequence[UUID], now: datetime) -> NewOffer:
        """What is to be made, topics by their ids."""
        position = self.position.position() if self.position else None
        area: Area | None = self.area.area() if self.area else None
        if position and self.radius_m is not None:
            area = Circle(position, self.radius_m)
        return NewOffer(
            title=self.title,
            text=self.text,
            topic_ids=tuple(topic_ids),
            area=area,
            position=position,
            activities=tuple(self.activities),
            starts_at=self.starts_at or now,
            ends_at=self.ends_at,
            quantity=self.quantity,
            per_person=self.per_person,
            rollback_minutes=self.rollback_minutes,
            hold_out=self.hold_out,
            conditions=Conditions(self.collective, self.returning, self.event_id),
            week=self.week(),
            language=self.language,
            place_ids=tuple(dict.fromkeys(self.places)),
            piece_ids=tuple(dict.fromkeys(self.pieces)),
        )

    def week(self) -> Week | None:
        """When in the week it is to be had; None for always."""
        if not self.time_zone:
            return None
        hours = [each.hours() for each in self.hours]
        return Week(spans_where(lambda minute: any(includes(each, minute) for each in hours)), self.time_zone)


class NewOfferGiven(DraftGiven):
    """An offer to make."""

    draft: Annotated[bool, Field(description="only the staff see it, until it is published")] = False
    wish_id: Annotated[
        UUID | None, Field(description="the wish it answers; then it reaches none but those who pledged")
    ] = None
