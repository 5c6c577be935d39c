"""The SQL of a search: candidates by the index of words, each looked at as whoever asks may know it, then put in order.

One statement. Nothing that was taken in is believed: what is shown, and whether, is read from the thing itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.errors import BadAreaGiven
from app.ids import LAST, NOBODY, first_id_at
from app.relations.queries import apart_sql, muted_sql
from app.relations.rules import MuteKind
from app.search.dialects import folded_sql, query_sql, topic_sql
from app.search.kinds import KINDS
from app.search.rules import MOST_BY_WORDS, MOST_LOOKED_AT, MOST_READ
from app.trust.contract import Way
from app.trust.queries import ANYBODY_SQL, known_sql
from app.trust.terms import Level
from geo import DISTRICT, BadArea, Circle, cover

Sort = Literal["near", "recent", "relevant"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched. All that is said must hold."""

    limit: int
    sort: Sort
    words: str = ""
    kind: str | None = None
    topic_id: UUID | None = None
    around: Circle | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: UUID | None = None


def statement(asked: Asked, viewer: UUID | None, now: datetime) -> tuple[str, dict[str, object]]:
    """The SQL and its values. Rows are the items in order; on the first page the facets come before them."""
    values: dict[str, object] = {
        "viewer": viewer or NOBODY,
        "now": now,
        "limit": asked.limit,
        "words": asked.words,
        "topic": str(asked.topic_id),
        "kind": asked.kind,
        "from_id": first_id_at(asked.since) if asked.since else NOBODY,
        "to_id": first_id_at(asked.until) if asked.until else LAST,
        "after": asked.after,
        **_around(asked.around),
    }
    parts = []
    if asked.kind in (None, "check-in"):
        parts.append(_check_ins(asked))
    if asked.kind != "check-in":
        parts.append(_others(asked))
    return _WHOLE.format(
        candidates=" UNION ALL ".join(f"({each})" for each in parts),
        newest=_newest(asked),
        score=_SCORES[asked.sort],
        after=_AFTER[asked.sort] if asked.after else "true",
        facets="false" if asked.after else "true",
    ), values


def _around(around: Circle | None) -> dict[str, object]:
    if around is None:
        return {}
    try:
        cells = cover(around, DISTRICT, most_cells=1_000)
    except BadArea as error:
        raise BadAreaGiven("This circle is too large to search in; make it smaller.") from error
    return {
        "cells": [*cells.interior, *cells.border],
        "lat": around.centre.lat,
        "lon": around.centre.lon,
        "radius": around.radius_m,
        **box_around(around),
    }


def box_around(around: Circle) -> dict[str, float]:
    """A box that holds a circle. One across the date line is taken as all around; the distance decides."""
    west, south, east, north = around.bounds
    if west > east:
        west, east = -180.0, 180.0
    return {"west": west, "south": south, "east": east, "north": north}


def known_to_anybody_sql(way: Way) -> str:
    """Joins to a check-in `c` what anybody may know of it, as `known.level`; and whether that is anything."""
    level = known_sql(way, ANYBODY_SQL, ":now")
    return f"""CROSS JOIN LATERAL (
        SELECT level, level > {Level.NOTHING:d} AS open FROM (SELECT {level} AS level) AS l) AS known"""


def is_for_sql(viewer: str) -> str:
    """An SQL condition: whether a check-in `c` of another, as it is `known`, is for somebody to find."""
    return f"""known.open AND c.person_id <> ALL ({apart_sql(viewer)})
               AND c.person_id <> ALL ({muted_sql(viewer, MuteKind.PERSON)})
               AND NOT c.topic_ids && {muted_sql(viewer, MuteKind.TOPIC)}"""


def shown_sql(viewer: str) -> str:
    """Of an entry `e`: title, text, by, topics and whether anybody may know of it; no row where it is not for them."""
    return _SHOWN.replace(":viewer", viewer)


_HERE = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
_QUERY = query_sql("CAST(:words AS text)")
_FOLDED = folded_sql("CAST(:words AS text)")


def _matching(asked: Asked) -> list[str]:
    """The conditions that the index of words answers."""
    wanted = [_QUERY] if asked.words else []
    if asked.topic_id:
        wanted.append(topic_sql(":topic"))
    return [f"f.words @@ ({' && '.join(wanted)})"] if wanted else []


def _check_ins(asked: Asked) -> str:
    """Those whose words fit, as anybody may know of them, and one's own."""
    rank = f"ts_rank(f.words, {_QUERY})" if asked.words else "0"
    # Whoever says where is looking around: other terms of a contract decide, and where it is found by all.
    way = Way.NEAR if asked.around else Way.FEED
    metres, within = "NULL::float8", "true"
    if asked.around:
        metres = f"ST_DistanceSphere(c.found_at, {_HERE})"
        within = f"{metres} <= :radius"
    return f"""
    SELECT 'check-in' AS kind, f.id, f.rank, p.handle AS title, c.text AS said, NULL AS by, c.topic_ids,
           known.open AS for_all, NULL AS language,
           CASE WHEN c.person_id = :viewer THEN {Level.EXACT:d} ELSE known.level END AS level,
           ST_Y(c.position) AS lat, ST_X(c.position) AS lon, {metres} AS metres,
           c.person_id = :viewer OR {is_for_sql(":viewer")} AS for_me
    FROM (SELECT f.id, f.cell, {rank} AS rank FROM ({_fitting(asked)}) AS f
          ORDER BY f.id DESC LIMIT {MOST_LOOKED_AT}) AS f
    JOIN check_ins c ON c.id = f.id AND c.cell = f.cell
    JOIN people p ON p.id = c.person_id
    {known_to_anybody_sql(way)}
    WHERE (c.person_id = :viewer OR known.open) AND {within}"""


_IN_TIME = "f.id >= :from_id AND f.id < :to_id"
_ENOUGH = f"(SELECT count(*) FROM newest) >= {MOST_LOOKED_AT}"


def _newest(asked: Asked) -> str:
    """Those among the newest whose words fit. What many say is there, and nothing else need be asked."""
    (fits,) = _matching(asked) or ["true"]
    if asked.around is None:
        window = f"SELECT * FROM check_in_words f WHERE {_IN_TIME} ORDER BY f.id DESC LIMIT {MOST_READ}"
    else:
        window = f"""
        SELECT n.* FROM unnest(CAST(:cells AS bigint[])) AS s (cell)
        CROSS JOIN LATERAL (SELECT * FROM check_in_words f WHERE f.cell = s.cell AND {_IN_TIME}
                            ORDER BY f.id DESC LIMIT {MOST_READ} / cardinality(CAST(:cells AS bigint[])) + 1) AS n"""
    return f"SELECT f.* FROM ({window}) AS f WHERE {fits} ORDER BY f.id DESC LIMIT {MOST_LOOKED_AT}"


def _fitting(asked: Asked) -> str:
    """Those among the newest; and where they are few, what the index of words has beside them.

    The planner, who takes a word in five languages for more common than it is, would read the newest to the end.
    """
    if not (matching := _matching(asked)):
        return "SELECT * FROM newest"
    here = "f.cell = ANY (CAST(:cells AS bigint[]))" if asked.around else "true"
    return f"""
    SELECT * FROM newest
    UNION ALL
    SELECT f.* FROM (SELECT f.* FROM check_in_words f WHERE {matching[0]} AND {_IN_TIME} AND NOT {_ENOUGH}
                     LIMIT {MOST_BY_WORDS} OFFSET 0) AS f
    WHERE {here} AND NOT EXISTS (SELECT FROM newest WHERE newest.id = f.id)"""


_SHOWN = " UNION ALL ".join(
    f"(SELECT s.* FROM ({each.shown}) AS s WHERE e.kind = '{each.name}')" for each in KINDS
)


def _others(asked: Asked) -> str:
    """Communities, places, offers and all else whose words fit, or whose name nearly does."""
    conditions = ["f.id >= :from_id", "f.id < :to_id"]
    if asked.kind:
        conditions.append("f.kind = :kind")
    (fits,) = _matching(asked) or ["true"]
    rank = "0"
    if asked.words:
        rank = f"ts_rank(f.words, {_QUERY}) + word_similarity({_FOLDED}, f.name)"
        near = f"{_FOLDED} <% f.name"
        fits = f"({fits} OR {near}" + (f" AND f.words @@ {topic_sql(':topic')})" if asked.topic_id else ")")
    metres = "NULL::float8"
    if asked.around:
        metres = f"ST_DistanceSphere(e.shape, {_HERE})"
        conditions.append("f.shape && ST_MakeEnvelope(:west, :south, :east, :north, 4326)")
    conditions.append(fits)
    return f"""
    SELECT e.kind, e.id, e.rank, s.title, s.said, s.by, s.topic_ids, s.for_all, s.language, {Level.EXACT:d} AS level,
           ST_Y(at.point) AS lat, ST_X(at.point) AS lon, {metres} AS metres, true AS for_me
    FROM (SELECT f.kind, f.id, f.shape, {rank} AS rank
          FROM (SELECT f.* FROM search_entries f WHERE {" AND ".join(conditions)} OFFSET 0) AS f
          ORDER BY f.id DESC LIMIT {MOST_LOOKED_AT}) AS e
    CROSS JOIN LATERAL ({shown_sql(":viewer")}) AS s (title, said, by, topic_ids, for_all, language)
    CROSS JOIN LATERAL (SELECT ST_PointOnSurface(e.shape) AS point OFFSET 0) AS at
    WHERE {f"{metres} <= :radius" if asked.around else "true"}"""


_SCORES = {
    "recent": "0::float8",
    "relevant": "rank::float8",
    "near": "-round(metres::numeric)::float8",
}
_AFTER_SCORED = "(score, id) < (SELECT score, id FROM found WHERE id = :after)"
_AFTER = {"recent": "id < :after", "relevant": _AFTER_SCORED, "near": _AFTER_SCORED}
_TOPIC_KEYS = """ARRAY(SELECT t.key FROM unnest(m.topic_ids) WITH ORDINALITY AS i (id, ord)
    JOIN topics t ON t.id = i.id ORDER BY i.ord)"""
#: Facets are counts of what anybody may know, so they are the same for whoever asks.
_WHOLE = f"""
WITH newest AS MATERIALIZED ({{newest}}),
found AS MATERIALIZED (
    SELECT c.*, {{score}} AS score FROM ({{candidates}}) AS c
),
mine AS (
    SELECT * FROM found WHERE for_me AND {{after}} ORDER BY score DESC, id DESC LIMIT :limit
),
facets AS (
    SELECT 'kind' AS facet, kind AS value, count(*) AS n FROM found WHERE for_all GROUP BY kind
    UNION ALL
    SELECT 'topic', t.key, count(*) FROM found CROSS JOIN LATERAL unnest(topic_ids) AS x (id)
    JOIN topics t ON t.id = x.id WHERE for_all GROUP BY t.key
)
SELECT 0 AS part, facet AS kind, NULL::uuid AS id, value AS title, NULL AS said, NULL AS by, NULL::text[] AS topics,
       NULL::int AS level, NULL::float8 AS lat, NULL::float8 AS lon, NULL::float8 AS metres, n, NULL::float8 AS score,
       NULL AS language
FROM facets WHERE {{facets}}
UNION ALL
SELECT 1, m.kind, m.id, m.title, m.said, m.by, {_TOPIC_KEYS}, m.level, m.lat, m.lon, m.metres, NULL, m.score, m.language
FROM mine m
ORDER BY part, score DESC, id DESC, n DESC, title
"""
