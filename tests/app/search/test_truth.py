"""What is found is what there is: forming communities by their own people alone, new names at once, nothing gone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.communities.rules import FORMING_LASTS
from app.db import Database
from app.factory import create_app
from app.housekeeping import Housekeeping
from app.ids import new_id
from app.search import filling
from app.settings import Settings
from tests.app.motions.conftest import close  # noqa: F401
from tests.app.plans import plans_of, read_whole
from tests.app.search.finding import answer, finds, take_in
from tests.world import CAFE, FAR_AWAY, PURPOSE, Json, Someone, World, square

FIVE = 5


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """The application as it is by default: it takes five people."""
    app = create_app(Settings(database_url=database_url, limits=False, plausibility=False))
    yield app
    app.extensions["hereabouts"].database.dispose()


def grown(world: World, name: str) -> tuple[Json, list[Someone]]:
    community = world.community(name)
    people = [world.founder, *(world.person() for _ in range(FIVE - 1))]
    for each in people[1:]:
        each.joins(community)
    return community, people


def carry(people: list[Someone], community: Json, close: Callable[[], None], **proposal: object) -> None:  # noqa: F811
    path = f"/communities/{community['id']}/motions"
    motion = people[0].posts(path, {"proposal": proposal})
    for each in people:
        each.puts(f"{path}/{motion['id']}/vote", {"choice": "for"})
    close()


def chore(database: Database, name: str, after: timedelta = timedelta()) -> None:
    keeping = Housekeeping(database)
    with clock.travelling(after):
        keeping.do(next(each for each in keeping.chores if each.name == name))


def entries(database: Database, thing_id: str) -> int:
    with database.reading() as session:
        asked = text("SELECT count(*) FROM search_entries WHERE id = :id")
        return session.execute(asked, {"id": thing_id}).scalar_one()


def test_one_that_is_forming_is_found_by_its_own_people_alone(world: World, app: Flask) -> None:
    name = f"Forming w{world.seed}"
    community, ana, stranger = world.community(name), world.person("Ana"), world.person("Stranger")
    ana.joins(community)
    take_in(app)
    for person, seen in ((world.founder, [name]), (ana, [name]), (stranger, [])):
        assert finds(person, f"w{world.seed}", kind="community") == seen
        assert answer(person, f"w{world.seed}")["facets"] == {"kinds": {}, "topics": {}}
    ana.leaves(community)
    world.founder.leaves(community)
    assert finds(ana, f"w{world.seed}", kind="community") == []
    assert finds(world.founder, f"w{world.seed}", kind="community") == [name], "who proposed it"
    assert world.client.get(f"/v1/search?q=w{world.seed}").get_json()["features"] == []


def test_facets_never_count_what_is_forming(world: World, app: Flask) -> None:
    people = [world.person() for _ in range(FIVE)]
    topic = world.topic()
    for number, each in enumerate(people):
        body = {"kind": "interest", "name": f"Fw{world.seed} {number}", "purpose": PURPOSE, "topics": [topic]}
        made = each.posts("/communities", body)
        if each is not people[0]:
            people[0].joins(made)
    take_in(app)
    found = answer(people[0], f"Fw{world.seed}")
    assert len(found["features"]) == FIVE
    assert found["facets"] == {"kinds": {}, "topics": {}}


def test_a_location_that_is_forming_is_found_by_who_belongs(world: World, app: Flask) -> None:
    name = f"Yard w{world.seed}"
    body = {"kind": "location", "name": name, "purpose": PURPOSE, "area": square(FAR_AWAY)}
    made, ana = world.founder.posts("/communities", body), world.person("Ana")
    take_in(app)
    assert finds(ana, f"w{world.seed}") == []
    ana.checks_in(FAR_AWAY)
    ana.puts(f"/communities/{made['id']}/membership")
    assert finds(ana, f"w{world.seed}", kind="community") == [name]


def test_what_members_decide_is_found_at_once(
    world: World,
    app: Flask,
    close: Callable[[], None],  # noqa: F811
) -> None:
    old, new, sense = f"Mountaineers {world.seed}", f"Wheelers w{world.seed}", f"For skaters s{world.seed}"
    community, people = grown(world, old)
    take_in(app)
    carry(people, community, close, kind="name", name=new)
    assert new not in finds(people[0], "mountaineers", kind="community")
    assert finds(people[0], f"wheelers w{world.seed}") == [new]
    carry(people, community, close, kind="purpose", purpose=sense)
    assert finds(people[0], f"skater s{world.seed}") == [new]
    assert finds(people[0], new, CAFE) == []
    carry(people, community, close, kind="area", area=square(CAFE))
    assert finds(people[0], new, CAFE) == [new]


def test_what_was_never_taken_in_comes_once(world: World, app: Flask, close: Callable[[], None]) -> None:  # noqa: F811
    community, people = grown(world, f"Riders {world.seed}")
    new = f"Wheelers w{world.seed}"
    carry(people, community, close, kind="name", name=new)
    take_in(app)
    assert finds(people[0], f"w{world.seed}") == [new]


def test_a_community_that_never_grew_leaves_nothing_to_find(
    world: World, app: Flask, database: Database
) -> None:
    community = world.community(f"Forming w{world.seed}")
    take_in(app)
    assert entries(database, community["id"]) == 1
    chore(database, "growing", FORMING_LASTS + timedelta(minutes=1))
    chore(database, "search")
    assert entries(database, community["id"]) == 0


def test_offers_that_are_over_are_swept(world: World, app: Flask, database: Database) -> None:
    topic = world.topic()
    gone, over = (world.offer([topic], title=f"{each} {world.seed}") for each in ("gone", "over"))
    take_in(app)
    world.founder.deletes(f"/offers/{gone['id']}")
    chore(database, "search")
    assert (entries(database, gone["id"]), entries(database, over["id"])) == (0, 1)
    with database.transaction() as session:
        filling.sweep(session, clock.now() + timedelta(days=2))
    assert entries(database, over["id"]) == 0


def test_the_sweep_goes_on_where_it_stopped_and_begins_again(
    world: World, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes to each, a few at a time, and to a name that changed unheard."""
    monkeypatch.setattr(filling, "A_SWEEP", 2)
    places = [world.place(CAFE, f"Place {number} w{world.seed}") for number in range(5)]
    take_in(app)
    change = text("UPDATE places SET name = :name WHERE id = :id")
    for number in (4, 0):
        with database.transaction() as session:
            session.execute(change, {"id": places[number]["id"], "name": f"Called w{world.seed}"})
        for _ in range(10):
            chore(database, "search")
    assert finds(world.founder, f"called w{world.seed}", kind="place") == [f"Called w{world.seed}"] * 2


def test_taken_in_anew_by_many_at_once_it_is_there_once(world: World, app: Flask, database: Database) -> None:
    made = world.place(CAFE, f"Place {world.seed}")

    def take_in_anew(_: int) -> None:
        with database.transaction() as session:
            filling.take_in_anew(session, "place", UUID(made["id"]), clock.now())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(take_in_anew, range(12)))
    assert entries(database, made["id"]) == 1


def test_neither_reads_a_table_from_end_to_end(session: Session) -> None:
    for ask in (
        lambda: filling.take_in_anew(session, "community", new_id(), clock.now()),
        lambda: filling.sweep(session, clock.now()),
    ):
        plans = plans_of(session, ask)
        assert read_whole(plans) <= {"searched_up_to"}, plans
