"""What people are to one another, as JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.accounts.schemas import PersonShown
from app.http.schemas import Moment, Schema, words
from app.relations.models import Circle
from app.relations.rules import CircleKind


class BlockShown(Schema):
    """Somebody I will have nothing to do with."""

    person: PersonShown
    since: Moment


class PersonSeen(PersonShown):
    """A person as everyone may know them, and what we are to one another."""

    you_follow: Annotated[
        bool | None, Field(description="null where nobody asks who may know (relations:read)")
    ] = None
    follows_you: bool | None = None


class FollowShown(Schema):
    """One of us follows the other."""

    person: PersonShown
    since: Moment
    follows_back: Annotated[bool, Field(description="whether the other of the two follows as well")]


class FriendShown(Schema):
    """Somebody who may check me in."""

    person: PersonShown
    since: Moment


class CircleGiven(Schema):
    """What a circle is called."""

    name: Annotated[str, words(60, 1)]


class CircleShown(Schema):
    """One of my circles."""

    id: UUID
    name: Annotated[str, Field(description="empty for the one of those whom I follow back")]
    kind: CircleKind
    members: Annotated[int, Field(description="how many stand in it")]

    @classmethod
    def of(cls, circle: Circle, members: int) -> "CircleShown":
        """Show one."""
        return cls(id=circle.id, name=circle.name, kind=CircleKind(circle.kind), members=members)


class MemberShown(Schema):
    """Somebody who stands in a circle of mine."""

    person: PersonShown
    since: Moment
