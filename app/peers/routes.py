"""Businesses among members, over HTTP."""

from uuid import UUID

from app import clock
from app.businesses import queries as businesses
from app.communities import queries as communities
from app.errors import AlreadyThere, Conflict, NotAllowed, NotAMember, NotFound, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.ids import NOBODY
from app.peers import queries, service
from app.peers.queries import Part
from app.peers.rules import State, state_of
from app.peers.schemas import (
    AskingGiven,
    BusinessRecordShown,
    Heard,
    NewPostGiven,
    PostForStaff,
    PostShown,
    StandsShown,
)
from app.peers.service import NewPost
from app.topics.known import known_topics

peers = Operations("peers")
_OF = "/businesses/<uuid:business_id>/communities"
_IN = f"{_OF}/<uuid:community_id>"


@peers.post(_OF, refuses=(NotAllowed, AlreadyThere, Conflict))
def ask_community(call: Call, business_id: UUID, body: AskingGiven) -> StandsShown:
    """Ask a community to welcome a business I act for. Its members decide by a motion that nobody of them proposed."""
    service.ask(call.session, (business_id, body.community), body.why, call.me, clock.now())
    call.made(f"/v1/businesses/{business_id}/communities/{body.community}")
    return _stands(call, business_id, body.community)


@peers.get(_OF, refuses=(NotAllowed,))
def communities_of_business(call: Call, business_id: UUID, query: Paged) -> Page[StandsShown]:
    """How communities stand to a business I act for: welcome, asked, refused or sent off; in the order of their ids."""
    service.check_staff(call.session, call.me, business_id)
    found = queries.communities_of(call.session, business_id, query.cursor, query.limit + 1)
    following = found[query.limit - 1].community_id if len(found) > query.limit else None
    return Page(items=[StandsShown.of(each) for each in found[: query.limit]], next_cursor=following)


@peers.get(_IN, refuses=(NotAllowed,))
def community_of_business(call: Call, business_id: UUID, community_id: UUID) -> StandsShown:
    """How one community stands to a business I act for."""
    service.check_staff(call.session, call.me, business_id)
    return _stands(call, business_id, community_id)


@peers.delete(_IN, refuses=(NotAllowed,))
def leave_as_business(call: Call, business_id: UUID, community_id: UUID) -> None:
    """Withdraw what a business I act for asks of a community, or have it leave. That it was sent off stays."""
    service.go(call.session, business_id, community_id, call.me)


@peers.get(f"{_IN}/feed", refuses=(NotAllowed,))
def heard_in_community(call: Call, business_id: UUID, community_id: UUID, query: Paged) -> Page[Heard]:
    """What members of a community that welcomed a business I act for let one another know, since it is welcome.

    Newest first, and without a word of where anybody is.
    """
    since = service.check_welcome(call.session, call.me, business_id, community_id)
    part = Part(business_id, community_id, query.cursor, query.limit + 1)
    found = queries.heard(call.session, part, since, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[Heard.of(each) for each in found[: query.limit]], next_cursor=following)


@peers.post(f"{_IN}/posts", refuses=(NotAllowed, Conflict, UnknownTopic))
def post_as_business(call: Call, business_id: UUID, community_id: UUID, body: NewPostGiven) -> PostShown:
    """Say something to the members of a community that welcomed a business I act for; labelled, three times a day."""
    keys = list(dict.fromkeys(body.topics))
    topics = dict(zip(keys, known_topics().ids(keys, call.session), strict=True))
    new = NewPost(business_id, community_id, body.text, topics)
    return PostShown.told(service.post(call.session, new, call.me, clock.now()))


@peers.get(f"{_IN}/posts", refuses=(NotAllowed,))
def posts_for_business(call: Call, business_id: UUID, community_id: UUID, query: Paged) -> Page[PostForStaff]:
    """What businesses say to the members of a community that welcomed one I act for, newest first."""
    service.check_welcome(call.session, call.me, business_id, community_id)
    part = Part(business_id, community_id, query.cursor, query.limit + 1)
    found = queries.posts(call.session, part, None)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[PostForStaff.of(each) for each in found[: query.limit]], next_cursor=following)


@peers.delete(f"{_IN}/posts/<uuid:post_id>", refuses=(NotAllowed,))
def take_post_back(call: Call, business_id: UUID, community_id: UUID, post_id: UUID) -> None:
    """Take back what a business I act for said, whoever of its staff did. It still counts for the day."""
    service.take_back(call.session, (business_id, community_id, post_id), call.me)


@peers.get("/communities/<uuid:community_id>/posts", refuses=(NotAMember,), scope="communities:read")
def posts_in_community(call: Call, community_id: UUID, query: Paged) -> Page[PostShown]:
    """What businesses that a community of mine welcomed say to it, newest first; nothing of what I muted."""
    otherwise = "Businesses speak to members here. Join first, if it is for you."
    communities.belonging_since(call.session, call.me, community_id, otherwise)
    part = Part(NOBODY, community_id, query.cursor, query.limit + 1)
    found = queries.posts(call.session, part, call.me)
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[PostShown.of(each) for each in found[: query.limit]], next_cursor=following)


@peers.get("/businesses/<uuid:business_id>/record", anyone=True)
def record(call: Call, business_id: UUID) -> BusinessRecordShown:
    """How a business did: what people call its offers, how it answered wishes, who welcomed it and who sent it off."""
    businesses.existing(call.session, business_id)
    return BusinessRecordShown.of(queries.record_of(call.session, business_id))


def _stands(call: Call, business_id: UUID, community_id: UUID) -> StandsShown:
    stands = queries.stands(call.session, business_id, community_id)
    if stands is None or state_of(stands.facts)[0] is State.SILENT:
        raise NotFound(
            "This community is silent about the business: it neither asked, nor was welcomed or sent off."
        )
    return StandsShown.of(stands)
