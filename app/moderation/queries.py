"""Reading reports, the queue of cases, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, text, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.checkins import queries as checkins
from app.checkins.signals import CheckedIn
from app.communities import queries as communities
from app.conversation import queries as conversation
from app.db import prepared
from app.events import queries as events
from app.events.models import Event
from app.events.sight import hosting_sql
from app.ids import NOBODY
from app.moderation.models import Case, CaseAct, CaseNote, Report
from app.moderation.rules import Reason, State, What
from app.notices.rules import Told
from app.peers import queries as peers
from app.pieces import queries as pieces
from app.pieces.models import Piece
from app.pieces.sight import theirs_sql
from app.trust.terms import Level, disclosed_at
from geo import Position

_LAST = UUID(int=2**128 - 1)


_HOSTED = f"""EXISTS (SELECT FROM events e
    WHERE e.id = moderation_cases.event_id AND {hosting_sql(":viewer")})"""
_SPOKEN = """EXISTS (SELECT FROM business_posts b JOIN staff s ON s.business_id = b.business_id
    WHERE b.id = moderation_cases.post_id AND s.person_id = :viewer)"""
_WRITTEN = f"""EXISTS (SELECT FROM pieces p
    WHERE p.id = moderation_cases.piece_id AND {theirs_sql(":viewer")})"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue: in a state and for a reason, if said."""

    limit: int
    after: UUID | None = None
    state: State | None = None
    reason: Reason | None = None


#: Whether a case `k` is about the viewer, an event they host, a piece they may change, or a business of theirs.
_ABOUT = f"""k.person_id IS NOT DISTINCT FROM :viewer
    OR k.event_id IS NOT NULL AND EXISTS (SELECT FROM events e WHERE e.id = k.event_id AND {hosting_sql(":viewer")})
    OR k.piece_id IS NOT NULL AND EXISTS (SELECT FROM pieces p WHERE p.id = k.piece_id AND {theirs_sql(":viewer")})
    OR k.post_id IS NOT NULL AND EXISTS (SELECT FROM business_posts b JOIN staff s ON s.business_id = b.business_id
        WHERE b.id = k.post_id AND s.person_id = :viewer)"""
_COUNTED = f"""
SELECT k.id, k.what, k.state, k.opened_at, k.reported_at, k.objection IS NOT NULL AS has_objection,
       t.handle AS taken_by,
       (SELECT jsonb_object_agg(g.reason, g.n) FROM (
            SELECT r.reason, count(*) AS n FROM reports r WHERE r.case_id = k.id GROUP BY r.reason) AS g) AS reasons
FROM moderation_cases k LEFT JOIN people t ON t.id = k.taken_by
WHERE NOT ({_ABOUT}) AND {{which}}
ORDER BY k.id LIMIT :limit
"""


def cases(session: Session, asked: Asked, moderator: UUID) -> Sequence[Row[Any]]:
    """The queue, oldest first, without what is about the moderator who asks."""
    which = "k.id > :after"
    which += " AND k.state = :state" if asked.state else ""
    which += (
        " AND EXISTS (SELECT FROM reports r WHERE r.case_id = k.id AND r.reason = :reason)"
        if asked.reason
        else ""
    )
    values = {
        "viewer": moderator,
        "after": asked.after or NOBODY,
        "state": asked.state,
        "reason": asked.reason,
        "limit": asked.limit,
    }
    return prepared(session, _COUNTED.format(which=which), values)


def counted(session: Session, case_id: UUID, moderator: UUID) -> Row[Any] | None:
    """One case as the queue has it; None if there is none, or it is about the moderator."""
    values = {"case": case_id, "viewer": moderator, "limit": 1}
    return next(iter(prepared(session, _COUNTED.format(which="k.id = :case"), values)), None)


@dataclass(frozen=True, slots=True)
class Words:
    """A thing as a moderator needs it: never where it was, beyond what everybody may know."""

    #: Of whom or what it is: a handle, or the name of a community or a business.
    by: str
    text: str = ""
    said_at: datetime | None = None
    unverified: tuple[str, ...] = ()
    at: Position | None = None


def words_of(session: Session, case: Case, now: datetime) -> Words | None:
    """What a case is about as it is now; None where it is gone."""
    if case.event_id or case.piece_id or case.post_id:
        return _of_hosts(session, case)
    if case.person_id is None:
        found = communities.community(session, case.thing_id)
        return Words(found.community.name, found.community.purpose) if found else None
    person = accounts.person(session, case.person_id)
    if person is None or case.what == What.PERSON:
        return Words(person.handle, person.name) if person else None
    if case.what == What.REPLY:
        reply = conversation.reply_of(session, person.id, case.thing_id)
        return Words(person.handle, reply.text, reply.said_at) if reply else None
    said = checkins.check_in_of(session, person.id, case.thing_id)
    return _check_in(session, said, now) if said else None


def _of_hosts(session: Session, case: Case) -> Words | None:
    """An event, a piece, or what a business says."""
    if case.event_id is not None:
        event = events.said_of(session, case.event_id)
        at = event.position if event and event.is_public else None
        return Words(event.by, event.text, event.made_at, (), at) if event else None
    if case.piece_id is not None:
        piece = pieces.said_of(session, case.piece_id)
        return Words(piece.by, piece.text, piece.changed_at) if piece else None
    post = peers.said_of(session, case.thing_id)
    return Words(post.business, post.text, post.said_at) if post else None


def _check_in(session: Session, said: CheckedIn, now: datetime) -> Words:
    anybody = checkins.check_in(session, said.id, None, now)
    at = disclosed_at(anybody.check_in.position, anybody.disclosed) if anybody else None
    unverified = said.doubts if anybody and anybody.disclosed > Level.NOTHING else ()
    return Words(said.handle, said.text, said.received_at, unverified, at)


def case(session: Session, case_id: UUID) -> Case | None:
    """By id."""
    return session.get(Case, case_id)


def reports_on(session: Session, case_id: UUID) -> Sequence[Row[str, str, datetime]]:
    """Reason, note and time of each report that says something, and of nobody's who made it; oldest first."""
    asked = select(Report.reason, Report.note, Report.reported_at).where(
        Report.case_id == case_id, Report.note != ""
    )
    return session.execute(asked.order_by(Report.reported_at)).all()


def notes_on(session: Session, case_id: UUID) -> Sequence[tuple[CaseNote, str | None]]:
    """What moderators wrote down, and the handle of each, oldest first."""
    asked = select(CaseNote, Person.handle).outerjoin(Person, Person.id == CaseNote.by_id)
    return [
        (*row,) for row in session.execute(asked.where(CaseNote.case_id == case_id).order_by(CaseNote.id))
    ]


def trail_of(session: Session, case_id: UUID) -> Sequence[tuple[CaseAct, str | None]]:
    """What was done, and the handle of the moderator who did it, oldest first."""
    asked = select(CaseAct, Person.handle).outerjoin(Person, Person.id == CaseAct.by_id)
    return [(*row,) for row in session.execute(asked.where(CaseAct.case_id == case_id).order_by(CaseAct.id))]


def reports_of(
    session: Session, reporter: UUID, before: UUID | None, limit: int | None
) -> Sequence[tuple[Report, Case]]:
    """A person's own reports, newest first, and the case of each."""
    asked = select(Report, Case).join(Case, Case.id == Report.case_id).where(Report.reporter_id == reporter)
    asked = asked.where(Report.id < before) if before else asked
    return [(*row,) for row in session.execute(asked.order_by(Report.id.desc()).limit(limit))]


def upheld_against(session: Session, person_id: UUID, before: UUID | None, limit: int) -> Sequence[Case]:
    """What of somebody's was hidden, or was until they objected, newest first by the ids of the things.

    Their words, the events they host, what they wrote for communities, and what their businesses say. Of the last
    three there are few cases in all, and each is looked at.
    """
    words = [each.value for each in What if each.is_words]
    said = select(Case).where(Case.person_id == person_id, Case.what.in_(words))
    hosted = select(Case).where(Case.event_id.is_not(None), text(_HOSTED).bindparams(viewer=person_id))
    written = select(Case).where(Case.piece_id.is_not(None), text(_WRITTEN).bindparams(viewer=person_id))
    spoken = select(Case).where(Case.post_id.is_not(None), text(_SPOKEN).bindparams(viewer=person_id))
    kinds = (_hidden(of, before, limit) for of in (said, hosted, written, spoken))
    found = aliased(Case, union_all(*kinds).subquery())
    return session.scalars(select(found).order_by(found.thing_id.desc()).limit(limit)).all()


def _hidden(of: Select[Case], before: UUID | None, limit: int) -> Select[Case]:
    hidden = of.where(Case.thing_id < (before or _LAST), Case.upheld_for.is_not(None))
    return hidden.order_by(Case.thing_id.desc()).limit(limit)


def is_about(session: Session, case_id: UUID, person_id: UUID) -> bool:
    """Whether a case is about somebody, what they or a business of theirs said, their event, or their piece."""
    asked = f"SELECT FROM moderation_cases k WHERE k.id = :case AND ({_ABOUT})"
    return session.execute(text(asked), {"case": case_id, "viewer": person_id}).first() is not None


def cases_about(session: Session, person_id: UUID) -> Sequence[Case]:
    """All cases about a person, what they said, and the events and pieces that are theirs."""
    theirs = [
        Case.person_id == person_id,
        Case.event_id.in_(select(Event.id).where(Event.person_id == person_id)),
        Case.piece_id.in_(select(Piece.id).where(Piece.person_id == person_id)),
    ]
    found = aliased(Case, union_all(*(select(Case).where(each) for each in theirs)).subquery())
    return session.scalars(select(found).order_by(found.thing_id)).all()


_TO_TELL = """
SELECT r.reporter_id FROM reports r WHERE r.case_id = :case AND :kind IS DISTINCT FROM (
    SELECT n.kind FROM notices n
    WHERE n.case_id = r.case_id AND n.person_id = r.reporter_id AND n.kind = ANY (CAST(:kinds AS text[]))
    ORDER BY n.id DESC LIMIT 1)
"""


def reporters_to_tell(session: Session, case_id: UUID, kind: Told) -> Sequence[UUID]:
    """Who reported what a case is about, and did not hear this of it last."""
    kinds = [Told.REPORT_UPHELD.value, Told.REPORT_DISMISSED.value]
    return session.scalars(text(_TO_TELL), {"case": case_id, "kind": kind.value, "kinds": kinds}).all()


_HOSTS = """
SELECT e.person_id FROM events e WHERE e.id = :event AND e.person_id IS NOT NULL
UNION SELECT e.made_by FROM events e JOIN memberships m ON m.person_id = e.made_by AND m.community_id = e.community_id
WHERE e.id = :event
UNION SELECT s.person_id FROM events e JOIN staff s ON s.business_id = e.business_id WHERE e.id = :event
"""


def hosts(session: Session, event_id: UUID) -> Sequence[UUID]:
    """Whose an event is; nobody where it is a community's and whoever made it has left."""
    return session.scalars(text(_HOSTS), {"event": event_id}).all()
