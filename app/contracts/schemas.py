"""Trust contracts as JSON, as they are sent."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.http.pages import Paged
from app.http.schemas import Latitude, Longitude, Query, Schema, words
from app.trust.contract import Contract
from app.trust.ready import READY
from app.trust.schemas import HoursGiven, Zone
from app.trust.terms import (
    ALLOWED,
    KEPT,
    LARGEST_QUIET_M,
    MOST_DAYS,
    MOST_QUIET_PLACES,
    MOST_TERMS,
    NAMED,
    SMALLEST_QUIET_M,
    UNTIL_I_LEAVE,
    Group,
    Identity,
    Lasts,
    Level,
    Purpose,
    QuietPlace,
    Term,
    Who,
)
from geo import Circle, Position

_NO_IDENTITY = frozenset({Purpose.READERS})
_YES_OR_NO = frozenset({Purpose.OFFERS, Purpose.STATISTICS})


class WhoGiven(Schema):
    """Who may know: a group, of some kinds a certain one."""

    group: Literal[*Group]  # type: ignore[valid-type]
    id: Annotated[UUID | None, Field(description="of the community, circle or business")] = None
    handle: Annotated[str | None, Field(max_length=30, description="of the person")] = None

    @model_validator(mode="after")
    def _whole(self) -> "WhoGiven":
        if self.group == Group.PERSON:
            if self.handle is None or self.id is not None:
                raise ValueError("name a person by their handle")
        elif self.handle is not None or (self.group in NAMED) != (self.id is not None):
            raise ValueError("an id belongs to community, circle and business, and to nothing else")
        return self


class TermGiven(Schema):
    """Something that is opened for somebody."""

    purpose: Literal[*Purpose]  # type: ignore[valid-type]
    who: WhoGiven
    exactness: Annotated[
        Literal["exact", "street", "quarter", "city", "nothing"],
        Field(
            description="how exactly they may know where; for offers and statistics: nothing is no, else yes"
        ),
    ] = "exact"
    hours: Annotated[HoursGiven | None, Field(description="always, if left out")] = None
    lasts: Annotated[
        Literal["kept", "until_i_leave"] | Annotated[int, Field(ge=1, le=MOST_DAYS)],
        Field(description="for how long; a number is of days"),
    ] = "kept"
    identity: Annotated[
        Literal["nobody", "person", "pseudonym", "handle"],
        Field(description="for readers: what they may learn of whose tag it is"),
    ] = "nobody"

    @model_validator(mode="after")
    def _sensible(self) -> "TermGiven":
        purpose, group = Purpose(self.purpose), Group(self.who.group)
        if group not in ALLOWED[purpose]:
            kinds = ", ".join(sorted(ALLOWED[purpose]))
            raise ValueError(f"{purpose} may be opened for: {kinds}")
        if purpose is not Purpose.READERS and self.identity != "nobody":
            raise ValueError("identity is for readers alone")
        if purpose in _YES_OR_NO | _NO_IDENTITY and self.lasts != "kept":
            raise ValueError(f"{purpose} knows no duration; leave lasts out")
        if purpose is Purpose.OFFERS and group is Group.BUSINESS and self.hours:
            raise ValueError("hours of offers are for those of all businesses together")
        return self


class QuietPlaceGiven(Schema):
    """A circle in which nobody may know anything of me, such as home. It is shown to nobody but me."""

    name: Annotated[str, words(60, least=1)]
    lat: Latitude
    lon: Longitude
    radius_m: Annotated[float, Field(ge=SMALLEST_QUIET_M, le=LARGEST_QUIET_M, allow_inf_nan=False)]


class ContractGiven(Schema):
    """Another contract: a ready one, or terms of my own. A ready one leaves quiet places and offers as they are."""

    ready: Annotated[Literal[*READY] | None, Field(description="one to begin with")] = None  # type: ignore[valid-type]
    terms: Annotated[list[TermGiven] | None, Field(max_length=MOST_TERMS)] = None
    quiet_places: Annotated[
        list[QuietPlaceGiven] | None,
        Field(max_length=MOST_QUIET_PLACES, description="as they are, if left out"),
    ] = None
    time_zone: Annotated[
        Zone | None,
        Field(description="by whose clock hours are meant; as it is, if left out"),
    ] = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "ContractGiven":
        if (self.ready is None) == (self.terms is None):
            raise ValueError("give either ready or terms")
        return self

    def contract(self, now: Contract, people: Mapping[str, UUID]) -> Contract:
        """The contract that would follow the one that holds now, people being known by their handles."""
        if self.terms is None:
            terms = (
                *READY[str(self.ready)].terms,
                *(each for each in now.terms if each.purpose is Purpose.OFFERS),
            )
        else:
            terms = tuple(_term(each, people) for each in self.terms)
        quiet = now.quiet if self.quiet_places is None else tuple(map(_quiet_place, self.quiet_places))
        return Contract(
            now.version,
            terms,
            quiet,
            self.time_zone or now.time_zone,
        )

    def handles(self) -> list[str]:
        """Of all people it names."""
        return [term.who.handle for term in self.terms or () if term.who.handle]


def _term(given: TermGiven, people: Mapping[str, UUID]) -> Term:
    who = given.who
    lasts = {"kept": KEPT, "until_i_leave": UNTIL_I_LEAVE}.get(str(given.lasts))
    return Term(
        Purpose(given.purpose),
        Who(Group(who.group), people[who.handle.lower()] if who.handle else who.id),
        Level.NOTHING if given.purpose == Purpose.READERS else Level.of(given.exactness),
        given.hours.hours() if given.hours else None,
        lasts or Lasts(float(given.lasts)),
        Identity[given.identity.upper()],
    )


def _quiet_place(given: QuietPlaceGiven) -> QuietPlace:
    return QuietPlace(given.name, Circle(Position(given.lat, given.lon), given.radius_m))


class DisclosuresAsked(Paged):
    """Which disclosures."""

    purpose: Literal[*Purpose] | None = None  # type: ignore[valid-type]


class DaysAsked(Query):
    """Which days."""

    before: Annotated[date | None, Field(description="the day after the last; tomorrow, if left out")] = None
    days: Annotated[int, Field(ge=1, le=366)] = 30
