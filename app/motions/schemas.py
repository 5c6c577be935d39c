"""Motions as JSON."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.accounts.models import Person
from app.accounts.schemas import PersonShown
from app.businesses.models import Business
from app.http.pages import Paged
from app.http.schemas import AreaGiven, Moment, Schema, TopicKey, words
from app.motions.models import Motion, Standing
from app.motions.queries import Seen
from app.motions.rules import MOST_DAYS, MOST_NOISE, OPEN_DAYS, Choice, Kind, State

Name = Annotated[str, words(80, 2)]
Purpose = Annotated[str, words(280, 10)]


class NameProposed(Schema):
    """Another name."""

    kind: Literal[Kind.NAME]
    name: Name


class PurposeProposed(Schema):
    """Another purpose."""

    kind: Literal[Kind.PURPOSE]
    purpose: Purpose


class AreaProposed(Schema):
    """Another area, or none, which a location cannot do without."""

    kind: Literal[Kind.AREA]
    area: AreaGiven | None


class BusinessProposed(Schema):
    """A business to be welcomed, or to be sent off."""

    kind: Literal[Kind.WELCOME, Kind.SEND_OFF]
    business: UUID


class NoiseProposed(Schema):
    """How many offers may reach a member through us in a day, all businesses together."""

    kind: Literal[Kind.NOISE_BUDGET]
    offers_a_day: Annotated[int, Field(ge=0, le=MOST_NOISE)]


class TopicProposed(Schema):
    """A topic of which nothing is to be heard here any more, or again."""

    kind: Literal[Kind.MUTE_TOPIC, Kind.HEAR_TOPIC]
    topic: TopicKey


class SplitProposed(Schema):
    """A second community to begin, of the same kind. Nobody becomes a member by it."""

    kind: Literal[Kind.SPLIT]
    name: Name
    purpose: Purpose
    topics: list[TopicKey] = Field(default_factory=list, max_length=10)
    area: AreaGiven | None = None


class StewardProposed(Schema):
    """That I be steward."""

    kind: Literal[Kind.STEWARD]


class RecallProposed(Schema):
    """That a steward be none any more."""

    kind: Literal[Kind.RECALL]
    handle: Annotated[str, Field(max_length=30)]


Proposal = Annotated[
    NameProposed
    | PurposeProposed
    | AreaProposed
    | BusinessProposed
    | NoiseProposed
    | TopicProposed
    | SplitProposed
    | StewardProposed
    | RecallProposed,
    Field(discriminator="kind"),
]


class NewMotion(Schema):
    """Something to be decided by the members."""

    proposal: Proposal
    why: Annotated[str, words(500)] = ""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="how long members may vote")] = OPEN_DAYS

    @property
    def lasts(self) -> timedelta:
        """How long members may vote."""
        return timedelta(days=self.days)


class MotionsAsked(Paged):
    """Which motions."""

    state: State | None = None


class VoteGiven(Schema):
    """What I say to it."""

    choice: Literal[*Choice]  # type: ignore[valid-type]


class NoticeGiven(Schema):
    """What is to be read first; empty for nothing."""

    notice: Annotated[str, words(280)]


class VotesShown(Schema):
    """How the votes fell."""

    in_favour: int
    against: int
    abstained: int

    @classmethod
    def of(cls, motion: Motion) -> "VotesShown | None":
        """Show those on a motion; None until it is decided."""
        if motion.votes_for is None:
            return None
        return cls(in_favour=motion.votes_for, against=motion.against or 0, abstained=motion.abstained or 0)


class AskerShown(Schema):
    """A business that asks its members for something."""

    business: UUID
    name: str


class MotionShown(Schema):
    """A motion, as members see it."""

    id: UUID
    community: UUID
    proposal: dict[str, Any]
    why: str
    proposed_by: Annotated[
        str | None, Field(description="a handle; null where nobody did, they left, or are not for me")
    ]
    asked_by: Annotated[
        AskerShown | None, Field(description="the business that asks for it, where no member proposed it")
    ]
    opened_at: Moment
    closes_at: Moment
    state: str
    quorum: Annotated[int, Field(description="how many must vote")]
    voted: Annotated[int, Field(description="how many have")]
    votes: Annotated[VotesShown | None, Field(description="how they fell, once it is decided")]
    my_choice: Annotated[str | None, Field(description="mine, while it is open")]
    made: Annotated[UUID | None, Field(description="the community that came of a split")]

    @classmethod
    def of(cls, seen: Seen) -> "MotionShown":
        """Show one."""
        motion = seen.motion
        person = {"handle": seen.person} if motion.kind == Kind.RECALL else {}
        votes = VotesShown.of(motion)
        asker = AskerShown(business=seen.asker.id, name=seen.asker.name) if seen.asker else None
        return cls(
            id=motion.id,
            community=motion.community_id,
            proposal={"kind": motion.kind, **motion.proposal, **person},
            why=motion.why,
            proposed_by=seen.proposer,
            asked_by=asker,
            opened_at=motion.opened_at,
            closes_at=motion.closes_at,
            state=motion.state,
            quorum=motion.quorum,
            voted=sum((votes.in_favour, votes.against, votes.abstained)) if votes else seen.voted,
            votes=votes,
            my_choice=seen.my_choice,
            made=motion.made_id,
        )


class StewardShown(Schema):
    """Who keeps house, and since when."""

    person: PersonShown
    since: Moment

    @classmethod
    def of(cls, person: Person, since: Any) -> "StewardShown":
        """Show one."""
        return cls(person=PersonShown.of(person), since=since)


class StandingShown(Schema):
    """How a community stands to a business."""

    business: UUID
    name: str
    welcome: Annotated[bool, Field(description="whether it was welcomed; else it was sent off")]
    since: Moment

    @classmethod
    def of(cls, business: Business, standing: Standing) -> "StandingShown":
        """Show one."""
        return cls(
            business=business.id, name=business.name, welcome=standing.is_welcome, since=standing.since
        )
