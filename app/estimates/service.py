"""Estimating how many people an offer may reach. What is not drawn yet is counted, drawn and kept."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import BadAreaGiven
from app.estimates import counting, queries, rules
from app.estimates.counting import Period
from app.estimates.rules import MOST_DISTRICTS, Estimate, Figures, Key
from app.statistics.rules import Bucket
from app.trust.queries import secret
from geo import DISTRICT, Area, BadArea, Cell, cover


def estimate(
    session: Session, business_id: UUID, area: Area, topic_ids: Sequence[UUID], now: datetime
) -> Estimate:
    """How many people an offer may reach, whoever asks. Raises BadAreaGiven."""
    cells = _districts(area)
    starts_on = Bucket.WEEK.over_by(now)
    figures = _figures(session, cells, topic_ids, starts_on, now)
    return rules.estimate(figures, cells, queries.about(session, topic_ids, business_id), starts_on)


def _districts(area: Area) -> list[Cell]:
    """Those that an area touches. So two areas within the same ones are told the same."""
    try:
        return sorted(cover(area, DISTRICT, MOST_DISTRICTS).cells)
    except BadArea:
        raise BadAreaGiven(
            f"This area touches more than {MOST_DISTRICTS} districts, some 2.5 km across, so it cannot be estimated. "
            "Draw it less far."
        ) from None


def _figures(
    session: Session, cells: Sequence[Cell], topic_ids: Sequence[UUID], starts_on: date, now: datetime
) -> Figures:
    kept = queries.kept(session, starts_on, cells, topic_ids)
    missing = [each for each in rules.wanted(cells, topic_ids) if each not in kept]
    if not missing:
        return kept
    key = secret(session, "estimates")
    period = Period(starts_on, now, _lot(key, starts_on))
    counted = counting.counted(session, sorted({each.cell for each in missing}), topic_ids, period)
    _keep(session, starts_on, {each: _drawn(key, each, starts_on, counted) for each in missing})
    # Another process may have drawn some meanwhile; what was told first holds.
    return queries.kept(session, starts_on, cells, topic_ids)


def _drawn(key: bytes, which: Key, starts_on: date, counted: dict[Key, int]) -> int | None:
    return rules.drawn(key, which, starts_on, counted.get(which, 0))


def _lot(key: bytes, starts_on: date) -> int:
    drawn = hmac.digest(key, f"lot {starts_on}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8], signed=True)


_KEEP = text("""
INSERT INTO reach_figures (starts_on, cell, measure, topic_id, people)
SELECT :starts_on, * FROM unnest(CAST(:cells AS bigint[]), CAST(:measures AS text[]), CAST(:topics AS uuid[]),
                                 CAST(:people AS int[]))
ON CONFLICT DO NOTHING
""")


def _keep(session: Session, starts_on: date, figures: Figures) -> None:
    """In the order of the keys, so that two who keep the same at once wait for one another in one order."""
    values = {
        "starts_on": starts_on,
        "cells": [each.cell for each in figures],
        "measures": [each.measure.value for each in figures],
        "topics": [each.topic_id for each in figures],
        "people": list(figures.values()),
    }
    session.execute(_KEEP, values)


def forget_old(session: Session, now: datetime) -> None:
    """Delete what was drawn of weeks that nobody can ask for any more."""
    gone = text("DELETE FROM reach_figures WHERE starts_on < :starts_on")
    session.execute(gone, {"starts_on": Bucket.WEEK.over_by(now)})
