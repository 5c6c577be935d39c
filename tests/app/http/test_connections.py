"""What a request holds of the database: one connection, and only while it needs it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from app.db import Database
from tests.world import CAFE, PURPOSE, Json, World, square


@pytest.fixture
def held(database: Database) -> Iterator[list[int]]:
    """How many connections were out at once, at most; the writer's own included."""
    out, most = [0], [0]

    def taken(*_: object) -> None:
        out[0] += 1
        most[0] = max(most[0], out[0])

    def given_back(*_: object) -> None:
        out[0] -= 1

    event.listen(database.engine, "checkout", taken)
    event.listen(database.engine, "checkin", given_back)
    yield most
    event.remove(database.engine, "checkout", taken)
    event.remove(database.engine, "checkin", given_back)


@pytest.mark.parametrize("what", ["a community", "an offer"])
def test_a_request_never_waits_for_a_second_connection_while_it_holds_one(
    world: World, held: list[int], what: str
) -> None:
    """Or as many requests at once as there are connections wait for one another, for ever."""
    business, topic = world.business(), world.topic()
    bodies: dict[str, tuple[str, Json]] = {
        "a community": (
            "/communities",
            {"kind": "interest", "name": "Riders", "purpose": PURPOSE, "topics": [topic]},
        ),
        "an offer": (
            f"/businesses/{business['id']}/offers",
            {
                "title": "A coffee",
                "topics": [topic],
                "area": square(CAFE),
                "ends_at": "2026-12-31T00:00:00Z",
                "draft": True,
            },
        ),
    }
    held[0] = 0
    world.founder.asks("POST", *bodies[what], Idempotency_Key="k1")
    assert held[0] == 1
