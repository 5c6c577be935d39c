"""The SQL of feeds: candidates by the narrowest index, newest first, then whole rows for those that are shown.

Around a point, the cells that cover the circle are computed here and each is read newest first until it has given
enough; cells wholly inside need no distance. So the cost follows the length of the page, not how much is there.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.checkins.models import OWN, SHARED
from app.errors import BadAreaGiven
from app.ids import NOBODY, first_id_at
from app.relations.queries import apart_sql, muted_sql
from app.relations.rules import MuteKind
from app.trust.contract import Way
from app.trust.queries import ANYBODY_SQL, audiences_sql, heard_around_sql, known_sql
from app.trust.terms import Level
from geo import CITY, DISTRICT, SPOT, Area, BadArea, Box, Circle, Cover, children, cover, parent

#: Each cell costs an index descent: some 15 µs.
MOST_SPOTS = 150
MOST_DISTRICTS = 700
_FIRST_ID = UUID(int=0)
_LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which check-ins. All that is said must hold; nothing said is everything."""

    limit: int
    area: Area | None = None
    #: At least one of these, if any are said.
    topics: tuple[UUID, ...] = ()
    communities: tuple[UUID, ...] = ()
    person: UUID | None = None
    #: The newest of each of these people, and nothing else.
    newest_of: tuple[UUID, ...] = ()
    only: UUID | None = None
    before: UUID | None = None
    after: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: Whether the viewer may have muted topics or communities. Looking there costs more than an index.
    heeds_what: bool = True


APART = apart_sql(":viewer")
_HEARD_AROUND = heard_around_sql("c.audiences", "c.codes", "c.location_ids || c.community_ids")
#: What is about nothing that the viewer muted, or is heard in a community of theirs that they did not mute.
_OF_INTEREST = f"""NOT c.topic_ids && {muted_sql(":viewer", MuteKind.TOPIC)}
    AND (NOT c.community_ids && {muted_sql(":viewer", MuteKind.COMMUNITY)}
         OR c.community_ids && ARRAY(SELECT community_id FROM memberships m WHERE m.person_id = :viewer
            AND NOT EXISTS (SELECT FROM mutes WHERE person_id = :viewer AND target = m.community_id)))"""
_MINE = audiences_sql(":viewer", ":now")


def disclosed_sql(ways: Way, viewer: UUID | None) -> str:
    """The level (a number) to which a viewer may know of a check-in `c` by any of these ways."""
    if viewer is None:
        return known_sql(ways, ANYBODY_SQL, ":now")
    return f"""CASE WHEN c.person_id = :viewer THEN {Level.EXACT:d}
        WHEN c.person_id = ANY ({APART}) THEN {Level.NOTHING:d}
        ELSE {known_sql(ways, _MINE, ":now")} END"""


_WHOLE = """
SELECT c.id, c.person_id, p.handle, ST_Y(c.position) AS lat, ST_X(c.position) AS lon, ST_Y(c.found_at) AS found_lat,
       ST_X(c.found_at) AS found_lon, c.accuracy_m, c.text, c.activity, c.topic_ids,
       ARRAY(SELECT t.key FROM unnest(c.topic_ids) WITH ORDINALITY AS i (id, ord) JOIN topics t ON t.id = i.id
             ORDER BY i.ord) AS topics,
       c.location_ids, c.community_ids, c.place_id, c.visibility, c.exactness, c.fixed_at, c.received_at,
       c.present_until, c.planned_for, c.doubts,
       CASE WHEN c.person_id = :viewer THEN (SELECT s.handle FROM people s WHERE s.id = c.said_by_id) END AS said_by,
       {disclosed} AS disclosed
FROM ({candidates}) AS found
JOIN check_ins c ON c.id = found.id AND c.cell = found.cell
JOIN people p ON p.id = c.person_id
ORDER BY c.id DESC
"""


def statement(asked: Asked, viewer: UUID | None, now: datetime) -> tuple[str, dict[str, object]]:
    """The SQL and its values. Rows come newest first, only those disclosed, at most `limit`."""
    values: dict[str, object] = {
        "viewer": viewer or NOBODY,
        "now": now,
        "limit": asked.limit,
        "topics": list(asked.topics),
        "communities": list(asked.communities),
        "person": asked.person,
        "people": list(asked.newest_of),
        "from_id": max(asked.after or _FIRST_ID, first_id_at(asked.since) if asked.since else _FIRST_ID),
        "to_id": min(asked.before or _LAST_ID, first_id_at(asked.until) if asked.until else _LAST_ID),
    }
    ways = Way.NEAR if asked.area else Way.NEAR | Way.FEED if asked.only else Way.FEED
    level = disclosed_sql(ways, viewer)
    unmuted = unmuted_sql(asked, viewer)
    if asked.only:
        values |= {"only": asked.only}
        candidates = _rows("check_ins c", "c.id = :only", level)
    elif asked.newest_of:
        candidates = _newest_of_each(level, unmuted)
    elif asked.area:
        cells, candidates = _around(asked, viewer, level, unmuted)
        values |= cells
    else:
        candidates = _elsewhere(asked, level, unmuted)
    return _WHOLE.format(disclosed=level, candidates=candidates), values


def fitting(asked: Asked, viewer: UUID | None) -> tuple[str, str, dict[str, object]]:
    """Of a check-in `c`: the level to which the viewer may know of it by such a feed, a condition that it is asked for,
    whatever they muted, and the values of both."""
    level = disclosed_sql(Way.NEAR if asked.area else Way.FEED, viewer)
    where = [_within(asked.area)] if asked.area else []
    values: dict[str, object] = {"topics": list(asked.topics), "communities": list(asked.communities)}
    condition = " AND ".join(["true", *where]) + _in_feeds(asked, level)
    return level, condition, values | (_shape_values(asked.area) if asked.area else {})


def districts_around(area: Area) -> list[int]:
    """All districts of the cities that an area touches."""
    _, cells = _cells(area)
    return _districts_of({parent(each, CITY) for each in cells.cells})


def _rows(source: str, condition: str, level: str) -> str:
    """The newest disclosed check-ins `c` of a source."""
    return f"""
        SELECT c.id, c.cell FROM {source}
        WHERE {condition} AND {level} > {Level.NOTHING:d}
        ORDER BY c.id DESC LIMIT :limit"""


def unmuted_sql(asked: Asked, viewer: UUID | None) -> str:
    """What the viewer will hear of; who asks for a person, or for one check-in, is told of them even so."""
    if viewer is None or asked.person or asked.only:
        return ""
    heard = f"c.person_id <> ALL ({muted_sql(':viewer', MuteKind.PERSON)})"
    return (
        f" AND (c.person_id = :viewer OR {heard} AND {_OF_INTEREST})" if asked.heeds_what else f" AND {heard}"
    )


def _newest_of_each(level: str, unmuted: str) -> str:
    return f"""
        SELECT n.id, n.cell FROM unnest(CAST(:people AS uuid[])) AS w (person_id)
        CROSS JOIN LATERAL (
            SELECT c.id, c.cell FROM check_ins c
            WHERE c.person_id = w.person_id AND c.id >= :from_id AND c.id < :to_id
              AND {level} > {Level.NOTHING:d}{unmuted}
            ORDER BY c.id DESC LIMIT 1
        ) AS n"""


def _elsewhere(asked: Asked, level: str, unmuted: str) -> str:
    span = "c.id >= :from_id AND c.id < :to_id"
    heard = _in_feeds(asked, level) + unmuted
    if asked.person:
        return _rows("check_ins c", f"c.person_id = :person AND {span}{heard}", level)
    feeds = "communities" if asked.communities else "topics"
    if not getattr(asked, feeds):
        return _rows("check_ins c", span + unmuted, level)
    # One feed is read as it lies, newest first, and no further than needed; of several each finds the same again.
    distinct, condition = (
        ("", f"= (:{feeds})[1]") if len(getattr(asked, feeds)) == 1 else ("DISTINCT", f"= ANY (:{feeds})")
    )
    source = f"""(SELECT {distinct} check_in_id, cell FROM feed_entries WHERE feed_id {condition}
                 AND check_in_id >= :from_id AND check_in_id < :to_id ORDER BY check_in_id DESC OFFSET 0) AS f
                JOIN check_ins c ON c.id = f.check_in_id AND c.cell = f.cell"""
    return _rows(source.replace(f":{feeds}", f"CAST(:{feeds} AS uuid[])"), span + heard, level)


def _in_feeds(asked: Asked, level: str) -> str:
    parts = []
    if asked.topics:
        parts.append(" AND CAST(:topics AS uuid[]) && c.topic_ids")
    if asked.communities:
        # To be found in a small location's feed would tell more than a quarter does.
        parts.append(f""" AND (CAST(:communities AS uuid[]) && c.community_ids
            OR CAST(:communities AS uuid[]) && c.location_ids AND {level} = {Level.EXACT:d} AND {_HEARD_AROUND})""")
    return "".join(parts)


def _around(asked: Asked, viewer: UUID | None, level: str, unmuted: str) -> tuple[dict[str, object], str]:
    assert asked.area is not None
    column, cells = _cells(asked.area)
    wanted = [*cells.interior, *cells.border]
    values: dict[str, object] = {
        "cells": wanted,
        # Known from the spot, so that the index alone can answer.
        "districts": [parent(each, DISTRICT) for each in wanted],
        "inside": [True] * len(cells.interior) + [False] * len(cells.border),
        **_shape_values(asked.area),
    }
    within = f"c.id >= :from_id AND c.id < :to_id AND {{inside}}{_in_feeds(asked, level)}{unmuted}"
    if asked.person:
        within += " AND c.person_id = :person"
    here = within.format(inside=f"c.{column} = s.cell AND (s.inside OR {_within(asked.area)})")
    openly = f"{here} AND c.open_until > :now"
    if viewer is None:
        parts = [_each_cell(openly)]
    else:
        # Three indexes: of what is open to all, of what some may know, and of what nobody else does.
        some = f"{here} AND {SHARED} AND (c.open_until > :now) IS NOT TRUE AND {level} > {Level.NOTHING:d}"
        own = within.format(inside=_within(asked.area))
        parts = [
            _each_cell(f"{openly} AND c.person_id <> ALL ({APART})"),
            _each_cell(some, only_if=_SOME_THERE if column == "spot" else "true"),
            f"(SELECT c.id, c.cell FROM check_ins c WHERE c.person_id = :viewer AND {OWN} AND {own} "
            "ORDER BY c.id DESC LIMIT :limit)",
        ]
    return values, " UNION ALL ".join(parts).join(
        ("SELECT u.id, u.cell FROM (", ") AS u ORDER BY u.id DESC LIMIT :limit")
    )


#: Asked once: where everybody lets everybody know, no cell need be asked again.
_SOME_THERE = f"EXISTS (SELECT FROM check_ins c WHERE c.spot = ANY (CAST(:cells AS bigint[])) AND {SHARED})"


def _each_cell(condition: str, only_if: str = "true") -> str:
    return f"""
        SELECT n.id, s.district AS cell
        FROM unnest(CAST(:cells AS bigint[]), CAST(:districts AS bigint[]), CAST(:inside AS boolean[]))
            AS s (cell, district, inside)
        CROSS JOIN LATERAL (SELECT c.id FROM check_ins c WHERE {condition} ORDER BY c.id DESC LIMIT :limit) AS n
        WHERE {only_if}"""


def _cells(area: Area) -> tuple[str, Cover]:
    for column, resolution, most in (("spot", SPOT, MOST_SPOTS), ("cell", DISTRICT, MOST_DISTRICTS)):
        # Too large an area, or too long and thin a one, is for larger cells.
        with suppress(BadArea):
            return column, cover(area, resolution, most_cells=most)
    raise BadAreaGiven(
        f"This area has {area.size_m2 / 1e6:,.0f} km²; a feed covers at most some "
        f"{MOST_DISTRICTS * _SIZE_M2[DISTRICT] / 2e6:,.0f} km². Ask for a smaller part."
    )


#: Average sizes from the H3 documentation's table of cell statistics.
_SIZE_M2 = {SPOT: 105_332.5, DISTRICT: 5_161_293.4}


def _shape_values(area: Area) -> dict[str, object]:
    if isinstance(area, Circle):
        return {"lat": area.centre.lat, "lon": area.centre.lon, "radius": area.radius_m}
    if isinstance(area, Box):
        return {"west": area.west, "south": area.south, "east": area.east, "north": area.north}
    return {"outline": area.outline().wkt}


def _within(area: Area) -> str:
    if isinstance(area, Circle):
        return "ST_DistanceSphere(c.found_at, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) <= CAST(:radius AS float8)"
    if isinstance(area, Box):
        lon = "ST_X(c.found_at)"
        across = (
            f"({lon} >= :west AND {lon} <= :east)"
            if area.west <= area.east
            else f"({lon} >= :west OR {lon} <= :east)"
        )
        return f"({across} AND ST_Y(c.found_at) BETWEEN :south AND :north)"
    return "ST_Covers(ST_GeomFromText(:outline, 4326), c.found_at)"


def removals_statement(asked: Asked, around: Sequence[Area]) -> tuple[str, dict[str, object]]:
    """The SQL and values for what was taken back after `asked.after`, newest first.

    Asked for is what was found in the same cities, `around` being the areas of location communities: whoever comes
    later could else find out where it was that somebody lets nobody know any more.
    """
    values: dict[str, object] = {"after": asked.after or _FIRST_ID, "limit": asked.limit}
    conditions = ["c.id > :after"]
    if asked.area:
        values["cells"] = districts_around(asked.area)
        conditions.append("c.cell = ANY (:cells)")
    if asked.topics:
        values["topics"] = list(asked.topics)
        conditions.append("CAST(:topics AS uuid[]) && c.topic_ids")
    if asked.communities:
        values["communities"] = list(asked.communities)
        values["around"] = _districts_of({city for each in around for city in cover(each, CITY).cells})
        conditions.append("(CAST(:communities AS uuid[]) && c.community_ids OR c.cell = ANY (:around))")
    return _REMOVED.format(conditions=" AND ".join(conditions)), values


def _districts_of(cities: Iterable[int]) -> list[int]:
    return [each for city in cities for each in children(city, DISTRICT)]


_REMOVED = """
SELECT c.id, c.check_in_id, c.topic_ids, c.community_ids, c.audiences, c.codes_before, c.codes_after
FROM removals c WHERE {conditions} ORDER BY c.id DESC LIMIT :limit
"""
