"""Fills the tables of Hereabouts itself: people who are signed in, topics, communities, check-ins of the past.

Through the doors it would take hours, most of them spent on hashing passwords.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from app.accounts.rules import SESSION_LASTS, Token
from app.ids import new_id
from bench.archive import Kept
from bench.city import City, places, topic_named
from bench.database import Database
from geo import DISTRICT, SPOT, Circle, Position, cell_of, parent

SMALLEST_M, LARGEST_M = 200.0, 2_000.0


def settle(database: Database, city: City) -> list[Token]:
    """Writes the city's people, each with a session, and its topics; the people's tokens in their order.

    Nobody can sign in with a password, as none is hashed.
    """
    now = datetime.now(UTC)
    tokens = [Token.new(new_id(), new_id()) for _ in range(city.people)]
    handles = [f"p{number:06}" for number in range(city.people)]
    database.copy(
        "people",
        ("id", "handle", "name", "password_hash", "created_at"),
        ((token.person_id, handle, handle, "-", now) for token, handle in zip(tokens, handles, strict=True)),
    )
    database.copy(
        "sessions",
        ("person_id", "id", "secret_hash", "device", "created_at", "expires_at"),
        (
            (one.person_id, one.session_id, one.secret_hash, "bench", now, now + SESSION_LASTS)
            for one in tokens
        ),
    )
    topics = (topic_named(number) for number in range(city.topics))
    database.copy(
        "topics", ("id", "key", "name", "created_at"), ((new_id(), key, key, now) for key in topics)
    )
    database.run("VACUUM ANALYZE people, sessions, topics")
    return tokens


def found(database: Database, city: City, count: int) -> None:
    """Writes `count` location communities: circles of 200 m to 2 km all over the city."""
    now = datetime.now(UTC)
    chance = np.random.default_rng((city.seed, 6))
    reaches = chance.uniform(SMALLEST_M, LARGEST_M, size=count).tolist()
    centres = places(chance, count, city.span_deg)
    areas = (Circle(Position(*at), reach) for at, reach in zip(centres, reaches, strict=True))
    database.copy(
        "communities",
        ("id", "kind", "name", "purpose", "area", "reach_m", "created_at"),
        (
            (new_id(), "location", "a quarter", "", f"SRID=4326;{area.outline().wkt}", area.reach_m, now)
            for area in areas
        ),
    )
    database.run("VACUUM ANALYZE communities")


def keep(database: Database, people: Sequence[Token], archive: Iterable[Kept]) -> None:
    """Writes check-ins of the past under their own ids: public, exact, each by one of the people."""
    database.copy("check_ins", COLUMNS, (_row(kept, people[kept.person]) for kept in archive))
    database.run("VACUUM ANALYZE check_ins")


COLUMNS = (
    *("id", "cell", "spot", "person_id", "position", "found_at", "accuracy_m", "text"),
    *("topic_ids", "location_ids", "community_ids", "visibility", "exactness", "fixed_at", "received_at"),
)


def _row(kept: Kept, author: Token) -> tuple[object, ...]:
    at = f"SRID=4326;POINT({kept.lon} {kept.lat})"
    spot = cell_of(Position(kept.lat, kept.lon), SPOT)
    where = (parent(spot, DISTRICT), spot, author.person_id, at, at, 10)
    return (kept.id, *where, "Here", "{}", "{}", "{}", "public", "exact", kept.at, kept.at)
