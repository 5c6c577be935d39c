"""Counting who is to be counted, once, when a period is over. Exact numbers leave here only for chance to be added.

In each community and cell everybody counts once: with one check-in of theirs, by lot; and in the few communities they
took part in most. So nobody adds more than one to a number, or is in more numbers than `measures` says. Whom somebody
answered decides of what is told of that other person, so of each one answer stands, by lot as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ids import first_id_at
from app.statistics.measures import TABLES
from app.statistics.rules import MOST_COMMUNITIES, Bucket, midnight
from app.trust.noise import FEWEST
from app.trust.shares import ANYONE

#: By how often something was, as SQL.
_OFTEN = """CASE WHEN {n} = 1 THEN '1' WHEN {n} < 4 THEN '2-3' WHEN {n} < 8 THEN '4-7' WHEN {n} < 16 THEN '8-15'
            ELSE '16+' END"""
#: Whom a contract lets be counted as a member: always and in any case, as belonging has no hour.
LETS = """coalesce(
    jsonb_path_exists(k.terms, '$.terms[*] ? (@.purpose == "statistics" && @.level != "nothing" && @.hours == null)')
    AND NOT jsonb_path_exists(k.terms, '$.terms[*] ? (@.purpose == "statistics" && @.level == "nothing")'), false)"""
#: The answer of each person in each community that stands for all they answered there: one to somebody by lot, whatever
#: that one lets be counted, or has closed since. All of it anybody could read, and their own contract still lets them.
_ANSWERS = f"""
CREATE TEMPORARY TABLE answers ON COMMIT DROP AS
SELECT DISTINCT ON (r.person_id, heard.id)
       r.person_id, heard.id AS community_id, c.person_id AS answered_id, r.said_at
FROM replies r JOIN check_ins c ON c.id = r.check_in_id AND c.cell = r.cell
CROSS JOIN LATERAL unnest(c.community_ids) AS heard (id)
WHERE r.check_in_id >= :from_id AND r.check_in_id < :to_id AND c.id >= :from_id AND c.id < :to_id AND r.id < :to_id
  AND r.openly AND NOT r.gone AND '{ANYONE}' = ANY (r.audiences) AND r.person_id <> c.person_id
ORDER BY r.person_id, heard.id, hashtextextended(CAST(r.person_id AS text) || CAST(c.person_id AS text), :lot), r.id
"""
_STANDING = f"""
CREATE TEMPORARY TABLE standing ON COMMIT DROP AS
WITH said AS (
    SELECT c.*, heard.id AS community_id, hashtextextended(CAST(c.id AS text), :lot) AS lot
    FROM check_ins c CROSS JOIN LATERAL unnest(c.community_ids) AS heard (id)
    WHERE c.id >= :from_id AND c.id < :to_id AND c.counted AND c.planned_for IS NULL
),
took AS (
    SELECT DISTINCT ON (person_id, community_id) *, count(*) OVER theirs AS times,
           min(received_at) FILTER (WHERE text <> '') OVER theirs AS asked_at
    FROM said WINDOW theirs AS (PARTITION BY person_id, community_id) ORDER BY person_id, community_id, lot, id
),
belonging AS (
    SELECT m.*, {LETS} AS is_counted, t.times, t.asked_at, t.activity, t.cell, t.fixed_at, t.topic_ids,
           row_number() OVER (
               PARTITION BY m.person_id ORDER BY t.times DESC NULLS LAST, m.joined_at, m.community_id) AS place
    FROM memberships m
    JOIN people p ON p.id = m.person_id
    LEFT JOIN contracts k ON k.person_id = p.id AND k.version = p.contract_version
    LEFT JOIN took t ON t.person_id = m.person_id AND t.community_id = m.community_id
    WHERE m.joined_at < :ends_at AND (t.times IS NOT NULL OR {LETS})
)
SELECT b.person_id, b.community_id, b.joined_at, b.is_counted, b.times, b.asked_at,
       coalesce(b.activity, '') AS activity, to_hex(b.cell) AS area,
       to_char(b.fixed_at AT TIME ZONE 'UTC', 'dy') AS day, to_char(b.fixed_at AT TIME ZONE 'UTC', 'HH24') AS hour,
       {_OFTEN.format(n="b.times")} AS often,
       CASE WHEN joined_at > :ends_at - INTERVAL '28 days' THEN '0-3'
            WHEN joined_at > :ends_at - INTERVAL '91 days' THEN '4-12'
            WHEN joined_at > :ends_at - INTERVAL '182 days' THEN '13-25'
            WHEN joined_at > :ends_at - INTERVAL '364 days' THEN '26-51' ELSE '52+' END AS tenure,
       coalesce((SELECT t.key FROM topics t WHERE t.id = ANY (b.topic_ids)
                 ORDER BY hashtextextended(t.key, :lot), t.key LIMIT 1), '') AS topic,
       CAST(DATE '1970-01-05' + (CAST(joined_at AT TIME ZONE 'UTC' AS date) - DATE '1970-01-05') / 28 * 28 AS text)
           AS cohort,
       CASE WHEN c.founded_by = b.person_id OR EXISTS (SELECT FROM staff s WHERE s.person_id = b.person_id)
            THEN 'organiser' ELSE 'member' END AS role,
       CASE WHEN b.asked_at IS NULL THEN CASE WHEN a.said_at IS NULL THEN 'neither' ELSE 'answered' END
            ELSE CASE WHEN a.said_at IS NULL THEN 'asked' ELSE 'both' END END AS talk
FROM belonging b JOIN communities c ON c.id = b.community_id
LEFT JOIN answers a ON a.person_id = b.person_id AND a.community_id = b.community_id AND b.is_counted
WHERE place <= {MOST_COMMUNITIES}
"""


#: Where the numbers of each measure come from: a row for each person and community.
_SOURCES = {
    "people": "SELECT * FROM standing WHERE times IS NOT NULL",
    "members": "SELECT * FROM standing WHERE is_counted",
    "joined": "SELECT * FROM standing WHERE is_counted AND joined_at >= :begins_at",
    "reached": f"""
        SELECT s.community_id, {_OFTEN.format(n="a.times")} AS often, a.opinion
        FROM standing s CROSS JOIN LATERAL (
            SELECT count(*) AS times, (array_agg(coalesce(a.opinion, 'unsaid') ORDER BY hashtextextended(
                       CAST(a.person_id AS text) || CAST(a.offer_id AS text), :lot), a.offer_id))[1] AS opinion
            FROM approaches a
            WHERE a.person_id = s.person_id AND a.community_id = s.community_id AND NOT a.held_out
              AND a.at >= :begins_at AND a.at < :ends_at) AS a
        WHERE s.is_counted AND a.times > 0""",
    "overlap": """
        SELECT one.community_id, CAST(other.community_id AS text) AS community
        FROM standing one JOIN standing other ON other.person_id = one.person_id
        WHERE one.is_counted AND one.community_id < other.community_id""",
    "traffic": """
        SELECT one.community_id, CAST(other.community_id AS text) AS community
        FROM standing one JOIN standing other ON other.person_id = one.person_id
        WHERE one.times IS NOT NULL AND other.times IS NOT NULL AND one.community_id < other.community_id
          AND one.role = 'member' AND other.role = 'member'""",
    # Who is new answers for nobody, so nobody is in two cells more: in their own, and in that of whom they answered.
    "newcomers": """
        SELECT n.community_id,
               CASE WHEN min(a.said_at) <= n.asked_at + INTERVAL '1 hour' THEN 'hour'
                    WHEN min(a.said_at) <= n.asked_at + INTERVAL '1 day' THEN 'day'
                    WHEN min(a.said_at) <= n.asked_at + INTERVAL '7 days' THEN 'week' ELSE 'later' END AS answered
        FROM standing n
        LEFT JOIN (answers a JOIN standing s ON s.person_id = a.person_id AND s.community_id = a.community_id
                                            AND s.is_counted AND s.joined_at < :begins_at)
            ON a.answered_id = n.person_id AND a.community_id = n.community_id
        WHERE n.asked_at IS NOT NULL AND n.joined_at >= :begins_at
        GROUP BY n.person_id, n.community_id, n.asked_at""",
}


class Counted(NamedTuple):
    """How many people there are in a cell of a community; at least five."""

    community_id: UUID
    measure: str
    cut: tuple[str, ...]
    values: tuple[str, ...]
    people: int


def counted(session: Session, bucket: Bucket, starts_on: date, lot: int) -> Iterator[Counted]:
    """All cells of a period in which there are enough people, exactly. Half a dozen statements for all communities."""
    begins_at, ends_at = midnight(starts_on), midnight(starts_on + bucket.length)
    values = {
        "from_id": first_id_at(begins_at),
        "to_id": first_id_at(ends_at),
        "begins_at": begins_at,
        "ends_at": ends_at,
        "lot": lot,
    }
    for made in (_ANSWERS, "ANALYZE answers", _STANDING, "ANALYZE standing"):
        session.execute(text(made), values)
    for measure, rows in _SOURCES.items():
        cuts = [each.cut for each in TABLES if each.measure == measure and each.bucket is bucket]
        if cuts:
            names = sorted({name for cut in cuts for name in cut})
            for row in session.execute(text(_counting(rows, names, cuts)), values):
                yield _cell(measure, names, tuple(row))
    session.execute(text("DROP TABLE standing, answers"))


def _counting(rows: str, names: Sequence[str], cuts: Iterable[tuple[str, ...]]) -> str:
    sets = ", ".join(f"({', '.join(('community_id', *each))})" for each in cuts)
    left_out = f"GROUPING({', '.join(names)})" if names else "0"
    return f"""SELECT {", ".join(("community_id", "count(*)", left_out, *names))}
    FROM ({rows}) AS counted GROUP BY GROUPING SETS ({sets}) HAVING count(*) >= {FEWEST}"""


def _cell(measure: str, names: Sequence[str], row: tuple[Any, ...]) -> Counted:
    community_id, people, left_out, *values = row
    # A bit for each name, the first the highest: set where the cell is not cut by it.
    kept = [place for place in range(len(names)) if not left_out >> (len(names) - 1 - place) & 1]
    cut, values_of_it = (tuple(each[place] for place in kept) for each in (names, values))
    return Counted(community_id, measure, cut, values_of_it, people)
