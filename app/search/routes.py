"""Searching and the mesh over HTTP."""

from flask import Response

from app import clock
from app.errors import BadAreaGiven, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.search import mesh, queries
from app.search.schemas import (
    FoundThings,
    MeshAsked,
    MeshShown,
    SearchAsked,
    found_shown,
    graphml,
    mesh_shown,
)
from app.search.statements import Asked
from app.topics.known import known_topics
from geo import Circle, Position

search = Operations("search")


@search.get("/search", anyone=True, refuses=(BadAreaGiven, UnknownTopic), scope="check-ins:read")
def find(call: Call, query: SearchAsked) -> FoundThings:
    """Find check-ins, communities, places, offers and wishes by words, topic, place and time."""
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


@search.get("/mesh", scope="communities:read", gives=MeshShown)
def mesh_around_me(call: Call, query: MeshAsked) -> MeshShown | Response:
    """From where I stand: communities by steps of shared members."""
    found = queries.mesh_around(call.session, call.me, query.steps)
    if query.format == "graphml":
        return Response(graphml(found), mimetype="application/graphml+xml")
    return mesh_shown(found, mesh.made_in(call.session))
