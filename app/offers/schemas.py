"""Offers as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.http.schemas import AreaGiven, AreaShape, Feature, Moment, PointGiven, Schema, Slug, TopicKey, words
from app.offers.gate import Withheld
from app.offers.models import Offer
from app.offers.rules import (
    LONGEST_ROLLBACK_MINUTES,
    MOST_A_DAY,
    MOST_PER_PERSON,
    ROLLBACK_MINUTES,
    SAID_NOTHING,
    WITHHELD,
    State,
    Why,
    sentence,
)
from app.offers.signals import OfferDelivered
from app.trust.schemas import HoursGiven, HoursShown, Zone
from app.trust.week import Week, hours_of, includes, spans_where


class DraftGiven(Schema):
    """What an offer is to be."""

    title: Annotated[str, words(80, 1)]
    text: Annotated[str, words(400)] = ""
    topics: Annotated[
        list[TopicKey],
        Field(min_length=1, max_length=10, description="the interests, goals or values it is for"),
    ]
    area: Annotated[AreaGiven, Field(description="where people are whom it may reach")]
    position: Annotated[
        PointGiven | None, Field(description="where it is to be had; the middle of the area, if left out")
    ] = None
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

    @model_validator(mode="after")
    def _clock_named(self) -> "DraftGiven":
        if bool(self.hours) != (self.time_zone is not None):
            raise ValueError("hours and time_zone belong together")
        return self

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


class AnswerGiven(Schema):
    """With what to answer a wish."""

    offer_id: UUID


class OfferShown(Schema):
    """What everyone may know of an offer."""

    business: str
    business_id: UUID
    title: str
    text: str
    topics: list[str]
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
    state: Annotated[State, Field(description="at this moment; also outside its hours it is live")]
    withdrawn: bool
    wish_id: Annotated[
        UUID | None, Field(description="the wish it answers: it is for those who pledged alone")
    ]


class OpinionGiven(Schema):
    """What I say of an offer that reached me."""

    opinion: Literal["useful", "noise"]


Bound = Annotated[int, Field(ge=0, le=MOST_A_DAY)]


class BudgetShown(Schema):
    """How many offers may reach me: in any hour; in any 24 hours, of all, through one community, of one business."""

    an_hour: Bound = SAID_NOTHING.an_hour
    a_day: Bound = SAID_NOTHING.a_day
    a_community: Bound = SAID_NOTHING.a_community
    a_business: Bound = SAID_NOTHING.a_business


class HoldShown(Schema):
    """Until when one is kept for me."""

    held_until: Moment


class WhyShown(Schema):
    """Why an offer reached me."""

    topic: str
    community_id: UUID
    community: str
    metres: Annotated[float, Field(description="how far I was, in steps of a hundred metres")]
    activity: str | None
    sentence: str


class WithheldShown(Schema):
    """An offer where I am that did not reach me, and why."""

    offer_id: UUID
    business: str
    title: str
    metres: Annotated[float, Field(description="how far I am, in steps of a hundred metres")]
    reason: Annotated[
        str | None,
        Field(description=f"the first of: {', '.join(filter(None, WITHHELD))}; null where nothing is"),
    ]
    says: str


class DeliveryShown(Schema):
    """An offer that reached me, and why."""

    id: UUID
    offer_id: UUID
    business: str
    title: str
    text: str
    ends_at: Moment
    delivered_at: Moment
    opinion: Annotated[Literal["useful", "noise"] | None, Field(description="what I said of it")]
    seen_at: Annotated[Moment | None, Field(description="when I saw it first")]
    left: Annotated[int | None, Field(description="how many may still be held or redeemed; null: no bound")]
    held_until: Annotated[Moment | None, Field(description="until when one is kept for me, if one is")]
    redeemed: Annotated[int, Field(description="how often I redeemed it")]
    why: WhyShown


def feature_of(offer: Offer, business: str, topics: list[str], now: datetime) -> Feature[OfferShown]:
    """Show an offer."""
    week = offer.week
    return Feature[OfferShown](
        id=offer.id,
        geometry=AreaShape.of(offer.area),
        properties=OfferShown(
            business=business,
            business_id=offer.business_id,
            title=offer.title,
            text=offer.text,
            topics=topics,
            activities=offer.activities,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            hours=[HoursShown.of(each) for each in hours_of(week.spans)] if week else [],
            time_zone=week.time_zone if week else None,
            quantity=offer.quantity,
            per_person=offer.per_person,
            rollback_minutes=offer.rollback_minutes,
            state=offer.life.at(now),
            withdrawn=offer.withdrawn_at is not None,
            wish_id=offer.wish_id,
        ),
    )


def withheld_shown(withheld: Withheld) -> WithheldShown:
    """Show an offer that is withheld."""
    return WithheldShown(
        offer_id=withheld.offer_id,
        business=withheld.business,
        title=withheld.title,
        metres=round(withheld.metres, -2),
        reason=withheld.reason,
        says=WITHHELD[withheld.reason],
    )


def delivery_shown(delivered: OfferDelivered) -> DeliveryShown:
    """Show a delivery, in the inbox and over the socket alike."""
    why = Why(delivered.topic_name, delivered.community, delivered.metres, delivered.activity)
    return DeliveryShown(
        id=delivered.id,
        offer_id=delivered.offer_id,
        business=delivered.business,
        title=delivered.title,
        text=delivered.text,
        ends_at=delivered.ends_at,
        delivered_at=delivered.delivered_at,
        opinion=delivered.opinion,  # type: ignore[arg-type]
        seen_at=delivered.seen_at,
        left=delivered.left,
        held_until=delivered.held_until,
        redeemed=delivered.redeemed,
        why=WhyShown(
            topic=delivered.topic,
            community_id=delivered.community_id,
            community=delivered.community,
            metres=round(delivered.metres, -2),
            activity=delivered.activity,
            sentence=sentence(why),
        ),
    )
