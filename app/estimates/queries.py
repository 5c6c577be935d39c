"""Reading what was drawn, and what everybody may know of topics."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.estimates.rules import About, Figures, Key, Measure
from geo import Cell

_KEPT = text("""
SELECT f.cell, f.measure, f.topic_id, f.people FROM reach_figures f
WHERE f.starts_on = :starts_on AND f.cell = ANY (CAST(:cells AS bigint[]))
  AND (f.measure <> 'sharing' OR f.topic_id = ANY (CAST(:topics AS uuid[])))
""")


def kept(session: Session, starts_on: date, cells: Sequence[Cell], topic_ids: Sequence[UUID]) -> Figures:
    """What was drawn of these districts and topics."""
    values = {"starts_on": starts_on, "cells": list(cells), "topics": list(topic_ids)}
    rows = session.execute(_KEPT, values)
    return {Key(row.cell, Measure(row.measure), row.topic_id): row.people for row in rows}


_ABOUT = text("""
SELECT t.id, t.key, t.name, count(c.community_id) AS communities, count(s.business_id) AS sent_off
FROM topics t
LEFT JOIN community_topics c ON c.topic_id = t.id
LEFT JOIN standings s ON s.community_id = c.community_id AND s.business_id = :business AND NOT s.is_welcome
WHERE t.id = ANY (CAST(:topics AS uuid[])) GROUP BY t.id ORDER BY t.key
""")


def about(session: Session, topic_ids: Sequence[UUID], business_id: UUID) -> list[About]:
    """What everybody may know of these topics, in the order of their keys."""
    rows = session.execute(_ABOUT, {"topics": list(topic_ids), "business": business_id})
    return [About(*row) for row in rows]
