"""What came of offers, as JSON."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Query, Schema
from app.returns.rules import Direction
from app.returns.wording import Verdict
from app.statistics.schemas import Day


class ReturnAsked(Query):
    """Of when: whole weeks, the first that `since` is in to the last that is over before `until`."""

    since: Annotated[Day | None, Field(description="12 weeks before `until`, if left out")] = None
    until: Annotated[Day | None, Field(description="today, if left out")] = None


class FunnelShown(Schema):
    """How many people, in steps of five; 0 where they are too few to be told."""

    eligible: Annotated[
        int, Field(description="whom the gate let it reach, those it is held out from among them")
    ]
    reached: int
    seen: int
    useful: int
    noise: int
    held: int
    redeemed: int


class DayShown(FunnelShown):
    """A day on which the gate decided for people, and what came of them, until now or until the term was over."""

    day: date


class CommunityPart(FunnelShown):
    """Those whom it reached through one community."""

    community_id: UUID
    community: str


class TopicPart(FunnelShown):
    """Those whom it reached on one topic."""

    topic: str


class SoonShown(Schema):
    """How soon after it reached them people redeemed it, in steps of five."""

    within_an_hour: int
    within_a_day: int
    later: int


class RevenueShown(Schema):
    """What tills told of, exactly, in one currency: sums of two currencies are no sum."""

    currency: Annotated[str | None, Field(description="ISO 4217; null for those of which no amount was told")]
    redemptions: Annotated[int, Field(description="without those that were rolled back")]
    rolled_back: int
    amount: Decimal


class RevenueOfDay(RevenueShown):
    """The same, of one day."""

    day: date


class LiftOfShares(Schema):
    """By how many more people did something of whom it was shown, of so many."""

    verdict: Annotated[Verdict, Field(description="what can be said")]
    says: Annotated[str, Field(description="the same, to be read")]
    out_of: int | None
    shown: Annotated[int | None, Field(description="of so many who were shown it, how many did")]
    held_out: Annotated[int | None, Field(description="of as many who were not")]
    low: Annotated[
        int | None, Field(description="with how many more or fewer, at least, 95 times in a hundred")
    ]
    high: int | None


class LiftOfAmounts(Schema):
    """By how much more a hundred people spent, in one currency."""

    currency: str
    verdict: Verdict
    says: str
    of_a_hundred: Decimal | None
    low: Decimal | None
    high: Decimal | None


class LiftShown(Schema):
    """Those who were shown it beside those from whom it was held out."""

    hold_out: Annotated[int, Field(description="from how many of a hundred it is held out, by lot")]
    until: Annotated[date | None, Field(description="whom the gate decided for before that day is counted")]
    came: Annotated[LiftOfShares, Field(description="to a reader of the business, within 14 days")]
    bought: Annotated[
        LiftOfShares | None,
        Field(
            description="the same, who redeemed it or bought without it; null where tills tell of no purchase"
        ),
    ]
    spent: list[LiftOfAmounts]


class ReturnShown(Schema):
    """What came of what a business offers."""

    least: Annotated[int, Field(description="of fewer people, of one day or week, nothing is told")]
    in_all: FunnelShown
    soon: SoonShown
    days: list[DayShown]
    communities: Annotated[list[CommunityPart], Field(description="of weeks that are over")]
    topics: Annotated[list[TopicPart], Field(description="of weeks that are over")]
    revenue: list[RevenueShown]
    revenue_by_day: list[RevenueOfDay]


class OfferReturnShown(ReturnShown):
    """What came of an offer."""

    offer_id: UUID
    title: str
    lift: LiftShown


class BusinessReturnShown(ReturnShown):
    """What came of all offers of a business."""

    business_id: UUID
    since: date
    until: date


class SpokenShown(Schema):
    """How often something of a business is spoken of, and whether more or less than before."""

    weeks: Annotated[list[int], Field(description="in steps of five, the earliest first; 2,000 at most")]
    direction: Annotated[
        Direction,
        Field(description="the last four weeks beside the four before; steady where it may be chance"),
    ]


class HeardShown(Schema):
    """The name of a business, its places or its topics: where anybody reads it, and among members."""

    about: Literal["name", "places", "topics"]
    public: SpokenShown
    among_members: Annotated[
        SpokenShown, Field(description="in communities where it is welcome, as it hears them")
    ]


class ListeningShown(Schema):
    """What a business hears of itself, in counts."""

    business_id: UUID
    weeks: Annotated[list[date], Field(description="the Mondays on which they began, UTC; all are over")]
    spoken_of: list[HeardShown]
    median_answer_s: Annotated[
        int | None, Field(description="how long it took to answer wishes, in the median; seconds")
    ]


class Csv:
    """A table, for spreadsheets (RFC 4180)."""

    media_type = "text/csv"
