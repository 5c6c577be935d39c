"""Tags, and what their people see of readings, as JSON."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.schemas import Metres, Moment, PointGiven, Schema
from app.tag.models import Tag
from app.tag.queries import Logged
from app.tag.rules import WINDOW, opening
from app.tag.service import Scan
from app.tag.signals import TagRead
from app.trust.terms import Identity

State = Literal["answering", "silent"]
Disclosed = Literal["person", "pseudonym", "handle"]
_DISCLOSED: dict[Identity, Disclosed] = {
    Identity.PERSON: "person",
    Identity.PSEUDONYM: "pseudonym",
    Identity.HANDLE: "handle",
}


def disclosed_word(identity: Identity) -> Disclosed:
    """What was disclosed, as it is said."""
    return _DISCLOSED[identity]


class Svg:
    """A drawing."""

    media_type = "image/svg+xml"


class Png:
    """An image."""

    media_type = "image/png"


class Ndef:
    """Bytes for an NFC tag."""

    media_type = "application/vnd.nfc.ndef"


class TagShown(Schema):
    """What I carry."""

    state: State
    generation: Annotated[int, Field(description="one more each time it was lost")]
    since: Annotated[Moment | None, Field(description="null where nothing ever changed")] = None

    @classmethod
    def of(cls, tag: Tag | None) -> "TagShown":
        """Show it, also before it is first needed."""
        if tag is None:
            return cls(state="answering", generation=1)
        return cls(
            state="silent" if tag.state == "silent" else "answering",
            generation=tag.generation,
            since=tag.since,
        )


class StateGiven(Schema):
    """Whether my tag answers."""

    state: State


class Lost(Schema):
    """That my tag was lost, and perhaps with which phone."""

    session: Annotated[
        UUID | None,
        Field(description="the lost phone's, from GET /v1/me/sessions; it is signed out in the same act"),
    ] = None


class WindowShown(Schema):
    """Codes for ten minutes. Show another one each time; begin again where all were shown."""

    valid_from: Moment
    valid_until: Moment
    codes: list[str]


class CodesShown(Schema):
    """What my tag shows for the next 24 hours."""

    address: Annotated[str, Field(description="what stands before the code where it is shown as an address")]
    windows: list[WindowShown]

    @classmethod
    def of(cls, address: str, windows: Sequence[tuple[int, list[str]]]) -> "CodesShown":
        """Show them."""
        return cls(
            address=address,
            windows=[
                WindowShown(valid_from=opening(window), valid_until=opening(window) + WINDOW, codes=codes)
                for window, codes in windows
            ],
        )


class PostScanned(Schema):
    """What a post showed, and where I am."""

    post: Annotated[str, Field(max_length=200, description="its code, or the whole address that was scanned")]
    position: PointGiven
    accuracy_m: Metres = 0.0

    def scan(self) -> Scan:
        """As it is read."""
        return Scan(self.post, self.position.position(), self.accuracy_m)


class BusinessNamed(Schema):
    """Whose a reader is."""

    id: UUID
    name: str


class MyReading(Schema):
    """Something read my tag, and learnt this of me."""

    id: UUID
    reader_id: UUID
    reader: str
    business: BusinessNamed
    purpose: str
    disclosed: Disclosed
    pseudonym: Annotated[str | None, Field(description="what that business knows me by")] = None
    read_at: Moment

    @classmethod
    def of(cls, logged: Logged) -> "MyReading":
        """Show one from the log."""
        reading, reader, business = logged
        return cls(
            id=reading.id,
            reader_id=reader.id,
            reader=reader.name,
            business=BusinessNamed(id=business.id, name=business.name),
            purpose=reader.purpose,
            disclosed=disclosed_word(Identity(reading.disclosed)),
            pseudonym=reading.pseudonym,
            read_at=reading.read_at,
        )

    @classmethod
    def told(cls, signal: TagRead) -> "MyReading":
        """Show one as it happens."""
        return cls(
            id=signal.id,
            reader_id=signal.reader_id,
            reader=signal.reader,
            business=BusinessNamed(id=signal.business_id, name=signal.business),
            purpose=signal.purpose,
            disclosed=disclosed_word(Identity[signal.disclosed.upper()]),
            pseudonym=signal.pseudonym,
            read_at=signal.read_at,
        )
