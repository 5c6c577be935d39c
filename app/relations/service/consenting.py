"""Letting friends check one in, and letting them no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.errors import Conflict, Invalid, NotFound
from app.relations import queries
from app.relations.models import FriendConsent
from app.relations.rules import MOST_FRIENDS
from app.relations.service.pairs import hold


def let_check_in(session: Session, person_id: UUID, friend: Person, now: datetime) -> datetime:
    """A friend may check a person in from now on: since when. Nothing changes for who may already.

    Raises Invalid for oneself, NotFound for who is apart from them, Conflict beyond the most.
    """
    if person_id == friend.id:
        raise Invalid("You may check yourself in anyway.")
    hold(session, person_id, friend.id)
    if queries.are_apart(session, person_id, friend.id):
        raise NotFound(f"There is no person called {friend.handle}.")
    values = {"person_id": person_id, "friend_id": friend.id, "since": now}
    session.execute(insert(FriendConsent).values(**values).on_conflict_do_nothing())
    if queries.friends_of(session, person_id) > MOST_FRIENDS:
        raise Conflict(
            f"{MOST_FRIENDS:,} people may check you in, which is the most. Take one consent back first."
        )
    return session.get_one(FriendConsent, (person_id, friend.id)).since


def let_no_more(session: Session, person_id: UUID, friend_id: UUID) -> None:
    """A friend may check a person in no more; nothing changes for who may not."""
    theirs = and_(FriendConsent.person_id == person_id, FriendConsent.friend_id == friend_id)
    session.execute(delete(FriendConsent).where(theirs))


def part(session: Session, one: UUID, other: UUID) -> None:
    """Neither may check the other in any more. The pair must be held."""
    pair = [(one, other), (other, one)]
    either = or_(*(and_(FriendConsent.person_id == a, FriendConsent.friend_id == b) for a, b in pair))
    session.execute(delete(FriendConsent).where(either))
