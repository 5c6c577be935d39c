"""Businesses over HTTP."""

from uuid import UUID

from app import clock
from app.accounts.schemas import PersonShown
from app.businesses import placing, queries, service, staffing
from app.businesses.rules import Right, Role
from app.businesses.schemas import (
    ActShown,
    BusinessPlaceShown,
    BusinessShown,
    Here,
    InvitationShown,
    NewBusiness,
    NewInvitation,
    NewPlaceGiven,
    PlaceChange,
    RoleGiven,
    StaffShown,
    place_shown,
)
from app.businesses.shown import BusinessSeen
from app.businesses.standing import claims_of
from app.errors import BadAreaGiven, Conflict, LastOwner, NotAllowed, UnknownPlace
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Feature, FeatureCollection, Page
from geo import Position

businesses = Operations("businesses")
READ, WRITE = "businesses:read", "businesses:write"


@businesses.post("/businesses", seldom="businesses")
def register_business(call: Call, body: NewBusiness) -> BusinessShown:
    """Register a business, and be its owner."""
    business = service.register(call.session, body.name, body.about, call.me, clock.now())
    call.made(f"/v1/businesses/{business.id}")
    return BusinessShown.of(business)


@businesses.get("/businesses/<uuid:business_id>", anyone=True)
def business(call: Call, business_id: UUID) -> BusinessSeen:
    """One business: what it stands for and what shows it, and where it is."""
    found = queries.existing(call.session, business_id)
    places = queries.places_of(call.session, business_id)
    return BusinessSeen.whole(found, claims_of(call.session, business_id, clock.now()), places)


@businesses.get("/me/businesses")
def my_businesses(call: Call) -> Page[BusinessShown]:
    """The businesses I may act for."""
    return Page(items=[BusinessShown.of(each) for each in queries.businesses_of(call.session, call.me)])


@businesses.get("/businesses/<uuid:business_id>/staff", refuses=(NotAllowed,), scope=READ)
def staff(call: Call, business_id: UUID) -> Page[StaffShown]:
    """Who acts for a business, for those who do; whoever served longest first."""
    queries.ensure(call.session, call.me, business_id, Right.READ_STAFF)
    found = queries.staff_of(call.session, business_id)
    return Page(items=[StaffShown.of(PersonShown.of(person), each) for person, each in found])


@businesses.put("/businesses/<uuid:business_id>/staff/<handle>/role", refuses=(LastOwner, NotAllowed))
def set_role(call: Call, business_id: UUID, handle: str, body: RoleGiven) -> None:
    """Make somebody on the staff an owner, or one no more. Only owners may."""
    staffing.set_role(call.session, business_id, handle, Role(body.role), call.me)


@businesses.delete("/businesses/<uuid:business_id>/staff/<handle>", refuses=(LastOwner, NotAllowed))
def remove_staff(call: Call, business_id: UUID, handle: str) -> None:
    """Leave the staff; or, as an owner, have somebody act for the business no more."""
    staffing.remove(call.session, business_id, handle, call.me, clock.now())


@businesses.get("/businesses/<uuid:business_id>/acts", refuses=(NotAllowed,), scope=READ)
def acts(call: Call, business_id: UUID, query: Paged) -> Page[ActShown]:
    """What was done in a business's name and by whom, for its staff; newest first."""
    queries.ensure(call.session, call.me, business_id, Right.READ_STAFF)
    found = queries.acts_before(call.session, business_id, query.cursor, query.limit + 1)
    following = found[query.limit - 1].act.id if len(found) > query.limit else None
    return Page(items=[ActShown.of(each) for each in found[: query.limit]], next_cursor=following)


@businesses.post(
    "/businesses/<uuid:business_id>/invitations", seldom="invitations", refuses=(Conflict, NotAllowed)
)
def invite(call: Call, business_id: UUID, body: NewInvitation) -> InvitationShown:
    """Invite somebody to join the staff, for two weeks. Only owners may."""
    now = clock.now()
    wanted = staffing.Wanted(body.handle, Role(body.role))
    invited = staffing.invite(call.session, business_id, wanted, call.me, now)
    standing = queries.invitations_of(call.session, business_id, now)
    call.made(f"/v1/businesses/{business_id}/invitations")
    return InvitationShown.of(next(each for each in standing if each.person.id == invited))


@businesses.get("/businesses/<uuid:business_id>/invitations", refuses=(NotAllowed,), scope=READ)
def invitations(call: Call, business_id: UUID) -> Page[InvitationShown]:
    """Who is invited to join the staff, for those on it; oldest first."""
    queries.ensure(call.session, call.me, business_id, Right.READ_STAFF)
    found = queries.invitations_of(call.session, business_id, clock.now())
    return Page(items=[InvitationShown.of(each) for each in found])


@businesses.delete("/businesses/<uuid:business_id>/invitations/<handle>", refuses=(NotAllowed,))
def withdraw_invitation(call: Call, business_id: UUID, handle: str) -> None:
    """Invite somebody no more. Only owners may."""
    staffing.withdraw_invitation(call.session, business_id, handle, call.me)


@businesses.get("/me/invitations", scope=READ)
def my_invitations(call: Call) -> Page[InvitationShown]:
    """The businesses whose staff I may join, oldest invitation first."""
    found = queries.invitations_for(call.session, call.me, clock.now())
    return Page(items=[InvitationShown.of(each) for each in found])


@businesses.put("/me/invitations/<uuid:business_id>/acceptance")
def accept_invitation(call: Call, business_id: UUID) -> BusinessShown:
    """Join the staff of a business as I was invited."""
    staffing.accept(call.session, call.me, business_id, clock.now())
    return BusinessShown.of(queries.existing(call.session, business_id))


@businesses.delete("/me/invitations/<uuid:business_id>")
def decline_invitation(call: Call, business_id: UUID) -> None:
    """Do not join it."""
    staffing.decline(call.session, call.me, business_id, clock.now())


@businesses.post(
    "/businesses/<uuid:business_id>/places",
    refuses=(BadAreaGiven, Conflict, NotAllowed, UnknownPlace),
    scope=WRITE,
)
def add_business_place(call: Call, business_id: UUID, body: NewPlaceGiven) -> Feature[BusinessPlaceShown]:
    """Say where a business I act for is to be found."""
    made = placing.add_place(call.session, business_id, body.spot(), call.me, clock.now())
    call.made(f"/v1/businesses/{business_id}/places/{made.id}")
    return place_shown(made, queries.existing(call.session, business_id))


@businesses.get("/businesses/<uuid:business_id>/places", anyone=True)
def business_places(call: Call, business_id: UUID) -> FeatureCollection[BusinessPlaceShown]:
    """Where a business is to be found, and whether that was verified."""
    whose = queries.existing(call.session, business_id)
    found = queries.places_of(call.session, business_id)
    return FeatureCollection[BusinessPlaceShown](features=[place_shown(each, whose) for each in found])


@businesses.get("/businesses/places/covering", anyone=True)
def business_places_covering(call: Call, query: Here) -> FeatureCollection[BusinessPlaceShown]:
    """Whose places a point lies in, oldest first."""
    found = queries.places_covering(call.session, Position(query.lat, query.lon), query.limit)
    return FeatureCollection[BusinessPlaceShown](features=[place_shown(*each) for each in found])


_PLACE = "/businesses/<uuid:business_id>/places/<uuid:business_place_id>"


@businesses.get(_PLACE, anyone=True)
def business_place(call: Call, business_id: UUID, business_place_id: UUID) -> Feature[BusinessPlaceShown]:
    """One place of a business."""
    found = queries.place_of(call.session, business_id, business_place_id)
    return place_shown(found, queries.existing(call.session, business_id))


@businesses.patch(_PLACE, refuses=(BadAreaGiven, NotAllowed, UnknownPlace), scope=WRITE)
def change_business_place(
    call: Call, business_id: UUID, business_place_id: UUID, body: PlaceChange
) -> Feature[BusinessPlaceShown]:
    """Have a place be otherwise. Elsewhere, or of another area, it is verified no more."""
    changed = placing.change_place(call.session, business_id, business_place_id, body.change(), call.me)
    return place_shown(changed, queries.existing(call.session, business_id))


@businesses.delete(_PLACE, refuses=(NotAllowed,), scope=WRITE)
def remove_business_place(call: Call, business_id: UUID, business_place_id: UUID) -> None:
    """Have a place no more."""
    placing.remove_place(call.session, business_id, business_place_id, call.me)
