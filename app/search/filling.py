"""Takes in what is new, batch by batch, beside all requests: to find something costs whoever says it nothing.

Ids say when something was begun, and it is committed a little later. So all of the last minute are looked at again, and
what is there already is left as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.ids import NOBODY, first_id_at
from app.search.dialects import folded_sql, words_sql
from app.search.kinds import KINDS

#: Some 150 µs each.
A_BATCH = 2_000
#: Some 10 µs each, where nothing is gone.
A_SWEEP = 200
#: Longer than any transaction may take.
SETTLED = timedelta(minutes=1)

_NAMES_OF_TOPICS = (
    "coalesce((SELECT string_agg(t.name, ' ') FROM topics t WHERE t.id = ANY (k.topic_ids)), '')"
)
_SAID = f"k.text || ' ' || coalesce(k.activity, '') || ' ' || {_NAMES_OF_TOPICS}"
_CHECK_INS = f"""
WITH new AS MATERIALIZED (
    SELECT k.id, k.cell, k.text, {words_sql(_SAID, "k.topic_ids")} AS words FROM check_ins k
    WHERE k.id > :after AND (k.text <> '' OR k.topic_ids <> '{{}}' OR k.activity IS NOT NULL)
      AND NOT EXISTS (SELECT FROM check_in_words w WHERE w.id = k.id AND w.cell = k.cell)
    ORDER BY k.id LIMIT :limit
    -- Whoever takes it back meanwhile waits until its words are there to go with it.
    FOR KEY SHARE OF k
),
taken AS (INSERT INTO check_in_words (id, cell, words) SELECT id, cell, words FROM new ON CONFLICT DO NOTHING)
SELECT array_agg(id ORDER BY id) AS ids,
       array_agg(id ORDER BY id) FILTER (WHERE position('@' IN text) > 0) AS naming FROM new
"""
_REWORD = text(f"""
UPDATE check_in_words w SET words = {words_sql(_SAID, "k.topic_ids")}
FROM check_ins k WHERE k.id = w.id AND k.cell = w.cell AND k.id = ANY (CAST(:ids AS uuid[]))
""")
_ENTRY = f"k.name || ' ' || k.said || ' ' || {_NAMES_OF_TOPICS}"
_OTHERS = f"""
WITH new AS MATERIALIZED (
    SELECT k.* FROM ({{source}}) AS k
    WHERE k.id > :after AND NOT EXISTS (SELECT FROM search_entries e WHERE e.kind = :kind AND e.id = k.id)
    ORDER BY k.id LIMIT :limit
),
taken AS (
    INSERT INTO search_entries (kind, id, name, words, shape)
    SELECT :kind, k.id, {folded_sql("k.name")}, {words_sql(_ENTRY, "k.topic_ids")}, k.shape FROM new k
    ON CONFLICT DO NOTHING
)
SELECT array_agg(id ORDER BY id) AS ids, NULL AS naming FROM new
"""
_ANEW = f"""
INSERT INTO search_entries (kind, id, name, words, shape)
SELECT :kind, k.id, {folded_sql("k.name")}, {words_sql(_ENTRY, "k.topic_ids")}, k.shape
FROM ({{source}}) AS k WHERE k.id = :id
ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, words = excluded.words, shape = excluded.shape
"""
_FORGET = text("DELETE FROM search_entries WHERE kind = :kind AND id = :id")
#: Of the next entries which are of what is gone, or is called otherwise, and up to where that looked; null at the end.
_STALE = f"""
WITH next AS MATERIALIZED (
    SELECT e.id, e.name FROM search_entries e WHERE e.kind = :kind AND e.id > :after ORDER BY e.id LIMIT :limit
)
SELECT ARRAY(SELECT n.id FROM next n WHERE NOT EXISTS (
           SELECT FROM ({{source}}) AS k WHERE k.id = n.id AND {folded_sql("k.name")} = n.name)) AS ids,
       (SELECT max(id::text) FROM next HAVING count(*) = :limit) AS up_to
"""
_SOURCES = {each.name: each.taken_in for each in KINDS}
_STATEMENTS = {
    "check-in": _CHECK_INS,
    **{kind: _OTHERS.format(source=source) for kind, source in _SOURCES.items()},
}
_UP_TO = text("SELECT up_to FROM searched_up_to WHERE kind = :kind")
_NOW_UP_TO = text("""
INSERT INTO searched_up_to (kind, up_to) VALUES (:kind, :up_to)
ON CONFLICT (kind) DO UPDATE SET up_to = excluded.up_to
""")


@dataclass(slots=True)
class TakenIn:
    """What was new, in the order of its ids."""

    #: By kind.
    ids: dict[str, list[UUID]] = field(default_factory=dict)
    #: The check-ins among it in which somebody may be named.
    naming: list[UUID] = field(default_factory=list)


def take_in(session: Session, now: datetime) -> TakenIn:
    """Take in a batch of each kind. Three statements a kind."""
    new = TakenIn()
    for kind in _STATEMENTS:
        found = _take_in(session, kind, now)
        new.ids[kind] = list(found.ids or ())
        new.naming += found.naming or ()
    return new


def take_in_anew(session: Session, kind: str, thing_id: UUID, now: datetime) -> None:
    """Find one thing that changed by what it is now, or no longer, where it is gone. Two statements.

    Of several at once each sees what the one before saw, or more: the first statement waits for it.
    """
    values = {"kind": kind, "id": thing_id, "now": now}
    session.execute(_FORGET, values)
    session.execute(text(_ANEW.format(source=_SOURCES[kind])), values)


def sweep(session: Session, now: datetime) -> None:
    """Look through the next entries of each kind for those of what is gone; from the first, once all were looked at."""
    for kind, source in _SOURCES.items():
        place = f"swept {kind}"
        after = up_to(session, place)
        values = {"kind": kind, "after": after, "limit": A_SWEEP, "now": now}
        found = session.execute(text(_STALE.format(source=source)), values).one()
        for each in found.ids:
            take_in_anew(session, kind, each, now)
        now_up_to(session, place, found.up_to or NOBODY)


def up_to(session: Session, place: str) -> UUID:
    """Up to which id something has been done; `NOBODY` before the first time."""
    return session.scalar(_UP_TO, {"kind": place}) or NOBODY


def now_up_to(session: Session, place: str, last: UUID) -> None:
    """It has been done up to this id."""
    session.execute(_NOW_UP_TO, {"kind": place, "up_to": last})


def reword(session: Session, check_in_ids: Sequence[UUID]) -> None:
    """Find these check-ins by the words they have now, and no longer by those they had."""
    session.execute(_REWORD, {"ids": list(check_in_ids)})


def _take_in(session: Session, kind: str, now: datetime) -> Row[Any]:
    after = up_to(session, kind)
    values = {"kind": kind, "after": after, "limit": A_BATCH, "now": now}
    new = session.execute(text(_STATEMENTS[kind]), values).one()
    is_whole = new.ids is not None and len(new.ids) == A_BATCH
    now_up_to(session, kind, new.ids[-1] if is_whole else max(after, first_id_at(now - SETTLED)))
    return new
