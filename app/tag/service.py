"""What people do with their tags, and businesses with their readers."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.businesses import queries as businesses
from app.businesses.recording import note
from app.businesses.rules import Act, Right
from app.db import announce
from app.errors import Conflict, NotAnswering, NotFound, TooFar, UnknownPlace
from app.ids import first_id_at, new_id
from app.places import queries as places
from app.tag import codes, queries
from app.tag.disclosing import Met, agreed, disclose, is_too_far
from app.tag.keys import code_keys, erase_old, make_ahead
from app.tag.models import AreaVisit, CodeRead, Reader, ReaderKeyKept, Reading, ReadingNonce, Tag, TagFix
from app.tag.rules import (
    AHEAD,
    CODES_A_WINDOW,
    DRIFT,
    KEPT,
    LATE,
    MOST_KEYS,
    MOST_READERS,
    NONCES_LAST,
    Kind,
    ReaderKey,
    Shown,
    State,
    code_in,
    new_number,
    new_post_code,
    window_of,
)
from app.tag.signals import ReadersChanged
from app.trust.terms import Identity
from geo import Area, Position

#: So many different codes a tag has in each window.
_SALTS = 2**16
_MOST_GENERATIONS = 32_767
NO_POST = "This is not what a post of ours shows. Scan it again."


def tag(session: Session, person_id: UUID, now: datetime) -> Tag:
    """What a person carries, made when it is first needed. Nothing reads or changes it until the commit."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    made = {
        "person_id": person_id,
        "number": new_number(),
        "generation": 1,
        "state": State.ANSWERING,
        "since": now,
    }
    session.execute(insert(Tag).values(**made).on_conflict_do_nothing(index_elements=["person_id"]))
    return session.scalars(select(Tag).where(Tag.person_id == person_id)).one()


def set_state(session: Session, person_id: UUID, state: State, now: datetime) -> Tag:
    """Answer, or be silent, from the commit on. A silent tag is in no area, and comes in anew when it answers again."""
    held = tag(session, person_id, now)
    if held.state != state:
        held.state, held.since = state, now
        session.flush()
    if state is State.SILENT:
        for kept in (AreaVisit, TagFix):
            session.execute(delete(kept).where(kept.person_id == person_id))
    return held


def reissue(session: Session, person_id: UUID, now: datetime) -> Tag:
    """The tag was lost: every code it could still show is worth nothing from the commit on."""
    held = tag(session, person_id, now)
    # Codes live for two days at the most, so a generation that comes again means nothing to them.
    held.generation, held.since = held.generation % _MOST_GENERATIONS + 1, now
    session.flush()
    return held


def codes_ahead(session: Session, person_id: UUID, now: datetime) -> list[tuple[int, list[str]]]:
    """Windows from this one on, and the codes that the tag shows in each: enough for a day without a connection."""
    held = tag(session, person_id, now)
    first = window_of(now)
    salts = [secrets.SystemRandom().sample(range(_SALTS), CODES_A_WINDOW) for _ in range(AHEAD)]
    shown = [
        Shown(held.number, held.generation, first + ahead, salt)
        for ahead, those in enumerate(salts)
        for salt in those
    ]
    made = codes.sealed(shown, code_keys(session, now))
    return [
        (first + ahead, made[ahead * CODES_A_WINDOW : (ahead + 1) * CODES_A_WINDOW]) for ahead in range(AHEAD)
    ]


def code_now(session: Session, person_id: UUID, now: datetime) -> str:
    """A code for this window, each time another one."""
    held = tag(session, person_id, now)
    shown = Shown(held.number, held.generation, window_of(now), secrets.randbelow(_SALTS))
    return codes.sealed([shown], code_keys(session, now))[0]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a phone saw of a post, and where the phone was."""

    code: str
    position: Position
    accuracy_m: float


def read_post(session: Session, person_id: UUID, scan: Scan, now: datetime) -> UUID:
    """Be read by the post one stands at: the reading. Raises NotFound, TooFar, NotAnswering."""
    found = queries.post(session, code_in(scan.code))
    if found is None:
        raise NotFound(NO_POST)
    if is_too_far(found, scan.position, scan.accuracy_m):
        raise TooFar("You are not where this post stands. Scan it there.")
    held = tag(session, person_id, now)
    if held.state == State.SILENT:
        raise NotAnswering("Your tag is silent and answers nobody. Let it answer with PUT /v1/me/tag first.")
    if not found.is_open:
        raise NotAnswering("This post is closed; nothing was read.")
    allowed = agreed(session, found, [person_id], scan.position, now)
    if person_id not in allowed:
        raise NotAnswering("Your trust contract lets this business know nothing here, so nothing was read.")
    person = accounts.person(session, person_id)
    assert person is not None
    met = Met(person_id, person.handle, now)
    return disclose(session, found, [(met, allowed[person_id])], now)[0].id


@dataclass(frozen=True, slots=True)
class NewReader:
    """What a reader is to be."""

    name: str
    kind: Kind
    purpose: str
    place_id: UUID | None
    position: Position | None
    area: Area | None
    asks: Identity
    single_use: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None where it stays."""

    name: str | None = None
    asks: Identity | None = None
    single_use: bool | None = None
    is_open: bool | None = None

    @property
    def act(self) -> Act:
        """What this is called in the record of the business."""
        return {None: Act.CHANGED_READER, True: Act.OPENED_READER, False: Act.CLOSED_READER}[self.is_open]


def add_reader(
    session: Session, business_id: UUID, new: NewReader, by: UUID, now: datetime
) -> tuple[Reader, ReaderKey]:
    """A new reader of a business, and its key; raises NotAllowed, NotFound, UnknownPlace, Conflict."""
    businesses.ensure(session, by, business_id, Right.ACT)
    # Two at once must not both be the last.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 1))"), {"id": str(business_id)})
    there = select(func.count()).where(Reader.business_id == business_id, Reader.ended_at.is_(None))
    if (session.scalar(there) or 0) >= MOST_READERS:
        raise Conflict(f"This business has {MOST_READERS:,} readers, which is the most. Delete one first.")
    made = Reader(
        id=new_id(),
        business_id=business_id,
        name=new.name,
        kind=new.kind,
        purpose=new.purpose,
        place_id=new.place_id,
        position=_position(session, new),
        area=new.area,
        asks=new.asks,
        single_use=new.single_use,
        post_code=new_post_code() if new.kind is Kind.POST else None,
        is_open=True,
        created_at=now,
    )
    session.add(made)
    session.flush()
    note(session, business_id, by, Act.ADDED_READER, made.id)
    announce(session, ReadersChanged(business_id))
    return made, _new_key(session, made.id, now)


def change_reader(session: Session, reader_id: UUID, change: Change, by: UUID) -> Reader:
    """Call it otherwise, open or close it, ask for more or less; raises NotFound, NotAllowed."""
    found = reader_acted_for(session, reader_id, by)
    if change.name is not None:
        found.name = change.name
    if change.asks is not None:
        found.asks = change.asks
    if change.single_use is not None:
        found.single_use = change.single_use
    if change.is_open is not None:
        found.is_open = change.is_open
    note(session, found.business_id, by, change.act, reader_id)
    session.flush()
    announce(session, ReadersChanged(found.business_id))
    return found


def end_reader(session: Session, reader_id: UUID, by: UUID, now: datetime) -> None:
    """Read no more with it, ever: its keys are worth nothing. People still see what it was that read them."""
    found = reader_acted_for(session, reader_id, by)
    note(session, found.business_id, by, Act.ENDED_READER, reader_id)
    _end(session, found, now)


def end_readers_of(session: Session, business_id: UUID, now: datetime) -> None:
    """Have a business that is closed read no more."""
    open_still = select(Reader).where(Reader.business_id == business_id, Reader.ended_at.is_(None))
    for each in session.scalars(open_still.order_by(Reader.id).with_for_update()).all():
        _end(session, each, now)


def add_key(session: Session, reader_id: UUID, by: UUID, now: datetime) -> ReaderKey:
    """One more key, so that the old one may be taken back when the new one is in place; raises Conflict."""
    found = reader_acted_for(session, reader_id, by)
    if len(queries.keys_of(session, reader_id)) >= MOST_KEYS:
        raise Conflict(f"This reader has {MOST_KEYS} keys, which is the most. Delete one first.")
    note(session, found.business_id, by, Act.CHANGED_READER, reader_id)
    return _new_key(session, reader_id, now)


def remove_key(session: Session, reader_id: UUID, key_id: UUID, by: UUID) -> None:
    """A key is worth nothing from the commit on; raises NotFound."""
    found = reader_acted_for(session, reader_id, by)
    theirs = delete(ReaderKeyKept).where(ReaderKeyKept.reader_id == reader_id, ReaderKeyKept.id == key_id)
    if session.execute(theirs.returning(ReaderKeyKept.id)).first() is None:
        raise NotFound("This reader has no such key; GET /v1/readers/… lists them.")
    note(session, found.business_id, by, Act.CHANGED_READER, reader_id)


def reader_acted_for(session: Session, reader_id: UUID, by: UUID) -> Reader:
    """A reader of a business one acts for, locked until the commit; raises NotFound, NotAllowed."""
    asked = select(Reader).where(Reader.id == reader_id, Reader.ended_at.is_(None)).with_for_update()
    found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound("There is no such reader.")
    businesses.ensure(session, by, found.business_id, Right.ACT)
    return found


def erase_reading(session: Session, person_id: UUID, reading_id: UUID) -> None:
    """Erase what a reader learnt, for its business as well; nothing changes where it is gone already."""
    session.execute(delete(Reading).where(Reading.person_id == person_id, Reading.id == reading_id))


def tidy(session: Session, now: datetime) -> None:
    """Make keys ahead and let go of all that has had its time."""
    make_ahead(session, now)
    erase_old(session, now)
    unreadable = window_of(now - LATE) - 2 * DRIFT
    session.execute(delete(CodeRead).where(CodeRead.window_number < unreadable))
    session.execute(delete(ReadingNonce).where(ReadingNonce.received_at < now - NONCES_LAST))
    session.execute(delete(AreaVisit).where(AreaVisit.until <= now))
    session.execute(delete(TagFix).where(TagFix.until <= now))
    old = update(Reading).where(Reading.id < first_id_at(now - KEPT), Reading.pseudonym.is_not(None))
    session.execute(old.values(pseudonym=None))


def _end(session: Session, reader: Reader, now: datetime) -> None:
    for kept in (ReaderKeyKept, AreaVisit):
        session.execute(delete(kept).where(kept.reader_id == reader.id))
    reader.ended_at, reader.is_open = now, False
    session.flush()
    announce(session, ReadersChanged(reader.business_id))


def _position(session: Session, new: NewReader) -> Position | None:
    if new.place_id is None:
        return new.position
    place = places.place(session, new.place_id)
    if place is None:
        raise UnknownPlace("There is no such place. Leave place_id out, or take one from GET /v1/places.")
    return new.position or place.position


def _new_key(session: Session, reader_id: UUID, now: datetime) -> ReaderKey:
    key = ReaderKey.new(new_id())
    session.add(ReaderKeyKept(id=key.id, reader_id=reader_id, secret_hash=key.kept(), created_at=now))
    session.flush()
    return key
