"""Check-ins over HTTP."""

from typing import Any
from uuid import UUID

from flask import request

from app import clock
from app.checkins import queries
from app.checkins.feeds import Asked
from app.checkins.intake import intake, shown
from app.checkins.queries import Seen
from app.checkins.schemas import (
    CheckInMade,
    CheckInShown,
    FeedAsked,
    ManyCheckIns,
    NewCheckInGiven,
    Outcomes,
)
from app.checkins.shown import feature
from app.communities import hearing
from app.errors import (
    BadAreaGiven,
    FixedInTheFuture,
    NotAllowed,
    NotAMember,
    NotFound,
    UnknownPlace,
    UnknownTopic,
)
from app.http.calls import Call
from app.http.idempotency import REPLAYED
from app.http.operations import Operations, Ready
from app.http.schemas import Feature, FeatureCollection
from app.relations import queries as relations
from app.relations.known import known_mutes
from app.topics.known import known_topics
from geo import Area, Circle, Position

checkins = Operations("checkins")
READ, WRITE = "check-ins:read", "check-ins:write"
_REFUSES = (UnknownTopic, UnknownPlace, FixedInTheFuture, NotAllowed, NotAMember)


@checkins.post(
    "/check-ins",
    direct=True,
    takes=NewCheckInGiven,
    gives=CheckInMade,
    refuses=_REFUSES,
    scope=WRITE,
)
def check_in(call: Call, body: bytes) -> Ready:
    """Check in: say where I am and what I am doing."""
    made = intake().check_in(call.holder, body, request.headers.get("Idempotency-Key"))
    call.made(f"/v1/check-ins/{made.check_in.id}")
    if not made.first:
        call.headers |= REPLAYED
    return Ready(shown(made))


@checkins.post("/check-ins/batch", direct=True, takes=ManyCheckIns, gives=Outcomes, status=200, scope=WRITE)
def check_in_many(call: Call, body: bytes) -> Ready:
    """Check in many times, as kept while offline. Each succeeds or fails alone; the results are in order."""
    key = request.headers.get("Idempotency-Key")
    return Ready({"results": intake().check_in_many(call.holder, body, key)})


@checkins.get(
    "/check-ins",
    anyone=True,
    gives=FeatureCollection[CheckInShown],
    refuses=(BadAreaGiven, UnknownTopic, NotAMember, NotFound),
    scope=READ,
)
def feed(call: Call, query: FeedAsked) -> Ready:
    """Check-ins as I may see them, newest first: by place, time, community, topic or person."""
    area = _area(query)
    if area is not None:
        call.house.limits.of_look(call.viewer or call.origin, area.centre)
    asked = Asked(
        limit=query.limit + 1,
        area=area,
        topics=tuple(known_topics().ids([query.topic], call.session)) if query.topic else (),
        communities=(query.community,) if query.community and _may_hear(call, query.community) else (),
        person=_person(call, query.person),
        before=query.cursor,
        since=query.since,
        until=query.until,
        heeds_what=known_mutes().heeds_what(call.viewer),
    )
    found = queries.feed(call.session, asked, call.viewer, clock.now())
    following = found[query.limit - 1].check_in.id if len(found) > query.limit else None
    features = [_feature(seen) for seen in found[: query.limit]]
    return Ready({"type": "FeatureCollection", "features": features}, following)


@checkins.get("/check-ins/<uuid:check_in_id>", anyone=True, gives=Feature[CheckInShown], scope=READ)
def check_in_by_id(call: Call, check_in_id: UUID) -> Ready:
    """One check-in as I may see it."""
    seen = queries.check_in(call.session, check_in_id, call.viewer, clock.now())
    if seen is None:
        raise NotFound("There is no such check-in, or it is not for you.")
    return Ready(_feature(seen))


@checkins.delete("/check-ins/<uuid:check_in_id>", direct=True, scope=WRITE)
def remove_check_in(call: Call, check_in_id: UUID) -> None:
    """Take a check-in back. Whoever saw it live is told to forget it."""
    intake().check_ins.remove(check_in_id, call.me, clock.now())


def _feature(seen: Seen) -> dict[str, Any]:
    return feature(seen.check_in, seen.disclosed)


def _area(query: FeedAsked) -> Area | None:
    if query.lat is not None and query.lon is not None and query.radius is not None:
        return Circle(Position(query.lat, query.lon), query.radius)
    return query.bbox


def _may_hear(call: Call, community_id: UUID) -> bool:
    hearing.check(call.session, call.viewer, [community_id])
    return True


def _person(call: Call, handle: str | None) -> UUID | None:
    return None if handle is None else relations.id_of_person_seen(call.session, handle, call.viewer)
