"""Offers as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import (
    AreaShape,
    Feature,
    Moment,
    Schema,
)
from app.offers.linking import Beside
from app.offers.queries import Shown
from app.offers.rules import (
    State,
)
from app.offers.signals import PieceLink
from app.pieces.schemas import AuthorShown
from app.trust.schemas import HoursShown
from app.trust.week import hours_of


class AnswerGiven(Schema):
    """With what to answer a wish."""

    offer_id: UUID


class PlaceNamed(Schema):
    """A place of a business, and what it was called."""

    id: UUID
    name: str


class PieceLinked(Schema):
    """A link to a helpful piece."""

    id: UUID
    community_id: UUID
    title: str
    language: Annotated[str, Field(description="of its title and its text")]
    by: AuthorShown
    path: str

    @classmethod
    def of(cls, piece: PieceLink) -> "PieceLinked":
        """Show one."""
        kind: Literal["member", "business"] = "business" if piece.business_id else "member"
        return cls(
            id=piece.id,
            community_id=piece.community_id,
            title=piece.title,
            language=piece.language,
            by=AuthorShown(kind=kind, name=piece.by, business_id=piece.business_id),
            path=f"/v1/pieces/{piece.id}",
        )


class OfferShown(Schema):
    """What everyone may know of an offer."""

    business: str
    business_id: UUID
    title: str
    text: str
    language: Annotated[str | None, Field(description="of title and text; null where nobody said")]
    topics: list[str]
    places: Annotated[
        list[PlaceNamed],
        Field(description="of the business, where it is to be had, as they were when it was published"),
    ]
    pieces: Annotated[list[PieceLinked], Field(description="what helps to judge it, as far as I may read it")]
    activities: list[str]
    starts_at: Moment
    ends_at: Moment
    hours: Annotated[
        list[HoursShown], Field(description="when in the week it is to be had; always, if empty")
    ]
    time_zone: Annotated[str | None, Field(description="by whose clock hours are meant")]
    quantity: int | None
    per_person: Annotated[int, Field(description="how often one person may redeem it")]
    rollback_minutes: Annotated[int, Field(description="how long a redemption may be taken back")]
    hold_out: Annotated[int, Field(description="from how many of a hundred, by lot, it is held out")]
    collective: Annotated[
        int | None, Field(description="it is for so many members of a community at once; null for everybody")
    ]
    returning: Annotated[
        int | None, Field(description="it is for whom its business saw so often; null for everybody")
    ]
    event_id: Annotated[
        UUID | None, Field(description="it is for those who go to this event; null for everybody")
    ]
    state: Annotated[State, Field(description="at this moment; also outside its hours it is live")]
    withdrawn: bool
    wish_id: Annotated[
        UUID | None, Field(description="the wish it answers: it is for those who pledged alone")
    ]


def feature_of(shown: Shown, beside: Beside, now: datetime) -> Feature[OfferShown]:
    """Show an offer."""
    offer, business, topics = shown
    week = offer.week
    return Feature[OfferShown](
        id=offer.id,
        geometry=AreaShape.of(offer.area),
        properties=OfferShown(
            business=business,
            business_id=offer.business_id,
            title=offer.title,
            text=offer.text,
            language=offer.language,
            topics=topics,
            places=[PlaceNamed(id=place_id, name=name) for place_id, name in beside.places],
            pieces=[PieceLinked.of(each) for each in beside.pieces],
            activities=offer.activities,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            hours=[HoursShown.of(each) for each in hours_of(week.spans)] if week else [],
            time_zone=week.time_zone if week else None,
            quantity=offer.quantity,
            per_person=offer.per_person,
            rollback_minutes=offer.rollback_minutes,
            hold_out=offer.hold_out,
            collective=offer.collective,
            returning=offer.returning,
            event_id=offer.event_id,
            state=offer.life.at(now),
            withdrawn=offer.withdrawn_at is not None,
            wish_id=offer.wish_id,
        ),
    )
