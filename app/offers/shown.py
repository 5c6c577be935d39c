"""What somebody says of offers, and is told of those that reached them or did not, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema
from app.offers.rules import MOST_A_DAY, SAID_NOTHING, Why, sentence
from app.offers.schemas import PieceLinked
from app.offers.signals import OfferDelivered


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


class DeliveryShown(Schema):
    """An offer that reached me, and why."""

    id: UUID
    offer_id: UUID
    business: str
    title: str
    text: str
    language: Annotated[str | None, Field(description="of title and text; null where nobody said")]
    pieces: Annotated[list[PieceLinked], Field(description="what helps to judge it, as far as I may read it")]
    ends_at: Moment
    delivered_at: Moment
    opinion: Annotated[Literal["useful", "noise"] | None, Field(description="what I said of it")]
    seen_at: Annotated[Moment | None, Field(description="when I saw it first")]
    left: Annotated[int | None, Field(description="how many may still be held or redeemed; null: no bound")]
    held_until: Annotated[Moment | None, Field(description="until when one is kept for me, if one is")]
    redeemed: Annotated[int, Field(description="how often I redeemed it")]
    why: WhyShown


def delivery_shown(delivered: OfferDelivered) -> DeliveryShown:
    """Show a delivery, in the inbox and over the socket alike."""
    why = Why(delivered.topic_name, delivered.community, delivered.metres, delivered.activity)
    return DeliveryShown(
        id=delivered.id,
        offer_id=delivered.offer_id,
        business=delivered.business,
        title=delivered.title,
        text=delivered.text,
        language=delivered.language,
        pieces=[PieceLinked.of(each) for each in delivered.pieces],
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
