"""Presence over HTTP."""

from uuid import UUID

from app import clock
from app.communities import queries as communities
from app.communities import service as membership
from app.communities.schemas import CommunityShown, feature_of
from app.errors import FixedInTheFuture, JoinedByCheckingIn
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Feature, PointShape
from app.presence import queries
from app.presence.moved import moved
from app.presence.schemas import CommunityPresence, MembershipShown, PositionGiven, PresenceShown
from app.presence.service import check_out as leave_everywhere
from app.presence.service import join as belong
from app.presence.service import leave as leave_location

presence = Operations("presence")


@presence.get("/me/presence", scope="positions:read")
def my_presence(call: Call) -> PresenceShown:
    """Where I am, as far as known, and the location communities I am part of."""
    now = clock.now()
    memberships = [
        MembershipShown(id=community.id, name=community.name, until=membership.expires_at)
        for community, membership in queries.location_memberships_of(call.session, call.me, now)
    ]
    known = queries.presence_of(call.session, call.me, now)
    if known is None:
        return PresenceShown(position=None, memberships=memberships)
    return PresenceShown(
        position=PointShape.of(known.position),
        accuracy_m=known.accuracy_m,
        activity=known.activity,
        fixed_at=known.fixed_at,
        until=known.expires_at,
        memberships=memberships,
    )


@presence.post("/me/positions", status=200, refuses=(FixedInTheFuture,), scope="positions:write")
def position(call: Call, body: PositionGiven) -> PresenceShown:
    """Be somewhere without saying so: opens and prolongs location memberships as a check-in does."""
    moved(call.session, call.me, body, call.house.settings)
    return my_presence(call)


@presence.post("/me/check-out", status=200, scope="positions:write")
def check_out(call: Call) -> PresenceShown:
    """Be nowhere: all location memberships end now."""
    leave_everywhere(call.session, call.me, clock.now())
    return my_presence(call)


@presence.get("/communities/<uuid:community_id>/presence", anyone=True)
def who_is_here(call: Call, community_id: UUID) -> CommunityPresence:
    """How many people are part of a location community now."""
    communities.existing(call.session, community_id)
    count = queries.here(call.session, [community_id], clock.now())[community_id]
    return CommunityPresence(id=community_id, here=count)


@presence.put(
    "/communities/<uuid:community_id>/membership", refuses=(JoinedByCheckingIn,), scope="communities:write"
)
def join(call: Call, community_id: UUID) -> Feature[CommunityShown]:
    """Join: a community of interest, goal or value is mine as soon as I say so.

    A location is, wherever I go, if I say so while I am part of it.
    """
    belong(call.session, call.me, community_id, clock.now())
    joined = communities.community(call.session, community_id)
    assert joined is not None
    return feature_of(joined)


@presence.delete("/communities/<uuid:community_id>/membership", scope="communities:write")
def leave(call: Call, community_id: UUID) -> None:
    """Leave: as easily as it was joined. What came to me through it goes with it."""
    membership.leave(call.session, call.me, community_id)
    leave_location(call.session, call.me, community_id, clock.now())
