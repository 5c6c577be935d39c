"""Counting who an offer may reach in some districts, once a week each. Exact numbers leave here only for chance to be
added.

Everybody counts in one district, that of one check-in of theirs by lot, and with at most so many topics of their
communities, by lot as well. So nobody adds more than one to a figure, or is in more figures than `rules` says.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import prepared
from app.estimates.rules import MOST_TOPICS, Key, Measure
from app.ids import NOBODY, first_id_at
from app.offers.rules import SAID_NOTHING
from app.statistics.counting import LETS
from app.statistics.rules import midnight
from geo import Cell

_WEEK = timedelta(weeks=1)
#: Of whom more is told than that they were there, the contract lets that be counted at any hour.
_COUNTED = f"""
WITH seen AS MATERIALIZED (
    SELECT DISTINCT person_id FROM check_ins
    WHERE cell = ANY (CAST(:cells AS bigint[])) AND id >= :from_id AND id < :to_id AND counted AND planned_for IS NULL
),
here AS MATERIALIZED (
    SELECT s.person_id, one.cell FROM seen s CROSS JOIN LATERAL (
        SELECT c.cell FROM check_ins c
        WHERE c.person_id = s.person_id AND c.id >= :from_id AND c.id < :to_id AND c.counted AND c.planned_for IS NULL
        ORDER BY hashtextextended(CAST(c.id AS text), :lot), c.id LIMIT 1) AS one
    WHERE one.cell = ANY (CAST(:cells AS bigint[]))
),
known AS MATERIALIZED (
    SELECT h.person_id, h.cell, s.person_id IS NOT NULL AND {LETS} AS welcomes,
           coalesce(b.an_hour, {SAID_NOTHING.an_hour}) > 0
           AND coalesce(b.a_community, {SAID_NOTHING.a_community}) > 0
           AND coalesce(b.a_business, {SAID_NOTHING.a_business}) > 0
           AND coalesce(b.a_day, {SAID_NOTHING.a_day}) > (
               SELECT count(*) FROM unnest(b.recent) AS came (at) WHERE came.at > :a_day_ago) AS unspent
    FROM here h
    JOIN people p ON p.id = h.person_id
    LEFT JOIN contracts k ON k.person_id = p.id AND k.version = p.contract_version
    LEFT JOIN consents s ON s.person_id = h.person_id AND s.purpose = 'offers' AND s.businesses IS NULL
    LEFT JOIN offer_budgets b ON b.person_id = h.person_id
)
SELECT cell, NULL AS topic_id, count(*) AS people, count(*) FILTER (WHERE welcomes) AS welcoming,
       count(*) FILTER (WHERE welcomes AND unspent) AS unspent
FROM known GROUP BY cell
UNION ALL
SELECT n.cell, t.topic_id, count(*), 0, 0
FROM known n CROSS JOIN LATERAL (
    SELECT theirs.topic_id FROM (
        SELECT DISTINCT ct.topic_id FROM memberships m JOIN community_topics ct ON ct.community_id = m.community_id
        WHERE m.person_id = n.person_id) AS theirs
    ORDER BY hashtextextended(CAST(theirs.topic_id AS text) || CAST(n.person_id AS text), :lot), theirs.topic_id
    LIMIT {MOST_TOPICS}) AS t
WHERE n.welcomes AND t.topic_id = ANY (CAST(:topics AS uuid[]))
GROUP BY n.cell, t.topic_id
"""


class Period(NamedTuple):
    """Of which week, when, and by which lot it is counted."""

    starts_on: date
    now: datetime
    lot: int


def counted(
    session: Session, cells: Sequence[Cell], topic_ids: Sequence[UUID], period: Period
) -> dict[Key, int]:
    """How many there are in districts in a week, exactly, where there is anybody. One statement, which reads what was
    said there in that week by an index, and of each of those people what they said in it.
    """
    begins_at = midnight(period.starts_on)
    values = {
        "cells": list(cells),
        "topics": list(topic_ids),
        "from_id": first_id_at(begins_at),
        "to_id": first_id_at(begins_at + _WEEK),
        "a_day_ago": period.now - timedelta(days=1),
        "lot": period.lot,
    }
    found: dict[Key, int] = {}
    for row in prepared(session, _COUNTED, values):
        if row.topic_id is None:
            found[Key(row.cell, Measure.PEOPLE, NOBODY)] = row.people
            found[Key(row.cell, Measure.WELCOMING, NOBODY)] = row.welcoming
            found[Key(row.cell, Measure.UNSPENT, NOBODY)] = row.unspent
        else:
            found[Key(row.cell, Measure.SHARING, row.topic_id)] = row.people
    return found
