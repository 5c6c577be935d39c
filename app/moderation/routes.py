"""Reporting and moderating over HTTP."""

from uuid import UUID

from app import clock
from app.accounts import queries as accounts
from app.errors import NotAllowed, NotFound, NotOpen
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Page
from app.moderation import queries, service
from app.moderation.schemas import (
    CaseListed,
    CasesAsked,
    CaseShown,
    DecisionGiven,
    HiddenShown,
    NoteGiven,
    ReportAnswered,
    ReportGiven,
    ReportShown,
)

moderation = Operations("moderation")
#: Moderators' own operations have no scope: no program moderates.
READ, WRITE = "moderation:read", "moderation:write"


@moderation.post("/reports", seldom="reports", refuses=(NotAllowed,), scope=WRITE)
def report(call: Call, body: ReportGiven) -> ReportAnswered:
    """Report a check-in, reply, person, community, event or piece, once each. Moderators do not hear from whom."""
    return ReportAnswered.told(service.report(call.session, body.to(), call.me, clock.now()))


@moderation.get("/me/reports", scope=READ)
def my_reports(call: Call, query: Paged) -> Page[ReportShown]:
    """What I reported, and what became of it, newest first."""
    found = queries.reports_of(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    return Page(items=[ReportShown.of(*each) for each in found[: query.limit]], next_cursor=following)


@moderation.get("/me/moderation", scope=READ)
def hidden_of_mine(call: Call, query: Paged) -> Page[HiddenShown]:
    """What of mine is hidden from everybody else, and why, newest first."""
    found = queries.upheld_against(call.session, call.me, query.cursor, query.limit + 1)
    following = found[query.limit - 1].thing_id if len(found) > query.limit else None
    return Page(items=[HiddenShown.of(each) for each in found[: query.limit]], next_cursor=following)


@moderation.post("/me/moderation/<uuid:thing_id>/objection", refuses=(NotOpen,), scope=WRITE)
def object_to_hiding(call: Call, thing_id: UUID, body: NoteGiven) -> HiddenShown:
    """Say once why something of mine should not be hidden; a moderator who did not decide it looks at it again."""
    return HiddenShown.of(service.object_to(call.session, thing_id, call.me, body.text, clock.now()))


@moderation.get("/moderation/cases", refuses=(NotAllowed,))
def cases(call: Call, query: CasesAsked) -> Page[CaseListed]:
    """For moderators: what was reported, oldest first, and how often; nobody is told by whom."""
    asked = queries.Asked(query.limit + 1, query.cursor, query.state, query.reason)
    found = queries.cases(call.session, asked, _moderator(call))
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[CaseListed.of(each) for each in found[: query.limit]], next_cursor=following)


@moderation.get("/moderation/cases/<uuid:case_id>", refuses=(NotAllowed,))
def case(call: Call, case_id: UUID) -> CaseShown:
    """For moderators: one case, what it is about as that is now, and all that was done."""
    return _shown(call, case_id, _moderator(call))


@moderation.put("/moderation/cases/<uuid:case_id>/taking", refuses=(NotAllowed, NotOpen))
def take_case(call: Call, case_id: UUID) -> CaseShown:
    """For moderators: take a case; whoever comes later takes another."""
    me = _moderator(call)
    service.take(call.session, case_id, me, clock.now())
    return _shown(call, case_id, me)


@moderation.delete("/moderation/cases/<uuid:case_id>/taking", refuses=(NotAllowed,))
def put_case_back(call: Call, case_id: UUID) -> None:
    """For moderators: have a case be anybody's again, also where another took it and stays away."""
    service.put_back(call.session, case_id, _moderator(call), clock.now())


@moderation.post("/moderation/cases/<uuid:case_id>/notes", refuses=(NotAllowed,))
def note_on_case(call: Call, case_id: UUID, body: NoteGiven) -> CaseShown:
    """For moderators: write something down for the others."""
    me = _moderator(call)
    service.note(call.session, case_id, me, body.text, clock.now())
    return _shown(call, case_id, me)


@moderation.put("/moderation/cases/<uuid:case_id>/decision", refuses=(NotAllowed, NotOpen))
def decide_case(call: Call, case_id: UUID, body: DecisionGiven) -> CaseShown:
    """For moderators: uphold a case I took, which hides it from all but whose it is; or dismiss it."""
    me = _moderator(call)
    service.decide(call.session, case_id, me, body.upheld_for(), clock.now())
    return _shown(call, case_id, me)


def _moderator(call: Call) -> UUID:
    """Whoever asks, if the operator named them; raises NotAllowed. Nothing else makes a moderator."""
    me = accounts.person(call.session, call.me)
    if me is None or me.handle not in call.house.settings.moderators:
        raise NotAllowed("Only moderators of this installation see and decide what was reported.")
    return me.id


def _shown(call: Call, case_id: UUID, moderator: UUID) -> CaseShown:
    session = call.session
    row, found = queries.counted(session, case_id, moderator), queries.case(session, case_id)
    if row is None or found is None:
        raise NotFound(service.NOT_THERE)
    return CaseShown.whole(
        row,
        (found, queries.words_of(session, found, clock.now())),
        queries.reports_on(session, case_id),
        queries.notes_on(session, case_id),
        queries.trail_of(session, case_id),
    )
