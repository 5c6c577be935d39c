"""Estimates as JSON."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.estimates.rules import Estimate, OnTopic, sentences, why_so
from app.http.schemas import Schema

Count = Annotated[
    int | None, Field(description="in steps of five, with chance added once; null: too few to say")
]


class TopicReach(Schema):
    """How many may be reached because of a topic."""

    topic: str
    communities: Annotated[int, Field(description="how many share it")]
    sent_off: Annotated[int, Field(description="how many of these sent the business off")]
    people: Annotated[Count, Field(description="of those welcoming, who belong to one that shares it")]

    @classmethod
    def of(cls, on: OnTopic) -> "TopicReach":
        """Show one."""
        about = on.about
        return cls(topic=about.key, communities=about.communities, sent_off=about.sent_off, people=on.people)


_EXAMPLE: JsonDict = {
    "starts_on": "2026-11-16",
    "ends_on": "2026-11-22",
    "districts": 1,
    "people": 40,
    "welcoming": 25,
    "unspent": 20,
    "topics": [{"topic": "value:fair-trade", "communities": 3, "sent_off": 0, "people": 15}],
    "sentences": [
        "About 40 people were in the district that it touches, from 2026-11-16 to 2026-11-22.",
        "About 25 of them let offers reach them.",
        "About 20 of these had room for one more, when it was counted.",
        "About 15 of those who let offers reach them have a community with fair trade.",
    ],
    "why": "Counted is who says openly where they are and lets themselves be counted. …",
}


class ReachShown(Schema):
    """About how many people an offer may reach, in numbers from which nobody learns of anybody."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    starts_on: Annotated[date, Field(description="the Monday of the week it is of, UTC")]
    ends_on: date
    districts: Annotated[int, Field(description="how many its area touches; they are counted as a whole")]
    people: Annotated[Count, Field(description="who were there, and say so openly")]
    welcoming: Annotated[Count, Field(description="of these, who let offers of any business reach them")]
    unspent: Annotated[Count, Field(description="of these, who had room for one more when it was counted")]
    topics: list[TopicReach]
    sentences: Annotated[list[str], Field(description="the same, to read")]
    why: Annotated[str, Field(description="what is counted, and what is not")]

    @classmethod
    def of(cls, made: Estimate, nobody_shares: str | None) -> "ReachShown":
        """Show one."""
        return cls(
            starts_on=made.starts_on,
            ends_on=made.ends_on,
            districts=made.districts,
            people=made.people,
            welcoming=made.welcoming,
            unspent=made.unspent,
            topics=[TopicReach.of(each) for each in made.topics],
            sentences=sentences(made, nobody_shares),
            why=why_so(made),
        )
