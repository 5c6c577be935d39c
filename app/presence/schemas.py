"""Presence as JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.schemas import Metres, Moment, PointGiven, PointShape, Schema, Slug


class PositionGiven(Schema):
    """Where I am, without saying anything."""

    position: PointGiven
    accuracy_m: Annotated[Metres | None, Field(description="how sure the position is, as a radius")] = None
    activity: Slug | None = None
    mocked: Annotated[bool, Field(description="the phone says that it was made up")] = False
    fixed_at: Annotated[Moment | None, Field(description="when it was taken; now, if left out")] = None


class MembershipShown(Schema):
    """A location community I am part of, and until when."""

    id: UUID
    name: str
    until: Moment


class PresenceShown(Schema):
    """Where I am, as far as known: for myself only."""

    position: PointShape | None
    accuracy_m: float | None = None
    activity: str | None = None
    fixed_at: Moment | None = None
    until: Moment | None = None
    memberships: list[MembershipShown]


class CommunityPresence(Schema):
    """Who is here, as a count."""

    id: UUID
    here: int
