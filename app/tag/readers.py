"""Readers, and what they tell and learn, as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.http.schemas import AreaGiven, AreaShape, Metres, Moment, PointGiven, PointShape, Schema, words
from app.tag.models import Reader, ReaderKeyKept
from app.tag.queries import Learnt
from app.tag.reading import Answer, Seen
from app.tag.rules import MOST_READINGS, Kind, Outcome
from app.tag.schemas import BusinessNamed, Disclosed, disclosed_word
from app.tag.service import Change, NewReader
from app.trust.terms import Identity

Asks = Annotated[
    Literal["person", "pseudonym", "handle"],
    Field(description="what it would like to learn; it learns the least of this and what each person allows"),
]


class NewReaderGiven(Schema):
    """A reader to add. What it is for cannot be changed later."""

    name: Annotated[str, words(80, 1)]
    kind: Literal["area", "post", "handheld"]
    purpose: Annotated[
        str, words(280, 1), Field(description="what it reads tags for, as people will read it")
    ]
    place_id: UUID | None = None
    position: PointGiven | None = None
    area: AreaGiven | None = None
    asks: Asks = "person"
    single_use: Annotated[bool, Field(description="whether it takes each code once")] = False

    @model_validator(mode="after")
    def _goes_together(self) -> "NewReaderGiven":
        if (self.kind == "area") != (self.area is not None):
            raise ValueError("an area reader needs its area, and no other reader has one")
        if self.kind == "post" and self.position is None and self.place_id is None:
            raise ValueError("a post stands somewhere: give its position, or the place_id of where it stands")
        return self

    def new(self) -> NewReader:
        """What is to be made."""
        return NewReader(
            name=self.name,
            kind=Kind(self.kind),
            purpose=self.purpose,
            place_id=self.place_id,
            position=self.position.position() if self.position else None,
            area=self.area.area() if self.area else None,
            asks=Identity[self.asks.upper()],
            single_use=self.single_use,
        )


class ReaderChange(Schema):
    """What is to be otherwise with a reader; the rest stays."""

    name: Annotated[str, words(80, 1)] | None = None
    asks: Asks | None = None
    single_use: bool | None = None
    open: Annotated[bool | None, Field(description="a closed reader reads nothing")] = None

    def change(self) -> Change:
        """What is to be changed."""
        asks = Identity[self.asks.upper()] if self.asks else None
        return Change(self.name, asks, self.single_use, self.open)


class KeyShown(Schema):
    """A key of a reader, without what makes it one."""

    id: UUID
    created_at: Moment

    @classmethod
    def of(cls, kept: ReaderKeyKept) -> "KeyShown":
        """Show one."""
        return cls(id=kept.id, created_at=kept.created_at)


class KeyMade(Schema):
    """A key of a reader, shown this once."""

    id: UUID
    key: str


class ReaderShown(Schema):
    """What everyone may know of a reader; its keys are for its staff."""

    id: UUID
    business: BusinessNamed
    name: str
    kind: Literal["area", "post", "handheld"]
    purpose: str
    place_id: UUID | None
    position: PointShape | None
    area: AreaShape | None
    asks: Asks
    single_use: bool
    open: bool
    keys: list[KeyShown] | None = None

    @classmethod
    def of(cls, reader: Reader, business: str, keys: Sequence[ReaderKeyKept] | None = None) -> "ReaderShown":
        """Show one."""
        shown = None if keys is None else [KeyShown.of(each) for each in keys]
        return cls.model_validate({**_parts(reader, business), "keys": shown})


class ReaderListed(ReaderShown):
    """A reader as its staff find it among others."""

    last_read_at: Annotated[
        Moment | None, Field(description="when it read a tag last, of what it may still look at")
    ]

    @classmethod
    def listed(cls, reader: Reader, business: str, last_read_at: datetime | None) -> "ReaderListed":
        """Show one."""
        return cls.model_validate({**_parts(reader, business), "last_read_at": last_read_at})


class ReaderMade(ReaderShown):
    """A new reader and its key, shown this once."""

    key: str

    @classmethod
    def made(cls, reader: Reader, business: str, key: str) -> "ReaderMade":
        """Show it."""
        return cls.model_validate({**_parts(reader, business), "key": key})


def _parts(reader: Reader, business: str) -> dict[str, object]:
    return {
        "id": reader.id,
        "business": BusinessNamed(id=reader.business_id, name=business),
        "name": reader.name,
        "kind": str(reader.kind),
        "purpose": reader.purpose,
        "place_id": reader.place_id,
        "position": PointShape.of(reader.position) if reader.position else None,
        "area": AreaShape.of(reader.area) if reader.area else None,
        "asks": Identity(reader.asks).word,
        "single_use": reader.single_use,
        "open": reader.is_open,
    }


class CodeSeen(Schema):
    """A code that a reader saw."""

    code: Annotated[str, Field(max_length=200, description="as it was shown; an address will do")]
    nonce: Annotated[
        str, words(64, 8), Field(description="another one for each; the same gives the same answer")
    ]
    read_at: Annotated[Moment | None, Field(description="now, if left out; at most 24 hours ago")] = None
    position: Annotated[PointGiven | None, Field(description="where the reader was")] = None
    accuracy_m: Annotated[Metres | None, Field(description="how sure that is, as a radius")] = None

    def seen(self) -> Seen:
        """As it is read."""
        at = self.position.position() if self.position else None
        return Seen(self.code, self.nonce, self.read_at, at, self.accuracy_m)


class CodesSeen(Schema):
    """One code or many."""

    readings: Annotated[list[CodeSeen], Field(min_length=1, max_length=MOST_READINGS)]


class LearntShown(Schema):
    """What a reader learnt: that somebody was there, and of whom that was no more than they allow."""

    id: UUID
    read_at: Moment
    disclosed: Disclosed
    pseudonym: Annotated[str | None, Field(description="the same at all readers of this business")] = None
    handle: str | None = None

    @classmethod
    def of(cls, learnt: Learnt) -> "LearntShown":
        """Show it."""
        return cls(
            id=learnt.id,
            read_at=learnt.read_at,
            disclosed=disclosed_word(learnt.identity),
            pseudonym=learnt.pseudonym,
            handle=learnt.handle,
        )


class AnswerShown(Schema):
    """What came of one code."""

    nonce: str
    outcome: Outcome
    reading: LearntShown | None = None

    @classmethod
    def of(cls, nonce: str, answer: Answer) -> "AnswerShown":
        """Show it."""
        reading = LearntShown.of(answer.learnt) if answer.learnt else None
        return cls(nonce=nonce, outcome=answer.outcome, reading=reading)


class Answers(Schema):
    """What came of each, in the order in which they were sent."""

    answers: list[AnswerShown]
