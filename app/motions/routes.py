"""Motions over HTTP: members decide together."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.communities import queries as communities
from app.communities.schemas import CommunityShown, feature_of
from app.errors import AlreadyThere, BadAreaGiven, Conflict, NotAllowed, NotAMember, NotFound, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Feature, Page
from app.motions import queries, service
from app.motions.proposing import moved
from app.motions.queries import Seen
from app.motions.rules import Choice
from app.motions.schemas import (
    MotionsAsked,
    MotionShown,
    NewMotion,
    NoticeGiven,
    StandingShown,
    StewardShown,
    VoteGiven,
)

motions = Operations("motions")
READ, WRITE = "communities:read", "communities:write"
_IN = "/communities/<uuid:community_id>"
_ONE = f"{_IN}/motions/<uuid:motion_id>"
_MOST_OPEN = 100


@motions.post(
    f"{_IN}/motions",
    refuses=(NotAMember, AlreadyThere, Conflict, UnknownTopic, BadAreaGiven),
    scope=WRITE,
    seldom="motions",
)
def move(call: Call, community_id: UUID, body: NewMotion) -> MotionShown:
    """Move something: members vote on it, and what a majority of those who vote is for is done when it closes."""
    _check_membership(call, community_id)
    listed = communities.existing(call.session, community_id)
    made = service.move(
        call.session, community_id, call.me, moved(call.session, listed, call.me, body), clock.now()
    )
    call.made(f"/v1/communities/{community_id}/motions/{made.id}")
    return MotionShown.of(_seen(call, community_id, made.id))


@motions.get(f"{_IN}/motions", refuses=(NotAMember,), scope=READ)
def motions_of_community(call: Call, community_id: UUID, query: MotionsAsked) -> Page[MotionShown]:
    """What members decide and decided, newest first; for those who belong."""
    _check_membership(call, community_id)
    page = query.cursor, query.limit + 1
    found = queries.motions_before(call.session, community_id, call.me, query.state, page)
    following = found[query.limit - 1].motion.id if len(found) > query.limit else None
    return Page(items=_shown(found[: query.limit]), next_cursor=following)


@motions.get("/me/motions", scope=READ)
def motions_for_me(call: Call) -> Page[MotionShown]:
    """What is open in my communities and I have not voted on, what closes first coming first; at most 100."""
    return Page(items=_shown(queries.open_to(call.session, call.me, clock.now(), _MOST_OPEN)))


@motions.get(_ONE, refuses=(NotAMember,), scope=READ)
def motion(call: Call, community_id: UUID, motion_id: UUID) -> MotionShown:
    """One motion; for those who belong."""
    _check_membership(call, community_id)
    return MotionShown.of(_seen(call, community_id, motion_id))


@motions.put(f"{_ONE}/vote", refuses=(NotAMember, NotAllowed, Conflict), scope=WRITE)
def vote(call: Call, community_id: UUID, motion_id: UUID, body: VoteGiven) -> MotionShown:
    """Say what I think, or something else than before. Nobody else learns it; it counts if I belong when it closes."""
    service.vote(call.session, (community_id, motion_id), call.me, Choice(body.choice), clock.now())
    return MotionShown.of(_seen(call, community_id, motion_id))


@motions.delete(f"{_ONE}/vote", refuses=(NotAMember, NotAllowed, Conflict), scope=WRITE)
def unvote(call: Call, community_id: UUID, motion_id: UUID) -> None:
    """Take my vote back."""
    service.unvote(call.session, (community_id, motion_id), call.me, clock.now())


@motions.delete(_ONE, refuses=(NotAMember, NotAllowed, Conflict), scope=WRITE)
def withdraw_motion(call: Call, community_id: UUID, motion_id: UUID) -> None:
    """Take back a motion of mine while it is open."""
    service.withdraw(call.session, community_id, motion_id, call.me)


@motions.get(f"{_IN}/stewards", anyone=True)
def stewards(call: Call, community_id: UUID) -> Page[StewardShown]:
    """Who keeps house in a community: elected by its members, and recalled by them."""
    communities.existing(call.session, community_id)
    found = queries.stewards_of(call.session, community_id)
    return Page(items=[StewardShown.of(*each) for each in found])


@motions.get(f"{_IN}/businesses", anyone=True)
def businesses_of_community(call: Call, community_id: UUID) -> Page[StandingShown]:
    """The businesses that a community welcomed or sent off, by name."""
    communities.existing(call.session, community_id)
    found = queries.standings_of(call.session, community_id)
    return Page(items=[StandingShown.of(*each) for each in found])


@motions.put(f"{_IN}/notice", refuses=(NotAMember, NotAllowed), scope=WRITE)
def pin_notice(call: Call, community_id: UUID, body: NoticeGiven) -> Feature[CommunityShown]:
    """Put up what is to be read first; its stewards do. Empty takes it down."""
    service.pin_notice(call.session, community_id, call.me, body.notice)
    return feature_of(communities.existing(call.session, community_id))


def _check_membership(call: Call, community_id: UUID) -> None:
    otherwise = "Only members see and decide this. Join first, if it is for you."
    communities.belonging_since(call.session, call.me, community_id, otherwise)


def _seen(call: Call, community_id: UUID, motion_id: UUID) -> Seen:
    found = queries.motion(call.session, community_id, motion_id, call.me)
    if found is None:
        raise NotFound("There is no such motion.")
    return found


def _shown(found: Sequence[Seen]) -> list[MotionShown]:
    return [MotionShown.of(each) for each in found]
