"""The kinds of things that can be found: how each is taken in, and what whoever asks may see of it.

To add one, write its two statements and put it into KINDS; what its author can take back also gets a key of its own in
`search.models`. Both are SQL; `:viewer` and `:now` stand for whoever asks, and when.
"""

from dataclasses import dataclass

from app.events.sight import visible_sql
from app.pieces import sight as pieces


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing beside check-ins."""

    name: str
    #: Selects id, name, said, topic_ids and shape of all that can ever be found, from a source `k`.
    taken_in: str
    #: Selects title, said, by, topic_ids, whether anybody may know of it, and its language or null, for `e.id`; no row
    #: where it is hidden.
    shown: str
    #: Where to read it.
    path: str


_MEMBER = """EXISTS (SELECT FROM memberships m
    WHERE m.person_id = :viewer AND m.community_id = k.community_id)"""


def _belongs(community_id: str) -> str:
    """Whether the viewer said that they belong, to a location as well."""
    kinds = ("memberships", "lasting_memberships")
    return " OR ".join(
        f"EXISTS (SELECT FROM {each} m WHERE m.person_id = :viewer AND m.community_id = {community_id})"
        for each in kinds
    )


def _topics(table: str, key: str) -> str:
    return f"ARRAY(SELECT t.topic_id FROM {table} t WHERE t.{key} = k.id)"


_OF_COMMUNITY = _topics("community_topics", "community_id")
_OF_OFFER = _topics("offer_topics", "offer_id")
_OF_EVENT = _topics("event_topics", "event_id")
_OF_PIECE = _topics("piece_topics", "piece_id")
_OF_WISH = _topics("wish_topics", "wish_id")

KINDS = (
    Kind(
        "community",
        f"SELECT k.id, k.name, k.purpose AS said, {_OF_COMMUNITY} AS topic_ids, k.area AS shape FROM communities k",
        # One that is forming is for whoever proposed it or belongs, as in every list.
        f"""SELECT k.name, k.purpose, NULL, {_OF_COMMUNITY}, k.listed_at IS NOT NULL, NULL FROM communities k
            WHERE k.id = e.id AND (k.listed_at IS NOT NULL OR k.founded_by = :viewer OR {_belongs("k.id")})""",
        "/v1/communities/{id}",
    ),
    Kind(
        "place",
        "SELECT k.id, k.name, coalesce(k.category, '') AS said, '{}'::uuid[] AS topic_ids, k.position AS shape"
        " FROM places k",
        "SELECT k.name, coalesce(k.category, ''), NULL, '{}'::uuid[], true, NULL FROM places k WHERE k.id = e.id",
        "/v1/places/{id}",
    ),
    Kind(
        "offer",
        f"SELECT k.id, k.title AS name, k.text AS said, {_OF_OFFER} AS topic_ids, k.area AS shape"
        " FROM offers k WHERE k.wish_id IS NULL AND k.published_at IS NOT NULL AND k.withdrawn_at IS NULL"
        " AND k.ends_at > :now",
        # What answers a wish is for those who pledged.
        f"""SELECT k.title, k.text, b.name, {_OF_OFFER}, true, k.language
            FROM offers k JOIN businesses b ON b.id = k.business_id
            WHERE k.id = e.id AND k.wish_id IS NULL AND k.published_at IS NOT NULL AND k.paused_at IS NULL
              AND k.withdrawn_at IS NULL AND k.starts_at <= :now AND k.ends_at > :now""",
        "/v1/offers/{id}",
    ),
    Kind(
        "wish",
        f"SELECT k.id, k.text AS name, '' AS said, {_OF_WISH} AS topic_ids, k.area AS shape FROM wishes k",
        f"SELECT k.text, '', NULL, {_OF_WISH}, false, NULL FROM wishes k WHERE k.id = e.id AND {_MEMBER}",
        "/v1/wishes/{id}",
    ),
    Kind(
        "event",
        f"SELECT k.id, k.title AS name, k.text AS said, {_OF_EVENT} AS topic_ids, k.area AS shape FROM events k",
        f"""SELECT k.title, k.text, NULL, {_OF_EVENT}, k.visibility = 'public' AND NOT k.hidden, NULL
            FROM events k
            WHERE k.id = e.id AND k.cancelled_at IS NULL
              AND EXISTS (SELECT FROM events e WHERE e.id = k.id AND {visible_sql(":viewer")})""",
        "/v1/events/{id}",
    ),
    Kind(
        "piece",
        f"SELECT k.id, k.title AS name, k.text AS said, {_OF_PIECE} AS topic_ids, NULL::geometry AS shape"
        " FROM pieces k",
        f"""SELECT p.title, p.excerpt, coalesce(a.handle, b.name), ARRAY(SELECT t.topic_id FROM piece_topics t
                WHERE t.piece_id = p.id), c.listed_at IS NOT NULL AND {pieces.visible_sql(None)}, p.language
            FROM pieces p JOIN communities c ON c.id = p.community_id
            LEFT JOIN people a ON a.id = p.person_id LEFT JOIN businesses b ON b.id = p.business_id
            WHERE p.id = e.id AND {pieces.visible_sql(":viewer")} AND {pieces.unmuted_sql(":viewer")}
              AND (c.listed_at IS NOT NULL OR c.founded_by = :viewer OR {_belongs("c.id")})""",
        "/v1/pieces/{id}",
    ),
)
NAMES = ("check-in", *(each.name for each in KINDS))
