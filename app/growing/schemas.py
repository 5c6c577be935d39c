"""What may be for somebody, as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.communities.queries import Listed
from app.communities.schemas import CommunityShown, feature_of
from app.growing.queries import Noticed
from app.growing.rules import Fitting, reasons, score
from app.http.schemas import Feature, PointShape, Schema


class EmergingShown(Schema):
    """People with a common topic who keep checking in near one another, of whom I am one."""

    id: UUID
    topic: str
    centre: PointShape
    radius_m: float
    place: Annotated[str | None, Field(description="the smallest neighbourhood around its middle")]
    people: Annotated[int, Field(description="at least so many, in steps of five")]
    why: str
    community: Annotated[
        Feature[CommunityShown] | None, Field(description="what came of it, once somebody said yes")
    ]

    @classmethod
    def of(cls, noticed: Noticed) -> "EmergingShown":
        """Show one."""
        emerging, where = noticed.emerging, noticed.place or "one place"
        return cls(
            id=emerging.id,
            topic=noticed.topic.key,
            centre=PointShape.of(emerging.centre),
            radius_m=round(emerging.radius_m),
            place=noticed.place,
            people=emerging.people,
            why=f"at least {emerging.people} people who speak of {noticed.topic.name}, you among them, keep checking "
            f"in around {where}",
            community=feature_of(noticed.listed) if noticed.listed else None,
        )


class SuggestedShown(Schema):
    """A community that may be for me."""

    community: Feature[CommunityShown]
    score: Annotated[float, Field(description="how well it fits, from 0 to 6")]
    reasons: list[str]

    @classmethod
    def of(cls, listed: Listed, fitting: Fitting) -> "SuggestedShown":
        """Show one."""
        return cls(community=feature_of(listed), score=round(score(fitting), 2), reasons=reasons(fitting))


class SuggestionsShown(Schema):
    """What may be for me: what could come to be, and what is there."""

    emerging: list[EmergingShown]
    for_you: list[SuggestedShown]


class AnswerGiven(Schema):
    """Whether I would belong."""

    answer: Literal["yes", "no"]
