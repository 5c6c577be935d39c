"""Sees which saved searches something new fits, and tells their people: beside all requests, once it was taken in.

It goes from what is new to the searches, by what anything must hold to fit one (`anchors`), or by where it is; never
from search to search. Who may find it is decided by the statements of the search itself. A finding is a row, so each
comes once; the chore is done by one process at a time, so those of a person become visible in the order of their ids.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, text
from sqlalchemy.orm import Session

from app.db import announce
from app.ids import LAST, NOBODY, first_id_at, new_id, time_of
from app.search import filling
from app.search.dialects import topic_sql
from app.search.models import Finding
from app.search.preparing import read_unread
from app.search.rules import FINDINGS_LAST, MOST_TOLD, NEW_FOR, hour_of, rising
from app.search.signals import Found, MoreFound
from app.search.statements import is_for_sql, known_to_anybody_sql, shown_sql
from app.trust.contract import Way

_AT = "ST_SetSRID(ST_MakePoint((s.query ->> 'lon')::float8, (s.query ->> 'lat')::float8), 4326)"
#: How often was told within this hour already; one more says that there was more, and it is looked at no longer.
_TOLD = "CASE WHEN s.hour = :hour THEN s.told ELSE 0 END"
_OF = f"s.person_id AS viewer, s.name, s.around IS NOT NULL AS around, {_TOLD} AS told"
_WANTED = f"coalesce(s.query ->> 'kind', e.kind) = e.kind AND {_TOLD} <= {MOST_TOLD}"

#: From each thing to the searches, never the other way: the fences keep the planner from asking each search, which is
#: quicker only where few are saved.
_BY_ANCHOR = f"""CROSS JOIN LATERAL (SELECT {_OF}, s.words, s.folded, s.topic_id FROM saved_searches s
        WHERE s.anchors && e.holds AND {_WANTED} OFFSET 0) AS s"""
_BY_CIRCLE = f"""CROSS JOIN LATERAL (SELECT {_OF}, s.words, s.folded, s.topic_id FROM saved_searches s
        WHERE s.around && e.shape AND ST_DistanceSphere(e.shape, {_AT}) <= (s.query ->> 'radius')::float8
          AND {_WANTED} OFFSET 0) AS s"""
_TOPIC = topic_sql("s.topic_id")
_FITS = f"(e.words @@ s.words OR s.folded <% e.name AND (s.topic_id IS NULL OR e.words @@ {_TOPIC}))"
_NEW = """
    SELECT 'check-in' AS kind, w.id, w.cell, w.words, NULL AS name, c.found_at AS shape,
           tsvector_to_array(w.words) AS holds
    FROM check_in_words w JOIN check_ins c ON c.id = w.id AND c.cell = w.cell
    WHERE w.id = ANY (CAST(:check_ins AS uuid[]))
    UNION ALL
    SELECT e.kind, e.id, NULL, e.words, e.name, e.shape,
           tsvector_to_array(e.words) || ARRAY(SELECT '%' || t FROM unnest(show_trgm(e.name)) AS t)
    FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS uuid[])) AS n (kind, id) JOIN search_entries e USING (kind, id)"""
_CANDIDATES = f"""
    SELECT s.viewer, s.name, s.around, s.told, e.kind, e.id, e.cell FROM new e {_BY_ANCHOR} WHERE {_FITS}
    UNION ALL
    SELECT s.viewer, s.name, s.around, s.told, e.kind, e.id, e.cell FROM new e {_BY_CIRCLE}
    WHERE s.words IS NULL OR {_FITS}"""


def _check_in_seen(way: Way) -> str:
    return f"""EXISTS (SELECT FROM check_ins c {known_to_anybody_sql(way)}
        WHERE c.id = who.id AND c.cell = who.cell AND c.person_id <> who.viewer AND {is_for_sql("who.viewer")})"""


#: Whether somebody may find a thing now, by the statements of a search: who looks around knows by other terms.
_SEEN = f"""CASE WHEN who.kind <> 'check-in' THEN EXISTS (
        SELECT FROM search_entries e CROSS JOIN LATERAL ({shown_sql("who.viewer")}) AS shown
        WHERE e.kind = who.kind AND e.id = who.id)
        AND NOT EXISTS (SELECT FROM pieces p WHERE p.id = who.id AND p.person_id = who.viewer)
    WHEN who.around THEN {_check_in_seen(Way.NEAR)} ELSE {_check_in_seen(Way.FEED)} END"""
_FITTING = text(f"""
WITH new AS MATERIALIZED ({_NEW}),
candidates AS MATERIALIZED ({_CANDIDATES})
SELECT who.viewer, who.name, who.told, who.kind, who.id, who.cell,
       (SELECT c.person_id FROM check_ins c WHERE c.id = who.id AND c.cell = who.cell) AS author_id
FROM candidates who
WHERE NOT EXISTS (SELECT FROM findings f WHERE f.person_id = who.viewer AND f.name = who.name
                  AND f.kind = who.kind AND f.thing_id = who.id) AND {_SEEN}
ORDER BY who.viewer, who.name, who.id
""")
_TELL = text("""
INSERT INTO findings (id, person_id, name, kind, thing_id, cell)
SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:names AS text[]), CAST(:kinds AS text[]),
                     CAST(:things AS uuid[]), CAST(:cells AS bigint[]))
""")
_COUNT = text("""
UPDATE saved_searches s SET hour = :hour, told = n.told, more_at = CASE WHEN n.more THEN :now ELSE s.more_at END
FROM unnest(CAST(:people AS uuid[]), CAST(:names AS text[]), CAST(:told AS int[]), CAST(:more AS bool[]))
    AS n (person_id, name, told, more)
WHERE s.person_id = n.person_id AND s.name = n.name
""")
_MINE = f"""
SELECT who.finding AS id, who.name, who.kind, who.id AS thing_id
FROM (SELECT f.person_id AS viewer, f.name, f.kind, f.thing_id AS id, f.cell, f.id AS finding,
             s.around IS NOT NULL AS around
      FROM findings f JOIN saved_searches s ON s.person_id = f.person_id AND s.name = f.name
      WHERE f.person_id = :me AND f.id < :before AND f.id > :after AND f.name = coalesce(:search, f.name)
      OFFSET 0) AS who
WHERE {_SEEN}
ORDER BY who.finding DESC LIMIT :limit
"""
#: What was taken in before anybody could find it, and what begins meanwhile.
_BEGUN = text("""
SELECT 'community' AS kind, id FROM communities WHERE listed_at > :since AND listed_at <= :now
UNION ALL
SELECT 'offer', id FROM offers WHERE starts_at > :since AND starts_at <= :now
LIMIT :limit
""")
_PLACE = "begun"
_HOLD = text("SELECT pg_advisory_xact_lock(hashtext('hereabouts findings'))")


def hold(session: Session) -> None:
    """Nobody else takes in or tells anything until the commit. To be held before anything is taken in."""
    session.execute(_HOLD)


def keep_up(session: Session, now: datetime) -> filling.TakenIn:
    """Take in what is new, and tell whoever wants to find it; gives what was taken in."""
    hold(session)
    read_unread(session)
    new = filling.take_in(session, now)
    since = first_id_at(now - NEW_FOR)
    fresh = {kind: {each for each in ids if each >= since} for kind, ids in new.ids.items()}
    for kind, thing_id in begun(session, now):
        fresh[kind].add(thing_id)
    tell(session, fresh, now)
    forget_old(session, now)
    return new


def forget_old(session: Session, now: datetime) -> None:
    """Let go of what was told long ago."""
    session.execute(delete(Finding).where(Finding.id < first_id_at(now - FINDINGS_LAST)))


def tell(session: Session, new: Mapping[str, Collection[UUID]], now: datetime) -> None:
    """Tell people of these things, by kind, what fits their searches: once each, no more than MOST_TOLD an hour of one.

    One statement, and some more where anything fits. While it is held.
    """
    others = [(kind, each) for kind, ids in new.items() if kind != "check-in" for each in ids]
    check_ins = list(new.get("check-in", ()))
    if not others and not check_ins:
        return
    values = {
        "check_ins": check_ins,
        "kinds": [kind for kind, _ in others],
        "ids": [each for _, each in others],
        "hour": hour_of(now),
        "now": now,
    }
    if fitting := session.execute(_FITTING, values).all():
        _write(session, fitting, now)


def _write(session: Session, fitting: Iterable[Row[Any]], now: datetime) -> None:
    told: list[Row[Any]] = []
    counted: list[tuple[UUID, str, int, bool]] = []
    for (person_id, name), rows in groupby(fitting, lambda each: (each.viewer, each.name)):
        those = list(rows)
        told += those[: MOST_TOLD - those[0].told]
        count = min(MOST_TOLD + 1, those[0].told + len(those))
        counted.append((person_id, name, count, count > MOST_TOLD))
    people, names, counts, more = (list(each) for each in zip(*counted, strict=True))
    told_now = _named(session, told)
    counting = {"people": people, "names": names, "told": counts, "more": more}
    session.execute(_COUNT, counting | {"hour": hour_of(now), "now": now})
    announce(session, *told_now)
    announce(session, *(MoreFound(person_id, name) for person_id, name, _, is_more in counted if is_more))


def _named(session: Session, told: Sequence[Row[Any]]) -> list[Found]:
    """Keep what is told under ids that rise, whichever process's clock makes them."""
    last = filling.up_to(session, "found")
    found = []
    for each in told:
        last = rising(new_id(), last)
        found.append(Found(last, each.viewer, each.name, each.kind, each.id, each.author_id))
    filling.now_up_to(session, "found", last)
    values = {
        "ids": [each.id for each in found],
        "people": [each.person_id for each in found],
        "names": [each.search for each in found],
        "kinds": [each.kind for each in found],
        "things": [each.thing_id for each in found],
        "cells": [each.cell for each in told],
    }
    session.execute(_TELL, values)
    return found


def begun(session: Session, now: datetime) -> Sequence[tuple[str, UUID]]:
    """What anybody may find since the last time, that was there before."""
    last = filling.up_to(session, _PLACE)
    since = (now if last == NOBODY else min(now, time_of(last))) - filling.SETTLED
    values = {"since": since, "now": now, "limit": filling.A_BATCH}
    filling.now_up_to(session, _PLACE, first_id_at(now))
    return [(row.kind, row.id) for row in session.execute(_BEGUN, values)]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a person's findings, newest first."""

    limit: int
    after: UUID = NOBODY
    before: UUID = LAST
    #: Of this search alone, by its name.
    search: str | None = None


def findings(session: Session, person_id: UUID, part: Part, now: datetime) -> Sequence[Row[Any]]:
    """What a person was told of and may find still."""
    values = {"me": person_id, "now": now, **asdict(part)}
    return session.execute(text(_MINE), values).all()
