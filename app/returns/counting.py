"""Counting what came of those for whom the gate decided in a period. Exact numbers leave here for chance to be added,
or to be compared with one another."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.ids import first_id_at
from app.returns.lift import BIN
from app.returns.rules import A_WEEK, LATE, NOT_CUT, TERM, Count, Kept
from app.statistics.rules import midnight
from app.trust.noise import FEWEST

#: How far before it was told of something a till's clock may put it.
_AHEAD = LATE
_FUNNEL = text(f"""
WITH decided AS (
    SELECT o.business_id, a.*, first.at - a.at AS took
    FROM approaches a JOIN offers o ON o.id = a.offer_id
    LEFT JOIN LATERAL (
        SELECT min(r.at) AS at FROM redemptions r
        WHERE r.offer_id = a.offer_id AND r.person_id = a.person_id AND r.rolled_back_at IS NULL
    ) AS first ON a.redeemed > 0
    WHERE a.at >= :from_at AND a.at < :to_at
)
SELECT business_id, offer_id, community_id, topic_id, GROUPING(community_id, topic_id) AS left_out,
       count(*) AS eligible,
       count(*) FILTER (WHERE NOT held_out) AS reached,
       count(seen_at) AS seen,
       count(*) FILTER (WHERE opinion = 'useful') AS useful,
       count(*) FILTER (WHERE opinion = 'noise') AS noise,
       count(held_at) AS held,
       count(*) FILTER (WHERE redeemed > 0) AS redeemed,
       count(*) FILTER (WHERE took <= interval '1 hour') AS within_an_hour,
       count(*) FILTER (WHERE took > interval '1 hour' AND took <= interval '1 day') AS within_a_day,
       count(*) FILTER (WHERE took > interval '1 day') AS later
FROM decided
GROUP BY GROUPING SETS ((business_id, offer_id), (business_id, offer_id, community_id),
                        (business_id, offer_id, topic_id))
HAVING count(*) >= {FEWEST}
""")
#: By the bits of what a row is not cut by.
_CUTS = {3: "", 1: "community", 2: "topic"}
#: How soon somebody redeemed is counted of the whole alone.
_OF_ALL = {"within_an_hour", "within_a_day", "later"}
#: What else a row holds.
_NAMES = ("business_id", "offer_id", "community_id", "topic_id", "left_out")


def funnel(session: Session, bucket: Count, starts_on: date) -> Iterator[tuple[UUID, Kept]]:
    """How many people did what, exactly, each with the business whose offer it is. One statement for all offers."""
    values = {"from_at": midnight(starts_on), "to_at": midnight(starts_on + bucket.length)}
    for row in session.execute(_FUNNEL, values):
        cut = _CUTS[row.left_out]
        # Each number that is told tells a little of everybody in it: of a day there is no more than the whole.
        if cut and bucket is Count.DAY:
            continue
        for measure, people in _counts(row):
            part = {"community": row.community_id, "topic": row.topic_id}.get(cut, NOT_CUT)
            if people >= FEWEST and part is not None:
                yield (
                    row.business_id,
                    Kept(row.offer_id, bucket.value, starts_on, measure, cut, part, people),
                )


def _counts(row: Row[Any]) -> Iterator[tuple[str, int]]:
    is_cut = row.left_out != 3
    for name, count in row._mapping.items():
        if name not in _NAMES and not (is_cut and name in _OF_ALL):
            yield name, count


_FORGET_SALES = text("DELETE FROM return_sales WHERE day >= :since AND day < :until")
_SALES = text("""
INSERT INTO return_sales (offer_id, day, currency, business_id, redemptions, rolled_back, amount)
SELECT offer_id, CAST(at AT TIME ZONE 'UTC' AS date), coalesce(currency, ''), business_id,
       count(*) FILTER (WHERE rolled_back_at IS NULL), count(rolled_back_at),
       coalesce(sum(amount) FILTER (WHERE rolled_back_at IS NULL), 0)
FROM redemptions
WHERE id >= :from_id AND at >= :from_at AND at < :to_at
GROUP BY 1, 2, 3, 4
""")


def count_sales(session: Session, since: date, until: date) -> None:
    """Count what tills told of these days, in place of what was counted before."""
    session.execute(_FORGET_SALES, {"since": since, "until": until})
    begins = midnight(since)
    values = {"from_id": first_id_at(begins - _AHEAD), "from_at": begins, "to_at": midnight(until)}
    session.execute(_SALES, values)


#: Everybody in both groups with what they did within the term: who was read by the business, by its readers; and what
#: they spent on this offer, or without one.
_DID = """
decided AS (
    SELECT a.offer_id, a.person_id, a.held_out, a.at, o.business_id
    FROM approaches a JOIN offers o ON o.id = a.offer_id
    WHERE a.at >= :from_at AND a.at < :to_at AND o.hold_out > 0
      AND (CAST(:offers AS uuid[]) IS NULL OR a.offer_id = ANY (CAST(:offers AS uuid[])))
),
sold AS (
    SELECT d.offer_id, d.person_id, d.held_out, s.currency, s.amount
    FROM decided d CROSS JOIN LATERAL (
        SELECT r.currency, r.amount FROM redemptions r
        WHERE r.offer_id = d.offer_id AND r.person_id = d.person_id AND r.rolled_back_at IS NULL
          AND r.at >= d.at AND r.at < d.at + :term
        UNION ALL
        SELECT p.currency, p.amount FROM purchases p
        WHERE p.person_id = d.person_id AND p.id >= :from_id AND p.business_id = d.business_id
          AND p.rolled_back_at IS NULL AND p.at >= d.at AND p.at < d.at + :term
    ) AS s
)"""
_FORGET_GROUPS = tuple(
    text(f"""DELETE FROM {table} WHERE starts_on = :week
             AND (CAST(:offers AS uuid[]) IS NULL OR offer_id = ANY (CAST(:offers AS uuid[])))""")
    for table in ("return_groups", "return_spent")
)
_GROUPS = text(f"""
INSERT INTO return_groups (offer_id, starts_on, held_out, people, came, bought)
WITH {_DID},
bought AS (SELECT DISTINCT offer_id, person_id FROM sold)
SELECT d.offer_id, :week, d.held_out, count(*), count(*) FILTER (WHERE EXISTS (
           SELECT FROM readings g
           WHERE g.person_id = d.person_id AND g.id >= :from_id AND g.id < :to_id AND g.business_id = d.business_id
             AND g.read_at > d.at AND g.read_at < d.at + :term)), count(b.person_id)
FROM decided d LEFT JOIN bought b ON b.offer_id = d.offer_id AND b.person_id = d.person_id
GROUP BY d.offer_id, d.held_out
""")
_SPENT = text(f"""
INSERT INTO return_spent (offer_id, starts_on, held_out, currency, bin, people, amount)
WITH {_DID},
each AS (
    SELECT offer_id, held_out, currency, sum(amount) AS amount FROM sold
    GROUP BY offer_id, held_out, person_id, currency HAVING sum(amount) > 0
)
SELECT offer_id, :week, held_out, currency, CAST(round(ln(amount) / ln({BIN})) AS smallint), count(*), sum(amount)
FROM each GROUP BY 1, 3, 4, 5
""")


def count_groups(session: Session, week: date, offers: Sequence[UUID] | None = None) -> None:
    """Count both groups of each offer, or of these, of a week whose term is over, in place of what was before."""
    begins, ends = midnight(week), midnight(week + A_WEEK)
    values = {
        "week": week,
        "offers": None if offers is None else list(offers),
        "from_at": begins,
        "to_at": ends,
        "from_id": first_id_at(begins - _AHEAD),
        "to_id": first_id_at(_told_by(ends)),
        "term": TERM,
    }
    for statement in (*_FORGET_GROUPS, _GROUPS, _SPENT):
        session.execute(statement, values)


def _told_by(ends: datetime) -> datetime:
    return ends + TERM + LATE
