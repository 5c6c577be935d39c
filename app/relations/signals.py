"""What happened between people."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Blocked:
    """One person will have nothing to do with another: from now on the two are apart."""

    blocker_id: UUID
    blocker: str
    blocked_id: UUID
    blocked: str


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The last block between two people was taken back."""

    blocker_id: UUID
    blocked_id: UUID


@dataclass(frozen=True, slots=True)
class Followed:
    """One person follows another from now on."""

    follower_id: UUID
    follower: str
    followed_id: UUID


@dataclass(frozen=True, slots=True)
class CircleJoined:
    """Somebody stands in a circle of its owner's. They are not told."""

    circle_id: UUID
    owner_id: UUID
    owner: str
    member_id: UUID


@dataclass(frozen=True, slots=True)
class CircleLeft:
    """Somebody stands in a circle no more, or it is gone."""

    circle_id: UUID
    owner_id: UUID
    owner: str
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Muted:
    """A person will not hear of somebody or something any more. Nobody else is to know."""

    person_id: UUID
    #: person, community, business or topic
    kind: str
    target: UUID


@dataclass(frozen=True, slots=True)
class Unmuted:
    """A person may hear of it again."""

    person_id: UUID
    #: person, community, business or topic
    kind: str
    target: UUID
