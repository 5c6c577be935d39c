"""Events over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app import clock
from app.accounts.schemas import PersonShown
from app.errors import (
    BadAreaGiven,
    NotAllowed,
    NotAMember,
    NotFound,
    Over,
    TooMany,
    UnknownPlace,
    UnknownTopic,
)
from app.events import dating, queries, replying, service
from app.events.asking import existing_date, existing_event
from app.events.choosing import choice
from app.events.listing import Asked
from app.events.queries import Whole
from app.events.recording import NewEvent, Where
from app.events.recurrence import Timing, carried
from app.events.rules import Reply, SeenBy
from app.events.schemas import (
    ChangedEvent,
    DateShown,
    EventsAsked,
    EventShown,
    NewEventGiven,
    NewReply,
    date_feature_of,
    feature_of,
)
from app.events.service import Changes
from app.http.calls import Call
from app.http.operations import Operations, ensure
from app.http.pages import Paged
from app.http.schemas import Feature, FeatureCollection, Page
from app.places import queries as places
from app.relations import queries as relations
from app.topics.known import known_topics
from geo import Circle, Position

events = Operations("events")
READ, WRITE = "events:read", "events:write"
Dates = FeatureCollection[DateShown]
_BAD = (BadAreaGiven, UnknownTopic, UnknownPlace)
_AHEAD = timedelta(days=90)
_EVER = timedelta(days=3 * 366)
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@events.post("/events", seldom="events", refuses=(*_BAD, NotAllowed, NotAMember, TooMany), scope=WRITE)
def make_event(call: Call, body: NewEventGiven) -> Feature[EventShown]:
    """Make an event, hosted by me, by a community of mine, or by a business I act for."""
    new = NewEvent(
        title=body.title,
        text=body.text,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)),
        where=_where(call, body),
        timing=Timing(body.starts_at, body.ends_at, body.time_zone, body.recurrence),
        capacity=body.capacity,
        visibility=body.visibility,
        community_id=body.community_id,
        business_id=body.business_id,
    )
    made = service.make(call.session, new, call.me, clock.now())
    call.made(f"/v1/events/{made.id}")
    return feature_of(existing_event(call, made.id))


@events.get("/events", anyone=True, refuses=(NotFound, UnknownTopic), scope=READ)
def list_events(call: Call, query: EventsAsked) -> Dates:
    """Dates of events, soonest first: by time, place, topic and host. Or those to choose from, ranked for me."""
    since = _within_reason(query.since or clock.now())
    asked = Asked(
        limit=query.limit + 1,
        since=since,
        until=_within_reason(query.until) if query.until else since + _AHEAD,
        around=_around(query),
        community=query.community,
        business=query.business,
        person=_person(call, query.host),
        place=query.place,
        topic=known_topics().ids([query.topic], call.session)[0] if query.topic else None,
        after=query.cursor,
    )
    return _chosen(call, asked, query.limit) if query.chosen_for else _page(call, asked, query.limit)


@events.get("/events/<uuid:event_id>", anyone=True, scope=READ)
def event(call: Call, event_id: UUID) -> Feature[EventShown]:
    """One event."""
    return feature_of(existing_event(call, event_id))


@events.patch("/events/<uuid:event_id>", refuses=(*_BAD, NotAllowed, Over), scope=WRITE)
def change_event(call: Call, event_id: UUID, body: ChangedEvent) -> Feature[EventShown]:
    """Change an event. Those who go are told if it is another time or place; dates that have begun stay."""
    was = existing_event(call, event_id)
    service.change(call.session, event_id, _changes(call, was, body), call.me, clock.now())
    return feature_of(existing_event(call, event_id))


@events.put("/events/<uuid:event_id>/cancellation", refuses=(NotAllowed,), scope=WRITE)
def cancel_event(call: Call, event_id: UUID) -> Feature[EventShown]:
    """Cancel an event, and tell those who go."""
    service.cancel(call.session, event_id, call.me, clock.now())
    return feature_of(existing_event(call, event_id))


@events.get("/events/<uuid:event_id>/dates", anyone=True, scope=READ)
def dates_of_event(call: Call, event_id: UUID, query: Paged) -> Dates:
    """The dates of an event that are not over, soonest first."""
    existing_event(call, event_id)
    now = clock.now()
    asked = Asked(limit=query.limit + 1, since=now, until=now + _EVER, event=event_id, after=query.cursor)
    return _page(call, asked, query.limit)


@events.get("/events/<uuid:event_id>/dates/<uuid:date_id>", anyone=True, scope=READ)
def date_of_event(call: Call, event_id: UUID, date_id: UUID) -> Feature[DateShown]:
    """One date of an event, also when it is over."""
    return date_feature_of(existing_date(call, event_id, date_id))


@events.put(
    "/events/<uuid:event_id>/dates/<uuid:date_id>/cancellation", refuses=(NotAllowed, Over), scope=WRITE
)
def cancel_date(call: Call, event_id: UUID, date_id: UUID) -> Feature[DateShown]:
    """Cancel one date, and tell those who go."""
    service.cancel_date(call.session, event_id, date_id, call.me, clock.now())
    return date_feature_of(existing_date(call, event_id, date_id))


@events.put("/events/<uuid:event_id>/doors/<uuid:reader_id>", refuses=(NotAllowed,), scope=WRITE)
def set_door(call: Call, event_id: UUID, reader_id: UUID) -> None:
    """Have a reader of the business that hosts it be the door: whose tag it reads was there."""
    service.set_door(call.session, event_id, reader_id, call.me)


@events.delete("/events/<uuid:event_id>/doors/<uuid:reader_id>", refuses=(NotAllowed,), scope=WRITE)
def remove_door(call: Call, event_id: UUID, reader_id: UUID) -> None:
    """Have it be the door no more."""
    service.remove_door(call.session, event_id, reader_id, call.me)


@events.put("/events/<uuid:event_id>/dates/<uuid:date_id>/reply", refuses=(Over,), scope=WRITE)
def reply_to_date(call: Call, event_id: UUID, date_id: UUID, body: NewReply) -> Feature[DateShown]:
    """Say whether I go. Where all seats are taken I wait, and move up by myself."""
    said = Reply(body.reply), SeenBy(body.seen_by)
    return date_feature_of(replying.reply(call.session, call.me, event_id, date_id, said, clock.now()))


@events.delete("/events/<uuid:event_id>/dates/<uuid:date_id>/reply", scope=WRITE)
def withdraw_reply(call: Call, event_id: UUID, date_id: UUID) -> None:
    """Take back what I said, as if I never had."""
    replying.withdraw(call.session, call.me, event_id, date_id, clock.now())


@events.get("/events/<uuid:event_id>/dates/<uuid:date_id>/people", scope=READ)
def people_going(call: Call, event_id: UUID, date_id: UUID, query: Paged) -> Page[PersonShown]:
    """Who goes, of those who let me know."""
    existing_date(call, event_id, date_id)
    found = queries.going_after(call.session, date_id, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[PersonShown.of(each) for each in found[: query.limit]], next_cursor=following)


def _page(call: Call, asked: Asked, limit: int) -> Dates:
    found = queries.dates(call.session, asked, call.viewer)
    following = found[limit - 1].id if len(found) > limit else None
    return Dates(features=[date_feature_of(each) for each in found[:limit]], next_cursor=following)


def _chosen(call: Call, asked: Asked, limit: int) -> Dates:
    """Of the soonest, those for which most speaks come first; of two alike the sooner."""
    now = clock.now()
    found = queries.candidates(call.session, asked, call.me, now)
    ranked = [(dated, choice(candidate, now)) for dated, candidate in found]
    ranked.sort(key=lambda each: -each[1].score)
    return Dates(features=[date_feature_of(*each) for each in ranked[:limit]])


def _where(call: Call, body: NewEventGiven | ChangedEvent) -> Where:
    """The area given, else a circle around the point given, else one around the place."""
    place = places.place(call.session, body.place_id) if body.place_id else None
    if body.place_id and place is None:
        raise UnknownPlace("There is no such place. GET /v1/places finds those near a point.")
    point = body.position.position() if body.position else place.position if place else None
    if body.area:
        area = body.area.area()
        return Where(body.place_id, area, point or area.centre)
    ensure(point is not None, "Say where it is: by place_id, position or area.")
    assert point is not None
    return Where(body.place_id, Circle(point, body.radius_m), point)


def _changes(call: Call, was: Whole, body: ChangedEvent) -> Changes:
    kept = dating.timing_of(was.event)
    timing = Timing(
        body.starts_at or kept.starts_at,
        body.ends_at or kept.ends_at,
        body.time_zone or kept.time_zone,
        body.recurrence if body.says("recurrence") else kept.recurrence,
    )
    timing = carried(kept, timing)
    return Changes(
        title=body.title,
        text=body.text,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)) if body.topics is not None else None,
        where=_where(call, body) if body.says("place_id", "position", "radius_m", "area") else None,
        timing=timing if timing != kept else None,
        seats=(body.capacity,) if body.says("capacity") else None,
    )


def _around(query: EventsAsked) -> Circle | None:
    if query.lat is None or query.lon is None or query.radius is None:
        return None
    return Circle(Position(query.lat, query.lon), query.radius)


def _within_reason(moment: datetime) -> datetime:
    """As near as events are: what lies beyond leaves no room to count from."""
    return min(max(moment, _FIRST), _LAST)


def _person(call: Call, handle: str | None) -> UUID | None:
    return None if handle is None else relations.id_of_person_seen(call.session, handle, call.viewer)
