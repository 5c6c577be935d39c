"""The SQL of what is around check-ins: who may answer them, who may know of replies, and what was missed of them."""

from uuid import UUID

from app.checkins.feeds import APART, Asked, disclosed_sql, districts_around, fitting, unmuted_sql
from app.relations.queries import muted_sql
from app.relations.rules import MuteKind
from app.trust.contract import Way
from app.trust.queries import ANYBODY_SQL, audiences_anywhere_sql, audiences_sql, known_sql
from app.trust.terms import Level

_MINE = audiences_sql(":viewer", ":now")
_MUTED = muted_sql(":viewer", MuteKind.PERSON)
_ABOUT = """c.id, c.cell, c.person_id, c.found_at, c.topic_ids, c.location_ids, c.community_ids,
    c.audiences, c.codes, c.feed_untils, c.near_untils"""
_FOUND = "ST_Y(c.found_at) AS found_lat, ST_X(c.found_at) AS found_lon"
_ANY_WAY = Way.NEAR | Way.FEED

#: A check-in, how the viewer may know of it, and how they may wherever they are. It stays until the transaction ends.
TO_ANSWER = f"""
SELECT {_ABOUT}, {_FOUND}, p.handle, {disclosed_sql(_ANY_WAY, UUID(int=0))} AS level,
       {known_sql(_ANY_WAY, audiences_anywhere_sql(":viewer"), ":now")} AS level_anywhere,
       ARRAY(SELECT m.community_id FROM memberships m
             WHERE m.person_id = :viewer AND m.community_id = ANY (c.community_ids)) AS mine
FROM check_ins c JOIN people p ON p.id = :viewer WHERE c.id = :check_in FOR KEY SHARE OF c
"""
#: Of these check-ins those that somebody but their author may know of and that name nobody yet.
TO_NAME = f"""
SELECT {_ABOUT}, {_FOUND}, p.handle, c.text, c.received_at
FROM check_ins c JOIN people p ON p.id = c.person_id
WHERE c.id = ANY (CAST(:check_ins AS uuid[])) AND c.audiences <> '{{}}'
  AND NOT EXISTS (SELECT FROM mentions m WHERE m.check_in_id = c.id AND m.cell = c.cell AND m.reply_id IS NULL)
ORDER BY c.id
"""


def is_known_sql(audiences: str) -> str:
    """An SQL condition: whether these audiences may know of a reply `r`. The twin of `values.may_know`."""
    return f"""EXISTS (SELECT FROM unnest(r.audiences, r.untils) AS s (id, until)
        WHERE s.id = ANY ({audiences}) AND (s.until IS NULL OR s.until > :now))"""


def _is_seen_sql(viewer: UUID | None) -> str:
    if viewer is None:
        return is_known_sql(ANYBODY_SQL)
    others = f"r.person_id <> ALL ({APART}) AND r.person_id <> ALL ({_MUTED}) AND {is_known_sql(_MINE)}"
    return f"(r.person_id = :viewer OR {others})"


def replies_statement(viewer: UUID | None) -> str:
    """The replies to a check-in that the viewer may know and wants to, oldest first."""
    return f"""
        SELECT r.id, r.check_in_id, p.handle, r.text, r.said_at
        FROM replies r JOIN people p ON p.id = r.person_id
        WHERE r.check_in_id = :check_in AND r.cell = :cell AND r.id > :after AND NOT r.gone AND {_is_seen_sql(viewer)}
        ORDER BY r.id LIMIT :limit"""


#: A reply that the viewer may know, whether or not they want to.
REPLY_SEEN = f"""
SELECT r.id, r.person_id, p.handle
FROM replies r JOIN check_ins c ON c.id = r.check_in_id AND c.cell = r.cell JOIN people p ON p.id = r.person_id
WHERE r.id = :reply AND NOT r.gone AND {disclosed_sql(_ANY_WAY, UUID(int=0))} > {Level.NOTHING:d}
  AND (r.person_id = :viewer OR r.person_id <> ALL ({APART}) AND {is_known_sql(_MINE)})
"""


def missed_statement(asked: Asked, viewer: UUID) -> tuple[str, dict[str, object]]:
    """Replies said after `asked.after` to check-ins that a feed would hold, newest first."""
    return _since("id", asked, viewer, f"NOT r.gone AND {_is_seen_sql(viewer)}", unmuted_sql(asked, viewer))


def taken_back_statement(asked: Asked, viewer: UUID) -> tuple[str, dict[str, object]]:
    """The same of replies that the viewer could know, and since then may not; also of whom they muted."""
    could = f"r.audiences_before && {_MINE} AND NOT {is_known_sql(_MINE)} AND r.person_id <> ALL ({APART})"
    return _since(
        "changed_id", asked, viewer, f"CASE WHEN r.person_id = :viewer THEN r.gone ELSE {could} END", ""
    )


def _since(
    named: str, asked: Asked, viewer: UUID, condition: str, wanted: str
) -> tuple[str, dict[str, object]]:
    level, fits, values = fitting(asked, viewer)
    cells = ""
    if asked.area:
        # By city, as what lies hidden in a small area would make it take longer.
        cells = "AND r.cell = ANY (CAST(:cells AS bigint[]))"
        values["cells"] = districts_around(asked.area)
    sql = f"""
        SELECT c.*, {_FOUND} FROM (
            SELECT {_ABOUT}, r.id AS reply_id, r.changed_id, r.person_id AS replier_id, p.handle, r.text, r.said_at,
                   r.audiences AS known_to, r.untils, r.gone, r.audiences_before
            FROM replies r JOIN check_ins c ON c.id = r.check_in_id AND c.cell = r.cell
            JOIN people p ON p.id = r.person_id
            WHERE r.{named} > :after {cells} AND {level} > {Level.NOTHING:d} AND {condition}
            OFFSET 0
        ) AS c WHERE {fits}{wanted} ORDER BY {"reply_id" if named == "id" else named} DESC LIMIT :limit"""
    return sql, values


#: Takes everything by names; the conversation begins with its first reply.
REPLY = """
WITH begun AS (
    INSERT INTO conversations (check_in_id, cell) VALUES (:check_in, :cell) ON CONFLICT DO NOTHING
)
INSERT INTO replies (id, check_in_id, cell, person_id, text, visibility, said_at, openly, audiences, untils)
VALUES (:id, :check_in, :cell, :person, :text, :visibility, :now, :openly,
        CAST(:audiences AS uuid[]), CAST(:untils AS timestamptz[]))
"""
#: The replies `r` of which it is said which, with what they are about.
WHOLE = f"""
SELECT {_ABOUT}, {_FOUND}, r.id AS reply_id, r.person_id AS replier_id, r.visibility, r.said_at,
       r.audiences AS known_to, r.untils, r.hidden,
       ARRAY(SELECT m.community_id FROM memberships m
             WHERE m.person_id = r.person_id AND m.community_id = ANY (c.community_ids)) AS shared
FROM replies r JOIN check_ins c ON c.id = r.check_in_id AND c.cell = r.cell
WHERE NOT r.gone AND {{which}}
"""
