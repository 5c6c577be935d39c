"""Reading codes: many at once, each answered once, and nothing learnt that was not agreed.

Whatever a code is worth, the same statements look it up, so that a forged one takes as long as one that was mistyped.
People whose tags are read are locked (shared) before their tags and contracts are looked at: whoever falls silent,
reissues a tag or changes a contract waits for readings under way, and none that begins later knows how it was before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.tag import codes, queries
from app.tag.disclosing import Met, agreed, disclose, is_too_far
from app.tag.keys import code_keys
from app.tag.models import CodeRead, Reader, Reading, ReadingNonce, Tag
from app.tag.queries import Learnt
from app.tag.rules import (
    Outcome,
    Shown,
    Spotted,
    State,
    code_in,
    fingerprint,
    hash_of_nonce,
    in_time,
    refusal,
)
from app.tag.verifying import Witness, verify_places
from geo import Position


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader saw: a code, and when and where, as far as the reader says."""

    code: str
    nonce: str
    read_at: datetime | None = None
    position: Position | None = None
    accuracy_m: float | None = None

    @property
    def fingerprint(self) -> bytes:
        """What tells it from another thing told under the same nonce."""
        return fingerprint(self.nonce, code_in(self.code))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it."""

    outcome: Outcome
    learnt: Learnt | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """Whose tag a number is, and how it stands."""

    person_id: UUID
    handle: str
    generation: int
    state: State


@dataclass(frozen=True, slots=True)
class Opened:
    """A code that a tag may answer to, and what it says."""

    shown: Shown
    met: Met

    @property
    def mark(self) -> "Mark":
        """What tells this code from every other."""
        return self.met.person_id, self.shown.generation, self.shown.window, self.shown.salt


Nonce = bytes
Mark = tuple[UUID, int, int, int]


def read(session: Session, reader: Reader, seen: Sequence[Seen], now: datetime) -> list[Answer]:
    """What each is worth, in their order; the same nonce gives the same answer, and one reading.

    About a dozen statements, however many codes.
    """
    first: dict[Nonce, Seen] = {}
    for each in seen:
        first.setdefault(hash_of_nonce(each.nonce), each)
    new = _claim(session, reader.id, first, now)
    answers = _earlier(session, reader.id, {nonce: first[nonce] for nonce in first if nonce not in new})
    answers |= _read_new(session, reader, {nonce: first[nonce] for nonce in first if nonce in new}, now)
    return [_to_each(each, first, answers) for each in seen]


def _to_each(seen: Seen, first: Mapping[Nonce, Seen], answers: Mapping[Nonce, Answer]) -> Answer:
    nonce = hash_of_nonce(seen.nonce)
    same = seen.fingerprint == first[nonce].fingerprint
    return answers[nonce] if same else Answer(Outcome.NONCE_REUSED)


def _claim(session: Session, reader_id: UUID, seen: Mapping[Nonce, Seen], now: datetime) -> set[Nonce]:
    """The nonces that come for the first time. Who sends the same ones at once waits here, in one order for all."""
    nonces = sorted(seen)
    prints = [seen[nonce].fingerprint for nonce in nonces]
    values = {"reader": reader_id, "nonces": nonces, "prints": prints, "now": now}
    return {bytes(each) for each in session.scalars(_CLAIM, values)}


_CLAIM = text("""
INSERT INTO reading_nonces (reader_id, nonce_hash, fingerprint, received_at)
SELECT :reader, nonce, print, :now
FROM unnest(CAST(:nonces AS bytea[]), CAST(:prints AS bytea[])) AS u (nonce, print)
ON CONFLICT DO NOTHING RETURNING nonce_hash
""")


def _earlier(session: Session, reader_id: UUID, seen: Mapping[Nonce, Seen]) -> dict[Nonce, Answer]:
    """What was answered before."""
    if not seen:
        return {}
    asked = select(ReadingNonce, Reading, queries.HANDLE)
    asked = asked.outerjoin(Reading, Reading.id == ReadingNonce.reading_id)
    asked = asked.outerjoin(Person, Person.id == Reading.person_id)
    asked = asked.where(ReadingNonce.reader_id == reader_id, ReadingNonce.nonce_hash.in_(list(seen)))
    return {
        bytes(kept.nonce_hash): _as_kept(kept, reading, handle)
        if bytes(kept.fingerprint) == seen[bytes(kept.nonce_hash)].fingerprint
        else Answer(Outcome.NONCE_REUSED)
        for kept, reading, handle in session.execute(asked)
    }


def _as_kept(kept: ReadingNonce, reading: Reading | None, handle: str | None) -> Answer:
    """The answer once more. What the person has erased since is as if they had been silent."""
    assert kept.outcome is not None
    if kept.outcome != Outcome.OK:
        return Answer(Outcome(kept.outcome))
    return Answer(Outcome.OK, queries.learnt(reading, handle)) if reading else Answer(Outcome.SILENT)


def _read_new(
    session: Session, reader: Reader, seen: Mapping[Nonce, Seen], now: datetime
) -> dict[Nonce, Answer]:
    if not seen:
        return {}
    outcomes, opened = _opened(session, reader, seen, now)
    people = {each.met.person_id for each in opened.values()}
    allowed = agreed(session, reader, people, _where(reader), now)
    outcomes |= {nonce: Outcome.SILENT for nonce, each in opened.items() if each.met.person_id not in allowed}
    opened = {nonce: each for nonce, each in opened.items() if each.met.person_id in allowed}
    replayed = _replayed(session, reader, opened)
    outcomes |= dict.fromkeys(replayed, Outcome.REPLAYED)
    opened = {nonce: each for nonce, each in opened.items() if nonce not in replayed}
    met = [(each.met, allowed[each.met.person_id]) for each in opened.values()]
    learnt = dict(zip(opened, disclose(session, reader, met, now), strict=True))
    verify_places(
        session, reader, [_witness(seen[nonce], opened[nonce].met, learnt[nonce]) for nonce in learnt], now
    )
    answers = {nonce: Answer(outcomes.get(nonce, Outcome.OK), learnt.get(nonce)) for nonce in seen}
    _keep(session, reader.id, answers)
    return answers


def _witness(seen: Seen, met: Met, learnt: Learnt) -> Witness:
    spotted = Spotted(seen.position, seen.accuracy_m, met.read_at) if seen.position else None
    return Witness(met.person_id, learnt.identity, spotted)


def _where(reader: Reader) -> Position | None:
    """Where it stands, if that is known. Where it says itself that it was neither opens nor closes anything."""
    return reader.area.centre if reader.area else reader.position


def _opened(
    session: Session, reader: Reader, seen: Mapping[Nonce, Seen], now: datetime
) -> tuple[dict[Nonce, Outcome], dict[Nonce, Opened]]:
    """Why codes are not answered, and what those say that may be."""
    said = codes.opened([code_in(each.code) for each in seen.values()], code_keys(session, now))
    # What is no code is looked for as well: no tag has this number.
    known = _carriers(session, [each.number if each else -1 for each in said])
    outcomes: dict[Nonce, Outcome] = {}
    opened: dict[Nonce, Opened] = {}
    for (nonce, each), shown in zip(seen.items(), said, strict=True):
        carrier = known.get(shown.number) if shown else None
        if not reader.is_open:
            outcomes[nonce] = Outcome.READER_CLOSED
        elif shown is None or carrier is None:
            outcomes[nonce] = Outcome.UNKNOWN
        else:
            read_at = each.read_at or now
            fits = in_time(shown.window, read_at, now)
            refused = refusal(shown, carrier.generation, carrier.state, fits)
            if refused or is_too_far(reader, each.position):
                outcomes[nonce] = refused or Outcome.TOO_FAR
            else:
                opened[nonce] = Opened(shown, Met(carrier.person_id, carrier.handle, read_at))
    return outcomes, opened


def _carriers(session: Session, numbers: Iterable[int]) -> dict[int, Carrier]:
    """Whose tags these are, locked until the commit; two statements."""
    wanted = list(set(numbers))
    whose = select(Tag.number, Person.id, Person.handle).join(Person, Person.id == Tag.person_id)
    whose = whose.where(Tag.number.in_(wanted)).order_by(Person.id).with_for_update(read=True, of=Person)
    people = {number: (person_id, handle) for number, person_id, handle in session.execute(whose)}
    # Asked once more, now that nobody can change them.
    tags = select(Tag.number, Tag.generation, Tag.state).where(Tag.number.in_(wanted))
    return {
        number: Carrier(*people[number], generation, State(state))
        for number, generation, state in session.execute(tags)
        if number in people
    }


def _replayed(session: Session, reader: Reader, opened: Mapping[Nonce, Opened]) -> set[Nonce]:
    """Those whose code was read before: by another business, which it then belongs to, or at all, where the reader
    takes each once. Of two transactions with one code the second waits for the first."""
    marks = sorted({each.mark for each in opened.values()})
    if not marks:
        return set()
    people, generations, windows, salts = zip(*marks, strict=True)
    values = {
        "people": list(people),
        "generations": list(generations),
        "windows": list(windows),
        "salts": list(salts),
        "business": reader.business_id,
    }
    unread: set[Mark] = {(*row,) for row in session.execute(_TAKE, values)}
    others = _read_by(session, [mark for mark in marks if mark not in unread])
    replayed: set[Nonce] = set()
    for nonce, each in opened.items():
        if each.mark in unread:
            # Another nonce of this request with the same code comes second.
            unread.discard(each.mark)
            others[each.mark] = reader.business_id
        elif reader.single_use or others[each.mark] != reader.business_id:
            replayed.add(nonce)
    return replayed


_TAKE = text("""
INSERT INTO codes_read (person_id, generation, window_number, salt, business_id)
SELECT u.*, :business FROM unnest(CAST(:people AS uuid[]), CAST(:generations AS smallint[]),
                                  CAST(:windows AS int[]), CAST(:salts AS int[])) AS u
ON CONFLICT DO NOTHING RETURNING person_id, generation, window_number, salt
""")
_MARK = (CodeRead.person_id, CodeRead.generation, CodeRead.window_number, CodeRead.salt)


def _read_by(session: Session, marks: Sequence[Mark]) -> dict[Mark, UUID]:
    """Which business each of these codes belongs to."""
    if not marks:
        return {}
    rows = session.execute(select(*_MARK, CodeRead.business_id).where(tuple_(*_MARK).in_(marks)))
    return {(person_id, generation, window, salt): by for person_id, generation, window, salt, by in rows}


def _keep(session: Session, reader_id: UUID, answers: Mapping[Nonce, Answer]) -> None:
    """Keep what was answered, for those who ask again."""
    values = {
        "reader": reader_id,
        "nonces": list(answers),
        "outcomes": [each.outcome.value for each in answers.values()],
        "readings": [each.learnt.id if each.learnt else None for each in answers.values()],
    }
    session.execute(_KEEP, values)


_KEEP = text("""
UPDATE reading_nonces AS n SET outcome = u.outcome, reading_id = u.reading_id
FROM unnest(CAST(:nonces AS bytea[]), CAST(:outcomes AS text[]), CAST(:readings AS uuid[]))
    AS u (nonce, outcome, reading_id)
WHERE n.reader_id = :reader AND n.nonce_hash = u.nonce
""")
