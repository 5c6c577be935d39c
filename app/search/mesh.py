"""Which communities share members with which: counted once a week, so that no two answers differ by one person.

Only those are counted whose contract lets them be counted, always and in any case. Who belongs to very many communities
is counted in those joined first.
"""

from datetime import date, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.search.models import MeshWeek, SharedMembers
from app.search.rules import LEAST_SHARED, MOST_COUNTED_IN, MOST_NEIGHBOURS, offset_of, shared_told, week_of
from app.trust import queries as trust

_LETS = """jsonb_path_exists(k.terms,
        '$.terms[*] ? (@.purpose == "statistics" && @.level != "nothing" && @.hours == null)')
    AND NOT jsonb_path_exists(k.terms, '$.terms[*] ? (@.purpose == "statistics" && @.level == "nothing")')"""
_SHARED = text(f"""
WITH counted AS MATERIALIZED (
    SELECT person_id, community_id FROM (
        SELECT m.person_id, m.community_id,
               row_number() OVER (PARTITION BY m.person_id ORDER BY m.joined_at, m.community_id) AS place
        FROM memberships m
        JOIN people p ON p.id = m.person_id
        JOIN contracts k ON k.person_id = p.id AND k.version = p.contract_version
        WHERE {_LETS}
    ) AS each WHERE place <= {MOST_COUNTED_IN}
)
SELECT a.community_id AS one, b.community_id AS other, count(*) AS people
FROM counted a JOIN counted b USING (person_id)
WHERE a.community_id < b.community_id
GROUP BY 1, 2 HAVING count(*) >= {LEAST_SHARED}
""")


def weave(session: Session, now: datetime) -> None:
    """Count anew if this week's mesh is not made yet; the last week's goes."""
    week = week_of(now.date())
    if session.get(MeshWeek, week):
        return
    session.execute(delete(MeshWeek))
    session.add(MeshWeek(week=week))
    session.flush()
    session.execute(delete(SharedMembers))
    if rows := _shared(session, week):
        session.execute(insert(SharedMembers), rows)


def _shared(session: Session, week: date) -> list[dict[str, object]]:
    """Both ways, of each community those with which it shares most."""
    key = trust.secret(session, "mesh")
    by_community: dict[object, list[tuple[int, object]]] = {}
    for one, other, people in session.execute(_SHARED):
        if told := shared_told(people, offset_of(key, one, other)):
            by_community.setdefault(one, []).append((told, other))
            by_community.setdefault(other, []).append((told, one))
    return [
        {"one": one, "other": other, "people": people}
        for one, others in by_community.items()
        for people, other in sorted(others, key=lambda each: (-each[0], str(each[1])))[:MOST_NEIGHBOURS]
    ]


def made_in(session: Session) -> date | None:
    """The Monday of the week of which the mesh is; None before there is one."""
    return session.scalar(select(MeshWeek.week))
