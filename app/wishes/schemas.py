"""Wishes as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.pages import Paged
from app.http.schemas import AreaGiven, AreaShape, Feature, Moment, Schema, TopicKey, words
from app.wishes.queries import Seen
from app.wishes.rules import LEAST_THRESHOLD, MOST_THRESHOLD, State, told_to_businesses


class WishGiven(Schema):
    """A wish to state."""

    text: Annotated[str, words(280, 2)]
    topics: Annotated[
        list[TopicKey],
        Field(min_length=1, max_length=10, description="at least one that the community shares"),
    ]
    area: Annotated[AreaGiven | None, Field(description="where it is wanted; anywhere, if left out")] = None
    deadline: Annotated[Moment, Field(description="until when it must be answered; at most a year ahead")]
    threshold: Annotated[
        int,
        Field(
            ge=LEAST_THRESHOLD,
            le=MOST_THRESHOLD,
            description="how many must pledge before businesses hear of it; fewer than five would name people",
        ),
    ]


class VoiceGiven(Schema):
    """Whether the answer was kept."""

    kept: bool


class WishesAsked(Paged):
    """Which wishes."""

    topic: TopicKey | None = None


class WishShown(Schema):
    """A wish as its members see it, or a business to which it is open. Nobody sees who stated it or who pledged."""

    community_id: UUID
    community: str
    text: str
    topics: list[str]
    threshold: int
    pledged: Annotated[
        int, Field(description="how many pledged; businesses see it in steps of five, from the threshold on")
    ]
    state: State
    stated_at: Moment
    deadline: Moment
    opened_at: Annotated[Moment | None, Field(description="when the threshold was first reached")]
    business_id: Annotated[UUID | None, Field(description="who answered")]
    offer_id: Annotated[UUID | None, Field(description="with what")]
    answered_at: Moment | None
    answer_ends_at: Moment | None
    is_mine: Annotated[bool, Field(description="whether I stated it")]
    have_pledged: bool
    say_kept: Annotated[bool | None, Field(description="what I say of the answer; null where I have not")]


class RecordShown(Schema):
    """What became of the wishes a business answered, as those who had pledged said."""

    answered: int
    kept: int
    broken: int
    unsaid: Annotated[int, Field(description="fewer than five said anything, or as many said yes as no")]
    undecided: Annotated[int, Field(description="of which something may still be said")]


def feature_of(seen: Seen, now: datetime) -> Feature[WishShown]:
    """Show one as this person may see it."""
    wish = seen.wish
    pledged = seen.pledged if seen.is_member else told_to_businesses(seen.pledged, wish.threshold)
    return Feature[WishShown](
        id=wish.id,
        geometry=AreaShape.of(wish.area) if wish.area else None,
        properties=WishShown(
            community_id=wish.community_id,
            community=seen.community,
            text=wish.text,
            topics=seen.topics,
            threshold=wish.threshold,
            pledged=pledged,
            state=seen.state(now),
            stated_at=wish.created_at,
            deadline=wish.deadline,
            opened_at=wish.opened_at,
            business_id=wish.answered_by,
            offer_id=wish.offer_id,
            answered_at=wish.answered_at,
            answer_ends_at=wish.answer_ends_at,
            is_mine=seen.is_mine,
            have_pledged=seen.has_pledged,
            say_kept=seen.says_kept,
        ),
    )


def record_shown(by_verdict: dict[str, int]) -> RecordShown:
    """Show a business's record."""
    return RecordShown(
        answered=sum(by_verdict.values()),
        **{each: by_verdict.get(each, 0) for each in ("kept", "broken", "unsaid", "undecided")},
    )
