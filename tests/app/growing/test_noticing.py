"""Where people with a common topic keep meeting, exactly they are asked, alone; and what comes of what they say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.db import Database
from app.factory import create_app
from app.growing.rules import LOOKED_BACK, MOST_ASKED
from app.housekeeping import Housekeeping
from app.settings import Settings
from geo import Position, destination
from tests.world import Json, Someone, World

PARK = Position(48.2082, 16.3738)
ELSEWHERE = Position(47.0707, 15.4395)


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url=database_url, limits=False, plausibility=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


def notice(database: Database, after: timedelta = timedelta()) -> None:
    keeping = Housekeeping(database)
    with clock.travelling(after):
        keeping.do(next(each for each in keeping.chores if each.name == "meetings"))


def keeps_coming(person: Someone, topic: str, at: Position, days: int = 3, **more: object) -> None:
    for day in range(days):
        fixed_at = (clock.now() - timedelta(days=day, minutes=5)).isoformat()
        person.checks_in(at, topics=[topic], fixed_at=fixed_at, **more)


def around(place: Position, number: int, metres: float = 60) -> Position:
    return destination(place, 72 * number, metres)


def is_asked(person: Someone) -> list[Json]:
    found: list[Json] = person.gets("/me/communities/suggested")["emerging"]
    return found


class Regulars:
    """Some people who keep coming to one place and speak of one topic."""

    def __init__(self, world: World, people: int = 5, place: Position = PARK, days: int = 3) -> None:
        self.topic = world.topic(f"interest:chess-{world.person().id[-6:]}")
        self.people = [world.person() for _ in range(people)]
        for number, each in enumerate(self.people):
            keeps_coming(each, self.topic, around(place, number), days)

    def say(self, *answers: str) -> list[Json]:
        said = zip(self.people, answers, strict=False)
        return [answers_the_question(person, answer) for person, answer in said]


def answers_the_question(person: Someone, answer: str) -> Json:
    return person.puts(f"/me/communities/suggested/{is_asked(person)[0]['id']}", {"answer": answer})


def test_exactly_those_who_keep_meeting_are_asked_and_told_why(world: World, database: Database) -> None:
    regulars, passing = Regulars(world), world.person("Passing")
    keeps_coming(passing, regulars.topic, PARK, days=2)
    afar = world.person("Afar")
    keeps_coming(afar, regulars.topic, destination(PARK, 0, 3_000))
    world.location(PARK, "Augarten", 0.01)
    notice(database)
    for each in regulars.people:
        (asked,) = is_asked(each)
        assert asked | {"topic": regulars.topic, "people": 5, "community": None} == asked
        assert "at least 5 people" in asked["why"]
        assert asked["centre"]["coordinates"] == pytest.approx([PARK.lon, PARK.lat], abs=0.001)
    assert is_asked(passing) == is_asked(afar) == is_asked(world.founder) == []


def test_it_grows_out_of_those_who_say_yes(world: World, database: Database) -> None:
    regulars = Regulars(world)
    notice(database)
    made = regulars.say("yes", "yes", "no", "yes", "yes")
    community, kind = made[0]["id"], made[0]["properties"]["kind"]
    assert kind == "interest"
    assert [each.get("id") for each in made] == [community, community, None, community, community]
    forming = regulars.people[0].gets(f"/communities/{community}")["properties"]["forming"]
    assert (forming["joined"], forming["grows_at"]) == (4, 5)
    for each in regulars.people:
        assert is_asked(each) == []
    world.person().joins(made[0])
    shown = regulars.people[0].gets(f"/communities/{community}")
    assert shown["properties"]["forming"] is None
    assert shown["properties"]["topics"] == [regulars.topic]
    assert shown["geometry"]["type"] in {"Polygon", "MultiPolygon"}


def test_saying_it_twice_is_saying_it_once(world: World, database: Database) -> None:
    regulars = Regulars(world)
    notice(database)
    ana = regulars.people[0]
    path = f"/me/communities/suggested/{is_asked(ana)[0]['id']}"
    first, again = (ana.puts(path, {"answer": "yes"}) for _ in range(2))
    assert first["id"] == again["id"]
    assert again["properties"]["members"] == 1
    assert ana.asks("PUT", path, {"answer": "no"}).status_code == 204


def test_who_was_not_asked_cannot_answer(world: World, database: Database) -> None:
    regulars, eve = Regulars(world), world.person("Eve")
    notice(database)
    path = f"/me/communities/suggested/{is_asked(regulars.people[0])[0]['id']}"
    assert eve.is_refused("PUT", path, {"answer": "yes"})["status"] == 404
    assert eve.is_refused("PUT", path, {"answer": "maybe"})["status"] == 422


def test_four_are_too_few(world: World, database: Database) -> None:
    regulars = Regulars(world, people=4)
    notice(database)
    assert [is_asked(each) for each in regulars.people] == [[]] * 4


@pytest.mark.parametrize(
    "more", [{"exactness": "quarter"}, {"visibility": "communities"}, {"visibility": "me"}]
)
def test_who_does_not_say_it_openly_is_not_looked_at(world: World, database: Database, more: Json) -> None:
    regulars, shy = Regulars(world, people=4), world.person("Shy")
    keeps_coming(shy, regulars.topic, PARK, **more)
    notice(database)
    assert [is_asked(each) for each in [*regulars.people, shy]] == [[]] * 5


def test_who_is_not_to_be_counted_is_not_looked_at(world: World, database: Database) -> None:
    regulars, shy = Regulars(world, people=4), world.person("Shy")
    everyone = {"who": {"group": "everyone"}, "exactness": "exact"}
    shy.agrees({"terms": [{"purpose": each, **everyone} for each in ("nearby", "feed")]})
    keeps_coming(shy, regulars.topic, PARK)
    notice(database)
    assert [is_asked(each) for each in [*regulars.people, shy]] == [[]] * 5


def test_nobody_is_asked_where_most_belong_together_already(world: World, database: Database) -> None:
    regulars = Regulars(world)
    theirs = world.community(topics=[regulars.topic])
    for each in regulars.people[:3]:
        each.joins(theirs)
    notice(database)
    assert [is_asked(each) for each in regulars.people] == [[]] * 5


def test_noticing_again_asks_only_who_is_new(world: World, database: Database) -> None:
    regulars = Regulars(world)
    notice(database)
    before = [is_asked(each) for each in regulars.people]
    regulars.say("no")
    late = world.person("Late")
    keeps_coming(late, regulars.topic, PARK)
    notice(database)
    assert is_asked(regulars.people[0]) == []
    assert [is_asked(each)[0]["id"] for each in [*regulars.people[1:], late]] == [
        each[0]["id"] for each in before
    ]


def test_what_is_not_seen_any_more_is_not_asked_about(world: World, database: Database) -> None:
    regulars = Regulars(world)
    notice(database)
    notice(database, after=LOOKED_BACK - timedelta(hours=1))
    assert len(is_asked(regulars.people[0])) == 1
    notice(database, after=LOOKED_BACK + timedelta(hours=1))
    assert is_asked(regulars.people[0]) == []


def test_nobody_is_asked_about_everything_at_once(world: World, database: Database) -> None:
    people = [world.person() for _ in range(5)]
    for number in range(MOST_ASKED + 1):
        topic = world.topic(f"interest:game-{number}")
        for place, each in enumerate(people):
            keeps_coming(each, topic, around(ELSEWHERE, place))
    notice(database)
    assert [len(is_asked(each)) for each in people] == [MOST_ASKED] * 5


def test_a_chain_through_half_a_city_is_no_place(world: World, database: Database) -> None:
    topic, street = world.topic("interest:coffee"), Position(52.52, 13.405)
    people = [world.person() for _ in range(10)]
    for number, each in enumerate(people):
        keeps_coming(each, topic, destination(street, 90, 350.0 * number))
    notice(database)
    assert [is_asked(each) for each in people] == [[]] * 10
