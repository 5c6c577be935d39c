"""Wishes over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.businesses import queries as businesses
from app.communities import queries as communities
from app.errors import BadAreaGiven, NotAllowed, NotAMember, NotFound, NotOpen, TooMany, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Feature, FeatureCollection
from app.topics.known import known_topics
from app.wishes import queries, service
from app.wishes.queries import Part, Seen
from app.wishes.schemas import (
    VoiceGiven,
    WishesAsked,
    WishGiven,
    WishShown,
    feature_of,
)

wishes = Operations("wishes")
READ, WRITE = "wishes:read", "wishes:write"
Wishes = FeatureCollection[WishShown]


@wishes.post(
    "/communities/<uuid:community_id>/wishes",
    seldom="wishes",
    refuses=(BadAreaGiven, NotAllowed, NotAMember, TooMany, UnknownTopic),
    scope=WRITE,
)
def state_wish(call: Call, community_id: UUID, body: WishGiven) -> Feature[WishShown]:
    """State a wish in a goal community of mine, and pledge to it."""
    new = service.NewWish(
        text=body.text,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)),
        area=body.area.area() if body.area else None,
        deadline=body.deadline,
        threshold=body.threshold,
    )
    stated = service.state(call.session, community_id, new, call.me, clock.now())
    call.made(f"/v1/wishes/{stated.id}")
    return _shown(call, stated.id)


@wishes.get("/communities/<uuid:community_id>/wishes", refuses=(NotAMember,), scope=READ)
def wishes_of_community(call: Call, community_id: UUID, query: Paged) -> Wishes:
    """What is wished for in a community, for its members, newest first."""
    otherwise = "Only members see what is wished for. Join first, if it is for you."
    communities.belonging_since(call.session, call.me, community_id, otherwise)
    found = queries.wishes_of(call.session, community_id, call.me, _part(query))
    return _page(found, query)


@wishes.get("/wishes/<uuid:wish_id>", scope=READ)
def wish(call: Call, wish_id: UUID) -> Feature[WishShown]:
    """One wish: for members of its community; while it is open, for whoever acts for a business."""
    return _shown(call, wish_id)


@wishes.delete("/wishes/<uuid:wish_id>", refuses=(NotAllowed, NotOpen), scope=WRITE)
def withdraw_wish(call: Call, wish_id: UUID) -> None:
    """Take back a wish of mine, as long as nobody else pledged."""
    service.withdraw(call.session, wish_id, call.me)


@wishes.put("/wishes/<uuid:wish_id>/pledge", refuses=(NotOpen,), scope=WRITE)
def pledge(call: Call, wish_id: UUID) -> Feature[WishShown]:
    """Pledge: I want it, too. Nobody sees that it is me."""
    service.pledge(call.session, wish_id, call.me, clock.now())
    return _shown(call, wish_id)


@wishes.delete("/wishes/<uuid:wish_id>/pledge", scope=WRITE)
def withdraw_pledge(call: Call, wish_id: UUID) -> None:
    """Take my pledge back; an offer that came of it leaves my inbox."""
    service.unpledge(call.session, wish_id, call.me)


@wishes.put("/wishes/<uuid:wish_id>/voice", refuses=(NotOpen,), scope=WRITE)
def say_whether_kept(call: Call, wish_id: UUID, body: VoiceGiven) -> None:
    """Say whether the answer was kept, as one who pledged; until a week after it ended I may say otherwise."""
    service.say(call.session, wish_id, call.me, body.kept, clock.now())


@wishes.get("/me/pledges", scope=READ)
def my_pledges(call: Call, query: Paged) -> Wishes:
    """The wishes I pledged, newest first."""
    return _page(queries.wishes_pledged(call.session, call.me, _part(query)), query)


@wishes.get("/businesses/<uuid:business_id>/wishes", refuses=(NotAllowed,), scope=READ)
def wishes_to_answer(call: Call, business_id: UUID, query: WishesAsked) -> Wishes:
    """What people wish for that a business I act for may answer, newest first."""
    _ensure_staff(call, business_id)
    found = queries.open_wishes(call.session, call.me, _part(query, query.topic), clock.now())
    return _page(found, query)


@wishes.get("/businesses/<uuid:business_id>/wishes/answered", refuses=(NotAllowed,), scope=READ)
def wishes_answered(call: Call, business_id: UUID, query: Paged) -> Wishes:
    """What a business I act for answered, newest first."""
    _ensure_staff(call, business_id)
    found = queries.wishes_answered(call.session, call.me, business_id, _part(query))
    return _page(found, query)


def _ensure_staff(call: Call, business_id: UUID) -> None:
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed("Only the staff of a business see what it may answer.")


def _shown(call: Call, wish_id: UUID) -> Feature[WishShown]:
    now = clock.now()
    found = queries.wish(call.session, wish_id, call.me, now)
    if found is None:
        raise NotFound(service.NOT_THERE)
    return feature_of(found, now)


def _part(query: Paged, topic: str | None = None) -> Part:
    """One more than is shown, which tells whether more follows."""
    return Part(query.limit + 1, query.cursor, topic)


def _page(found: Sequence[Seen], query: Paged) -> Wishes:
    now = clock.now()
    following = found[query.limit - 1].wish.id if len(found) > query.limit else None
    return Wishes(features=[feature_of(each, now) for each in found[: query.limit]], next_cursor=following)
