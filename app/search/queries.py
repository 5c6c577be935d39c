"""Searching, and the mesh around somebody: one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from app.db import prepared
from app.search.models import Finding, SavedSearch
from app.search.rules import MOST_NEIGHBOURS, MOST_NODES, MOST_STEPS
from app.search.statements import Asked, statement
from app.trust.steps import in_steps
from app.trust.terms import Level, disclosed_at
from geo import Position


@dataclass(frozen=True, slots=True)
class Found:
    """Something that fits, as whoever asks may know it."""

    kind: str
    id: UUID
    title: str
    said: str
    by: str | None
    topics: list[str]
    level: Level
    position: Position | None
    metres: float | None
    #: Of an offer and of a piece, where somebody said so.
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, in order, and how many of each kind and topic anybody would find."""

    found: list[Found]
    kinds: dict[str, int]
    topics: dict[str, int]


def search(session: Session, asked: Asked, viewer: UUID | None, now: datetime) -> Answer:
    """What fits. Planned for what is asked, as how many things hold a word decides how best to find them."""
    sql, values = statement(asked, viewer, now)
    answer = Answer([], {}, {})
    for row in session.execute(text(sql), values):
        if row.part == 1:
            answer.found.append(_found(row))
        else:
            facet = answer.kinds if row.kind == "kind" else answer.topics
            facet[row.title] = in_steps(row.n)
    return answer


def _found(row: Row[Any]) -> Found:
    level = Level(row.level)
    at = None if row.lat is None else disclosed_at(Position(row.lat, row.lon), level)
    return Found(
        row.kind, row.id, row.title, row.said, row.by, list(row.topics), level, at, row.metres, row.language
    )


def saved_by(session: Session, person_id: UUID) -> Sequence[SavedSearch]:
    """What a person saved, by name."""
    asked = select(SavedSearch).where(SavedSearch.person_id == person_id)
    return session.scalars(asked.order_by(SavedSearch.name)).all()


def saved_as(session: Session, person_id: UUID, name: str) -> SavedSearch | None:
    """By name."""
    return session.get(SavedSearch, (person_id, name))


def findings_of(session: Session, person_id: UUID) -> Sequence[Finding]:
    """What a person was told is new of their searches, oldest first, whether or not they may find it still."""
    asked = select(Finding).where(Finding.person_id == person_id)
    return session.scalars(asked.order_by(Finding.id)).all()


@dataclass(frozen=True, slots=True)
class Node:
    """A community, and how many steps of shared members it is away."""

    id: UUID
    name: str
    kind: str
    members: int
    steps: int


@dataclass(frozen=True, slots=True)
class Mesh:
    """Communities, the nearest first, and of each two how many members they share."""

    #: When the four weeks began whose numbers these are; None before any are closed.
    starts_on: date | None
    nodes: list[Node]
    shared: list[tuple[UUID, UUID, int]]


#: The communities with which one shares most, as statistics published it, of those the person may find.
_NEIGHBOURS = f"""
    SELECT far.id, f.people FROM figures f JOIN communities far ON far.id = CAST(f.one AS uuid)
    WHERE f.community_id = {{of}} AND f.measure = 'overlap' AND f.cut = 'community' AND f.bucket = 'four_weeks'
      AND f.starts_on = (SELECT starts_on FROM newest)
      AND (far.listed_at IS NOT NULL OR EXISTS (
          SELECT FROM memberships b WHERE b.person_id = CAST(:person AS uuid) AND b.community_id = far.id))
    ORDER BY f.people DESC, far.id LIMIT {MOST_NEIGHBOURS}"""
#: Those one step further than the ones before, unless these are as many as are shown anyway.
_STEP = """
step_{step} AS MATERIALIZED (
    SELECT DISTINCT o.id, {step} AS steps FROM step_{before} r CROSS JOIN LATERAL ({neighbours}) AS o
    WHERE CAST(:steps AS int) >= {step} AND (SELECT count(*) FROM within_{before}) < {most}
      AND o.id NOT IN (SELECT id FROM within_{before})
    ORDER BY 1 LIMIT {most}
),
within_{step} AS MATERIALIZED (SELECT * FROM within_{before} UNION ALL SELECT * FROM step_{step})"""
_STEPS = ",".join(
    _STEP.format(step=step, before=step - 1, most=MOST_NODES, neighbours=_NEIGHBOURS.format(of="r.id"))
    for step in range(1, MOST_STEPS + 1)
)
#: At each step the communities that share most, each once, by the fewest steps.
_MESH = f"""
WITH newest AS MATERIALIZED (
    SELECT max(starts_on) AS starts_on FROM closed_periods WHERE bucket = 'four_weeks'
),
step_0 AS MATERIALIZED (
    SELECT community_id AS id, 0 AS steps FROM memberships WHERE person_id = CAST(:person AS uuid)
    ORDER BY 1 LIMIT {MOST_NODES}
),
within_0 AS MATERIALIZED (SELECT * FROM step_0),{_STEPS},
nodes AS MATERIALIZED (
    SELECT id, steps FROM within_{MOST_STEPS} ORDER BY steps, id LIMIT {MOST_NODES}
),
shared AS (
    SELECT n.id, array_agg(o.id) AS others, array_agg(o.people) AS people
    FROM nodes n CROSS JOIN LATERAL ({_NEIGHBOURS.format(of="n.id")}) AS o
    -- A join would go through all nodes for each; what is so is looked up.
    WHERE (o.id IN (SELECT id FROM nodes)) IS TRUE
    GROUP BY n.id
)
SELECT newest.starts_on, c.id, c.name, c.kind, n.steps, s.others, s.people,
       (SELECT count(*) FROM memberships m WHERE m.community_id = c.id) AS members
FROM newest LEFT JOIN (nodes n JOIN communities c ON c.id = n.id LEFT JOIN shared s ON s.id = n.id) ON true
ORDER BY n.steps, c.id
"""


def mesh_around(session: Session, person_id: UUID, steps: int) -> Mesh:
    """From a person's own communities outwards, at most MOST_NODES. What two share stands once."""
    rows = prepared(session, _MESH, {"person": person_id, "steps": steps})
    found = [row for row in rows if row.id]
    shared = {
        tuple(sorted((row.id, other))): people
        for row in found
        for other, people in zip(row.others or (), row.people or (), strict=True)
    }
    return Mesh(
        rows[0].starts_on,
        [Node(row.id, row.name, row.kind, row.members, row.steps) for row in found],
        [(one, other, people) for (one, other), people in sorted(shared.items())],
    )
