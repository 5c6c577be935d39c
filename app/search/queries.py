"""Searching, and the mesh around somebody: one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from app.search.models import SavedSearch
from app.search.rules import MOST_NODES, told
from app.search.statements import Asked, statement
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
            facet[row.title] = told(row.n)
    return answer


def _found(row: Row[Any]) -> Found:
    level = Level(row.level)
    at = None if row.lat is None else disclosed_at(Position(row.lat, row.lon), level)
    return Found(row.kind, row.id, row.title, row.said, row.by, list(row.topics), level, at, row.metres)


def saved_by(session: Session, person_id: UUID) -> Sequence[SavedSearch]:
    """What a person saved, by name."""
    asked = select(SavedSearch).where(SavedSearch.person_id == person_id)
    return session.scalars(asked.order_by(SavedSearch.name)).all()


def saved_as(session: Session, person_id: UUID, name: str) -> SavedSearch | None:
    """By name."""
    return session.get(SavedSearch, (person_id, name))


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

    nodes: list[Node]
    shared: list[tuple[UUID, UUID, int]]


#: At each step the communities that share most, each once, by the fewest steps.
_MESH = text("""
WITH RECURSIVE reached (id, steps) AS (
    SELECT community_id, 0 FROM memberships WHERE person_id = :person
    UNION
    SELECT o.other, r.steps + 1 FROM reached r JOIN shared_members o ON o.one = r.id WHERE r.steps < :steps
),
nodes AS MATERIALIZED (
    SELECT id, min(steps) AS steps FROM reached GROUP BY id ORDER BY 2, 1 LIMIT :most
)
SELECT c.id, c.name, c.kind, n.steps, (SELECT count(*) FROM memberships m WHERE m.community_id = c.id) AS members,
       ARRAY(SELECT o.other FROM shared_members o JOIN nodes far ON far.id = o.other
             WHERE o.one = n.id ORDER BY o.other) AS others,
       ARRAY(SELECT o.people FROM shared_members o JOIN nodes far ON far.id = o.other
             WHERE o.one = n.id ORDER BY o.other) AS shared
FROM nodes n JOIN communities c ON c.id = n.id ORDER BY n.steps, c.id
""")


def mesh_around(session: Session, person_id: UUID, steps: int) -> Mesh:
    """From a person's own communities outwards, at most MOST_NODES. What two share stands once."""
    nodes, shared = [], {}
    for row in session.execute(_MESH, {"person": person_id, "steps": steps, "most": MOST_NODES}):
        nodes.append(Node(row.id, row.name, row.kind, row.members, row.steps))
        for other, people in zip(row.others, row.shared, strict=True):
            one, two = sorted((row.id, other))
            shared[one, two] = people
    return Mesh(nodes, [(one, other, people) for (one, other), people in sorted(shared.items())])
