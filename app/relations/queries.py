"""Reading what people are to one another."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.db import prepared
from app.errors import NotFound
from app.relations.models import Block, Circle, CircleMember, Follow, FriendConsent, Mute
from app.relations.rules import CircleKind, MuteKind

Ts = TypeVarTuple("Ts")


def apart_sql(viewer: str) -> str:
    """An SQL array of all who are apart from the person that the given expression names."""
    return f"""ARRAY(SELECT blocked_id FROM blocks WHERE blocker_id = {viewer}
               UNION ALL SELECT blocker_id FROM blocks WHERE blocked_id = {viewer})"""


def apart_of(session: Session, person_id: UUID) -> set[UUID]:
    """All who are apart from a person."""
    found = prepared(session, f"SELECT unnest({apart_sql(':viewer')})", {"viewer": person_id})
    return {row[0] for row in found}


def are_apart(session: Session, one: UUID, other: UUID) -> bool:
    """Whether one of the two blocked the other."""
    either = or_(
        and_(Block.blocker_id == one, Block.blocked_id == other),
        and_(Block.blocker_id == other, Block.blocked_id == one),
    )
    return bool(session.scalar(select(exists().where(either))))


def parted_since(session: Session, person_id: UUID, moment: datetime) -> bool:
    """Whether somebody blocked a person, or they somebody, since then, and still does; or took them out of a circle."""
    theirs = or_(Block.blocker_id == person_id, Block.blocked_id == person_id)
    blocked = exists().where(theirs, Block.made_at >= moment)
    uncircled = exists().where(Person.id == person_id, Person.left_circle_at >= moment)
    return bool(session.scalar(select(or_(blocked, uncircled))))


def person_seen(session: Session, handle: str, viewer: UUID | None) -> Person | None:
    """A person by handle; None for whoever is apart from them."""
    person = accounts.person_with_handle(session, handle)
    return None if person and viewer and are_apart(session, viewer, person.id) else person


def id_of_person_seen(session: Session, handle: str, viewer: UUID | None) -> UUID:
    """The id of a person by handle; raises NotFound, for whoever is apart from them as well."""
    person = person_seen(session, handle, viewer)
    if person is None:
        raise NotFound(f"There is no person called {handle}.")
    return person.id


def blocks_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int
) -> Sequence[tuple[Person, datetime]]:
    """Whom a person blocks and since when, in the order of their ids."""
    asked = select(Person, Block.made_at).join(Block, Block.blocked_id == Person.id)
    return _after(session, asked.where(Block.blocker_id == person_id), cursor, limit)


def blocks_of(session: Session, person_id: UUID) -> int:
    """How many people a person blocks."""
    return session.scalar(select(func.count()).where(Block.blocker_id == person_id)) or 0


def follows_of(session: Session, person_id: UUID) -> int:
    """How many people a person follows."""
    return session.scalar(select(func.count()).where(Follow.follower_id == person_id)) or 0


def follows_between(session: Session, one: UUID, other: UUID) -> tuple[bool, bool]:
    """Whether the one follows the other, and the other the one."""
    there = exists().where(Follow.follower_id == one, Follow.followed_id == other)
    back = exists().where(Follow.follower_id == other, Follow.followed_id == one)
    mine, theirs = session.execute(select(there, back)).one()
    return mine, theirs


def follows_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, datetime, bool]]:
    """Whom a person follows, since when, and whether they follow back, in the order of their ids."""
    back = aliased(Follow)
    returned = exists().where(back.follower_id == Follow.followed_id, back.followed_id == person_id)
    asked = select(Person, Follow.since, returned).join(Follow, Follow.followed_id == Person.id)
    return _after(session, asked.where(Follow.follower_id == person_id), cursor, limit)


def followers_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, datetime, bool]]:
    """Who follows a person, since when, and whether that person follows back, in the order of their ids."""
    back = aliased(Follow)
    returned = exists().where(back.followed_id == Follow.follower_id, back.follower_id == person_id)
    asked = select(Person, Follow.since, returned).join(Follow, Follow.follower_id == Person.id)
    return _after(session, asked.where(Follow.followed_id == person_id), cursor, limit)


def circles_sql(viewer: str) -> str:
    """An SQL array of all circles in which the person stands that the given expression names."""
    return f"ARRAY(SELECT circle_id FROM circle_members WHERE member_id = {viewer})"


def circles_with(session: Session, member_id: UUID) -> set[UUID]:
    """All circles in which a person stands."""
    found = prepared(session, f"SELECT unnest({circles_sql(':member')})", {"member": member_id})
    return {row[0] for row in found}


def circles_of(session: Session, owner_id: UUID) -> Sequence[tuple[Circle, int]]:
    """A person's own circles, oldest first, and how many stand in each."""
    members = select(func.count()).where(CircleMember.circle_id == Circle.id).scalar_subquery()
    asked = select(Circle, members).where(Circle.owner_id == owner_id).order_by(Circle.id)
    return [(circle, count) for circle, count in session.execute(asked)]


def circle_of(session: Session, owner_id: UUID, circle_id: UUID) -> Circle | None:
    """A circle, if it is that person's own."""
    return session.scalars(
        select(Circle).where(Circle.id == circle_id, Circle.owner_id == owner_id)
    ).one_or_none()


def named_circles_of(session: Session, owner_id: UUID) -> int:
    """How many circles a person drew."""
    mine = select(func.count()).where(Circle.owner_id == owner_id, Circle.kind == CircleKind.NAMED)
    return session.scalar(mine) or 0


def members_of(session: Session, circle_id: UUID) -> int:
    """How many stand in a circle."""
    return session.scalar(select(func.count()).where(CircleMember.circle_id == circle_id)) or 0


def members_after(
    session: Session, circle_id: UUID, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, datetime]]:
    """Who stands in a circle and since when, in the order of their ids."""
    asked = select(Person, CircleMember.since).join(CircleMember, CircleMember.member_id == Person.id)
    return _after(session, asked.where(CircleMember.circle_id == circle_id), cursor, limit)


def member_since(session: Session, circle_id: UUID, member_id: UUID) -> datetime | None:
    """Since when somebody stands in a circle, if they do."""
    member = session.get(CircleMember, (circle_id, member_id))
    return member.since if member else None


def may_check_in(session: Session, friend_id: UUID, person_id: UUID) -> bool:
    """Whether a person lets a friend check them in."""
    return session.get(FriendConsent, (person_id, friend_id)) is not None


def friends_of(session: Session, person_id: UUID) -> int:
    """How many may check a person in."""
    return session.scalar(select(func.count()).where(FriendConsent.person_id == person_id)) or 0


def friends_after(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, datetime]]:
    """Who may check a person in and since when, in the order of their ids."""
    asked = select(Person, FriendConsent.since).join(FriendConsent, FriendConsent.friend_id == Person.id)
    return _after(session, asked.where(FriendConsent.person_id == person_id), cursor, limit)


def friend_of_after(
    session: Session, friend_id: UUID, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, datetime]]:
    """Whom somebody may check in and since when, in the order of their ids."""
    asked = select(Person, FriendConsent.since).join(FriendConsent, FriendConsent.person_id == Person.id)
    return _after(session, asked.where(FriendConsent.friend_id == friend_id), cursor, limit)


def muted_sql(viewer: str, kind: MuteKind) -> str:
    """An SQL array of all of a kind that are muted by the person that the given expression names."""
    return f"ARRAY(SELECT target FROM mutes WHERE person_id = {viewer} AND kind = '{kind}')"


def mutes_of(session: Session, person_id: UUID) -> dict[MuteKind, set[UUID]]:
    """All that a person muted, of every kind."""
    found: dict[MuteKind, set[UUID]] = {kind: set() for kind in MuteKind}
    asked = "SELECT kind, target FROM mutes WHERE person_id = :person"
    for muted in prepared(session, asked, {"person": person_id}):
        found[MuteKind(muted.kind)].add(muted.target)
    return found


def count_of_mutes(session: Session, person_id: UUID) -> int:
    """How much a person muted."""
    return session.scalar(select(func.count()).where(Mute.person_id == person_id)) or 0


def _after(
    session: Session, asked: Select[Person, *Ts], cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Person, *Ts]]:
    """The part of a list of people that comes after a cursor, in the order of their ids."""
    found = asked.where(Person.id > cursor) if cursor else asked
    return [(*row,) for row in session.execute(found.order_by(Person.id).limit(limit))]
