"""Searching: one statement each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.search.rules import told
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
