"""The SQL of reactions: each once for a person and a kind, and counted in the statement that writes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.conversation.values import Reaction

_BEGIN = text(
    "INSERT INTO conversations (check_in_id, cell) VALUES (:check_in, :cell) ON CONFLICT DO NOTHING"
)
_REACT = text("""
WITH changed AS (
    INSERT INTO reactions (check_in_id, cell, person_id, kind, reacted_at)
    VALUES (:check_in, :cell, :person, :kind, :now) ON CONFLICT DO NOTHING RETURNING kind
)
UPDATE conversations SET counts[:kind] = counts[:kind] + 1, changes = changes + 1
WHERE check_in_id = :check_in AND cell = :cell AND EXISTS (SELECT FROM changed)
RETURNING counts, changes
""")
_TAKE_BACK = text("""
WITH changed AS (
    DELETE FROM reactions
    WHERE check_in_id = :check_in AND cell = :cell AND person_id = :person AND kind = :kind RETURNING kind
)
UPDATE conversations SET counts[:kind] = counts[:kind] - 1, changes = changes + 1
WHERE check_in_id = :check_in AND cell = :cell AND EXISTS (SELECT FROM changed)
RETURNING counts, changes
""")
_FORGET = text("""
WITH gone AS (DELETE FROM reactions WHERE person_id = :person RETURNING check_in_id, cell, kind),
fewer AS (SELECT check_in_id, cell, array_agg(kind) AS kinds FROM gone GROUP BY check_in_id, cell)
UPDATE conversations c
SET changes = changes + 1, counts = ARRAY(
    SELECT n - (i = ANY (f.kinds))::int FROM unnest(c.counts) WITH ORDINALITY AS each (n, i) ORDER BY i)
FROM fewer f WHERE c.check_in_id = f.check_in_id AND c.cell = f.cell
""")
#: How often there is each kind, and which are the viewer's.
COUNTS = """
SELECT (SELECT c.counts FROM conversations c WHERE c.check_in_id = :check_in AND c.cell = :cell) AS counts,
       ARRAY(SELECT r.kind FROM reactions r
             WHERE r.check_in_id = :check_in AND r.cell = :cell AND r.person_id = :viewer ORDER BY r.kind) AS mine
"""
#: Who reacted to a check-in and how, in the order of their ids, without those apart from its author.
PEOPLE = """
SELECT r.person_id, p.handle, p.name, array_agg(r.kind ORDER BY r.kind) AS kinds
FROM reactions r JOIN people p ON p.id = r.person_id
WHERE r.check_in_id = :check_in AND r.cell = :cell AND r.person_id > :after AND r.person_id <> ALL ({apart})
GROUP BY r.person_id, p.handle, p.name ORDER BY r.person_id LIMIT :limit
"""

#: Counts in the order of kinds, and how often they changed.
Counted = tuple[Sequence[int], int]


def react(session: Session, row: Any, person_id: UUID, kind: Reaction, now: datetime) -> Counted | None:
    """React to the check-in of a row; what is counted then, None where nothing changed."""
    values = _values(row, person_id, kind)
    session.execute(_BEGIN, values)
    return _changed(session, _REACT, {**values, "now": now})


def take_back(session: Session, row: Any, person_id: UUID, kind: Reaction) -> Counted | None:
    """Take a reaction back; what is counted then, None where nothing changed."""
    return _changed(session, _TAKE_BACK, _values(row, person_id, kind))


def forget(session: Session, person_id: UUID) -> None:
    """Take back all reactions of somebody who leaves for good."""
    session.execute(_FORGET, {"person": person_id})


def _values(row: Any, person_id: UUID, kind: Reaction) -> dict[str, object]:
    return {"check_in": row.id, "cell": row.cell, "person": person_id, "kind": kind.value}


def _changed(session: Session, statement: Any, values: dict[str, object]) -> Counted | None:
    found = session.execute(statement, values).one_or_none()
    return found and (found.counts, found.changes)
