"""Who acts for a business: inviting, joining, changing roles, leaving. A business always keeps an owner.

Whoever changes the staff of a business holds its row until the commit, so that of two owners who leave at once one
sees that the other has left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.businesses import queries
from app.businesses.models import Business, BusinessPlace, Staff, StaffInvitation
from app.businesses.recording import note, note_of_person
from app.businesses.rules import INVITATION_LASTS, MOST_STAFF, Act, Right, Role, heir
from app.errors import Conflict, LastOwner, NotFound
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell
from app.relations import queries as relations
from app.relations.rules import MuteKind

_ANOTHER_OWNER = "Make another owner first: PUT …/staff/{handle}/role with the role 'owner'."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a business would like to have on its staff, and as what."""

    handle: str
    role: Role


def invite(session: Session, business_id: UUID, wanted: Wanted, by: UUID, now: datetime) -> UUID:
    """Let a person join the staff if they like, from now on for two weeks; who it is. Only owners may.

    Whoever is invited already is so anew, in this role. NotFound for somebody apart from the owner, as for nobody;
    Conflict for who is on the staff, or where that is full.
    """
    queries.hold(session, business_id)
    queries.ensure(session, by, business_id, Right.CHANGE_STAFF)
    invited = relations.id_of_person_seen(session, wanted.handle, by)
    if queries.role_of(session, invited, business_id):
        raise Conflict(
            f"{wanted.handle} is on the staff already; PUT …/staff/{{handle}}/role changes their role."
        )
    _ensure_room(session, business_id, invited, now)
    standing = {
        "role": wanted.role,
        "invited_by": by,
        "invited_at": now,
        "expires_at": now + INVITATION_LASTS,
    }
    is_new = not _is_invited(session, business_id, invited, now)
    made = insert(StaffInvitation).values(person_id=invited, business_id=business_id, **standing)
    session.execute(made.on_conflict_do_update(index_elements=["person_id", "business_id"], set_=standing))
    note_of_person(session, business_id, by, Act.INVITED, invited)
    if is_new and not _turned_from(session, invited, business_id, by):
        _tell(session, invited, Told.STAFF_INVITED, business_id, now)
    return invited


def withdraw_invitation(session: Session, business_id: UUID, handle: str, by: UUID) -> None:
    """Invite somebody no more; nothing changes where nobody is. Only owners may."""
    queries.ensure(session, by, business_id, Right.CHANGE_STAFF)
    invited = accounts.person_with_handle(session, handle)
    gone = _invitation(invited.id, business_id).returning(StaffInvitation.person_id) if invited else None
    if invited and gone is not None and session.scalar(gone) is not None:
        note_of_person(session, business_id, by, Act.WITHDREW_INVITATION, invited.id)


def decline(session: Session, person_id: UUID, business_id: UUID, now: datetime) -> None:
    """Have an invitation to oneself stand no more, and tell whoever invited; nothing changes where there is none."""
    # Held, so that who is told stays on the staff until the commit.
    session.get(Business, business_id, with_for_update={"key_share": True})
    gone = _invitation(person_id, business_id)
    invited = session.execute(
        gone.returning(StaffInvitation.invited_by, StaffInvitation.expires_at)
    ).one_or_none()
    if invited and invited.expires_at > now:
        _tell_inviter(session, invited.invited_by, Told.STAFF_DECLINED, business_id, now)


def accept(session: Session, person_id: UUID, business_id: UUID, now: datetime) -> None:
    """Join the staff as one was invited; nothing changes for who did. Raises NotFound without an invitation."""
    queries.hold(session, business_id)
    taken = _invitation(person_id, business_id).where(StaffInvitation.expires_at > now)
    found = session.execute(taken.returning(StaffInvitation.role, StaffInvitation.invited_by)).one_or_none()
    if found is None and queries.role_of(session, person_id, business_id):
        return
    if found is None:
        raise NotFound("No invitation of this business to you stands. Ask an owner to invite you again.")
    session.add(Staff(business_id=business_id, person_id=person_id, role=found.role, since=now))
    note(session, business_id, person_id, Act.JOINED)
    session.flush()
    _tell_inviter(session, found.invited_by, Told.STAFF_JOINED, business_id, now)


def set_role(session: Session, business_id: UUID, handle: str, role: Role, by: UUID) -> None:
    """Make somebody on the staff an owner, or one no more. Only owners may. NotFound, NotAllowed, LastOwner."""
    queries.hold(session, business_id)
    queries.ensure(session, by, business_id, Right.CHANGE_STAFF)
    person = accounts.person_with_handle(session, handle)
    staff = _on_the_staff(session, business_id, person) if person else None
    if staff is None:
        raise NotFound(f"Nobody called {handle} is on the staff. Invite them with POST …/invitations.")
    if role is not Role.OWNER:
        _ensure_another_owner(session, staff)
    if staff.role != role:
        staff.role = role
        note_of_person(session, business_id, by, Act.CHANGED_ROLE, staff.person_id)
    session.flush()


def remove(session: Session, business_id: UUID, handle: str, by: UUID, now: datetime) -> None:
    """Have somebody act for the business no more: oneself, or as an owner anybody, who is told. LastOwner.

    Nothing changes for who is not on the staff.
    """
    queries.hold(session, business_id)
    person = accounts.person_with_handle(session, handle)
    if person is None or person.id != by:
        queries.ensure(session, by, business_id, Right.CHANGE_STAFF)
    if person and (staff := _on_the_staff(session, business_id, person)):
        _ensure_another_owner(session, staff)
        session.delete(staff)
        if person.id == by:
            note(session, business_id, by, Act.LEFT)
        else:
            note_of_person(session, business_id, by, Act.REMOVED, person.id)
            _tell(session, person.id, Told.STAFF_REMOVED, business_id, now)
        session.flush()


def hand_over(session: Session, person_id: UUID, now: datetime) -> Sequence[UUID]:
    """See that each business has an owner without a person who leaves for good; those that nobody is left for, closed.

    Whoever of the staff served longest becomes the owner where there is no other. They still are on the staff
    afterwards, until they are gone; nobody changes the staff of these businesses before the commit.
    """
    # Else they could accept one while this goes on.
    mine = select(StaffInvitation.business_id).where(StaffInvitation.person_id == person_id)
    session.execute(mine.with_for_update())
    theirs = select(Staff.business_id).where(Staff.person_id == person_id)
    asked = select(Business.id).where(Business.id.in_(theirs)).order_by(Business.id)
    # Nobody refers to one meanwhile, either: what they are about to offer in its name would outlive it.
    held = session.scalars(asked.with_for_update()).all()
    return [each for each in held if not _has_owner_without(session, each, person_id, now)]


def forget_old(session: Session, now: datetime) -> None:
    """Let go of invitations that stand no more."""
    session.execute(delete(StaffInvitation).where(StaffInvitation.expires_at <= now))


def _has_owner_without(session: Session, business_id: UUID, person_id: UUID, now: datetime) -> bool:
    others = [staff for person, staff in queries.staff_of(session, business_id) if person.id != person_id]
    if any(each.role == Role.OWNER for each in others):
        return True
    chosen = heir((each.since, each.person_id) for each in others)
    if chosen is None:
        session.execute(update(Business).where(Business.id == business_id).values(closed_at=now))
        for its in (StaffInvitation, BusinessPlace):
            session.execute(delete(its).where(its.business_id == business_id))
        return False
    next(each for each in others if each.person_id == chosen).role = Role.OWNER
    session.flush()
    return True


def _on_the_staff(session: Session, business_id: UUID, person: Person) -> Staff | None:
    return session.get(Staff, (business_id, person.id), populate_existing=True)


def _ensure_another_owner(session: Session, staff: Staff) -> None:
    if staff.role != Role.OWNER:
        return
    others = exists().where(
        Staff.business_id == staff.business_id,
        Staff.person_id != staff.person_id,
        Staff.role == Role.OWNER,
    )
    if not session.scalar(select(others)):
        raise LastOwner(f"A business keeps an owner, and there is no other. {_ANOTHER_OWNER}")


def _ensure_room(session: Session, business_id: UUID, invited: UUID, now: datetime) -> None:
    on_it = select(func.count()).where(Staff.business_id == business_id)
    waiting = select(func.count()).where(
        StaffInvitation.business_id == business_id,
        StaffInvitation.person_id != invited,
        StaffInvitation.expires_at > now,
    )
    if (session.scalar(on_it) or 0) + (session.scalar(waiting) or 0) >= MOST_STAFF:
        raise Conflict(
            f"{MOST_STAFF} are on the staff or invited, which is the most. Remove somebody, or withdraw an invitation."
        )


def _is_invited(session: Session, business_id: UUID, person_id: UUID, now: datetime) -> bool:
    standing = session.get(StaffInvitation, (person_id, business_id), populate_existing=True)
    return standing is not None and standing.expires_at > now


def _turned_from(session: Session, person_id: UUID, business_id: UUID, by: UUID) -> bool:
    """Whether somebody will not hear of a business, or of whoever acts for it."""
    mutes = relations.mutes_of(session, person_id)
    return business_id in mutes[MuteKind.BUSINESS] or by in mutes[MuteKind.PERSON]


def _tell_inviter(
    session: Session, inviter: UUID | None, why: Told, business_id: UUID, now: datetime
) -> None:
    """Unless they left the staff since; who it was they read there, so that a notice names nobody."""
    if inviter and queries.role_of(session, inviter, business_id):
        _tell(session, inviter, why, business_id, now)


def _tell(session: Session, person_id: UUID, why: Told, business_id: UUID, now: datetime) -> None:
    notices.tell(session, [ToTell(person_id, why, business_id=business_id)], now)


def _invitation(person_id: UUID, business_id: UUID) -> Delete:
    return delete(StaffInvitation).where(
        StaffInvitation.person_id == person_id, StaffInvitation.business_id == business_id
    )
