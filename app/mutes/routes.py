"""Muting over HTTP. Nobody but who mutes ever sees it."""

from typing import TypeVar
from uuid import UUID

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.businesses import queries as businesses
from app.businesses.models import Business
from app.communities import queries as communities
from app.communities.models import Community
from app.errors import Conflict, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.mutes import queries, service
from app.mutes.queries import Muted
from app.mutes.schemas import MuteShown
from app.relations import queries as relations
from app.relations.rules import MuteKind
from app.relations.service import muting
from app.topics import queries as topics
from app.topics.models import Topic

mutes = Operations("mutes")
READ, WRITE = "relations:read", "relations:write"
T = TypeVar("T", Person, Community, Business, Topic)


@mutes.get("/me/mutes", scope=READ)
def my_mutes(call: Call, query: Paged) -> Page[MuteShown]:
    """What I mute."""
    found = queries.mutes_after(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].target if len(found) > query.limit else None
    return Page(items=[MuteShown.of(each) for each in found[: query.limit]], next_cursor=following)


@mutes.put("/me/mutes/people/<handle>", refuses=(Conflict,), scope=WRITE)
def mute_person(call: Call, handle: str) -> MuteShown:
    """Hear of somebody no more. They hear of me as before, and are not told."""
    person = _there(relations.person_seen(call.session, handle, call.me), f"person called {handle}")
    since = muting.mute(call.session, call.me, MuteKind.PERSON, person.id, clock.now())
    return MuteShown.of(Muted(MuteKind.PERSON, person.id, person.handle, person.name, since))


@mutes.delete("/me/mutes/people/<handle>", scope=WRITE)
def unmute_person(call: Call, handle: str) -> None:
    """Hear of somebody again."""
    person = _there(accounts.person_with_handle(call.session, handle), f"person called {handle}")
    muting.unmute(call.session, call.me, MuteKind.PERSON, person.id)


@mutes.put("/me/mutes/communities/<uuid:community_id>", refuses=(Conflict,), scope=WRITE)
def mute_community(call: Call, community_id: UUID) -> MuteShown:
    """Hear no more of a community, of which I stay a member; no offer reaches me through it."""
    name = _community(call, community_id).name
    since = service.mute(call.session, call.me, MuteKind.COMMUNITY, community_id, clock.now())
    return MuteShown.of(Muted(MuteKind.COMMUNITY, community_id, str(community_id), name, since))


@mutes.delete("/me/mutes/communities/<uuid:community_id>", scope=WRITE)
def unmute_community(call: Call, community_id: UUID) -> None:
    """Hear of a community again."""
    muting.unmute(call.session, call.me, MuteKind.COMMUNITY, _community(call, community_id).id)


@mutes.put("/me/mutes/businesses/<uuid:business_id>", refuses=(Conflict,), scope=WRITE)
def mute_business(call: Call, business_id: UUID) -> MuteShown:
    """Hear no more of a business, and of its offers: those in my inbox go, too."""
    name = _business(call, business_id).name
    since = service.mute(call.session, call.me, MuteKind.BUSINESS, business_id, clock.now())
    return MuteShown.of(Muted(MuteKind.BUSINESS, business_id, str(business_id), name, since))


@mutes.delete("/me/mutes/businesses/<uuid:business_id>", scope=WRITE)
def unmute_business(call: Call, business_id: UUID) -> None:
    """Hear of a business again. Offers that went do not come back."""
    muting.unmute(call.session, call.me, MuteKind.BUSINESS, _business(call, business_id).id)


@mutes.put("/me/mutes/topics/<key>", refuses=(Conflict,), scope=WRITE)
def mute_topic(call: Call, key: str) -> MuteShown:
    """Hear no more on a topic, whatever else it is about: offers that carry it, and are in my inbox, go, too."""
    topic = _topic(call, key)
    since = service.mute(call.session, call.me, MuteKind.TOPIC, topic.id, clock.now())
    return MuteShown.of(Muted(MuteKind.TOPIC, topic.id, topic.key, topic.name, since))


@mutes.delete("/me/mutes/topics/<key>", scope=WRITE)
def unmute_topic(call: Call, key: str) -> None:
    """Hear on a topic again. Offers that went do not come back."""
    muting.unmute(call.session, call.me, MuteKind.TOPIC, _topic(call, key).id)


def _community(call: Call, community_id: UUID) -> Community:
    found = communities.community(call.session, community_id)
    return _there(found.community if found else None, "such community")


def _business(call: Call, business_id: UUID) -> Business:
    return _there(businesses.business(call.session, business_id), "such business")


def _topic(call: Call, key: str) -> Topic:
    return _there(next(iter(topics.topics_named(call.session, [key])), None), f"topic {key}")


def _there(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound(f"There is no {what}.")
    return found
