"""Businesses among members, as JSON."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema, TopicKey, words
from app.motions.schemas import VotesShown
from app.peers.queries import Record, Stands, Stood
from app.peers.rules import LONGEST_POST, state_of
from app.peers.signals import BusinessPosted
from app.wishes.schemas import RecordShown, record_shown


class AskingGiven(Schema):
    """A community that is to welcome the business, and why it should."""

    community: UUID
    why: Annotated[str, words(500, 10)]


class AskingShown(Schema):
    """The last that a community was asked, for the staff of the business."""

    motion: UUID
    why: str
    by: Annotated[str | None, Field(description="who of the staff asked; null for who left")]
    opened_at: Moment
    closes_at: Moment
    state: Literal["open", "carried", "rejected", "withdrawn", "void"]
    votes: Annotated[
        VotesShown | None, Field(description="how they fell, once it is decided, as members see it")
    ]


class StandsShown(Schema):
    """How a community stands to a business."""

    community: UUID
    name: str
    state: Literal["welcome", "asked", "refused", "sent-off"]
    since: Moment
    asking: AskingShown | None

    @classmethod
    def of(cls, stands: Stands) -> "StandsShown":
        """Show one."""
        state, since = state_of(stands.facts)
        said = {
            "community": stands.community_id,
            "name": stands.community,
            "state": state.value,
            "since": since,
            "asking": _asking(stands),
        }
        return cls.model_validate(said)


class ReplyHeard(Schema):
    """An answer to what was said."""

    id: UUID
    handle: str
    text: str
    said_at: Moment


class Heard(Schema):
    """What somebody said in a community, as far as its members may know; nothing of where anybody is."""

    id: UUID
    handle: str
    text: str
    topics: list[str]
    said_at: Moment
    replies: Annotated[list[ReplyHeard], Field(description="the oldest first, 50 at most")]

    @classmethod
    def of(cls, row: Any) -> "Heard":
        """Show one."""
        return cls(
            id=row.id,
            handle=row.handle,
            text=row.text,
            topics=row.topics,
            said_at=row.said_at,
            replies=[ReplyHeard.model_validate(each, strict=False) for each in row.replies],
        )


class NewPostGiven(Schema):
    """What a business says to the members of a community."""

    text: Annotated[str, words(LONGEST_POST, 1)]
    topics: list[TopicKey] = Field(default_factory=list, max_length=10)


class PostShown(Schema):
    """What a business says to the members of a community, labelled."""

    id: UUID
    community: UUID
    business: UUID
    name: Annotated[str, Field(description="of the business")]
    text: str
    topics: list[str]
    said_at: Moment

    @classmethod
    def of(cls, row: Any) -> "PostShown":
        """Show one that was read."""
        return cls(**_post(row))

    @classmethod
    def told(cls, said: BusinessPosted) -> "PostShown":
        """Show one as it is said."""
        return cls(
            id=said.id,
            community=said.community_id,
            business=said.business_id,
            name=said.business,
            text=said.text,
            topics=list(said.topics),
            said_at=said.said_at,
        )


class PostForStaff(PostShown):
    """The same, for the staff of a business that is welcome."""

    by: Annotated[str | None, Field(description="who of us said it; null where others did, or who did left")]

    @classmethod
    def of(cls, row: Any) -> "PostForStaff":
        """Show one that was read."""
        return cls(**_post(row), by=row.by)


def _post(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "community": row.community_id,
        "business": row.business_id,
        "name": row.business,
        "text": row.text,
        "topics": row.topics,
        "said_at": row.said_at,
    }


class CommunityNamed(Schema):
    """A community that welcomed a business, or sent it off."""

    community: UUID
    name: str
    since: Moment


class BusinessRecordShown(RecordShown):
    """How a business did, as those say whom it concerned."""

    useful: Annotated[int, Field(description="how many call its offers so, in steps of five; 0 below five")]
    noise: Annotated[int, Field(description="the same")]
    median_answer_s: Annotated[
        int | None, Field(description="how long it took to answer wishes, in the median; seconds")
    ]
    welcomed_by: Annotated[list[CommunityNamed], Field(description="the newest 100")]
    sent_off_by: Annotated[list[CommunityNamed], Field(description="the newest 100")]

    @classmethod
    def of(cls, record: Record) -> "BusinessRecordShown":
        """Show it."""
        took = record.time_to_answer
        return cls(
            **record_shown(record.by_verdict).model_dump(),
            useful=record.useful,
            noise=record.noise,
            median_answer_s=None if took is None else round(took.total_seconds()),
            welcomed_by=_named(record.welcomed),
            sent_off_by=_named(record.sent_off),
        )


def _named(stood: Sequence[Stood]) -> list[CommunityNamed]:
    return [CommunityNamed(community=each.community_id, name=each.name, since=each.since) for each in stood]


def _asking(stands: Stands) -> AskingShown | None:
    row = stands.asking
    if row is None:
        return None
    votes = None
    if row.votes_for is not None:
        votes = VotesShown(in_favour=row.votes_for, against=row.against or 0, abstained=row.abstained or 0)
    return AskingShown(
        motion=row.motion_id,
        why=row.why,
        by=row.by,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        state=row.state,
        votes=votes,
    )
