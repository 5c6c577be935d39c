"""Answering a wish: from the threshold to the inbox of those who pledged, and on to the business's record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.housekeeping import Housekeeping
from tests.app.wishes.wishing import A_MONTH, Workshop, shown, workshop
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, square

DAY = timedelta(days=1)


def offering(here: Workshop, wish: str | None = None, **more: object) -> Json:
    """What is sent to make an offer, beginning now if it answers a wish at once."""
    body: Json = {
        "title": "A stand, tools and coffee on Saturdays",
        "topics": [here.topic],
        "area": square(CAFE),
        "ends_at": (clock.now() + 5 * DAY).isoformat(),
        **more,
    }
    return body | {"wish_id": wish} if wish else body


def makes(staff: Someone, business: Json, body: Json) -> str:
    return str(staff.posts(f"/businesses/{business['id']}/offers", body)["id"])


@pytest.fixture
def here(world: World) -> Workshop:
    """Nine members, of whom the first five pledge."""
    return workshop(world, 9)


def test_the_answer_reaches_those_who_pledged_and_nobody_else(here: Workshop, world: World) -> None:
    wish, business = here.opened(), world.business()
    for each in here.members:
        each.welcomes_offers()
        each.moves(CAFE)
    offer = makes(world.founder, business, offering(here, wish))
    eventually(lambda: all(each.inbox for each in here.members[:5]))
    (delivery,) = here.ana.inbox
    assert (delivery["offer_id"], delivery["why"]["community"]) == (offer, "Bike workshop")
    assert [each.inbox for each in here.members[5:]] == [[]] * 4
    seen = shown(here.ana, wish)
    assert (seen["state"], seen["offer_id"], seen["business_id"]) == ("answered", offer, business["id"])


def test_who_withdraws_loses_the_offer_and_is_told(here: Workshop, world: World, app: Flask) -> None:
    wish = here.opened()
    here.ana.welcomes_offers()
    here.ana.moves(CAFE)
    makes(world.founder, world.business(), offering(here, wish))
    eventually(lambda: here.ana.inbox)
    here.ana.deletes(f"/wishes/{wish}/pledge")
    assert here.ana.inbox == []
    assert shown(here.members[1], wish)["state"] == "answered"
    late = here.ana.is_refused("PUT", f"/wishes/{wish}/pledge")
    assert late["type"] == "/v1/problems/not-open"


def test_an_offer_that_has_not_begun_can_answer(here: Workshop, world: World) -> None:
    wish, staff, business = here.opened(), world.founder, world.business()
    begins = (clock.now() + timedelta(hours=1)).isoformat()
    offer = makes(staff, business, offering(here, starts_at=begins))
    for _ in range(2):
        assert staff.puts(f"/wishes/{wish}/answer", {"offer_id": offer})["properties"]["wish_id"] == wish
    assert shown(here.ana, wish)["state"] == "answered"
    other = here.opened()
    refused = staff.is_refused("PUT", f"/wishes/{other}/answer", {"offer_id": offer})
    assert refused["type"] == "/v1/problems/not-open"


def begun(here: Workshop, wish: str) -> tuple[Json, int]:
    return offering(here), 409


def of_another_topic(here: Workshop, wish: str) -> tuple[Json, int]:
    return offering(here, topics=[here.world.shared("goal:a-bridge")]), 422


WRONG: dict[str, Callable[[Workshop, str], tuple[Json, int]]] = {
    "begun already": begun,
    "of another topic": of_another_topic,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_answer_is_refused(
    here: Workshop, world: World, wrong: str, rows: Callable[[], dict[str, int]]
) -> None:
    wish = here.opened()
    body, status = WRONG[wrong](here, wish)
    if wrong != "begun already":
        body["starts_at"] = (clock.now() + timedelta(hours=1)).isoformat()
    business = world.business()
    offer = makes(world.founder, business, body)
    refused = world.founder.is_refused("PUT", f"/wishes/{wish}/answer", {"offer_id": offer})
    assert refused["status"] == status
    if wrong == "of another topic":
        before = rows()
        path = f"/businesses/{business['id']}/offers"
        assert world.founder.is_refused("POST", path, body | {"wish_id": wish})["status"] == status
        assert rows() == before


def test_only_staff_answer_and_only_what_is_open(here: Workshop, world: World) -> None:
    wish, business = here.stated(), world.business()
    world.founder.leaves(here.community)
    path = f"/businesses/{business['id']}/offers"
    assert world.founder.is_refused("POST", path, offering(here, wish))["type"] == "/v1/problems/not-found"
    for each in here.members[1:5]:
        each.puts(f"/wishes/{wish}/pledge")
    begins = (clock.now() + timedelta(hours=1)).isoformat()
    offer = makes(world.founder, business, offering(here, starts_at=begins))
    stranger = world.person("Stranger")
    refused = stranger.is_refused("PUT", f"/wishes/{wish}/answer", {"offer_id": offer})
    assert refused["type"] == "/v1/problems/not-allowed"
    here.members[1].deletes(f"/wishes/{wish}/pledge")
    refused = world.founder.is_refused("PUT", f"/wishes/{wish}/answer", {"offer_id": offer})
    assert refused["type"] == "/v1/problems/not-found"


def test_one_business_answers(here: Workshop, world: World) -> None:
    wish = here.opened()
    makes(world.founder, world.business(), offering(here, wish))
    rival = world.person("Rival")
    path = f"/businesses/{rival.posts('/businesses', {'name': 'Rival'})['id']}/offers"
    assert rival.is_refused("POST", path, offering(here, wish))["type"] == "/v1/problems/not-found"
    assert rival.is_refused("GET", f"/wishes/{wish}")["type"] == "/v1/problems/not-found"
    assert world.founder.gets(f"/wishes/{wish}")["properties"]["state"] == "answered"


def judged(app: Flask) -> None:
    keeping = Housekeeping(app.extensions["hereabouts"].database)
    keeping.do(next(each for each in keeping.chores if each.name == "wishes"))


@pytest.mark.parametrize(
    ("voices", "made_of_it"),
    [
        ([True] * 5, "kept"),
        ([False, False, False, True, True], "broken"),
        ([True] * 4, "unsaid"),
    ],
)
def test_those_who_pledged_say_whether_it_was_kept(
    here: Workshop, world: World, app: Flask, voices: list[bool], made_of_it: str
) -> None:
    wish, business = here.opened(), world.business()
    makes(world.founder, business, offering(here, wish))
    for each, kept in zip(here.members, voices, strict=False):
        # Whoever thought otherwise first.
        each.puts(f"/wishes/{wish}/voice", {"kept": not kept})
        each.puts(f"/wishes/{wish}/voice", {"kept": kept})
    other = here.members[6].is_refused("PUT", f"/wishes/{wish}/voice", {"kept": False})
    assert other["type"] == "/v1/problems/not-found"
    record = f"/businesses/{business['id']}/record"
    with clock.travelling(11 * DAY):
        judged(app)
        assert world.founder.gets(record)["undecided"] == 1
    with clock.travelling(12 * DAY + timedelta(minutes=1)):
        judged(app)
        said = world.founder.gets(record)
        assert (said["answered"], said[made_of_it], said["undecided"]) == (1, 1, 0)
        assert shown(here.ana, wish)["state"] == made_of_it
        late = here.ana.is_refused("PUT", f"/wishes/{wish}/voice", {"kept": False})
        assert late["type"] == "/v1/problems/not-open"


def test_a_promise_withdrawn_is_judged_from_then_on(here: Workshop, world: World, app: Flask) -> None:
    wish, business = here.opened(), world.business()
    offer = makes(world.founder, business, offering(here, wish))
    world.founder.deletes(f"/offers/{offer}")
    for each in here.members[:5]:
        each.puts(f"/wishes/{wish}/voice", {"kept": False})
    with clock.travelling(8 * DAY):
        judged(app)
        assert world.founder.gets(f"/businesses/{business['id']}/record")["broken"] == 1


def test_nothing_is_said_of_what_nobody_answered(here: Workshop) -> None:
    wish = here.opened()
    early = here.ana.is_refused("PUT", f"/wishes/{wish}/voice", {"kept": True})
    assert early["type"] == "/v1/problems/not-open"


def test_what_is_answered_outlasts_its_deadline(here: Workshop, world: World) -> None:
    wish = here.opened()
    makes(world.founder, world.business(), offering(here, wish, area=square(FAR_AWAY)))
    with clock.travelling(A_MONTH + DAY):
        assert shown(here.ana, wish)["state"] == "answered"


@pytest.mark.parametrize("condition", [{"collective": 2}, {"returning": 3}])
def test_what_answers_a_wish_is_for_all_who_pledged(here: Workshop, world: World, condition: Json) -> None:
    wish, path = here.opened(), f"/businesses/{world.business()['id']}/offers"
    problem = world.founder.is_refused("POST", path, offering(here, wish, **condition))
    assert "pledged" in problem["detail"]
    begins = (clock.now() + DAY).isoformat()
    offer = world.founder.posts(path, offering(here, starts_at=begins, **condition))["id"]
    assert (
        "pledged" in world.founder.is_refused("PUT", f"/wishes/{wish}/answer", {"offer_id": offer})["detail"]
    )
    assert world.founder.gets(f"/offers/{offer}")["properties"]["wish_id"] is None


def test_what_answers_a_wish_is_held_out_from_nobody(here: Workshop, world: World) -> None:
    wish, path = here.opened(), f"/businesses/{world.business()['id']}/offers"
    made = world.founder.posts(path, offering(here, wish, hold_out=50))
    assert made["properties"]["hold_out"] == 0
