"""Businesses over HTTP."""

from uuid import UUID

from app import clock
from app.businesses import queries, service
from app.businesses.schemas import BusinessShown, NewBusiness
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Page

businesses = Operations("businesses")


@businesses.post("/businesses", seldom="businesses")
def register_business(call: Call, body: NewBusiness) -> BusinessShown:
    """Register a business, and be its owner."""
    business = service.register(call.session, body.name, body.about, call.me, clock.now())
    call.made(f"/v1/businesses/{business.id}")
    return BusinessShown.of(business)


@businesses.get("/businesses/<uuid:business_id>", anyone=True)
def business(call: Call, business_id: UUID) -> BusinessShown:
    """One business."""
    return BusinessShown.of(queries.existing(call.session, business_id))


@businesses.get("/me/businesses")
def my_businesses(call: Call) -> Page[BusinessShown]:
    """The businesses I may act for."""
    return Page(items=[BusinessShown.of(each) for each in queries.businesses_of(call.session, call.me)])
