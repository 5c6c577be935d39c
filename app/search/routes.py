"""Searching and the mesh over HTTP."""

import re
from typing import Any

from flask import Response

from app import clock
from app.errors import BadAreaGiven, NotFound, TooMany, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations, ensure
from app.http.schemas import SLUG, Page
from app.ids import LAST, NOBODY
from app.search import findings, queries, service
from app.search.schemas import (
    FindingsAsked,
    FindingShown,
    FoundThings,
    GraphMl,
    MeshAsked,
    MeshShown,
    NewAsked,
    SavedShown,
    SearchAsked,
    SearchToSave,
    found_shown,
    graphml,
    mesh_shown,
)
from app.search.statements import Asked
from app.topics.known import known_topics
from geo import Circle, Position

search = Operations("search")
READ = "check-ins:read"
_NAME = re.compile(f"(?=.{{1,40}}$){SLUG[1:-1]}")


@search.get("/search", anyone=True, refuses=(BadAreaGiven, UnknownTopic), scope=READ)
def find(call: Call, query: SearchAsked) -> FoundThings:
    """Find check-ins, communities, places, offers, wishes, events and pieces by words, topic, place and time."""
    return _found(call, query)


@search.get("/me/searches", scope=READ)
def my_searches(call: Call) -> Page[SavedShown]:
    """The searches I saved, by name."""
    return Page(items=[SavedShown.of(each) for each in queries.saved_by(call.session, call.me)])


@search.put("/me/searches/<slug>", refuses=(TooMany, UnknownTopic), scope="searches:write")
def save_search(call: Call, slug: str, body: SearchToSave) -> None:
    """Save a search under a name, in place of what was there."""
    ensure(bool(_NAME.fullmatch(slug)), "A name is made of small letters, digits and hyphens, 40 at most.")
    if body.topic:
        known_topics().ids([body.topic], call.session)
    if body.lat is not None and body.lon is not None:
        # What is new there will be told, so it is a look around.
        call.house.limits.of_look(call.me, Position(body.lat, body.lon))
    said = body.model_dump(exclude_none=True)
    service.save(call.session, call.me, slug, said, clock.now())


@search.delete("/me/searches/<slug>", scope="searches:write")
def unsave_search(call: Call, slug: str) -> None:
    """Save it no more."""
    service.unsave(call.session, call.me, slug)


@search.get("/me/searches/<slug>/found", refuses=(BadAreaGiven,), scope=READ)
def find_again(call: Call, slug: str, query: NewAsked) -> FoundThings:
    """What a saved search finds that was begun since a moment, newest first."""
    saved = queries.saved_as(call.session, call.me, slug)
    if saved is None:
        raise NotFound("You saved no search under this name.")
    page: dict[str, Any] = {
        "limit": query.limit,
        "cursor": query.cursor,
        "since": query.since,
        "sort": "recent",
    }
    return _found(call, SearchAsked(**saved.query, **page))


@search.get("/me/findings", scope=READ)
def my_findings(call: Call, query: FindingsAsked) -> Page[FindingShown]:
    """What I was told of that is new of my saved searches, and may find still, newest first."""
    part = findings.Part(query.limit + 1, query.after or NOBODY, query.cursor or LAST, query.search)
    found = findings.findings(call.session, call.me, part, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[FindingShown.of(each) for each in found[: query.limit]], next_cursor=following)


@search.get("/mesh", scope="communities:read")
def mesh_around_me(call: Call, query: MeshAsked) -> MeshShown:
    """From where I stand: communities by steps of shared members."""
    return mesh_shown(queries.mesh_around(call.session, call.me, query.steps))


@search.get("/mesh.graphml", scope="communities:read", gives=GraphMl)
def mesh_as_graphml(call: Call, query: MeshAsked) -> Response:
    """The same as GraphML, for programs that draw graphs."""
    found = queries.mesh_around(call.session, call.me, query.steps)
    return Response(graphml(found), mimetype=GraphMl.media_type)


def _found(call: Call, query: SearchAsked) -> FoundThings:
    around = None
    if query.lat is not None and query.lon is not None and query.radius is not None:
        around = Circle(Position(query.lat, query.lon), query.radius)
        call.house.limits.of_look(call.viewer or call.origin, around.centre)
    asked = Asked(
        limit=query.limit + 1,
        sort=query.sort or ("relevant" if query.q else "recent"),
        words=query.q,
        kind=query.kind,
        topic_id=known_topics().ids([query.topic], call.session)[0] if query.topic else None,
        around=around,
        since=query.since,
        until=query.until,
        after=query.cursor,
    )
    return found_shown(queries.search(call.session, asked, call.viewer, clock.now()), query)
