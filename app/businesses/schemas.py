"""Businesses as JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.accounts.schemas import PersonShown
from app.businesses.models import Business, BusinessPlace, Staff
from app.businesses.placing import Change, Spot
from app.businesses.queries import Acted, Invited
from app.businesses.rules import Act
from app.http.pages import MOST
from app.http.schemas import (
    AreaGiven,
    AreaShape,
    Feature,
    Latitude,
    Longitude,
    Moment,
    PointGiven,
    PointShape,
    Query,
    Schema,
    words,
)
from app.ids import time_of
from geo import Area, Circle

RoleWord = Literal["owner", "staff"]


class NewBusiness(Schema):
    """A business to register."""

    name: Annotated[str, words(80, 2)]
    about: Annotated[str, words(400)] = ""


class BusinessShown(Schema):
    """What a business is called, wherever it is named."""

    id: UUID
    name: str
    about: str
    closed: Annotated[bool, Field(description="whether nobody acts for it any more")]

    @classmethod
    def of(cls, business: Business) -> "BusinessShown":
        """Show one."""
        closed = business.closed_at is not None
        return cls(id=business.id, name=business.name, about=business.about, closed=closed)


class NewInvitation(Schema):
    """Whom to invite, and to be what."""

    handle: Annotated[str, words(60, 1)]
    role: RoleWord = "staff"


class InvitationShown(Schema):
    """Somebody may join the staff of a business if they like."""

    business: BusinessShown
    person: PersonShown
    role: RoleWord
    invited_by: Annotated[
        PersonShown | None, Field(description="null where they are gone, or one of you blocks the other")
    ]
    invited_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, invited: Invited) -> "InvitationShown":
        """Show one."""
        invitation, person, business, by = invited
        return cls(
            business=BusinessShown.of(business),
            person=PersonShown.of(person),
            role=invitation.role,  # type: ignore[arg-type]
            invited_by=PersonShown.of(by) if by else None,
            invited_at=invitation.invited_at,
            expires_at=invitation.expires_at,
        )


class RoleGiven(Schema):
    """What somebody on the staff is to be."""

    role: RoleWord


class StaffShown(Schema):
    """Somebody who acts for a business."""

    person: PersonShown
    role: RoleWord
    since: Moment

    @classmethod
    def of(cls, person: PersonShown, staff: Staff) -> "StaffShown":
        """Show one."""
        return cls(person=person, role=staff.role, since=staff.since)  # type: ignore[arg-type]


class ActShown(Schema):
    """Something that was done in a business's name."""

    id: UUID
    at: Moment
    by: Annotated[PersonShown | None, Field(description="null where they left for good")]
    kind: Literal[*(each.value for each in Act)]  # type: ignore[valid-type]
    about: Annotated[UUID | None, Field(description="the id of what it was done to: a reader, an offer, …")]
    whom: Annotated[PersonShown | None, Field(description="with whom, where it was with a person")]

    @classmethod
    def of(cls, acted: Acted) -> "ActShown":
        """Show one."""
        act, by, whom = acted
        return cls(
            id=act.id,
            at=time_of(act.id),
            by=PersonShown.of(by) if by else None,
            kind=act.kind,
            about=act.about,
            whom=PersonShown.of(whom) if whom else None,
        )


Name = Annotated[str, words(80, 1)]
Radius = Annotated[
    float,
    Field(
        ge=5, le=560, allow_inf_nan=False, description="metres around the position, where no area is given"
    ),
]
Link = Annotated[
    UUID | None, Field(description="the named point it is, where people check in; it lies in the area")
]


class NewPlaceGiven(Schema):
    """A place to add: a circle around its position, or the area given, of at most 1 km²."""

    name: Name
    position: PointGiven
    radius_m: Radius = 50
    area: AreaGiven | None = None
    place_id: Link = None

    def spot(self) -> Spot:
        """What is to be made."""
        at = self.position.position()
        return Spot(
            self.name, at, self.area.area() if self.area else Circle(at, self.radius_m), self.place_id
        )


class PlaceChange(Schema):
    """What is to be otherwise with a place; the rest stays. Elsewhere, or of another area, it is verified no more."""

    name: Name | None = None
    position: PointGiven | None = None
    radius_m: Annotated[Radius | None, Field(description="needs the position")] = None
    area: AreaGiven | None = None
    place_id: Link = None

    @model_validator(mode="after")
    def _goes_together(self) -> "PlaceChange":
        if self.radius_m is not None and (self.position is None or self.area is not None):
            raise ValueError("radius_m stands with a position and without an area")
        return self

    def change(self) -> Change:
        """What is to be changed."""
        at = self.position.position() if self.position else None
        area: Area | None = self.area.area() if self.area else None
        if at and self.radius_m is not None:
            area = Circle(at, self.radius_m)
        link = (self.place_id,) if "place_id" in self.model_fields_set else None
        return Change(self.name, at, area, link)


class Here(Query):
    """A point."""

    lat: Latitude
    lon: Longitude
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class Whose(Schema):
    """Whose a place is."""

    id: UUID
    name: str


class BusinessPlaceShown(Schema):
    """Where a business is to be found."""

    business: Whose
    name: str
    position: PointShape
    place_id: UUID | None
    verified: Annotated[
        bool, Field(description="whether a reading there has shown it; else only the business says so")
    ]


def place_shown(place: BusinessPlace, business: Business) -> Feature[BusinessPlaceShown]:
    """Show one."""
    return Feature[BusinessPlaceShown](
        id=place.id,
        geometry=AreaShape.of(place.area),
        properties=BusinessPlaceShown(
            business=Whose(id=business.id, name=business.name),
            name=place.name,
            position=PointShape.of(place.position),
            place_id=place.place_id,
            verified=place.verified_at is not None,
        ),
    )
