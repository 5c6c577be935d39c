"""Fills the tables of Hereabouts itself: people who are signed in, topics, communities, check-ins of the past.

Through the doors it would take hours, most of them spent on hashing passwords.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from app.accounts.rules import SESSION_LASTS, Token
from app.ids import new_id
from app.tag.rules import day_of, new_number
from app.trust.ready import READY
from app.trust.shares import ANYONE
from app.trust.written import contract_written
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
        ("id", "handle", "name", "password_hash", "created_at", "contract_version"),
        (
            (token.person_id, handle, handle, "-", now, 1)
            for token, handle in zip(tokens, handles, strict=True)
        ),
    )
    terms = json.dumps(contract_written(READY["open-house"]))
    database.copy(
        "contracts",
        ("person_id", "version", "made_at", "terms"),
        ((token.person_id, 1, now, terms) for token in tokens),
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
        ("id", "kind", "name", "purpose", "area", "reach_m", "grows_at", "listed_at", "created_at"),
        (
            (
                new_id(),
                "location",
                "a quarter",
                "",
                f"SRID=4326;{area.outline().wkt}",
                area.reach_m,
                0,
                now,
                now,
            )
            for area in areas
        ),
    )
    database.run("VACUUM ANALYZE communities")


def keep(database: Database, people: Sequence[Token], archive: Iterable[Kept]) -> None:
    """Writes check-ins of the past under their own ids: open to everybody, exact, each by one of the people."""
    database.copy("check_ins", COLUMNS, (_row(kept, people[kept.person]) for kept in archive))
    database.run("VACUUM ANALYZE check_ins")


def carry_tags(database: Database, tokens: Sequence[str]) -> list[int]:
    """Writes a tag for each of these people; the tags' numbers in their order."""
    numbers, now = [new_number() for _ in tokens], datetime.now(UTC)
    people = [Token.read(token) for token in tokens]
    database.copy(
        "tags",
        ("person_id", "number", "generation", "state", "since"),
        (
            (person.person_id, number, 1, "answering", now)
            for person, number in zip(people, numbers, strict=True)
            if person
        ),
    )
    database.run("VACUUM ANALYZE tags")
    return numbers


def code_keys(database: Database, window: int) -> dict[int, bytes]:
    """What codes of a window are sealed with, as the server's own chore made it."""
    day = day_of(window)
    return {day: bytes(database.row(f"SELECT key FROM code_keys WHERE day = {day}")[0])}


#: What an open house shares of a check-in that no community hears.
OPEN = (1, True, f"{{{ANYONE}}}", "{36}", "{NULL}", "{NULL}", "infinity")
COLUMNS = (
    *("id", "cell", "spot", "person_id", "position", "found_at", "accuracy_m", "text"),
    *("topic_ids", "location_ids", "community_ids", "visibility", "exactness", "fixed_at", "received_at"),
    *("contract_version", "counted", "audiences", "codes", "feed_untils", "near_untils", "open_until"),
)


def _row(kept: Kept, author: Token) -> tuple[object, ...]:
    at = f"SRID=4326;POINT({kept.lon} {kept.lat})"
    spot = cell_of(Position(kept.lat, kept.lon), SPOT)
    where = (parent(spot, DISTRICT), spot, author.person_id, at, at, 10)
    return (kept.id, *where, "Here", "{}", "{}", "{}", "public", 4, kept.at, kept.at, *OPEN)
