"""Reports and cases as JSON."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.http.pages import Paged
from app.http.schemas import Moment, PointShape, Schema, words
from app.moderation.models import Case, CaseAct, CaseNote, Report
from app.moderation.queries import Words
from app.moderation.rules import LONGEST_NOTE, Act, Reason, State, What
from app.moderation.service import NewReport, Reported
from app.moderation.things import Thing

Why = Literal["implausible", "spam", "unwelcome", "illegal"]
Note = Annotated[str, words(LONGEST_NOTE, 1)]


class ReportGiven(Schema):
    """Something that should not be here, and why."""

    what: Literal["check-in", "reply", "person", "community", "event", "piece", "business-post"]
    id: Annotated[UUID | None, Field(strict=False, description="of what is reported, if it is no person")] = (
        None
    )
    handle: Annotated[str | None, Field(max_length=40, description="of a person")] = None
    reason: Why
    note: Annotated[
        str,
        words(LONGEST_NOTE),
        Field(description="what moderators should know; they do not learn who says it"),
    ] = ""

    @model_validator(mode="after")
    def _names_one_thing(self) -> "ReportGiven":
        by_handle = self.what == "person"
        if (self.handle is not None) is not by_handle or (self.id is None) is not by_handle:
            raise ValueError("a person is reported by handle, and anything else by id")
        return self

    def to(self) -> NewReport:
        """As the service takes it."""
        which = self.id if self.handle is None else self.handle
        assert which is not None
        return NewReport(What(self.what), which, Reason(self.reason), self.note)


class ReportShown(Schema):
    """A report of mine. What it is about goes by the id; of a person, that is theirs."""

    id: UUID
    what: What
    thing: UUID
    reason: Reason
    note: str
    reported_at: Moment
    state: Annotated[State, Field(description="what moderators made of it so far")]

    @classmethod
    def of(cls, report: Report, case: Case) -> "ReportShown":
        """Show one."""
        return cls(
            id=report.id,
            what=What(case.what),
            thing=case.thing_id,
            reason=Reason(report.reason),
            note=report.note,
            reported_at=report.reported_at,
            state=State(case.state),
        )


class ReportAnswered(ReportShown):
    """A report of mine, and how not to see such things from now on, whatever moderators make of it."""

    mute: Annotated[
        list[str], Field(description="addresses to PUT, each of which mutes something of it at once")
    ]

    @classmethod
    def told(cls, reported: Reported) -> "ReportAnswered":
        """Show one that was made."""
        shown = ReportShown.of(reported.report, reported.case)
        return cls(**shown.model_dump(), mute=_mutes(reported.thing))


def _mutes(thing: Thing) -> list[str]:
    named = {"people": thing.handle, "communities": thing.community_id, "businesses": thing.business_id}
    whose = [f"{kind}/{name}" for kind, name in named.items() if name]
    return [f"/v1/me/mutes/{each}" for each in (*whose, *(f"topics/{each}" for each in thing.topics))]


class CasesAsked(Paged):
    """Which cases."""

    state: State | None = None
    reason: Reason | None = None


class CaseListed(Schema):
    """A thing that was reported, and how often for which reason."""

    id: UUID
    what: What
    state: State
    taken_by: str | None
    reports: dict[Reason, int]
    opened_at: Moment
    reported_at: Annotated[Moment, Field(description="the last time")]
    objected: bool

    @classmethod
    def of(cls, row: Any) -> "CaseListed":
        """Show one as the queue has it."""
        return cls(
            id=row.id,
            what=What(row.what),
            state=State(row.state),
            taken_by=row.taken_by,
            reports={Reason(each): n for each, n in sorted((row.reasons or {}).items())},
            opened_at=row.opened_at,
            reported_at=row.reported_at,
            objected=row.has_objection,
        )


class ThingShown(Schema):
    """What is reported, as it is now."""

    id: UUID
    by: Annotated[str, Field(description="whose it is, by handle; or the name of a community or business")]
    text: Annotated[
        str,
        Field(
            description="what was said; of a person the name, of a community what it is for, else all it says"
        ),
    ]
    said_at: Moment | None
    unverified: list[str]
    at: Annotated[PointShape | None, Field(description="where, as everybody may know it; else null")]

    @classmethod
    def of(cls, case: Case, said: Words) -> "ThingShown":
        """Show it."""
        return cls(
            id=case.thing_id,
            by=said.by,
            text=said.text,
            said_at=said.said_at,
            unverified=list(said.unverified),
            at=PointShape.of(said.at) if said.at else None,
        )


class Said(Schema):
    """What somebody wrote in a report, without who."""

    reason: Reason
    note: str
    reported_at: Moment


class NoteShown(Schema):
    """What a moderator wrote down; null stands for one who left."""

    by: str | None
    text: str
    at: Moment


class ActShown(Schema):
    """What was done, and by which moderator, if by one who is still here."""

    act: Act
    by: str | None
    at: Moment


class CaseShown(CaseListed):
    """A case with all that a moderator needs."""

    thing: Annotated[ThingShown | None, Field(description="null where it is gone")]
    upheld_for: Reason | None
    objection: str | None
    said: list[Said]
    notes: list[NoteShown]
    trail: Annotated[list[ActShown], Field(description="all that was ever done about it, oldest first")]

    @classmethod
    def whole(
        cls,
        row: Any,
        about: tuple[Case, Words | None],
        said: Sequence[Any],
        notes: Sequence[tuple[CaseNote, str | None]],
        trail: Sequence[tuple[CaseAct, str | None]],
    ) -> "CaseShown":
        """Show one."""
        case, now = about
        return cls(
            **CaseListed.of(row).model_dump(),
            thing=ThingShown.of(case, now) if now else None,
            upheld_for=Reason(case.upheld_for) if case.upheld_for else None,
            objection=case.objection,
            said=[
                Said(reason=Reason(each.reason), note=each.note, reported_at=each.reported_at)
                for each in said
            ],
            notes=[NoteShown(by=by, text=each.text, at=each.at) for each, by in notes],
            trail=[ActShown(act=Act(each.act), by=by, at=each.at) for each, by in trail],
        )


class NoteGiven(Schema):
    """Words for the other moderators, or against having something hidden."""

    text: Note


class DecisionGiven(Schema):
    """What a moderator makes of a case. Upheld, words, events and pieces are hidden from all but whose they are."""

    state: Literal["dismissed", "upheld"]
    reason: Annotated[Why | None, Field(description="why it is upheld; its author is told")] = None

    @model_validator(mode="after")
    def _says_why(self) -> "DecisionGiven":
        if (self.state == "upheld") is not (self.reason is not None):
            raise ValueError("a case is upheld for a reason, and dismissed without one")
        return self

    def upheld_for(self) -> Reason | None:
        """The reason; None where it is dismissed."""
        return Reason(self.reason) if self.reason else None


class HiddenShown(Schema):
    """Something of mine that moderators hid from everybody else, and why."""

    id: Annotated[UUID, Field(description="of the check-in, reply, event, piece or post")]
    what: What
    reason: Reason
    decided_at: Moment
    objection: Annotated[str | None, Field(description="what I say against it")]

    @classmethod
    def of(cls, case: Case) -> "HiddenShown":
        """Show one."""
        assert case.upheld_for is not None
        assert case.decided_at is not None
        return cls(
            id=case.thing_id,
            what=What(case.what),
            reason=Reason(case.upheld_for),
            decided_at=case.decided_at,
            objection=case.objection,
        )
