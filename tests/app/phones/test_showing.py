"""Whom and what OwnTracks is shown: those its person may see, as exactly as they may, and places to watch."""

from datetime import timedelta
from typing import Any

import gevent
import pytest
from gevent.event import Event

from app import clock
from app.phones import service
from app.phones.rules import letters_for
from geo import Position, destination
from tests.app.conftest import Counting
from tests.app.phones.pocket import of_type, owntracks, seconds
from tests.app.tag.tags import a_till
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, World, square

HERE, THERE, ELSEWHERE = Position(41.2, 2.0), Position(41.0, 1.5), Position(40.5, 1.0)


def test_her_own_card_comes_first_in_the_answer(world: World) -> None:
    phone = owntracks(world.person("Ana"), tid="AB")
    card, location = phone.is_at(CAFE)[:2]
    assert card == {"_type": "card", "tid": "AB", "name": "Ana"}
    assert {key: location[key] for key in ("_type", "tid", "lat", "lon", "acc")} == {
        "_type": "location",
        "tid": "AB",
        "lat": CAFE.lat,
        "lon": CAFE.lon,
        "acc": 10,
    }


def fellows(world: World, *names: str) -> list[Any]:
    riders = world.community()
    people = [world.person(name) for name in names]
    for each in people:
        each.joins(riders)
    return people


def shown(answer: list[Json]) -> dict[str, tuple[float, float]]:
    """Where each is who is shown, by name."""
    names = {each["tid"]: each["name"] for each in of_type(answer, "card")}
    locations = of_type(answer, "location")
    assert len(names) == len(locations), "each has letters of their own"
    return {names[each["tid"]]: (each["lat"], each["lon"]) for each in locations}


def test_fellows_are_shown_where_they_said_they_are(world: World) -> None:
    ana, bob, cyd = fellows(world, "Ana", "Bob", "Cyd")
    eve = world.person("Eve")
    for each in (bob, eve):
        each.checks_in(NEAR_CAFE)
    cyd.checks_in(FAR_AWAY)
    cyd.checks_in(NEAR_CAFE, visibility="me")
    phone = owntracks(ana)
    assert shown(phone.is_at(CAFE)) == {
        "Ana": (CAFE.lat, CAFE.lon),
        "Bob": (NEAR_CAFE.lat, NEAR_CAFE.lon),
        "Cyd": (FAR_AWAY.lat, FAR_AWAY.lon),
    }


def test_who_moved_without_a_word_checked_out_or_is_apart_is_not_given_away(world: World) -> None:
    ana, bob, cyd, dan, flo = fellows(world, "Ana", "Bob", "Cyd", "Dan", "Flo")
    for each in (bob, cyd, dan):
        each.checks_in(CAFE)
    bob.checks_out()
    cyd.blocks(ana)
    ana.blocks(dan)
    flo.moves(CAFE)
    assert shown(owntracks(ana).is_at(CAFE)).keys() == {"Ana"}


def test_whose_word_is_old_is_not_shown_though_they_are_somewhere(world: World) -> None:
    ana, bob, cyd = fellows(world, "Ana", "Bob", "Cyd")
    bob.checks_in(CAFE)
    cyd.checks_in(CAFE, fixed_at=(clock.now() - timedelta(hours=3)).isoformat())
    with clock.travelling(timedelta(hours=3)):
        for each in (bob, cyd):
            each.moves(CAFE)
        assert shown(owntracks(ana).is_at(CAFE)).keys() == {"Ana"}


def test_whom_she_follows_is_shown_too(world: World) -> None:
    ana, bob, eve = world.person("Ana"), world.person("Bob"), world.person("Eve")
    ana.follows(bob)
    eve.follows(ana)
    for each in (bob, eve):
        each.checks_in(FAR_AWAY)
    assert shown(owntracks(ana).is_at(CAFE)).keys() == {"Ana", "Bob"}


def test_whose_contract_is_closed_is_not_shown(world: World) -> None:
    riders, ana, bob = world.community(), world.person("Ana"), world.person("Bob", contract="invisible")
    for each in (ana, bob):
        each.joins(riders)
    bob.checks_in(CAFE)
    assert shown(owntracks(ana).is_at(CAFE)).keys() == {"Ana"}


def test_whom_she_muted_is_not_shown(world: World) -> None:
    ana, bob = fellows(world, "Ana", "Bob")
    bob.checks_in(CAFE)
    ana.puts(f"/me/mutes/people/{bob.handle}")
    assert shown(owntracks(ana).is_at(CAFE)).keys() == {"Ana"}


def test_whoever_said_where_they_are_sees_themselves_once(world: World) -> None:
    (ana,) = fellows(world, "Ana")
    ana.checks_in(CAFE)
    answer = owntracks(ana).is_at(NEAR_CAFE, -1)
    assert [each["name"] for each in of_type(answer, "card")] == ["Ana"]


def test_who_lets_others_know_a_quarter_is_shown_in_its_middle(world: World) -> None:
    ana, bob = fellows(world, "Ana", "Bob")
    bob.checks_in(NEAR_CAFE, exactness="quarter")
    answer = owntracks(ana).is_at(CAFE)
    (found,) = [each for each in of_type(answer, "location") if each["tid"] != "po"]
    assert (found["lat"], found["lon"]) != (NEAR_CAFE.lat, NEAR_CAFE.lon)
    assert found["acc"] >= 500


@pytest.mark.parametrize("topical", [True, False])
@pytest.mark.parametrize("exactness", ["exact", "street", "quarter", "city"])
@pytest.mark.parametrize("visibility", ["public", "communities", "followers", "me"])
def test_a_phone_shows_what_a_feed_would(
    world: World, visibility: str, exactness: str, topical: bool
) -> None:
    topic = world.topic()
    riders = world.community(topics=[topic])
    ana, bob = world.person("Ana"), world.person("Bob")
    for each in (ana, bob):
        each.joins(riders)
    bob.checks_in(FAR_AWAY, topics=[topic] if topical else [], visibility=visibility, exactness=exactness)
    found = ana.gets(f"/check-ins?person={bob.handle}")["features"]
    told = shown(owntracks(ana).is_at(CAFE))
    where = {tuple(each["geometry"]["coordinates"][::-1]) for each in found}
    assert {at for name, at in told.items() if name == "Bob"} == where


def test_two_of_one_name_have_letters_of_their_own_and_keep_them(world: World) -> None:
    ana, *others = fellows(world, "Ana", *["Bob"] * 4)
    phone = owntracks(ana, tid="bo")
    for each in others:
        each.checks_in(NEAR_CAFE)
    first = {each["tid"] for each in of_type(phone.is_at(CAFE), "card")}
    assert len(first) == 5
    others[0].checks_out()
    later = {each["tid"] for each in of_type(phone.is_at(CAFE, tst=seconds() + 1), "card")}
    assert later < first
    assert len(later) == 4


def test_two_answers_at_once_give_everybody_the_same_letters(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, *others = fellows(world, "Ana", *["Bob"] * 5)
    phones = [owntracks(ana, tid="zz") for _ in range(2)]
    for each in others:
        each.checks_in(NEAR_CAFE)
    both, come = Event(), []

    def acquainted_together(*asked: Any) -> Any:
        come.append(asked)
        if len(come) == 2:
            both.set()
        assert both.wait(5)
        return acquaint(*asked)

    acquaint = service.acquaint
    monkeypatch.setattr(service, "acquaint", acquainted_together)
    answers = [gevent.spawn(phone.is_at, CAFE, n) for n, phone in enumerate(phones)]
    gevent.joinall(answers, raise_error=True)
    letters = [sorted(each["tid"] for each in of_type(answer.value, "card")) for answer in answers]
    assert letters[0] == letters[1]
    assert len(set(letters[0])) == 6


@pytest.mark.parametrize(
    ("name", "taken", "letters"),
    [
        ("Ana Bo", (), "an"),
        ("Ana Bo", ("an",), "aa"),
        ("Ana Bo", ("AN", "aa"), "ab"),
        ("Zoë", (), "zo"),
        ("7", (), "aa"),
        ("日本", ("aa",), "ab"),
        (
            "",
            {
                f"{a}{b}"
                for a in "abcdefghijklmnopqrstuvwxyz0123456789"
                for b in "abcdefghijklmnopqrstuvwxyz0123456789"
            },
            None,
        ),
    ],
)
def test_letters_are_of_the_name_if_they_are_free(name: str, taken: Any, letters: str | None) -> None:
    assert letters_for(name, taken) == letters


def test_a_phone_is_asked_once_whether_it_obeys_and_told_what_to_watch_once_a_change(world: World) -> None:
    gracia = world.location(HERE, "Gràcia")
    phone = owntracks(world.person("Ana"))
    asked = [of_type(phone.is_at(HERE, -n), "cmd") for n in range(2)]
    assert asked == [[{"_type": "cmd", "action": "status"}], []]
    phone.hears({"_type": "status", "android": {}})
    (told,) = of_type(phone.is_at(HERE, -3), "cmd")
    assert told["action"] == "setWaypoints"
    (watched,) = told["waypoints"]["waypoints"]
    assert (watched["rid"], watched["desc"]) == (gracia["id"], "Gràcia")
    # All of the square lies within: half of its diagonal is some 1.4 km.
    assert 1_350 < watched["rad"] < 1_450
    assert of_type(phone.is_at(HERE, -4), "cmd") == []
    world.location(HERE, "Café", 0.002)
    (told,) = of_type(phone.is_at(HERE, -5), "cmd")
    assert [each["desc"] for each in told["waypoints"]["waypoints"]] == ["Café", "Gràcia"]


def test_areas_that_may_read_the_tag_are_to_be_watched_as_well(world: World) -> None:
    ana = world.person("Ana")
    near, nearer = (
        a_till(world, kind="area", area=square(destination(ELSEWHERE, 90, metres), 0.001), name=f"{metres} m")
        for metres in (3000, 800)
    )
    a_till(world, kind="area", area=square(destination(ELSEWHERE, 90, 20_000)), name="far")
    a_till(world, kind="handheld", name="a till")
    phone = owntracks(ana)
    phone.hears({"_type": "configuration", "cmd": True})
    (told,) = of_type(phone.is_at(ELSEWHERE), "cmd")
    watched = told["waypoints"]["waypoints"]
    assert [each["rid"] for each in watched] == [nearer.id, near.id]
    assert watched[0]["desc"] == f"800 m, {nearer.business['name']}"
    assert of_type(phone.is_at(ELSEWHERE, -1), "cmd") == []


@pytest.mark.parametrize("why", ["silent", "not by contract", "closed", "quiet there"])
def test_areas_that_learn_nothing_are_not(world: World, why: str) -> None:
    ana = world.person("Ana")
    till = a_till(world, kind="area", area=square(ELSEWHERE, 0.001))
    if why == "silent":
        ana.puts("/me/tag", {"state": "silent"})
    elif why == "not by contract":
        ana.agrees({"ready": "invisible"})
    elif why == "closed":
        world.founder.asks("PATCH", f"/readers/{till.id}", {"open": False})
    else:
        quiet = {"name": "home", "lat": ELSEWHERE.lat, "lon": ELSEWHERE.lon, "radius_m": 200}
        readers = {"purpose": "readers", "who": {"group": "everyone"}, "identity": "handle"}
        ana.agrees({"terms": [readers], "quiet_places": [quiet]})
    phone = owntracks(ana)
    phone.hears({"_type": "configuration", "cmd": True})
    told = of_type(phone.is_at(ELSEWHERE), "cmd")
    assert till.id not in [each["rid"] for cmd in told for each in cmd["waypoints"]["waypoints"]]


def test_a_phone_that_says_it_does_not_obey_is_told_nothing(world: World) -> None:
    world.location(CAFE)
    phone = owntracks(world.person("Ana"))
    phone.hears({"_type": "configuration", "cmd": False})
    assert of_type(phone.is_at(CAFE), "cmd") == []
    phone.hears({"_type": "dump", "configuration": {"cmd": True}})
    assert of_type(phone.is_at(CAFE, -1), "cmd") != []


def test_waypoints_made_in_one_second_are_two_to_android(world: World) -> None:
    for name in ("one", "two", "three"):
        world.location(THERE, name)
    phone = owntracks(world.person("Ana"))
    phone.hears({"_type": "configuration", "cmd": True})
    (told,) = of_type(phone.is_at(THERE), "cmd")
    assert len({each["tst"] for each in told["waypoints"]["waypoints"]}) == 3


def test_a_location_costs_a_handful_of_statements(world: World, statements: Counting) -> None:
    ana, bob = fellows(world, "Ana", "Bob")
    bob.checks_in(NEAR_CAFE)
    phone = owntracks(ana)
    phone.is_at(CAFE, 5)
    with statements() as sent:
        phone.is_at(CAFE, -1)
        assert sent() <= 11
