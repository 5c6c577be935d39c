"""Reading reports, the queue of cases, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.checkins import queries as checkins
from app.checkins.signals import CheckedIn
from app.communities import queries as communities
from app.conversation import queries as conversation
from app.db import prepared
from app.ids import NOBODY
from app.moderation.models import Case, CaseAct, CaseNote, Report
from app.moderation.rules import Reason, State, What
from app.relations import queries as relations
from app.trust.terms import Level, disclosed_at
from geo import Position

_LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is reported, as far as a report and muting need it."""

    what: What
    id: UUID
    #: Who said it, or is it; None for a community.
    person_id: UUID | None
    handle: str | None = None
    topics: tuple[str, ...] = ()


def thing_seen(session: Session, what: What, which: UUID | str, viewer: UUID, now: datetime) -> Thing | None:
    """What somebody may report, by its id, or a person by their handle; None if they may not know of it."""
    if isinstance(which, str):
        person = relations.person_seen(session, which, viewer)
        return Thing(what, person.id, person.id, person.handle) if person else None
    if what is What.CHECK_IN:
        seen = checkins.check_in(session, which, viewer, now)
        said = seen.check_in if seen else None
        return Thing(what, said.id, said.person_id, said.handle, said.topics) if said else None
    if what is What.REPLY:
        reply = conversation.reply_seen(session, which, viewer, now)
        return Thing(what, reply.id, reply.person_id, reply.handle) if reply else None
    return Thing(what, which, None) if communities.community(session, which) else None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue: in a state and for a reason, if said."""

    limit: int
    after: UUID | None = None
    state: State | None = None
    reason: Reason | None = None


_COUNTED = """
SELECT k.id, k.what, k.state, k.opened_at, k.reported_at, k.objection IS NOT NULL AS has_objection,
       t.handle AS taken_by,
       (SELECT jsonb_object_agg(g.reason, g.n) FROM (
            SELECT r.reason, count(*) AS n FROM reports r WHERE r.case_id = k.id GROUP BY r.reason) AS g) AS reasons
FROM moderation_cases k LEFT JOIN people t ON t.id = k.taken_by
WHERE k.person_id IS DISTINCT FROM :viewer AND {which}
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

    #: Of whom or what it is: a handle, or the name of a community.
    by: str
    text: str = ""
    said_at: datetime | None = None
    unverified: tuple[str, ...] = ()
    at: Position | None = None


def words_of(session: Session, case: Case, now: datetime) -> Words | None:
    """What a case is about as it is now; None where it is gone."""
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
    """What of somebody's words was hidden, or was until they objected, newest first by the ids of the words."""
    asked = select(Case).where(
        Case.person_id == person_id,
        Case.thing_id < (before or _LAST),
        Case.upheld_for.is_not(None),
        Case.what.in_([What.CHECK_IN, What.REPLY]),
    )
    return session.scalars(asked.order_by(Case.thing_id.desc()).limit(limit)).all()


def cases_about(session: Session, person_id: UUID) -> Sequence[Case]:
    """All cases about a person and what they said."""
    return session.scalars(select(Case).where(Case.person_id == person_id).order_by(Case.thing_id)).all()
