"""How often a business is spoken of: in what anybody may read, and in what it hears where it is welcome. Counts alone.

Words are those that search finds. Of whom, and from where, nothing leaves here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.businesses.models import Business
from app.ids import first_id_at
from app.peers.feeds import IS_KNOWN, lets_sql
from app.peers.queries import closed_to
from app.returns.rules import A_WEEK
from app.search.dialects import folded_sql, topic_sql
from app.search.statements import known_to_anybody_sql
from app.statistics.rules import midnight
from app.trust.contract import Way

#: Of a week as many are looked at for each thing; beyond that it is told as so many.
MOST = 2_000
#: The name of a business, or of a place of its, word after word; or what is about one of its topics.
_SOUGHT = f"""
sought AS (
    SELECT 'name' AS about, phraseto_tsquery('simple', {folded_sql("b.name")}) AS query
    FROM businesses b WHERE b.id = :business
    UNION ALL
    SELECT 'places', phraseto_tsquery('simple', {folded_sql("l.name")})
    FROM business_places l WHERE l.business_id = :business
    UNION ALL
    SELECT 'topics', {topic_sql("CAST(t.topic_id AS text)")} FROM business_topics t WHERE t.business_id = :business
),
about AS (
    -- One query for all places, and one for all topics, so that nothing counts twice.
    SELECT about, CAST(string_agg('(' || CAST(query AS text) || ')', ' | ') AS tsquery) AS query
    FROM sought WHERE numnode(query) > 0 GROUP BY about
),
weeks AS (
    SELECT * FROM unnest(CAST(:days AS date[]), CAST(:from_ids AS uuid[]), CAST(:to_ids AS uuid[]))
        AS u (starts_on, from_id, to_id)
)"""
_PUBLIC = text(f"""
WITH {_SOUGHT}
SELECT s.starts_on, a.about, (
    SELECT count(*) FROM (
        SELECT FROM check_in_words f
        JOIN check_ins c ON c.id = f.id AND c.cell = f.cell
        JOIN people p ON p.id = c.person_id
        CROSS JOIN (SELECT CAST(:business AS uuid) AS business_id) AS w
        {known_to_anybody_sql(Way.FEED)}
        WHERE f.words @@ a.query AND f.id >= s.from_id AND f.id < s.to_id AND known.open AND {lets_sql("p")}
        LIMIT {MOST}) AS spoken) AS n
FROM weeks s CROSS JOIN about a
""")
_AMONG_MEMBERS = text(f"""
WITH {_SOUGHT}
SELECT s.starts_on, a.about, (
    SELECT count(*) FROM (
        SELECT DISTINCT c.id FROM standings w
        JOIN communities k ON k.id = w.community_id
        JOIN feed_entries e ON e.feed_id = w.community_id AND e.check_in_id >= s.from_id AND e.check_in_id < s.to_id
        JOIN check_ins c ON c.id = e.check_in_id AND c.cell = e.cell
        JOIN check_in_words f ON f.id = c.id AND f.cell = c.cell
        JOIN people p ON p.id = c.person_id
        WHERE w.business_id = :business AND w.is_welcome AND c.received_at >= w.since AND c.text <> ''
          AND f.words @@ a.query AND {IS_KNOWN} AND {lets_sql("p")}
        LIMIT {MOST}) AS spoken) AS n
FROM weeks s CROSS JOIN about a
""")


@dataclass(frozen=True, slots=True)
class Spoken:
    """How often something of a business was spoken of in each week, exactly, the earliest first."""

    #: The business's `name`, its `places` or its `topics`.
    about: str
    public: tuple[int, ...]
    among_members: tuple[int, ...]


def spoken_of(session: Session, business: Business, weeks: Sequence[date], now: datetime) -> list[Spoken]:
    """How often a business was spoken of in these weeks. Two statements."""
    values = {
        "business": business.id,
        "days": list(weeks),
        "from_ids": [first_id_at(midnight(each)) for each in weeks],
        "to_ids": [first_id_at(midnight(each + A_WEEK)) for each in weeks],
        "closed": [json.dumps({"terms": [each]}) for each in closed_to(business.id)],
        "now": now,
    }
    found = [_by_week(session, statement, values) for statement in (_PUBLIC, _AMONG_MEMBERS)]
    return [
        Spoken(about, *(tuple(counts.get((about, week), 0) for week in weeks) for counts in found))
        for about in ("name", "places", "topics")
    ]


def _by_week(
    session: Session, statement: TextClause, values: dict[str, object]
) -> dict[tuple[str, date], int]:
    rows = session.execute(statement, values)
    return {(about, week): count for week, about, count in rows}
