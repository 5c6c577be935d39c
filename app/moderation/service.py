"""Reporting, and what moderators do about it. Everything done about a case is written to its trail.

Locks are taken in one order, whoever it is about before the case: what people say is written and taken back under the
first, so hiding and taking back never wait for one another in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.checkins import fading, recounting
from app.checkins import resharing as checkins
from app.communities.models import Community
from app.conversation import resharing as replies
from app.errors import NotAllowed, NotFound, NotOpen
from app.events import hiding as events
from app.events.models import Event
from app.ids import new_id
from app.moderation import queries
from app.moderation.models import Case, CaseAct, CaseNote, Report
from app.moderation.rules import (
    Act,
    Reason,
    Standing,
    State,
    What,
    reopens,
    why_not_decide,
    why_not_object,
    why_not_take,
)
from app.moderation.things import Thing, thing_seen
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell
from app.peers import hiding as peers
from app.peers import queries as spoken
from app.peers.models import BusinessPost
from app.pieces import hiding as pieces
from app.pieces import queries as written
from app.pieces.models import Piece
from app.presence import service as presence
from app.trust import queries as trust

NOT_THERE = "There is no such case, or it is about you."


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody reports, by its id or by a handle, and why."""

    what: What
    which: UUID | str
    reason: Reason
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as it stands, and what it is about."""

    report: Report
    case: Case
    thing: Thing


def report(session: Session, new: NewReport, by: UUID, now: datetime) -> Reported:
    """Report something, once each: again gives the first report, with another reason as long as nobody took the case.

    Raises NotFound for what the reporter may not know of, NotAllowed for what is their own.
    """
    thing = thing_seen(session, new.what, new.which, by, now)
    if thing is None:
        raise NotFound("There is nothing like this here, or it is not for you.")
    if thing.person_id == by or thing.is_hosted:
        raise NotAllowed("This is your own. You can take back what you said, and leave whenever you like.")
    _hold(session, by, thing.person_id)
    _hold_what(session, thing)
    case = _case_of(session, thing, now)
    made = session.get(Report, (case.id, by))
    if made is None:
        made = Report(case_id=case.id, reporter_id=by, id=new_id(), reported_at=now)
        made.reason, made.note = new.reason, new.note
        session.add(made)
        _count_in(session, case, now)
    elif case.state == State.OPEN:
        made.reason, made.note = new.reason, new.note
    session.flush()
    return Reported(made, case, thing)


def _hold(session: Session, *people: UUID | None) -> None:
    """Nobody of these leaves for good before the commit; raises NotFound where one has."""
    ids = {each for each in people if each}
    presence.lock(session, *ids)
    # Not from what this session read before it had to wait.
    if len(session.scalars(select(Person.id).where(Person.id.in_(ids))).all()) < len(ids):
        raise NotFound("This is no longer there.")


_HELD = {
    What.COMMUNITY: Community.id,
    What.EVENT: Event.id,
    What.PIECE: Piece.id,
    What.BUSINESS_POST: BusinessPost.id,
}


def _hold_what(session: Session, thing: Thing) -> None:
    """Nor is it removed; raises NotFound where it was. What people said goes with them alone."""
    if (key := _HELD.get(thing.what)) is not None:
        held = select(key).where(key == thing.id).with_for_update(read=True, key_share=True)
        if session.scalar(held) is None:
            raise NotFound("This is no longer there.")


def _case_of(session: Session, thing: Thing, now: datetime) -> Case:
    """The one case of a thing, held until the commit."""
    fresh = new_id()
    made = insert(Case).values(
        id=fresh,
        what=thing.what,
        thing_id=thing.id,
        person_id=thing.person_id,
        community_id=thing.id if thing.what is What.COMMUNITY else None,
        event_id=thing.id if thing.what is What.EVENT else None,
        piece_id=thing.id if thing.what is What.PIECE else None,
        post_id=thing.id if thing.what is What.BUSINESS_POST else None,
        state=State.OPEN,
        opened_at=now,
        reported_at=now,
    )
    session.execute(made.on_conflict_do_nothing())
    found = select(Case).where(Case.thing_id == thing.id, Case.what == thing.what).with_for_update()
    case = session.scalars(found).one()
    if case.id == fresh:
        _write(session, case, Act.OPENED, None, now)
    return case


def _count_in(session: Session, case: Case, now: datetime) -> None:
    case.reported_at = now
    if reopens(_standing(case)):
        case.state, case.taken_by, case.upheld_for, case.decided_at = State.OPEN, None, None, None
        _write(session, case, Act.REOPENED, None, now)


def take(session: Session, case_id: UUID, by: UUID, now: datetime) -> None:
    """Take a case, so that others look at other ones; nothing changes for who has. Raises NotFound, NotOpen."""
    case = _held(session, case_id, by)
    if why := why_not_take(_standing(case), by):
        raise NotOpen(why)
    if case.taken_by != by:
        case.state, case.taken_by = State.TAKEN, by
        _write(session, case, Act.TAKEN, by, now)


def put_back(session: Session, case_id: UUID, by: UUID, now: datetime) -> None:
    """Have a case be for any moderator again, also where another took it and stays away. Raises NotFound."""
    case = _held(session, case_id, by)
    if case.state == State.TAKEN:
        case.state, case.taken_by = State.OPEN, None
        _write(session, case, Act.PUT_BACK, by, now)


def note(session: Session, case_id: UUID, by: UUID, text: str, now: datetime) -> None:
    """Write something down for the other moderators. Raises NotFound."""
    case = _held(session, case_id, by)
    session.add(CaseNote(id=new_id(), case_id=case.id, by_id=by, text=text, at=now))
    _write(session, case, Act.NOTED, by, now)


def decide(session: Session, case_id: UUID, by: UUID, upheld_for: Reason | None, now: datetime) -> None:
    """Uphold a case for a reason, which hides words, events and pieces from all but whose they are; or dismiss it,
    which shows them.

    Whoever took it may decide otherwise later. Nothing changes where it is decided so. Raises NotFound, NotOpen.
    """
    case = _held(session, case_id, by)
    if why := why_not_decide(_standing(case), by):
        raise NotOpen(why)
    decision = State.UPHELD if upheld_for else State.DISMISSED
    if (case.state, case.upheld_for) == (decision, upheld_for):
        return
    case.state, case.upheld_for, case.decided_at = decision, upheld_for, now
    _write(session, case, Act(decision.value), by, now)
    _tell_reporters(session, case, now)
    if What(case.what).can_be_hidden:
        _turn(session, case, by, now)


_TURNS = {
    (What.CHECK_IN, True): checkins.hide,
    (What.CHECK_IN, False): checkins.unhide,
    (What.REPLY, True): replies.hide,
    (What.REPLY, False): replies.unhide,
}
_HIDING = {What.EVENT: events, What.PIECE: pieces, What.BUSINESS_POST: peers}


def _turn(session: Session, case: Case, by: UUID, now: datetime) -> None:
    """Hide it, or show it again, as was decided; where it is gone, nothing is left to do."""
    hides = case.state == State.UPHELD
    if (slice_of := _HIDING.get(What(case.what))) is not None:
        turned = (slice_of.hide if hides else slice_of.unhide)(session, case.thing_id)
    else:
        turned = _turn_words(session, case, hides, now)
    if turned:
        _write(session, case, Act.HIDDEN if hides else Act.UNHIDDEN, by, now)
        _tell_whose_it_is(session, case, Told.HIDDEN if hides else Told.SHOWN_AGAIN, now)


def _turn_words(session: Session, case: Case, hides: bool, now: datetime) -> bool:
    assert case.person_id is not None
    contract = trust.contract_of(session, case.person_id)
    turned = _TURNS[What(case.what), hides](session, case.person_id, case.thing_id, contract, now)
    if turned and case.what == What.CHECK_IN:
        # What was said where they are no more is not to be known once again.
        fading.follow(session, case.person_id, now)
        recounting.count_anew(session, case.person_id, now)
    return turned


def _tell_whose_it_is(session: Session, case: Case, why: Told, now: datetime) -> None:
    if case.person_id is not None:
        theirs: Sequence[UUID] = [case.person_id]
    elif case.piece_id is not None:
        theirs = written.authors_of(session, case.piece_id)
    elif case.post_id is not None:
        theirs = spoken.speakers_of(session, case.post_id)
    else:
        theirs = queries.hosts(session, case.thing_id)
    notices.tell(session, [ToTell(each, why, case_id=case.id) for each in theirs], now)


def _tell_reporters(session: Session, case: Case, now: datetime) -> None:
    """Give notice of the outcome to those who have not heard the same of it last."""
    why = Told.REPORT_UPHELD if case.state == State.UPHELD else Told.REPORT_DISMISSED
    people = queries.reporters_to_tell(session, case.id, why)
    notices.tell(session, [ToTell(each, why, case_id=case.id) for each in people], now)


def object_to(session: Session, thing_id: UUID, by: UUID, text: str, now: datetime) -> Case:
    """Object once to what is one's own being hidden; another moderator looks at it then. Raises NotFound, NotOpen."""
    hideable = [each.value for each in What if each.can_be_hidden]
    asked = select(Case).where(
        Case.thing_id == thing_id, Case.what.in_(hideable), Case.upheld_for.is_not(None)
    )
    case = session.scalars(asked.with_for_update()).one_or_none()
    if case is None or not queries.is_about(session, case.id, by):
        raise NotFound("Nothing of yours that goes by this id is hidden.")
    if why := why_not_object(_standing(case)):
        raise NotOpen(why)
    case.state, case.objection = State.OPEN, text
    case.first_by, case.taken_by = case.taken_by, None
    _write(session, case, Act.OBJECTED, None, now)
    return case


def _held(session: Session, case_id: UUID, by: UUID) -> Case:
    """A case that is not about the moderator, which nobody else changes until the commit; raises NotFound."""
    about = session.execute(
        select(Case.person_id, Case.what, Case.thing_id).where(Case.id == case_id)
    ).one_or_none()
    if about is None or queries.is_about(session, case_id, by):
        raise NotFound(NOT_THERE)
    _hold(session, by, about.person_id)
    if What(about.what) in _HIDING:
        key = _HELD[What(about.what)]
        session.execute(select(key).where(key == about.thing_id).with_for_update(key_share=True))
    case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one_or_none()
    if case is None:
        raise NotFound(NOT_THERE)
    return case


def _standing(case: Case) -> Standing:
    return Standing(
        What(case.what),
        State(case.state),
        case.person_id,
        case.taken_by,
        case.first_by,
        case.objection is not None,
    )


def _write(session: Session, case: Case, act: Act, by: UUID | None, now: datetime) -> None:
    session.add(CaseAct(id=new_id(), case_id=case.id, by_id=by, act=act, at=now))
    session.flush()
