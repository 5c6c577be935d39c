"""The SQL of what a business hears in a community that welcomed it, which is what members may know of what others say
there; and of what businesses say to members.

Nothing of where anybody is comes with it. Standing and words are read in one statement, so that nothing is heard from
the moment a business is sent off.
"""

from app.relations.queries import muted_sql
from app.relations.rules import MuteKind
from app.trust.contract import Way
from app.trust.queries import ANYBODY_SQL, heard_around_sql, known_sql
from app.trust.shares import ANYONE, MEMBERS
from app.trust.terms import Level

#: Of one check-in at most so many answers are told, the oldest first.
MOST_REPLIES = 50
#: A member who belongs to this community and no other, stands in nobody's circle, and is here nowhere.
_A_MEMBER = f"ARRAY[CAST('{ANYONE}' AS uuid), '{MEMBERS}', w.community_id]"
#: That something is heard in a location tells where its author is, so a business hears there what everybody may know.
IS_KNOWN = f"""CASE WHEN k.kind = 'location'
    THEN {known_sql(Way.FEED, ANYBODY_SQL, ":now")} = {Level.EXACT:d}
         AND {heard_around_sql("c.audiences", "c.codes", "c.location_ids || c.community_ids")}
    ELSE w.community_id = ANY (c.community_ids) AND {known_sql(Way.FEED, _A_MEMBER, ":now")} > {Level.NOTHING:d} END"""


def lets_sql(author: str) -> str:
    """Whether an author has not turned from the business: muted it, named it to let it know nothing of something, or
    blocked, or was blocked by, anybody of its staff."""
    return f"""NOT EXISTS (SELECT FROM mutes m
            WHERE m.person_id = {author}.id AND m.kind = 'business' AND m.target = w.business_id)
        AND NOT EXISTS (SELECT FROM contracts t
            WHERE t.person_id = {author}.id AND t.version = {author}.contract_version
              AND t.terms @> ANY (CAST(CAST(:closed AS text[]) AS jsonb[])))
        AND NOT EXISTS (SELECT FROM staff f JOIN blocks b ON b.blocker_id = f.person_id AND b.blocked_id = {author}.id
            WHERE f.business_id = w.business_id)
        AND NOT EXISTS (SELECT FROM staff f JOIN blocks b ON b.blocked_id = f.person_id AND b.blocker_id = {author}.id
            WHERE f.business_id = w.business_id)"""


_REPLIES = f"""ARRAY(
    SELECT jsonb_build_object('id', r.id, 'handle', a.handle, 'text', r.text, 'said_at', r.said_at)
    FROM replies r JOIN people a ON a.id = r.person_id
    WHERE r.check_in_id = c.id AND r.cell = c.cell AND NOT r.gone AND {lets_sql("a")}
      AND EXISTS (SELECT FROM unnest(r.audiences, r.untils) AS u (id, until)
                  WHERE (u.until IS NULL OR u.until > :now)
                    AND u.id = ANY (CASE WHEN k.kind = 'location' THEN {ANYBODY_SQL} ELSE {_A_MEMBER} END))
    ORDER BY r.id LIMIT {MOST_REPLIES})"""
#: Newest first, before `to_id`; `from_id` is no later than when the business was welcomed.
HEARD = f"""
SELECT c.id, p.handle, c.text, c.received_at AS said_at,
       ARRAY(SELECT t.key FROM unnest(c.topic_ids) WITH ORDINALITY AS i (id, ord) JOIN topics t ON t.id = i.id
             ORDER BY i.ord) AS topics,
       {_REPLIES} AS replies
FROM standings w
JOIN communities k ON k.id = w.community_id
CROSS JOIN LATERAL (
    SELECT e.check_in_id, e.cell FROM feed_entries e
    WHERE e.feed_id = w.community_id AND e.check_in_id >= :from_id AND e.check_in_id < :to_id
    ORDER BY e.check_in_id DESC OFFSET 0
) AS e
JOIN check_ins c ON c.id = e.check_in_id AND c.cell = e.cell
JOIN people p ON p.id = c.person_id
WHERE w.business_id = :business AND w.community_id = :community AND w.is_welcome
  AND c.received_at >= w.since AND c.text <> '' AND {IS_KNOWN} AND {lets_sql("p")}
ORDER BY e.check_in_id DESC LIMIT :limit
"""

_SAID = """
SELECT b.id, b.community_id, b.business_id, n.name AS business, b.text, b.said_at, b.topic_ids,
       ARRAY(SELECT t.key FROM unnest(b.topic_ids) WITH ORDINALITY AS i (id, ord) JOIN topics t ON t.id = i.id
             ORDER BY i.ord) AS topics,
       CASE WHEN b.business_id = :business THEN p.handle END AS by
FROM business_posts b
JOIN standings w ON w.community_id = b.community_id AND w.business_id = b.business_id
    AND w.is_welcome AND w.since <= b.said_at
JOIN businesses n ON n.id = b.business_id
LEFT JOIN people p ON p.id = b.by_id
"""
_WANTED = f"""NOT b.gone
  AND NOT b.business_id = ANY ({muted_sql(":viewer", MuteKind.BUSINESS)})
  AND NOT b.topic_ids && {muted_sql(":viewer", MuteKind.TOPIC)}
  AND NOT b.community_id = ANY ({muted_sql(":viewer", MuteKind.COMMUNITY)})
ORDER BY b.id DESC LIMIT :limit
"""
#: What businesses say to a community's members while they are welcome, newest first; who of its staff said it, and what
#: moderators hid, for the business that asks. Nothing that the viewer muted.
POSTS = f"""{_SAID} WHERE b.community_id = :community AND b.id < :to_id
  AND (NOT b.hidden OR b.business_id = :business) AND {_WANTED}"""
#: The same of several communities, on any of some topics if there are any, since an id.
MISSED = f"""{_SAID} WHERE b.community_id = ANY (CAST(:communities AS uuid[])) AND b.id > :after AND NOT b.hidden
  AND (cardinality(CAST(:topics AS uuid[])) = 0 OR b.topic_ids && CAST(:topics AS uuid[])) AND {_WANTED}"""
#: What is not to be seen any more since then: one post; or all of a business, where `post_id` is null, as it went or
#: was sent off, which has no id but a time.
GONE = """
SELECT b.changed_id AS id, b.community_id, b.business_id,
       CASE WHEN count(*) = 1 THEN (array_agg(b.id))[1] END AS post_id, NULL AS since
FROM business_posts b
WHERE b.community_id = ANY (CAST(:communities AS uuid[])) AND b.changed_id > :after AND (b.gone OR b.hidden)
GROUP BY b.changed_id, b.community_id, b.business_id
UNION ALL
SELECT NULL, s.community_id, s.business_id, NULL, s.since FROM standings s
WHERE s.community_id = ANY (CAST(:communities AS uuid[])) AND NOT s.is_welcome AND s.since > :away_since
LIMIT :limit
"""
#: One that members may see, for one of them or of its own staff.
SEEN = f"""{_SAID} WHERE b.id = :post AND NOT b.gone AND (
    EXISTS (SELECT FROM staff f WHERE f.business_id = b.business_id AND f.person_id = :viewer)
    OR NOT b.hidden AND (EXISTS (SELECT FROM memberships m WHERE m.community_id = b.community_id
            AND m.person_id = :viewer)
        OR EXISTS (SELECT FROM lasting_memberships m WHERE m.community_id = b.community_id
            AND m.person_id = :viewer)))"""
