"""Works out of a saved search how to see of something new that it fits."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.search import anchors
from app.search.dialects import folded_sql, query_sql, topic_sql
from app.search.models import SavedSearch
from app.search.statements import box_around
from geo import Circle, Position

#: Those of a release that told of nothing yet are worked out so many at a time.
_AT_ONCE = 500
_READ = text(f"""
UPDATE saved_searches s SET
    words = CASE WHEN q.said = '' THEN {topic_sql("t.id")} WHEN t.id IS NULL THEN {query_sql("q.said")}
                 ELSE {query_sql("q.said")} && {topic_sql("t.id")} END,
    folded = nullif({folded_sql("q.said")}, ''), topic_id = t.id,
    around = ST_MakeEnvelope(CAST(:west AS float8), CAST(:south AS float8), CAST(:east AS float8),
                             CAST(:north AS float8), 4326)
FROM (SELECT CAST(:said AS text) AS said) AS q LEFT JOIN topics t ON t.key = :topic
WHERE s.person_id = :person AND s.name = :name
RETURNING CAST(s.words AS text) AS words, show_trgm(s.folded) AS trigrams
""")
_ANCHOR = text("UPDATE saved_searches SET anchors = :anchors WHERE person_id = :person AND name = :name")
_UNREAD = text(
    "SELECT person_id, name, query FROM saved_searches WHERE anchors IS NULL LIMIT :limit FOR UPDATE"
)


def read(session: Session, person_id: UUID, name: str, query: dict[str, object]) -> None:
    """Work it out of one. Two statements."""
    box = dict.fromkeys(("west", "south", "east", "north"))
    if around := _circle(query):
        box |= box_around(around)
    values = {
        "person": person_id,
        "name": name,
        "said": query.get("q", ""),
        "topic": query.get("topic"),
        **box,
    }
    row = session.execute(_READ, values).one()
    held = [] if around else _anchors(row.words, row.trigrams)
    session.execute(_ANCHOR, {"anchors": held, "person": person_id, "name": name})


def read_unread(session: Session) -> None:
    """Work it out of those of which it is not."""
    for row in session.execute(_UNREAD, {"limit": _AT_ONCE}).all():
        read(session, row.person_id, row.name, row.query)


def is_told(saved: SavedSearch) -> bool:
    """Whether its person is told what is new: not where it only says what must not be there."""
    return bool(saved.anchors) or saved.around is not None


def _circle(query: dict[str, object]) -> Circle | None:
    lat, lon, radius = (query.get(each) for each in ("lat", "lon", "radius"))
    if not (
        isinstance(lat, (int, float)) and isinstance(lon, (int, float)) and isinstance(radius, (int, float))
    ):
        return None
    return Circle(Position(lat, lon), radius)


def _anchors(words: str | None, trigrams: Sequence[str] | None) -> list[str]:
    of_query = anchors.of_query(words or "")
    return [] if of_query is None else sorted(of_query | anchors.of_names(trigrams or ()))
