"""Decisions about reports and cases on plain values."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

LONGEST_NOTE = 500


class What(StrEnum):
    """What can be reported."""

    CHECK_IN = "check-in"
    REPLY = "reply"
    PERSON = "person"
    COMMUNITY = "community"
    EVENT = "event"
    PIECE = "piece"
    BUSINESS_POST = "business-post"

    @property
    def is_words(self) -> bool:
        """Whether it is something that somebody said, which never changes."""
        return self in {What.CHECK_IN, What.REPLY, What.BUSINESS_POST}

    @property
    def can_be_hidden(self) -> bool:
        """Whether upholding a case about it hides it. People and communities are nobody's to hide."""
        return self.is_words or self in {What.EVENT, What.PIECE}


class Reason(StrEnum):
    """Why."""

    IMPLAUSIBLE = "implausible"
    SPAM = "spam"
    UNWELCOME = "unwelcome"
    ILLEGAL = "illegal"


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    UPHELD = "upheld"

    @property
    def is_decided(self) -> bool:
        """Whether a moderator has made up their mind."""
        return self in {State.DISMISSED, State.UPHELD}


class Act(StrEnum):
    """What the trail can say was done."""

    OPENED = "opened"
    REOPENED = "reopened"
    TAKEN = "taken"
    PUT_BACK = "put-back"
    NOTED = "noted"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a case that decides what may be done with it."""

    what: What
    state: State
    #: Whose words they are, or who is reported; None for a community, an event, a piece or a business.
    person_id: UUID | None
    taken_by: UUID | None = None
    #: Whose decision was objected to.
    first_by: UUID | None = None
    has_objected: bool = False


def reopens(standing: Standing) -> bool:
    """Whether one more report opens a case that was decided: words do not change, and what is hidden stays so."""
    if standing.state is State.UPHELD and standing.what.can_be_hidden:
        return False
    return standing.state.is_decided and not standing.what.is_words


def why_not_take(standing: Standing, by: UUID) -> str | None:
    """Why a moderator may not take a case, in words; None where they may."""
    if standing.person_id == by:
        return "This is about you; somebody else has to look at it."
    if standing.first_by == by:
        return "You decided this before, and its author objected; somebody else has to look at it now."
    if standing.state.is_decided and standing.taken_by != by:
        return "This is decided."
    if standing.state is State.TAKEN and standing.taken_by not in {None, by}:
        return "Another moderator has taken this."
    return None


def why_not_decide(standing: Standing, by: UUID) -> str | None:
    """Why a moderator may not decide a case, in words; None where they may, also otherwise than they did."""
    if standing.state is State.OPEN or standing.taken_by != by:
        return "Take the case first; whoever has taken it decides it."
    return None


def why_not_object(standing: Standing) -> str | None:
    """Why its author may not object, in words; None where they may."""
    if standing.has_objected:
        return "You have objected once, and that is looked at, or was."
    if standing.state is not State.UPHELD:
        return "Nothing of this is hidden any more."
    return None
