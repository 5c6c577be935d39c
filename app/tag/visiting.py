"""People who moved come into areas that read tags, stay in them and leave: many people at once.

People are locked first, so that of two processes with fixes of one person the second waits, and that whoever falls
silent, leaves for good or changes a contract comes before or after, never in between.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.tag.disclosing import Met, agreed, disclose
from app.tag.models import AreaVisit, Reader, Tag, TagFix
from app.tag.rules import State
from app.tag.visits import Fix, Visit, visited
from app.trust import queries as trust
from geo import Crossing, Position, Standing

Pair = tuple[UUID, UUID]
Walks = Mapping[UUID, Sequence[Fix]]


def visit(session: Session, walks: Walks, now: datetime) -> int:
    """Take each person's fixes, the oldest first, to the areas around: how many readings they made.

    Silent tags are nowhere. Some ten statements, and a few for each area that somebody came into.
    """
    handles = _answering(session, list(walks))
    walks = {person: walks[person] for person in sorted(handles)}
    if not walks:
        return 0
    before = _fixes_before(session, list(walks))
    walks = {
        person: [each for each in fixes if not _is_late(each, before.get(person))]
        for person, fixes in walks.items()
    }
    pairs = _pairs_around(session, walks, before)
    readers = _readers(session, {reader for _, reader in pairs})
    visits = _visits(session, list(walks))
    after: dict[Pair, Visit | None] = {}
    came: dict[UUID, list[tuple[Met, Position]]] = {}
    for person, reader_id in pairs:
        pair, reader = (person, reader_id), readers.get(reader_id)
        if reader is None or reader.area is None:
            after[pair] = None
            continue
        stands, last = visits.get(pair), before.get(person)
        for fix in walks[person]:
            stands, is_new = visited(reader.area, stands, last, fix)
            last = fix
            if is_new:
                met = Met(person, handles[person], fix.fixed_at)
                came.setdefault(reader_id, []).append((met, fix.position))
        after[pair] = stands
    count = sum(_read(session, readers[each], met, after, now) for each, met in sorted(came.items()))
    _keep(session, after, {pair for pair in pairs if pair in visits})
    _keep_fixes(session, walks)
    return count


def forget_absent(session: Session, people: Sequence[UUID], now: datetime) -> None:
    """Those of these people who are nowhere any more have left every area."""
    session.execute(_FORGET_VISITS, {"people": list(people), "now": now})
    session.execute(_FORGET_FIXES, {"people": list(people), "now": now})


_ABSENT = """
USING presences p
WHERE t.person_id = ANY (CAST(:people AS uuid[])) AND p.person_id = t.person_id AND p.expires_at <= :now
"""
_FORGET_VISITS = text(f"DELETE FROM area_visits t {_ABSENT}")
_FORGET_FIXES = text(f"DELETE FROM tag_fixes t {_ABSENT}")


def _answering(session: Session, people: Sequence[UUID]) -> dict[UUID, str]:
    """Those who are there and whose tags answer, and what they are called, locked until the commit."""
    there = select(Person.id, Person.handle).where(Person.id.in_(people))
    locked = session.execute(there.order_by(Person.id).with_for_update(key_share=True))
    handles = dict(locked.all())
    silent = select(Tag.person_id).where(Tag.person_id.in_(people), Tag.state == State.SILENT)
    for person in session.scalars(silent):
        handles.pop(person, None)
    return handles


def _fixes_before(session: Session, people: Sequence[UUID]) -> dict[UUID, Fix]:
    asked = select(TagFix).where(TagFix.person_id.in_(people)).order_by(TagFix.person_id)
    return {
        each.person_id: Fix(each.position, each.accuracy_m, each.fixed_at, each.until)
        for each in session.scalars(asked.with_for_update())
    }


def _is_late(fix: Fix, before: Fix | None) -> bool:
    return before is not None and fix.fixed_at < before.fixed_at


def _pairs_around(session: Session, walks: Walks, before: Mapping[UUID, Fix]) -> list[Pair]:
    """Which people may have come near which areas, or were in them."""
    boxes = {
        person: _box([*fixes, before[person]] if person in before else fixes)
        for person, fixes in walks.items()
        if fixes
    }
    values: dict[str, list[Any]] = {"people": list(boxes)}
    for place, name in enumerate(("wests", "souths", "easts", "norths")):
        values[name] = [box[place] for box in boxes.values()]
    return [(row.person_id, row.reader_id) for row in session.execute(_AROUND, values)]


#: A person who was in an area is asked about wherever they are now.
_AROUND = text("""
SELECT b.person_id, r.id AS reader_id
FROM unnest(CAST(:people AS uuid[]), CAST(:wests AS float8[]), CAST(:souths AS float8[]),
            CAST(:easts AS float8[]), CAST(:norths AS float8[])) AS b (person_id, west, south, east, north)
JOIN readers r ON r.kind = 'area' AND r.is_open AND r.area && ST_MakeEnvelope(west, south, east, north, 4326)
UNION
SELECT person_id, reader_id FROM area_visits WHERE person_id = ANY (CAST(:people AS uuid[]))
ORDER BY 1, 2
""")


def _box(fixes: Sequence[Fix]) -> tuple[float, float, float, float]:
    """West, south, east, north of some fixes; around the globe where they lie on both sides of ±180°."""
    lons, lats = ([getattr(each.position, name) for each in fixes] for name in ("lon", "lat"))
    return min(lons), min(lats), max(lons), max(lats)


def _readers(session: Session, ids: set[UUID]) -> dict[UUID, Reader]:
    """Those that are open."""
    asked = select(Reader).where(Reader.id.in_(ids), Reader.is_open.is_(True), Reader.ended_at.is_(None))
    return {each.id: each for each in session.scalars(asked)} if ids else {}


def _visits(session: Session, people: Sequence[UUID]) -> dict[Pair, Visit]:
    asked = select(AreaVisit).where(AreaVisit.person_id.in_(people))
    return {
        (each.person_id, each.reader_id): Visit(
            Standing(Crossing(each.crossing), each.at, each.since, each.dwelt), each.read_at, each.until
        )
        for each in session.scalars(asked)
    }


def _read(
    session: Session,
    reader: Reader,
    came: Sequence[tuple[Met, Position]],
    after: dict[Pair, Visit | None],
    now: datetime,
) -> int:
    """Write that these came in. Nothing is remembered of those who let the business know nothing: they come in when
    they do."""
    people = {each.person_id for each, _ in came}
    contracts = trust.contracts_of(session, people)
    middle = reader.area.centre if reader.area else None
    allowed = agreed(session, reader, people, middle, now)
    # Nobody is read while in a quiet place of theirs, wherever the area's middle is.
    read = [
        (each, allowed[each.person_id])
        for each, position in came
        if each.person_id in allowed and not contracts[each.person_id].is_quiet_at(position)
    ]
    for person in people - {each.person_id for each, _ in read}:
        after[person, reader.id] = None
    return len(disclose(session, reader, read, now))


def _keep(session: Session, after: Mapping[Pair, Visit | None], known: set[Pair]) -> None:
    gone = [pair for pair in known if after.get(pair) is None]
    if gone:
        key = tuple_(AreaVisit.person_id, AreaVisit.reader_id)
        session.execute(delete(AreaVisit).where(key.in_(gone)))
    rows = [
        {
            "person_id": person,
            "reader_id": reader,
            "crossing": each.standing.crossing.value,
            "at": each.standing.at,
            "since": each.standing.since,
            "dwelt": each.standing.dwelt,
            "read_at": each.read_at,
            "until": each.until,
        }
        for (person, reader), each in after.items()
        if each
    ]
    if rows:
        new = insert(AreaVisit)
        told = {name: new.excluded[name] for name in rows[0] if name not in ("person_id", "reader_id")}
        newest = new.on_conflict_do_update(index_elements=["person_id", "reader_id"], set_=told)
        session.execute(newest.returning(AreaVisit.person_id), rows)


def _keep_fixes(session: Session, walks: Walks) -> None:
    rows = [
        {
            "person_id": person,
            "position": fixes[-1].position,
            "accuracy_m": fixes[-1].accuracy_m,
            "fixed_at": fixes[-1].fixed_at,
            "until": fixes[-1].until,
        }
        for person, fixes in walks.items()
        if fixes
    ]
    if rows:
        new = insert(TagFix)
        told = {name: new.excluded[name] for name in rows[0] if name != "person_id"}
        newest = new.on_conflict_do_update(index_elements=["person_id"], set_=told)
        session.execute(newest.returning(TagFix.person_id), rows)
