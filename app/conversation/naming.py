"""The SQL of mentions: who is named in words, or answered by them, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.checkins.feeds import APART, disclosed_sql
from app.conversation.feeds import is_known_sql
from app.conversation.rules import handles_in, pattern_of
from app.conversation.signals import About, Mentioned
from app.conversation.values import Audience
from app.ids import NOBODY, new_id
from app.relations.queries import apart_sql, muted_sql
from app.relations.rules import MuteKind
from app.trust.contract import Way
from app.trust.queries import audiences_sql
from app.trust.terms import Level

_NAME = text(f"""
WITH said AS (SELECT id, cell, person_id FROM check_ins WHERE id = :check_in FOR KEY SHARE),
begun AS (
    INSERT INTO conversations (check_in_id, cell) SELECT id, cell FROM said ON CONFLICT DO NOTHING
)
INSERT INTO mentions (check_in_id, id, cell, reply_id, person_id, by_id, said_at)
SELECT said.id, n.id, said.cell, CAST(:reply AS uuid), p.id, :by, :now
FROM said CROSS JOIN unnest(CAST(:ids AS uuid[]), CAST(:handles AS text[])) AS n (id, handle)
JOIN people p ON p.handle = n.handle OR n.handle IS NULL AND p.id = said.person_id
WHERE p.id <> :by AND p.id <> ALL ({apart_sql(":by")})
  AND (n.handle IS NULL OR CAST(:reply AS uuid) IS NULL OR p.id <> said.person_id)
-- Once in a check-in, also where a chore looks at it again.
ON CONFLICT DO NOTHING
RETURNING id, person_id
""")
#: The mentions of the viewer that they may know, newest first.
MINE = f"""
SELECT m.id, m.check_in_id, m.reply_id, p.handle, coalesce(r.text, c.text) AS text, m.said_at,
       m.reply_id IS NOT NULL AND c.person_id = m.person_id AS is_answer
FROM mentions m
JOIN check_ins c ON c.id = m.check_in_id AND c.cell = m.cell
JOIN people p ON p.id = m.by_id
LEFT JOIN replies r ON r.check_in_id = m.check_in_id AND r.id = m.reply_id AND r.cell = m.cell
WHERE m.person_id = :viewer AND m.id < :before
  AND m.by_id <> ALL ({APART}) AND m.by_id <> ALL ({muted_sql(":viewer", MuteKind.PERSON)})
  AND {disclosed_sql(Way.NEAR | Way.FEED, NOBODY)} > {Level.NOTHING:d}
  AND (m.reply_id IS NULL OR NOT r.gone AND {is_known_sql(audiences_sql(":viewer", ":now"))})
ORDER BY m.id DESC LIMIT :limit
"""
_FORGET_REPLIES = text("""
UPDATE replies r SET text = regexp_replace(r.text, :pattern, '@…', 'gi')
FROM mentions m
WHERE m.person_id = :person AND r.check_in_id = m.check_in_id AND r.id = m.reply_id AND r.cell = m.cell
""")
_FORGET_CHECK_INS = text("""
UPDATE check_ins c SET text = regexp_replace(c.text, :pattern, '@…', 'gi')
FROM mentions m WHERE m.person_id = :person AND m.reply_id IS NULL AND c.id = m.check_in_id AND c.cell = m.cell
RETURNING c.id
""")
_TAKE_BACK = text("DELETE FROM mentions WHERE check_in_id = :check_in AND reply_id = :reply")


@dataclass(frozen=True, slots=True)
class Words:
    """Words in which people may be named: a check-in's, or those of a reply to it, which also speak to its author."""

    about: About
    reply_id: UUID | None
    by_id: UUID
    by: str
    text: str
    said_at: datetime
    audiences: tuple[Audience, ...] = ()


def name(session: Session, words: Words) -> list[Mentioned]:
    """Write down who is named, without those apart from whoever says it."""
    handles: list[str | None] = [*handles_in(words.text), *([None] if words.reply_id else [])]
    if not handles:
        return []
    values = {
        "check_in": words.about.id,
        "reply": words.reply_id,
        "by": words.by_id,
        "ids": [new_id() for _ in handles],
        "handles": handles,
        "now": words.said_at,
    }
    return [_mentioned(words, row) for row in session.execute(_NAME, values)]


def _mentioned(words: Words, row: Row[Any]) -> Mentioned:
    return Mentioned(
        id=row.id,
        person_id=row.person_id,
        about=words.about,
        reply_id=words.reply_id,
        by_id=words.by_id,
        by=words.by,
        text=words.text,
        said_at=words.said_at,
        audiences=words.audiences,
    )


def forget(session: Session, person_id: UUID, handle: str) -> Sequence[UUID]:
    """Take the name of somebody who leaves for good out of the words in which others mentioned them: the check-ins
    whose words are other ones now."""
    values = {"person": person_id, "pattern": pattern_of(handle)}
    session.execute(_FORGET_REPLIES, values)
    return session.scalars(_FORGET_CHECK_INS, values).all()


def take_back(session: Session, check_in_id: UUID, reply_id: UUID) -> None:
    """Nobody is named any more by a reply that is gone."""
    session.execute(_TAKE_BACK, {"check_in": check_in_id, "reply": reply_id})
