"""Several at once, each by a connection of its own: one takes a case, one report each, and what is gone is gone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import gevent
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.db import Database
from tests.app.events.evenings import an_event, first_date, goes
from tests.app.moderation.keeping import case_of, moderator, moderators, reports
from tests.world import CAFE, Someone, World

Ask = tuple[Any, ...]


@pytest.fixture(autouse=True)
def _enough_connections(database: Database) -> Iterator[None]:
    """One for each who asks, as waiting for one would keep all greenlets of a test waiting."""
    database.engine.pool._max_overflow = 8  # type: ignore[attr-defined]
    yield
    database.engine.pool._max_overflow = 0  # type: ignore[attr-defined]


def at_once(*asked: tuple[Someone, Ask]) -> list[int]:
    """What each was answered with."""
    doing = [gevent.spawn(_asks, who, *ask) for who, ask in asked]
    gevent.joinall(doing, timeout=30, raise_error=True)
    return [each.get().status_code for each in doing]


def _asks(who: Someone, method: str, path: str, body: Any = None) -> TestResponse:
    match = {"If_Match": "*"} if path == "/me/contract" else {}
    # One client would share what it remembers of a request.
    client = who.client.application.test_client(use_cookies=False)
    return Someone(client, who.handle, who.id, who.token).asks(method, path, body, **match)


def test_of_several_moderators_one_takes_a_case(world: World) -> None:
    keepers = [world.person("Moderator") for _ in range(4)]
    moderators(world, *keepers)
    for _ in range(5):
        said = world.person("Ana").checks_in(CAFE, "pills")["id"]
        reports(world.founder, "check-in", said)
        path = f"/moderation/cases/{case_of(keepers[0], said)}"
        taken = at_once(*((each, ("PUT", f"{path}/taking")) for each in keepers))
        assert sorted(taken) == [200, 409, 409, 409]
        acts = [each["act"] for each in keepers[0].gets(path)["trail"]]
        assert acts == ["opened", "taken"]


def test_many_reports_at_once_make_one_case(world: World, session: Session) -> None:
    ana, people = world.person("Ana"), [world.person() for _ in range(2)]
    said = ana.checks_in(CAFE, "pills")["id"]
    body = {"what": "check-in", "id": said, "reason": "spam"}
    answers = at_once(*((each, ("POST", "/reports", body)) for each in people * 2))
    assert answers == [201] * 4
    counted = """
        SELECT count(DISTINCT k.id), count(DISTINCT r.reporter_id), count(*),
               (SELECT count(*) FROM moderation_acts a WHERE a.case_id = min(k.id::text)::uuid)
        FROM moderation_cases k JOIN reports r ON r.case_id = k.id WHERE k.thing_id = :thing"""
    assert tuple(session.execute(text(counted), {"thing": UUID(said)}).one()) == (1, 2, 2, 1)


def test_hiding_what_its_author_takes_back_and_shares_anew(world: World) -> None:
    """However they meet, it is gone in the end, for everybody, and nobody waits for ever."""
    keeper = moderator(world)
    decision = {"state": "upheld", "reason": "spam"}
    for _ in range(8):
        ana = world.person("Ana")
        gone, kept = (ana.checks_in(CAFE, "pills")["id"] for _ in range(2))
        paths = []
        for said in (gone, kept):
            reports(world.founder, "check-in", said)
            paths.append(f"/moderation/cases/{case_of(keeper, said)}")
            keeper.puts(f"{paths[-1]}/taking")
        answers = at_once(
            (keeper, ("PUT", f"{paths[0]}/decision", decision)),
            (ana, ("DELETE", f"/check-ins/{gone}")),
            (keeper, ("PUT", f"{paths[1]}/decision", decision)),
            (ana, ("PUT", "/me/contract", {"ready": "neighbourly"})),
        )
        assert answers == [200, 204, 200, 200]
        assert [each["id"] for each in ana.gets(f"/check-ins?person={ana.handle}")["features"]] == [kept]
        assert world.founder.hears(f"person={ana.handle}") == []
        assert keeper.gets(paths[1])["trail"][-1]["act"] == "hidden"


def test_hiding_an_event_that_its_host_changes_and_leaves_with(world: World) -> None:
    """However they meet, the case and the event go together or say the same, and nobody waits for ever."""
    keeper, bob = moderator(world), world.person("Bob")
    for _ in range(5):
        host = world.person("Host")
        event = an_event(host)
        goes(bob, first_date(host, event))
        reports(bob, "event", event["id"])
        path = f"/moderation/cases/{case_of(keeper, event['id'])}"
        keeper.puts(f"{path}/taking")
        answers = at_once(
            (keeper, ("PUT", f"{path}/decision", {"state": "upheld", "reason": "spam"})),
            (host, ("PATCH", f"/events/{event['id']}", {"title": "Another"})),
            (bob, ("POST", "/reports", {"what": "event", "id": event["id"], "reason": "spam"})),
            (host, ("DELETE", "/me", {"password": "correct horse"})),
        )
        assert answers[0] in {200, 404}
        assert answers[1] in {200, 401, 404}
        assert answers[2] in {201, 404}
        assert answers[3] == 200
        assert keeper.asks("GET", path).status_code == 404, "it went with its host"
        assert bob.asks("GET", f"/events/{event['id']}").status_code == 404
