"""A town so large that the planner may choose: of whatever grows there are thousands of rows, and it knows of them."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

PEOPLE, COMMUNITIES, TOPICS, PLACES, EVENTS = 6_000, 3_000, 60, 200, 4_000
#: What is said within a fortnight, oldest last.
SAID = 24_000


def made(kind: str, number: int) -> UUID:
    """The id of one of a kind."""
    return UUID(hashlib.md5(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest())


_FUNCTIONS = """
CREATE FUNCTION pg_temp.made(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN CAST(md5(kind || ' ' || n) AS uuid);
-- A UUIDv7 of the moment.
CREATE FUNCTION pg_temp.made_at(kind text, n bigint, moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN CAST(lpad(to_hex(CAST(extract(epoch FROM moment) * 1000 AS bigint)), 12, '0') || '7'
        || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15) AS uuid);
CREATE FUNCTION pg_temp.somewhere(n bigint) RETURNS geometry LANGUAGE sql IMMUTABLE
    RETURN ST_SetSRID(ST_MakePoint(2 + (n * 7919 % 1000) / 2500.0, 41.2 + (n * 104729 % 1000) / 2500.0), 4326);
CREATE FUNCTION pg_temp.around(n bigint) RETURNS geometry LANGUAGE sql IMMUTABLE
    RETURN ST_Multi(ST_Expand(pg_temp.somewhere(n), 0.002));
CREATE FUNCTION pg_temp.said(n bigint, now timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN pg_temp.made_at('said', n, now - n * interval '50 seconds')
"""
#: A statement for each kind of thing. All take what they need of the numbers above, and `now`.
_ROWS = """
INSERT INTO people (id, handle, name, password_hash, created_at)
SELECT pg_temp.made('person', n), 'p' || n, 'Person ' || n, '', :now FROM generate_series(1, :people) n;

INSERT INTO topics (id, key, name, created_at)
SELECT pg_temp.made('topic', n), 'goal:t' || n, 'topic ' || n, :now FROM generate_series(1, :topics) n;

INSERT INTO communities (id, kind, name, purpose, area, reach_m, founded_by, created_at, grows_at, listed_at)
SELECT pg_temp.made('community', n), 'goal', 'Community ' || n, '', pg_temp.around(n), 200,
       pg_temp.made('person', n), :now, 5, CASE WHEN n % 50 > 0 THEN :now END
FROM generate_series(1, :communities) n;

INSERT INTO community_topics
SELECT pg_temp.made('community', n), pg_temp.made('topic', 1 + n % :topics) FROM generate_series(1, :communities) n;

INSERT INTO memberships
SELECT pg_temp.made('person', n), pg_temp.made('community', 1 + (n * 7919 + k * 613) % :communities), :now
FROM generate_series(1, :people) n, generate_series(1, 4) k ON CONFLICT DO NOTHING;

INSERT INTO lasting_memberships
SELECT pg_temp.made('person', n), pg_temp.made('community', 1 + n % :communities), :now
FROM generate_series(1, :people) n ON CONFLICT DO NOTHING;

INSERT INTO follows
SELECT pg_temp.made('person', n), pg_temp.made('person', 1 + (n + k * 17) % :people), :now
FROM generate_series(1, :people) n, generate_series(1, 3) k;

INSERT INTO motions (id, community_id, kind, proposal, about, why, proposed_by, opened_at, closes_at, quorum, state)
SELECT pg_temp.made('motion', n), pg_temp.made('community', 1 + n % :communities), 'name', '{}', n, '',
       pg_temp.made('person', 1 + n % :people), :now, CAST(:now AS timestamptz) + interval '3 days', 3,
       CASE WHEN n % 20 = 0 THEN 'open' ELSE 'carried' END
FROM generate_series(1, 12000) n;

INSERT INTO votes
SELECT pg_temp.made('person', 1 + (n * 10 + k) % :people), pg_temp.made('motion', n * 20), 'for', :now
FROM generate_series(1, 600) n, generate_series(1, 9) k;

INSERT INTO stewards
SELECT pg_temp.made('person', n), pg_temp.made('community', 1 + (n * 7919 + 613) % :communities), :now
FROM generate_series(1, 3000) n;

INSERT INTO businesses SELECT pg_temp.made('business', n), 'Business ' || n, '', :now FROM generate_series(1, 2000) n;

INSERT INTO standings
SELECT pg_temp.made('community', 1 + n % :communities), pg_temp.made('business', 1 + n % 2000), false, :now
FROM generate_series(1, 5000) n ON CONFLICT DO NOTHING;

INSERT INTO wishes (id, community_id, stated_by, text, deadline, threshold, created_at, opened_at)
SELECT pg_temp.made_at('wish', n, CAST(:now AS timestamptz) - n * interval '50 minutes'),
       pg_temp.made('community', 1 + n % :communities),
       pg_temp.made('person', 1 + n % :people), 'A workshop', CAST(:now AS timestamptz) + interval '9 days', 5, :now,
       CASE WHEN n % 20 = 0 THEN :now END
FROM generate_series(1, 8000) n;

INSERT INTO wish_topics SELECT w.id, pg_temp.made('topic', 1 + (row_number() OVER ()) % :topics) FROM wishes w;

INSERT INTO pledges
SELECT m.person_id, w.id, w.community_id, :now FROM wishes w JOIN memberships m USING (community_id);

INSERT INTO places (id, name, position, created_at)
SELECT pg_temp.made('place', n), 'Place ' || n, pg_temp.somewhere(n), :now FROM generate_series(1, :places) n;

INSERT INTO events (id, person_id, title, text, place_id, area, position, starts_at, ends_at, time_zone, visibility,
                    created_at, changed_at)
SELECT pg_temp.made('event', n), pg_temp.made('person', 1 + n % :people), 'Event ' || n, '',
       pg_temp.made('place', 1 + n % :places), pg_temp.around(n),
       pg_temp.somewhere(n), :now, CAST(:now AS timestamptz) + interval '2 hours', 'UTC', 'public', :now, :now
FROM generate_series(1, :events) n;

INSERT INTO event_topics
SELECT pg_temp.made('event', n), pg_temp.made('topic', 1 + n % :topics) FROM generate_series(1, :events) n;

INSERT INTO event_dates (id, event_id, local_start, starts_at, ends_at, position)
SELECT pg_temp.made_at('date', n, :now), pg_temp.made('event', 1 + n % :events), at, at, at + interval '2 hours',
       pg_temp.somewhere(n)
FROM (SELECT n, CAST(:now AS timestamptz) + (n - 10000) * interval '1 hour' AS at
      FROM generate_series(1, 20000) n) AS dates;

INSERT INTO event_replies
SELECT pg_temp.made('person', 1 + (n + k * 7) % :people), pg_temp.made_at('date', n, :now), 'going', true, 'everyone',
       pg_temp.made('reply', n), :now
FROM generate_series(1, 20000) n, generate_series(1, 2) k;

INSERT INTO check_ins (id, cell, spot, person_id, position, found_at, text, topic_ids, location_ids, community_ids,
    visibility, exactness, fixed_at, received_at, contract_version, counted, audiences, codes, feed_untils, near_untils,
    open_until)
SELECT pg_temp.said(n, :now), n % 300, n % 3000, pg_temp.made('person', 1 + n % :people), pg_temp.somewhere(n),
       pg_temp.somewhere(n), CASE n % 20 WHEN 0 THEN 'the canal ' ELSE 'coffee ' END || n,
       ARRAY[pg_temp.made('topic', 1 + n % :topics)], '{}',
       ARRAY[pg_temp.made('community', 1 + n % :communities)], 'public', 1, moment, moment, 1, true,
       '{00000000-0000-0000-0000-000000000000}', '{1}', '{NULL}', '{NULL}', 'infinity'
FROM (SELECT n, CAST(:now AS timestamptz) - n * interval '50 seconds' AS moment
      FROM generate_series(1, :said) n) AS moments;

INSERT INTO feed_entries (feed_id, check_in_id, cell)
SELECT feed, id, cell FROM check_ins, unnest(topic_ids || community_ids) AS feed;

INSERT INTO check_in_words SELECT id, cell, to_tsvector('simple', text) FROM check_ins;

INSERT INTO conversations (check_in_id, cell)
SELECT pg_temp.said(n, :now), n % 300 FROM generate_series(1, 12000) n;

INSERT INTO replies (check_in_id, id, cell, person_id, text, visibility, said_at, audiences, untils)
SELECT pg_temp.said(n, :now), pg_temp.made_at('answer', n * 3 + k, :now), n % 300,
       pg_temp.made('person', 1 + (n + k) % :people), 'me too', 'public', :now, '{}', '{}'
FROM generate_series(1, 12000) n, generate_series(1, 2) k;

INSERT INTO mentions (check_in_id, id, cell, person_id, by_id, said_at)
SELECT pg_temp.said(n, :now), pg_temp.made_at('mention', n, :now), n % 300,
       pg_temp.made('person', 1 + n % :people), pg_temp.made('person', 2 + n % (:people - 1)), :now
FROM generate_series(1, 12000) n;

INSERT INTO moderation_cases (id, what, thing_id, person_id, state, opened_at, reported_at)
SELECT pg_temp.made_at('case', n, CAST(:now AS timestamptz) - n * interval '1 hour'), 'reply', pg_temp.made('reply', n),
       pg_temp.made('person', 1 + n % :people), CASE WHEN n % 20 = 0 THEN 'open' ELSE 'dismissed' END, :now, :now
FROM generate_series(1, 8000) n;

INSERT INTO reports
SELECT c.id, pg_temp.made('person', 1 + row_number() OVER ()), pg_temp.made_at('report', row_number() OVER (), :now),
       'spam', '', :now
FROM moderation_cases c LIMIT 5000;

INSERT INTO emerging
SELECT pg_temp.made('emerging', n), pg_temp.made('topic', 1 + n % :topics), pg_temp.somewhere(n), 200, 5, :now, :now,
       CASE WHEN n % 2 = 0 THEN pg_temp.made('community', 1 + n % :communities) END
FROM generate_series(1, 6000) n;

INSERT INTO asked
SELECT pg_temp.made('person', 1 + (n + k) % :people), pg_temp.made('emerging', n), :now,
       CASE WHEN n % 2 = 0 THEN true END
FROM generate_series(1, 6000) n, generate_series(1, 3) k;

INSERT INTO declined
SELECT pg_temp.made('person', n), pg_temp.made('community', 1 + n % :communities), :now
FROM generate_series(1, :people) n;

INSERT INTO search_entries (kind, id, name, words, shape)
SELECT 'community', id, lower(name), to_tsvector('simple', name), area FROM communities
UNION ALL SELECT 'place', id, lower(name), to_tsvector('simple', name), position FROM places;

INSERT INTO search_entries (kind, id, name, words, shape)
SELECT 'event', id, lower(title), to_tsvector('simple', title), area FROM events;

INSERT INTO saved_searches
SELECT pg_temp.made('person', n), 's' || k, '{}', :now FROM generate_series(1, :people) n, generate_series(1, 2) k;

INSERT INTO closed_periods VALUES ('four_weeks', '2026-01-05', :now);

INSERT INTO figures (community_id, measure, cut, bucket, starts_on, one, other, people)
SELECT pg_temp.made('community', n), 'overlap', 'community', 'four_weeks', '2026-01-05',
       pg_temp.made('community', 1 + (n + k) % :communities), '', 20 + k
FROM generate_series(1, :communities) n, generate_series(1, 10) k
"""


def fill(connection: Connection, now: datetime) -> None:
    """Write it all; some seconds."""
    numbers = {"people": PEOPLE, "communities": COMMUNITIES, "topics": TOPICS, "places": PLACES}
    values = {**numbers, "events": EVENTS, "said": SAID, "now": now}
    connection.execute(text(_FUNCTIONS))
    for statement in _ROWS.split(";\n"):
        connection.execute(text(statement), values)
    connection.exec_driver_sql("ANALYZE")
