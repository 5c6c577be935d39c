"""Drawing circles, and putting people in and out of them. Those who stand in one are not told."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Person
from app.db import announce
from app.errors import Conflict, Invalid, NotFound
from app.ids import new_id
from app.relations import queries
from app.relations.models import Circle, CircleMember
from app.relations.rules import MOST_CIRCLES, MOST_MEMBERS, CircleKind
from app.relations.service.pairs import hold
from app.relations.signals import CircleJoined, CircleLeft


def draw(session: Session, owner_id: UUID, name: str) -> Circle:
    """A new circle with nobody in it. Raises Conflict beyond the most."""
    if queries.named_circles_of(session, owner_id) >= MOST_CIRCLES:
        raise Conflict(f"You have {MOST_CIRCLES:,} circles, which is the most. Delete one first.")
    circle = Circle(id=new_id(), owner_id=owner_id, name=name, kind=CircleKind.NAMED)
    session.add(circle)
    session.flush()
    return circle


def rename(session: Session, owner_id: UUID, circle_id: UUID, name: str) -> Circle:
    """Call a circle something else."""
    circle = _own(session, owner_id, circle_id)
    circle.name = name
    session.flush()
    return circle


def erase(session: Session, owner: Person, circle_id: UUID) -> None:
    """Do away with a circle: what was for it is for nobody in it any more."""
    circle = _own(session, owner.id, circle_id)
    _take_out(session, [owner], CircleMember.circle_id == circle.id)
    session.delete(circle)
    session.flush()


def put_in(session: Session, owner: Person, circle_id: UUID, member: Person, now: datetime) -> datetime:
    """Somebody stands in a circle from now on: since when. Nothing changes for who does already.

    Raises Invalid for oneself, NotFound for who is apart from its owner, Conflict beyond the most.
    """
    if owner.id == member.id:
        raise Invalid("You need not stand in your own circle: what is for it is yours.")
    hold(session, owner.id, member.id)
    if queries.are_apart(session, owner.id, member.id):
        raise NotFound(f"There is no person called {member.handle}.")
    circle = _own(session, owner.id, circle_id)
    _add(session, {circle.id: (owner, member)}, now)
    if queries.members_of(session, circle.id) > MOST_MEMBERS:
        raise Conflict(
            f"{MOST_MEMBERS:,} people stand in this circle, which is the most. Take one out first."
        )
    return session.get_one(CircleMember, (circle.id, member.id)).since


def take_out(session: Session, owner: Person, circle_id: UUID, member: Person) -> None:
    """Somebody stands in a circle no more; nothing changes for who does not."""
    hold(session, owner.id, member.id)
    circle = _own(session, owner.id, circle_id)
    _take_out(
        session, [owner], and_(CircleMember.circle_id == circle.id, CircleMember.member_id == member.id)
    )


def part(session: Session, one: Person, other: Person, kinds: Iterable[CircleKind] = CircleKind) -> None:
    """Neither stands in a circle of the other's any more, of these kinds. The pair must be held."""
    theirs = or_(
        and_(Circle.owner_id == one.id, CircleMember.member_id == other.id),
        and_(Circle.owner_id == other.id, CircleMember.member_id == one.id),
    )
    _take_out(session, [one, other], and_(Circle.kind.in_(kinds), theirs))


def follow_back(session: Session, one: Person, other: Person, now: datetime) -> None:
    """Each stands in the other's circle of those whom they follow back. The pair must be held."""
    circles = circles_of_follow_back(session, one.id, other.id)
    _add(session, {circles[one.id]: (one, other), circles[other.id]: (other, one)}, now)


def circles_of_follow_back(session: Session, *owner_ids: UUID) -> dict[UUID, UUID]:
    """The circle of those whom each of these people follows back, by owner; made where there is none yet."""
    # In one order, or two who do this at once would wait for each other.
    values = [
        {"id": new_id(), "owner_id": each, "name": "", "kind": CircleKind.FOLLOW_BACK}
        for each in sorted(owner_ids)
    ]
    session.execute(insert(Circle).values(values).on_conflict_do_nothing())
    made = select(Circle.owner_id, Circle.id)
    made = made.where(Circle.owner_id.in_(owner_ids), Circle.kind == CircleKind.FOLLOW_BACK)
    return dict(session.execute(made).all())


def _own(session: Session, owner_id: UUID, circle_id: UUID) -> Circle:
    """A circle that is its owner's to change, which nobody else changes meanwhile."""
    mine = select(Circle).where(Circle.id == circle_id, Circle.owner_id == owner_id).with_for_update()
    circle = session.scalars(mine).one_or_none()
    if circle is None:
        raise NotFound("You have no such circle.")
    if circle.kind == CircleKind.FOLLOW_BACK:
        raise Conflict("Those whom you follow back stand in this circle. Follow or unfollow them instead.")
    return circle


def _add(session: Session, pairs: dict[UUID, tuple[Person, Person]], now: datetime) -> None:
    """Put people in circles, of which each comes with its owner and whom to put in."""
    values = [
        {"circle_id": circle, "member_id": member.id, "since": now} for circle, (_, member) in pairs.items()
    ]
    new = insert(CircleMember).values(values).on_conflict_do_nothing().returning(CircleMember.circle_id)
    for circle_id in session.scalars(new):
        owner, member = pairs[circle_id]
        announce(session, CircleJoined(circle_id, owner.id, owner.handle, member.id))


def _take_out(session: Session, owners: Iterable[Person], who: ColumnElement[bool]) -> None:
    handles = {each.id: each.handle for each in owners}
    gone = (
        delete(CircleMember)
        .where(CircleMember.circle_id == Circle.id, who)
        .returning(CircleMember.circle_id, Circle.owner_id, CircleMember.member_id)
    )
    left = [
        CircleLeft(circle_id, owner, handles[owner], member)
        for circle_id, owner, member in session.execute(gone)
    ]
    announce(session, *left)
    if left:
        members = (
            select(Person.id).where(Person.id.in_({each.member_id for each in left})).order_by(Person.id)
        )
        # In one order, or two who do this at once would wait for each other.
        held = session.scalars(members.with_for_update()).all()
        session.execute(update(Person).where(Person.id.in_(held)).values(left_circle_at=clock.now()))
