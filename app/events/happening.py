"""What happens at an event, over HTTP: who is there now, and its story."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, request
from pydantic import Field

from app import clock
from app.checkins import queries as checkins
from app.checkins.feeds import Asked
from app.checkins.queries import Seen
from app.checkins.schemas import CheckInShown
from app.checkins.shown import feature
from app.events import queries
from app.events.asking import existing_date
from app.events.atom import Atom, Entry, feed
from app.events.queries import Dated
from app.events.rules import counted
from app.http.calls import Call
from app.http.operations import Operations, Ready
from app.http.pages import Paged
from app.http.schemas import FeatureCollection, Schema
from app.presence import queries as presence
from app.relations import queries as relations

happening = Operations("happening")
READ = "events:read"
_NEWEST = 50


class OfCommunity(Schema):
    """How many of a community of mine are there."""

    community_id: UUID
    name: str
    here: Annotated[int, Field(description="at least five")]


class HereShown(Schema):
    """Who is there now, as a figure."""

    community_id: Annotated[
        UUID | None,
        Field(
            description="the location community that the event is while it lasts: watch it to hear what is said there"
        ),
    ]
    here: Annotated[int | None, Field(description="who said so openly; null below five")]
    communities: Annotated[list[OfCommunity], Field(description="of mine, those of which five are there")]


@happening.get("/events/<uuid:event_id>/dates/<uuid:date_id>/here", anyone=True, scope=READ)
def people_here(call: Call, event_id: UUID, date_id: UUID) -> HereShown:
    """How many are there now, of all and of each of my communities, of those who say so openly."""
    date = existing_date(call, event_id, date_id)
    if not date.lasting or date.community_id is None:
        return HereShown(community_id=None, here=None, communities=[])
    now = clock.now()
    everybody = presence.here(call.session, [date.community_id], now)[date.community_id]
    mine = queries.here_of(call.session, date.community_id, call.viewer, now) if call.viewer else []
    return HereShown(
        community_id=date.community_id,
        here=counted(everybody, exactly=False),
        communities=[
            OfCommunity(community_id=each, name=name, here=people)
            for each, name, people in mine
            if counted(people, exactly=False)
        ],
    )


@happening.get(
    "/events/<uuid:event_id>/dates/<uuid:date_id>/story",
    anyone=True,
    gives=FeatureCollection[CheckInShown],
    scope=READ,
)
def story(call: Call, event_id: UUID, date_id: UUID, query: Paged) -> Ready:
    """What people said there and then and let everybody know, newest first. It stays as long as they let it."""
    found = _told(existing_date(call, event_id, date_id), call, query)
    following = found[query.limit - 1].check_in.id if len(found) > query.limit else None
    told = _for(call, found[: query.limit])
    features: list[dict[str, Any]] = [feature(each.check_in, each.disclosed) for each in told]
    return Ready({"type": "FeatureCollection", "features": features}, following)


@happening.get("/events/<uuid:event_id>/dates/<uuid:date_id>/story.atom", anyone=True, gives=Atom, scope=READ)
def story_as_atom(call: Call, event_id: UUID, date_id: UUID) -> Response:
    """The newest of its story, to subscribe to (RFC 4287)."""
    date = existing_date(call, event_id, date_id)
    here = f"{call.home}{request.path}"
    entries = [
        Entry(
            id=each.check_in.id,
            title=f"{each.check_in.handle} at {date.title}",
            text=each.check_in.text,
            author=each.check_in.handle,
            address=f"{call.home}/stories/{event_id}/{date_id}#{each.check_in.id}",
            updated=each.check_in.received_at,
        )
        for each in _for(call, _told(date, call, Paged(limit=_NEWEST)))
    ]
    return Response(feed(here, date.title, entries, date.starts_at), mimetype=Atom.media_type)


def _told(date: Dated, call: Call, query: Paged) -> list[Seen]:
    """As anybody may know it, whoever asks; one more than the page has."""
    if date.community_id is None:
        return []
    asked = Asked(
        limit=query.limit + 1,
        communities=(date.community_id,),
        before=query.cursor,
        since=date.starts_at,
        until=date.ends_at,
    )
    return checkins.feed(call.session, asked, None, clock.now())


def _for(call: Call, found: list[Seen]) -> list[Seen]:
    """Those of whom the viewer hears: who is apart from them is no longer in it."""
    hidden = relations.apart_of(call.session, call.viewer) if call.viewer and found else set()
    return [each for each in found if each.check_in.person_id not in hidden]
