"""Events as calendars and feeds for other programs, and taken in from calendars of others."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from flask import Response, request
from pydantic import Field

from app import clock
from app.communities import queries as communities
from app.communities.models import Community
from app.errors import (
    BadAreaGiven,
    Invalid,
    Malformed,
    NotAllowed,
    NotAMember,
    NotFound,
    UnknownPlace,
    UnknownTopic,
)
from app.events import atom, importing, queries, subscribing
from app.events.asking import existing_date
from app.events.atom import Atom, Entry
from app.events.ical import Ics, calendar
from app.events.importing import Source
from app.events.listing import Asked
from app.events.queries import Dated
from app.events.reading import events_in
from app.events.recurrence import is_zone
from app.events.schemas import DEFAULT_RADIUS_M, LocalTime, Radius, Topics, Zone
from app.http.calls import Call
from app.http.operations import Operations, ensure
from app.http.schemas import PointGiven, Schema
from app.places import queries as places
from app.places.models import Place
from app.topics.known import known_topics

calendars = Operations("calendars")
READ, WRITE = "events:read", "events:write"
_MOST = 1000
_BACK, _AHEAD = timedelta(days=31), timedelta(days=366)
_LONGEST = 500_000


class CalendarMade(Schema):
    """Where my calendar is read. Whoever has the address reads it; it is shown this once."""

    address: str


class CalendarSent(Schema):
    """A calendar to take events from, and what it does not say of them."""

    calendar: Annotated[str, Field(min_length=1, max_length=_LONGEST, description="an .ics file (RFC 5545)")]
    time_zone: Annotated[Zone, Field(description="of times that name none")] = "UTC"
    position: Annotated[PointGiven | None, Field(description="of events without GEO")] = None
    radius_m: Radius = DEFAULT_RADIUS_M
    topics: Topics = Field(default_factory=list)
    community_id: UUID | None = None
    business_id: UUID | None = None


class Taken(Schema):
    """What became of one event of a calendar, or of one date of a series that it changes."""

    uid: str
    outcome: Literal["made", "there", "changed", "cancelled", "refused"]
    event_id: UUID | None
    detail: Annotated[str | None, Field(description="why it was refused")]
    date: Annotated[LocalTime | None, Field(description="which date, by the clock of its series")]


class AllTaken(Schema):
    """What became of each, in order."""

    events: list[Taken]


@calendars.post("/me/calendar")
def subscribe(call: Call) -> CalendarMade:
    """Have an address at which calendar programs read what I go to; one I had before ends."""
    secret = subscribing.renew(call.session, call.me, clock.now())
    return CalendarMade(address=f"{call.home}/v1/calendars/{secret}")


@calendars.delete("/me/calendar")
def unsubscribe(call: Call) -> None:
    """End that address."""
    subscribing.revoke(call.session, call.me)


@calendars.get("/calendars/<address>", anyone=True, gives=Ics)
def calendar_of_person(call: Call, address: str) -> Response:
    """What the person goes to, is interested in and hosts, to whoever has its address (RFC 5545)."""
    person_id = subscribing.behind(call.session, address)
    if person_id is None:
        raise NotFound("There is no such calendar. Its address may have been renewed.")
    asked = _around_now(goer=person_id)
    return _ics(call, "Hereabouts", queries.dates(call.session, asked, person_id))


@calendars.get(
    "/events/<uuid:event_id>/dates/<uuid:date_id>/calendar.ics", anyone=True, gives=Ics, scope=READ
)
def calendar_of_date(call: Call, event_id: UUID, date_id: UUID) -> Response:
    """One date, for a calendar (RFC 5545); kept there, it does not change by itself."""
    date = existing_date(call, event_id, date_id)
    return _ics(call, date.title, [date])


@calendars.get("/communities/<uuid:community_id>/events.ics", anyone=True, gives=Ics)
def calendar_of_community(call: Call, community_id: UUID) -> Response:
    """The public events of a community, as a calendar (RFC 5545)."""
    community = communities.existing(call.session, community_id).community
    return _ics(call, community.name, _public(call, community=community_id))


@calendars.get("/communities/<uuid:community_id>/events.atom", anyone=True, gives=Atom)
def feed_of_community(call: Call, community_id: UUID) -> Response:
    """The public events of a community, as a feed (RFC 4287)."""
    community = communities.existing(call.session, community_id).community
    return _atom(call, community, _public(call, community=community_id))


@calendars.get("/places/<uuid:place_id>/events.ics", anyone=True, gives=Ics)
def calendar_of_place(call: Call, place_id: UUID) -> Response:
    """The public events at a place, as a calendar (RFC 5545)."""
    return _ics(call, _place(call, place_id).name, _public(call, place=place_id))


@calendars.get("/places/<uuid:place_id>/events.atom", anyone=True, gives=Atom)
def feed_of_place(call: Call, place_id: UUID) -> Response:
    """The public events at a place, as a feed (RFC 4287)."""
    return _atom(call, _place(call, place_id), _public(call, place=place_id))


@calendars.post(
    "/events/import",
    status=200,
    seldom="events",
    refuses=(BadAreaGiven, Malformed, NotAllowed, NotAMember, UnknownPlace, UnknownTopic),
    scope=WRITE,
)
def import_events(call: Call, body: CalendarSent) -> AllTaken:
    """Take events from a calendar, each once however often it is sent, and anew where its SEQUENCE is higher.

    Each succeeds or fails alone.
    """
    ensure(is_zone(body.time_zone), "time_zone: name one such as Europe/Madrid (IANA).")
    if body.community_id and body.business_id:
        raise Invalid("An event has one host: give either community_id or business_id.")
    source = Source(
        time_zone=body.time_zone,
        position=body.position.position() if body.position else None,
        radius_m=body.radius_m,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)),
        community_id=body.community_id,
        business_id=body.business_id,
    )
    written = events_in(body.calendar, body.time_zone)
    for _ in range(len({each.uid for each in written}) - 1):
        call.house.limits.of_new_account(call.me, call.holder.new_until, "events")
    found = importing.take(call.session, written, source, call.me, clock.now())
    return AllTaken(events=[Taken.model_validate(asdict(each)) for each in found])


def _around_now(**more: UUID) -> Asked:
    now = clock.now()
    return Asked(limit=_MOST, since=now - _BACK, until=now + _AHEAD, **more)  # type: ignore[arg-type]


def _public(call: Call, **of: UUID) -> list[Dated]:
    """As anybody may see them: calendar programs cannot sign in."""
    return queries.dates(call.session, _around_now(**of), None)


def _place(call: Call, place_id: UUID) -> Place:
    found = places.place(call.session, place_id)
    if found is None:
        raise NotFound("There is no such place.")
    return found


def _ics(call: Call, name: str, dates: list[Dated]) -> Response:
    return Response(calendar(name, call.home, dates), mimetype=Ics.media_type)


def _atom(call: Call, of: Community | Place, dates: list[Dated]) -> Response:
    entries = [
        Entry(
            id=each.id,
            title=f"{each.title}, {each.starts_at:%d %B %Y %H:%M} UTC",
            text=each.text,
            author=each.host.name,
            address=f"{call.home}/#event//{each.event_id}/{each.id}",
            updated=each.changed_at,
        )
        for each in dates
    ]
    address = f"{call.home}{request.path}"
    return Response(
        atom.feed(address, f"Events: {of.name}", entries, of.created_at), mimetype=Atom.media_type
    )
