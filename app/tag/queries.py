"""Reading tags, readers and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import Business
from app.errors import NotSignedIn
from app.ids import first_id_at
from app.presence.models import Presence
from app.tag.models import AreaVisit, CodeRead, Reader, ReaderKeyKept, Reading, Tag, TagFix
from app.tag.rules import KEPT, Kind, ReaderKey, State
from app.trust.terms import Identity

#: Some five kilometres; and as many as are looked at, of which a contract may let few know anything.
_AROUND_DEGREES = 0.05
_MOST_AREAS = 100


def tag_of(session: Session, person_id: UUID) -> Tag | None:
    """What a person carries; None before it is first needed."""
    return session.get(Tag, person_id)


def reader(session: Session, reader_id: UUID) -> Reader | None:
    """By id, also where it is gone."""
    return session.get(Reader, reader_id)


def post(session: Session, code: str) -> Reader | None:
    """The post that shows this."""
    asked = select(Reader).where(Reader.post_code == code, Reader.ended_at.is_(None))
    return session.scalars(asked).one_or_none()


def readers_of(session: Session, business_id: UUID, cursor: UUID | None, limit: int) -> Sequence[Reader]:
    """A business's readers, oldest first, without those that are gone."""
    asked = select(Reader).where(Reader.business_id == business_id, Reader.ended_at.is_(None))
    asked = asked.where(Reader.id > cursor) if cursor else asked
    return session.scalars(asked.order_by(Reader.id).limit(limit)).all()


def last_read(session: Session, readers: Sequence[Reader], now: datetime) -> dict[UUID, datetime]:
    """When each of these read a tag last, of what their business may look at; those that read none are left out."""
    newest = select(Reading.read_at).where(
        Reading.reader_id == Reader.id, Reading.id >= first_id_at(now - KEPT)
    )
    last = newest.order_by(Reading.id.desc()).limit(1).correlate(Reader).scalar_subquery()
    rows = session.execute(select(Reader.id, last).where(Reader.id.in_([each.id for each in readers])))
    return {reader_id: read_at for reader_id, read_at in rows if read_at}


def keys_of(session: Session, reader_id: UUID) -> Sequence[ReaderKeyKept]:
    """The keys of a reader, oldest first."""
    asked = select(ReaderKeyKept).where(ReaderKeyKept.reader_id == reader_id).order_by(ReaderKeyKept.id)
    return session.scalars(asked).all()


def reader_with(session: Session, said: str) -> UUID:
    """The reader that holds this key; raises NotSignedIn."""
    key = ReaderKey.read(said)
    kept = session.get(ReaderKeyKept, key.id) if key else None
    if key is None or kept is None or not key.is_kept_as(kept.secret_hash):
        raise NotSignedIn(
            "This is no key of a reader. Send the hbr_… that came with POST /v1/businesses/…/readers."
        )
    return kept.reader_id


@dataclass(frozen=True, slots=True)
class Learnt:
    """A reading as its business may know it."""

    id: UUID
    read_at: datetime
    identity: Identity
    pseudonym: str | None
    handle: str | None


#: Whoever disclosed less has no handle here, whatever it is.
HANDLE = case((Reading.disclosed == Identity.HANDLE, Person.handle)).label("handle")


def learnt_by(
    session: Session, reader_id: UUID, cursor: UUID | None, limit: int, now: datetime
) -> list[Learnt]:
    """What a reader learnt and its business may still look at, newest first."""
    asked = select(Reading, HANDLE).join(Person, Person.id == Reading.person_id)
    asked = asked.where(Reading.reader_id == reader_id, Reading.id >= first_id_at(now - KEPT))
    asked = asked.where(Reading.id < cursor) if cursor else asked
    rows = session.execute(asked.order_by(Reading.id.desc()).limit(limit))
    return [learnt(reading, handle) for reading, handle in rows]


def learnt_with(session: Session, reading_ids: Sequence[UUID]) -> dict[UUID, Learnt]:
    """What was learnt with each of these, but with those that their people have erased."""
    if not reading_ids:
        return {}
    asked = select(Reading, HANDLE).join(Person, Person.id == Reading.person_id)
    rows = session.execute(asked.where(Reading.id.in_(reading_ids)))
    return {reading.id: learnt(reading, handle) for reading, handle in rows}


def learnt(reading: Reading, handle: str | None) -> Learnt:
    """What its business may know of one."""
    return Learnt(reading.id, reading.read_at, Identity(reading.disclosed), reading.pseudonym, handle)


Logged = tuple[Reading, Reader, Business]


def _logged() -> Select[Reading, Reader, Business]:
    asked = select(Reading, Reader, Business).join(Reader, Reader.id == Reading.reader_id)
    return asked.join(Business, Business.id == Reading.business_id)


def readings_of(session: Session, person_id: UUID, cursor: UUID | None, limit: int) -> Sequence[Logged]:
    """When a person's tag was read, by what and for what, newest first."""
    asked = _logged().where(Reading.person_id == person_id)
    asked = asked.where(Reading.id < cursor) if cursor else asked
    rows = session.execute(asked.order_by(Reading.id.desc()).limit(limit))
    return [(reading, reader, business) for reading, reader, business in rows]


def reading_of(session: Session, person_id: UUID, reading_id: UUID) -> Logged:
    """One that is there."""
    asked = _logged().where(Reading.person_id == person_id, Reading.id == reading_id)
    found, reader, business = session.execute(asked).one()
    return found, reader, business


def codes_read_of(session: Session, person_id: UUID) -> Sequence[CodeRead]:
    """Which codes of a person belong to a business already, oldest first."""
    asked = select(CodeRead).where(CodeRead.person_id == person_id)
    return session.scalars(asked.order_by(CodeRead.window_number, CodeRead.salt)).all()


def visits_of(session: Session, person_id: UUID) -> Sequence[tuple[AreaVisit, str]]:
    """How a person stands to areas that read tags, and what these are called."""
    asked = select(AreaVisit, Reader.name).join(Reader, Reader.id == AreaVisit.reader_id)
    rows = session.execute(asked.where(AreaVisit.person_id == person_id).order_by(AreaVisit.at))
    return [(visit, name) for visit, name in rows]


def last_fix_of(session: Session, person_id: UUID) -> TagFix | None:
    """Where areas last saw a person."""
    return session.get(TagFix, person_id)


def areas_around(session: Session, person_id: UUID, now: datetime) -> Sequence[tuple[Reader, str]]:
    """The open areas within some five kilometres of somebody, the nearest first, each with the name of its business.

    None for who is nowhere, or in a quiet place, or whose tag is silent.
    """
    silent = select(Tag.person_id).where(Tag.person_id == person_id, Tag.state == State.SILENT)
    asked = (
        select(Reader, Business.name)
        .join(Business, Business.id == Reader.business_id)
        .join(Presence, Presence.person_id == person_id)
        .where(Presence.expires_at > now, Presence.quiet.is_(False), ~silent.exists())
        .where(Reader.kind == Kind.AREA, Reader.is_open.is_(True), Reader.ended_at.is_(None))
        .where(func.ST_Intersects(Reader.area, func.ST_Expand(Presence.position, _AROUND_DEGREES)))
        .order_by(func.ST_Distance(Reader.area, Presence.position), Reader.id)
    )
    return [(row[0], row[1]) for row in session.execute(asked.limit(_MOST_AREAS))]


def is_open_anywhere(session: Session) -> bool:
    """Whether any area reads tags now."""
    asked = select(literal(1)).where(
        Reader.kind == "area", Reader.is_open.is_(True), Reader.ended_at.is_(None)
    )
    return session.execute(asked.limit(1)).first() is not None
