"""Statistics over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from app import clock
from app.errors import Invalid, NotAMember, NotFound
from app.http.calls import Call
from app.http.operations import Operations
from app.statistics import figures, maturity, queries
from app.statistics.figures import Answer, Said, Wanted
from app.statistics.maturity import Between
from app.statistics.measures import BETWEEN, FOUR, Question, question
from app.statistics.queries import Found
from app.statistics.schemas import LanguageShown, MaturityShown, StatisticsAsked, StatisticsShown, language

statistics = Operations("statistics")
READ = "communities:read"


@statistics.get("/statistics/measures", anyone=True)
def measures(call: Call) -> LanguageShown:
    """What can be asked of communities, and how."""
    return language()


@statistics.get("/communities/<uuid:community_id>/statistics", anyone=True, refuses=(NotAMember,), scope=READ)
def community_statistics(call: Call, community_id: UUID, query: StatisticsAsked) -> StatisticsShown:
    """What a community is like, in numbers that single out nobody."""
    asked = question(query.asked(), clock.now())
    said = _said(call, community_id, asked)
    if asked.measure in BETWEEN:
        return StatisticsShown.of(asked, _shared(call, community_id, asked))
    return StatisticsShown.of(asked, figures.answers(asked, said))


@statistics.get("/communities/<uuid:community_id>/maturity", anyone=True, scope=READ)
def community_maturity(call: Call, community_id: UUID) -> MaturityShown:
    """How mature a community is, by which numbers, and how it came there."""
    since, until = maturity.span(clock.now())
    found = _found(call, community_id, maturity.tables(since, until))
    since = max(since, FOUR.begins(found.founded_at.date()))
    shared = [
        Between(
            each.measure, each.starts_on, each.community_id, figures.jaccard(each.both, each.one, each.other)
        )
        for each in queries.shared(call.session, community_id, [*BETWEEN], since, until)
    ]
    return MaturityShown.of(maturity.periods(since, until, found.said, shared))


def _said(call: Call, community_id: UUID, asked: Question) -> Sequence[Said]:
    found = _found(call, community_id, figures.wanted(asked))
    if not asked.for_everyone and not found.is_member:
        raise NotAMember(
            "Only members see this. Everybody may ask for people, members, joined and share, "
            "as a whole. Join first, if it is for you."
        )
    if len(found.said) > queries.MOST_FIGURES:
        raise Invalid(
            "That is more than one answer holds. Ask for fewer periods, or for one value with where."
        )
    return found.said


def _found(call: Call, community_id: UUID, wanted: Sequence[Wanted]) -> Found:
    found = queries.figures(call.session, community_id, call.viewer, wanted)
    if found is None:
        raise NotFound("There is no such community.")
    if found.kind == "location":
        raise NotFound(
            "A location community has no statistics: any number of them could lie over one another. "
            "Those of interest, goal and value have."
        )
    return found


def _shared(call: Call, community_id: UUID, asked: Question) -> list[Answer]:
    return [
        Answer(
            each.starts_on,
            {"community": each.community_id, "name": each.name},
            figures.jaccard(each.both, each.one, each.other),
        )
        for each in queries.shared(call.session, community_id, [asked.measure], asked.since, asked.until)
    ]
