"""Following and unfollowing. Who is followed need not agree; whom one follows back stands in a circle of one's own."""

from datetime import datetime

from sqlalchemy import and_, delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.db import announce
from app.errors import Conflict, Invalid, NotFound
from app.relations import queries
from app.relations.models import Follow
from app.relations.rules import MOST_FOLLOWS, CircleKind
from app.relations.service import circles
from app.relations.service.pairs import hold
from app.relations.signals import Followed


def follow(session: Session, follower: Person, followed: Person, now: datetime) -> datetime:
    """Want to hear of somebody: since when. Nothing changes for who does already.

    Raises Invalid for oneself, NotFound for who is apart from them, Conflict beyond the most.
    """
    if follower.id == followed.id:
        raise Invalid("You cannot follow yourself.")
    hold(session, follower.id, followed.id)
    if queries.are_apart(session, follower.id, followed.id):
        raise NotFound(f"There is no person called {followed.handle}.")
    values = {"follower_id": follower.id, "followed_id": followed.id, "since": now}
    new = insert(Follow).values(**values).on_conflict_do_nothing().returning(Follow.since)
    if session.execute(new).first():
        if queries.follows_of(session, follower.id) > MOST_FOLLOWS:
            raise Conflict(f"You follow {MOST_FOLLOWS:,} people, which is the most. Unfollow one first.")
        announce(session, Followed(follower.id, follower.handle, followed.id))
        _, back = queries.follows_between(session, follower.id, followed.id)
        if back:
            circles.follow_back(session, follower, followed, now)
    return session.get_one(Follow, (follower.id, followed.id)).since


def unfollow(session: Session, follower: Person, followed: Person) -> None:
    """Want to hear of somebody no more; nothing changes for who does not."""
    hold(session, follower.id, followed.id)
    mine = and_(Follow.follower_id == follower.id, Follow.followed_id == followed.id)
    session.execute(delete(Follow).where(mine))
    circles.part(session, follower, followed, [CircleKind.FOLLOW_BACK])


def part(session: Session, one: Person, other: Person) -> None:
    """Neither follows the other any more, or stands in a circle of theirs. The pair must be held."""
    either = or_(
        and_(Follow.follower_id == one.id, Follow.followed_id == other.id),
        and_(Follow.follower_id == other.id, Follow.followed_id == one.id),
    )
    session.execute(delete(Follow).where(either))
    circles.part(session, one, other)
