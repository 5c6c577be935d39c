"""What people are to one another, over HTTP; and people, as those may know them who are not apart."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, TypeVarTuple
from uuid import UUID

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.accounts.schemas import PersonShown
from app.errors import Conflict, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page, Schema
from app.relations import queries
from app.relations.schemas import (
    BlockShown,
    CircleGiven,
    CircleShown,
    FollowShown,
    FriendShown,
    MemberShown,
    PersonSeen,
)
from app.relations.service import blocking, circles, consenting, following

relations = Operations("relations")
READ, WRITE = "relations:read", "relations:write"
Shown = TypeVar("Shown", bound=Schema)
Ts = TypeVarTuple("Ts")


@relations.get("/people/<handle>", anyone=True)
def person(call: Call, handle: str) -> PersonSeen:
    """A person by handle; and whether we follow each other, where I am signed in."""
    seen = _somebody(call, handle)
    known = dict(PersonShown.of(seen))
    if call.bearer is None or not call.bearer.may(READ):
        return PersonSeen(**known)
    mine, theirs = queries.follows_between(call.session, call.me, seen.id)
    return PersonSeen(**known, you_follow=mine, follows_you=theirs)


@relations.get("/me/blocks")
def my_blocks(call: Call, query: Paged) -> Page[BlockShown]:
    """Whom I block."""
    found = queries.blocks_after(call.session, call.me, query.cursor, query.limit + 1)
    return _page(found, query, _block_shown)


@relations.put("/me/blocks/<handle>", refuses=(Conflict,))
def block(call: Call, handle: str) -> BlockShown:
    """Block somebody: from now on neither of us hears of the other, or sees that the other is there.

    What our clients show of each other is taken back, and what we were to each other ends.
    """
    blocked = _anybody(call, handle)
    since = blocking.block(call.session, _me(call), blocked, clock.now())
    return _block_shown(blocked, since)


@relations.delete("/me/blocks/<handle>")
def unblock(call: Call, handle: str) -> None:
    """Take a block back. What it ended does not come back."""
    blocking.unblock(call.session, call.me, _anybody(call, handle).id)


@relations.get("/me/follows", scope=READ)
def my_follows(call: Call, query: Paged) -> Page[FollowShown]:
    """Whom I follow."""
    found = queries.follows_after(call.session, call.me, query.cursor, query.limit + 1)
    return _page(found, query, _follow_shown)


@relations.get("/me/followers", scope=READ)
def my_followers(call: Call, query: Paged) -> Page[FollowShown]:
    """Who follows me."""
    found = queries.followers_after(call.session, call.me, query.cursor, query.limit + 1)
    return _page(found, query, _follow_shown)


@relations.put("/me/follows/<handle>", refuses=(Conflict,), scope=WRITE, seldom="follows")
def follow(call: Call, handle: str) -> FollowShown:
    """Follow somebody. It lets me know no more of them than they let me anyway.

    If they follow me as well, each of us stands in the other's circle of those whom they follow back.
    """
    followed = _somebody(call, handle)
    since = following.follow(call.session, _me(call), followed, clock.now())
    _, back = queries.follows_between(call.session, call.me, followed.id)
    return _follow_shown(followed, since, back)


@relations.delete("/me/follows/<handle>", scope=WRITE)
def unfollow(call: Call, handle: str) -> None:
    """Follow somebody no more."""
    following.unfollow(call.session, _me(call), _anybody(call, handle))


@relations.get("/me/circles", scope=READ)
def my_circles(call: Call) -> Page[CircleShown]:
    """My circles, oldest first. Nobody else sees them, or that they stand in one."""
    return Page(items=[CircleShown.of(*each) for each in queries.circles_of(call.session, call.me)])


@relations.post("/me/circles", refuses=(Conflict,), scope=WRITE)
def draw_circle(call: Call, body: CircleGiven) -> CircleShown:
    """Draw a circle, with nobody in it yet."""
    circle = circles.draw(call.session, call.me, body.name)
    call.made(f"/v1/me/circles/{circle.id}/members")
    return CircleShown.of(circle, 0)


@relations.put("/me/circles/<uuid:circle_id>", refuses=(Conflict,), scope=WRITE)
def rename_circle(call: Call, circle_id: UUID, body: CircleGiven) -> CircleShown:
    """Call a circle of mine something else."""
    circle = circles.rename(call.session, call.me, circle_id, body.name)
    return CircleShown.of(circle, queries.members_of(call.session, circle_id))


@relations.delete("/me/circles/<uuid:circle_id>", refuses=(Conflict,), scope=WRITE)
def erase_circle(call: Call, circle_id: UUID) -> None:
    """Do away with a circle of mine: what was for it is for nobody in it any more."""
    circles.erase(call.session, _me(call), circle_id)


@relations.get("/me/circles/<uuid:circle_id>/members", scope=READ)
def circle_members(call: Call, circle_id: UUID, query: Paged) -> Page[MemberShown]:
    """Who stands in a circle of mine."""
    _my_circle(call, circle_id)
    found = queries.members_after(call.session, circle_id, query.cursor, query.limit + 1)
    return _page(found, query, _member_shown)


@relations.get("/me/circles/<uuid:circle_id>/members/<handle>", scope=READ)
def circle_member(call: Call, circle_id: UUID, handle: str) -> MemberShown:
    """Whether somebody stands in a circle of mine, and since when."""
    _my_circle(call, circle_id)
    member = _somebody(call, handle)
    since = queries.member_since(call.session, circle_id, member.id)
    if since is None:
        raise NotFound(f"{member.handle} does not stand in this circle. PUT puts them in.")
    return _member_shown(member, since)


@relations.put("/me/circles/<uuid:circle_id>/members/<handle>", refuses=(Conflict,), scope=WRITE)
def put_in_circle(call: Call, circle_id: UUID, handle: str) -> MemberShown:
    """Put somebody in a circle of mine. They are not told."""
    member = _somebody(call, handle)
    since = circles.put_in(call.session, _me(call), circle_id, member, clock.now())
    return _member_shown(member, since)


@relations.delete("/me/circles/<uuid:circle_id>/members/<handle>", refuses=(Conflict,), scope=WRITE)
def take_out_of_circle(call: Call, circle_id: UUID, handle: str) -> None:
    """Take somebody out of a circle of mine: what is for it is for them no more. They are not told."""
    circles.take_out(call.session, _me(call), circle_id, _anybody(call, handle))


@relations.get("/me/consents/check-ins")
def my_friends(call: Call, query: Paged) -> Page[FriendShown]:
    """Who may check me in."""
    found = queries.friends_after(call.session, call.me, query.cursor, query.limit + 1)
    return _page(found, query, _friend_shown)


@relations.put("/me/consents/check-ins/<handle>", refuses=(Conflict,))
def let_check_in(call: Call, handle: str) -> FriendShown:
    """Let a friend check me in, until I take it back."""
    friend = _somebody(call, handle)
    since = consenting.let_check_in(call.session, call.me, friend, clock.now())
    return _friend_shown(friend, since)


@relations.delete("/me/consents/check-ins/<handle>")
def let_check_in_no_more(call: Call, handle: str) -> None:
    """Let them no more, from now on."""
    consenting.let_no_more(call.session, call.me, _anybody(call, handle).id)


def _me(call: Call) -> Person:
    me = accounts.person(call.session, call.me)
    assert me is not None
    return me


def _somebody(call: Call, handle: str) -> Person:
    """Who is not apart from me."""
    return _known(queries.person_seen(call.session, handle, call.viewer), handle)


def _anybody(call: Call, handle: str) -> Person:
    """Also whoever is apart from me: what one did oneself can always be undone."""
    return _known(accounts.person_with_handle(call.session, handle), handle)


def _known(person: Person | None, handle: str) -> Person:
    if person is None:
        raise NotFound(f"There is no person called {handle}.")
    return person


def _block_shown(person: Person, since: datetime) -> BlockShown:
    return BlockShown(person=PersonShown.of(person), since=since)


def _follow_shown(person: Person, since: datetime, follows_back: bool) -> FollowShown:
    return FollowShown(person=PersonShown.of(person), since=since, follows_back=follows_back)


def _member_shown(person: Person, since: datetime) -> MemberShown:
    return MemberShown(person=PersonShown.of(person), since=since)


def _friend_shown(person: Person, since: datetime) -> FriendShown:
    return FriendShown(person=PersonShown.of(person), since=since)


def _my_circle(call: Call, circle_id: UUID) -> None:
    if queries.circle_of(call.session, call.me, circle_id) is None:
        raise NotFound("You have no such circle.")


def _page(
    found: Sequence[tuple[Person, *Ts]], query: Paged, shown: Callable[[Person, *Ts], Shown]
) -> Page[Shown]:
    """The part asked for of a list with one more than that, if there is more."""
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    items = [shown(*each) for each in found[: query.limit]]
    return Page(items=items, next_cursor=following)
