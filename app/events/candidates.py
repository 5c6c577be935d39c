"""The SQL of what somebody may choose from: the soonest dates and what they may know of each, in one statement."""

from datetime import datetime
from uuid import UUID

from app.events.listing import COLUMNS, COUNTS, METRES, Asked, conditions
from app.events.sight import goes_openly_sql

#: So many are ranked, the soonest; and of each so many are looked at who let somebody know that they go.
MOST_RANKED = 300
MOST_LOOKED_AT = 500


def statement(asked: Asked, viewer: UUID, now: datetime) -> tuple[str, dict[str, object]]:
    """The SQL and its values. Rows come soonest first, none that is over or cancelled, at most MOST_RANKED."""
    where, values = conditions(asked, viewer)
    values |= {"now": now, "viewer": viewer, "most": MOST_RANKED, "looked_at": MOST_LOOKED_AT}
    metres = METRES if asked.around else "CAST(NULL AS float8)"
    wanted = " AND ".join([*where, "d.cancelled_at IS NULL", "e.cancelled_at IS NULL"])
    return _CHOOSE.format(where=wanted, metres=metres), values


_CHOOSE = f"""
WITH mine AS MATERIALIZED (
    SELECT m.community_id, c.name FROM memberships m JOIN communities c ON c.id = m.community_id
    WHERE m.person_id = :viewer),
shared AS MATERIALIZED (
    SELECT t.topic_id, min(m.name) AS community FROM mine m JOIN community_topics t USING (community_id)
    GROUP BY t.topic_id),
past AS MATERIALIZED (
    SELECT e.id, e.place_id, coalesce(e.person_id, e.community_id, e.business_id) AS host
    FROM (SELECT a.date_id FROM event_attendances a WHERE a.person_id = :viewer
          UNION SELECT r.date_id FROM event_replies r WHERE r.person_id = :viewer AND r.seated) AS w
    JOIN event_dates d ON d.id = w.date_id AND d.ends_at <= :now AND d.cancelled_at IS NULL
    JOIN events e ON e.id = d.event_id AND (e.cancelled_at IS NULL OR e.cancelled_at > d.starts_at)),
on_topics AS MATERIALIZED (
    SELECT t.topic_id, count(*) AS times FROM past p JOIN event_topics t ON t.event_id = p.id GROUP BY t.topic_id),
found AS MATERIALIZED (
    SELECT d.id FROM event_dates d JOIN events e ON e.id = d.event_id
    WHERE {{where}} ORDER BY d.starts_at, d.id LIMIT :most)
SELECT {COLUMNS}, {COUNTS}, false AS hosting, me.reply, me.seated, me.seen_by, {{metres}} AS metres,
    known.fellows, known.followed, known.communities,
    ARRAY(SELECT t.key || ' ' || s.community FROM event_topics i JOIN shared s USING (topic_id)
          JOIN topics t ON t.id = i.topic_id WHERE i.event_id = e.id ORDER BY t.key) AS shared_topics,
    (SELECT count(*) FROM past p WHERE p.place_id = e.place_id) AS at_place,
    (SELECT count(*) FROM past p WHERE p.host = coalesce(e.person_id, e.community_id, e.business_id)) AS of_host,
    (SELECT coalesce(max(o.times), 0) FROM event_topics i JOIN on_topics o USING (topic_id) WHERE i.event_id = e.id)
        AS on_topic
FROM found
JOIN event_dates d ON d.id = found.id
JOIN events e ON e.id = d.event_id
LEFT JOIN event_replies me ON me.date_id = d.id AND me.person_id = :viewer
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE g.ours <> '') AS fellows,
        array_agg(g.handle ORDER BY g.handle) FILTER (WHERE g.followed) AS followed,
        array_agg(g.ours) FILTER (WHERE g.ours <> '') AS communities
    FROM (
        SELECT p.handle,
            EXISTS (SELECT FROM follows f WHERE f.follower_id = :viewer AND f.followed_id = p.id) AS followed,
            (SELECT coalesce(string_agg(m.name, chr(10) ORDER BY m.name), '') FROM memberships o
             JOIN mine m USING (community_id) WHERE o.person_id = p.id) AS ours
        FROM (SELECT r.* FROM event_replies r WHERE r.date_id = d.id AND r.reply = 'going' AND r.seated
              AND r.seen_by <> 'nobody' AND r.person_id <> :viewer LIMIT :looked_at) AS r
        JOIN people p ON p.id = r.person_id WHERE {goes_openly_sql(":viewer")}) AS g) AS known
ORDER BY d.starts_at, d.id
"""
