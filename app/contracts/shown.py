"""Trust contracts as JSON, as they are shown: as data, and in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.contracts.queries import Day, Told
from app.http.schemas import Moment, Schema
from app.trust import wording
from app.trust.contract import Contract
from app.trust.ready import READY
from app.trust.schemas import HoursShown
from app.trust.terms import KEPT, NAMED, Group, Purpose, Term


class WhoShown(Schema):
    """Who may know, and what they are called."""

    group: str
    id: UUID | None
    name: str | None


class TermShown(Schema):
    """Something that is opened for somebody, and what that means."""

    purpose: str
    who: WhoShown
    exactness: str
    hours: HoursShown | None
    lasts: str | int
    identity: str
    says: str


class QuietPlaceShown(Schema):
    """A circle in which nobody may know anything of me."""

    name: str
    lat: float
    lon: float
    radius_m: float


class ContractShown(Schema):
    """What I let whom know: as data, and in words."""

    version: int
    since: Moment | None
    ready: Annotated[str | None, Field(description="the ready contract whose terms these are")]
    terms: list[TermShown]
    quiet_places: list[QuietPlaceShown]
    time_zone: str
    says: list[str]
    warnings: Annotated[
        list[str], Field(description="where terms contradict each other, and what holds then")
    ]

    @classmethod
    def of(cls, contract: Contract, since: datetime | None, names: Mapping[UUID, str]) -> "ContractShown":
        """Show one; `names` are those of all it speaks of."""
        return cls(
            version=contract.version,
            since=since,
            ready=_ready_name(contract),
            terms=[_shown(term, names) for term in contract.terms],
            quiet_places=[
                QuietPlaceShown(
                    name=each.name,
                    lat=each.circle.centre.lat,
                    lon=each.circle.centre.lon,
                    radius_m=each.circle.radius_m,
                )
                for each in contract.quiet
            ],
            time_zone=contract.time_zone,
            says=wording.sentences(contract, names),
            warnings=wording.warnings(contract, names),
        )


class ReadyShown(Schema):
    """A contract to begin with."""

    name: str
    says: list[str]


class ConsentShown(Schema):
    """Whether offers may reach me, and since when."""

    purpose: str
    given: bool
    since: Moment | None = None


class DisclosureShown(Schema):
    """Something of me that reached a business or a reader."""

    id: UUID
    at: Moment
    to: Annotated[
        str | None, Field(description="what learnt it: a reader's or a business's name, if still there")
    ]
    business: str | None
    purpose: str
    what: Annotated[str, Field(description="what was learnt, in a word")]
    version: Annotated[int, Field(description="of the contract under which it was")]
    says: str

    @classmethod
    def of(cls, told: Told) -> "DisclosureShown":
        """Show one."""
        made = told.made
        return cls(
            id=made.id,
            at=made.at,
            to=told.name,
            business=told.business,
            purpose=made.purpose,
            what=made.what,
            version=made.version,
            says=wording.told(made.what, told.name, told.business),
        )


class DayShown(Schema):
    """How many of a day's check-ins the members of a community could know of, or in how many I was counted."""

    day: date
    community: UUID | None
    name: str | None
    check_ins: int
    #: Of how many they still may know.
    still: int
    says: str

    @classmethod
    def of(cls, day: Day) -> "DayShown":
        """Show one."""
        return cls(
            day=day.day,
            community=day.community_id,
            name=day.community,
            check_ins=day.check_ins,
            still=day.still,
            says=wording.told_on_a_day(day.check_ins, day.still, day.community),
        )


class AgreementShown(Schema):
    """The agreement between a person and a business. Both get the same record, and so the same hash."""

    record: dict[str, Any]
    hash: Annotated[str, Field(description="SHA-256 of the record as JSON with sorted names and no spaces")]


def _ready_name(contract: Contract) -> str | None:
    own = [term for term in contract.with_circle(None).terms if term.purpose is not Purpose.OFFERS]
    return next((name for name, ready in READY.items() if list(ready.terms) == own), None)


def _shown(term: Term, names: Mapping[UUID, str]) -> TermShown:
    who, hours = term.who, term.hours
    named = who.group in NAMED
    return TermShown(
        purpose=term.purpose,
        who=WhoShown(
            group=who.group,
            id=who.id if named and who.group is not Group.PERSON else None,
            name=names.get(who.id) if who.id and named else None,
        ),
        exactness=term.level.word,
        hours=None if hours is None else HoursShown.of(hours),
        lasts="kept"
        if term.lasts == KEPT
        else "until_i_leave"
        if term.lasts.until_i_leave
        else int(term.lasts.days),
        identity=term.identity.word,
        says=wording.sentence(term, names),
    )
