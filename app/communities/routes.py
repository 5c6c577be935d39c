"""Communities over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.accounts.schemas import PersonShown
from app.communities import queries, service
from app.communities.queries import Listed
from app.communities.schemas import Around, CommunitiesAsked, CommunityShown, Near, NewCommunity, feature_of
from app.errors import BadAreaGiven, Conflict, NotAMember, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Feature, FeatureCollection, Page
from app.topics.known import known_topics
from geo import Position

communities = Operations("communities")
READ, WRITE = "communities:read", "communities:write"
Communities = FeatureCollection[CommunityShown]


@communities.post(
    "/communities", seldom="communities", refuses=(BadAreaGiven, Conflict, UnknownTopic), scope=WRITE
)
def found_community(call: Call, body: NewCommunity) -> Feature[CommunityShown]:
    """Propose a community. It is forming until enough people belong, and is then listed to everybody."""
    topics = dict(zip(body.topics, known_topics().ids(body.topics, call.session), strict=False))
    area = body.area.area() if body.area else None
    grows_at = call.house.settings.people_to_grow
    founding = service.Founding(body.kind, body.name, body.purpose, topics, area, grows_at=grows_at)
    community = service.found(call.session, founding, call.me, clock.now())
    call.made(f"/v1/communities/{community.id}")
    return feature_of(queries.existing(call.session, community.id))


@communities.get("/communities", anyone=True)
def list_communities(call: Call, query: CommunitiesAsked) -> Communities:
    """Communities, oldest first; of those that are forming only mine."""
    wanted = queries.Wanted(query.kind, query.topic)
    found = queries.communities_after(call.session, wanted, call.viewer, query.cursor, query.limit + 1)
    following = found[query.limit - 1].community.id if len(found) > query.limit else None
    return Communities(features=_features(found[: query.limit]), next_cursor=following)


@communities.get("/communities/near", anyone=True)
def communities_near(call: Call, query: Near) -> Communities:
    """Communities with an area near a point, nearest first."""
    here = Position(query.lat, query.lon)
    found = queries.communities_near(call.session, here, query.radius, query.limit, call.viewer)
    return Communities(features=_features(found))


@communities.get("/communities/covering", anyone=True)
def communities_covering(call: Call, query: Around) -> Communities:
    """Communities whose area contains a point, the smallest first."""
    here = Position(query.lat, query.lon)
    found = queries.communities_covering(call.session, here, query.limit, call.viewer)
    return Communities(features=_features(found))


@communities.get("/communities/<uuid:community_id>", anyone=True)
def community(call: Call, community_id: UUID) -> Feature[CommunityShown]:
    """One community."""
    return feature_of(queries.existing(call.session, community_id))


@communities.get("/communities/<uuid:community_id>/members", refuses=(NotAMember,), scope=READ)
def members(call: Call, community_id: UUID, query: Paged) -> Page[PersonShown]:
    """Who belongs, for those who belong."""
    queries.existing(call.session, community_id)
    if not queries.is_member(call.session, call.me, community_id):
        raise NotAMember("Only members see who the members are. Join first, if it is for you.")
    found = queries.members_after(call.session, community_id, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[PersonShown.of(each) for each in found[: query.limit]], next_cursor=following)


@communities.get("/me/communities", scope=READ)
def my_communities(call: Call) -> Communities:
    """The communities I said I belong to."""
    return Communities(features=_features(queries.communities_of(call.session, call.me)))


def _features(found: Sequence[Listed]) -> list[Feature[CommunityShown]]:
    return [feature_of(each) for each in found]
