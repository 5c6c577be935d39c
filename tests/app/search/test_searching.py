"""Finding by words in five languages, by topic, place and time; and nothing that one may not know."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.search import statements as statements_of_search
from geo import Position, destination
from tests.app.conftest import Counting
from tests.app.events.evenings import an_event
from tests.app.search.finding import answer, finds, take_in
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, FAR_AWAY, World, point, problem_in, square

HERE = Position(40.4168, -3.7038)
SAID = {
    "english": ("We were repairing bicycles all day", "repair bicycle"),
    "german": ("Wir haben gute Fahrräder gesehen", "gutes Fahrrad"),
    "spanish": ("Estamos arreglando bicicletas", "arreglar bicicleta"),
    "french": ("Nous jouons des vieilles guitares", "vieille guitare"),
    "catalan": ("Estem arreglant bicicletes al canal", "bicicleta canal"),
    "without accents": ("Café de la Gràcia", "cafe gracia"),
}


@pytest.mark.parametrize("language", SAID)
def test_words_are_found_by_their_stems(world: World, app: Flask, language: str) -> None:
    said, asked = SAID[language]
    ana = world.person("Ana")
    own = f"{said} {world.seed}"
    ana.checks_in(CAFE, own)
    ana.checks_in(CAFE, f"Something else {world.seed}")
    take_in(app)
    assert finds(world.person(), f"{asked} {world.seed}") == [own]


def test_all_kinds_are_found_in_one_search(world: World, app: Flask) -> None:
    here, seed = workshop(world), world.seed
    topic = world.topic()
    world.community(f"Unicyclists {seed}", topics=[topic])
    world.place(CAFE, f"Unicycle shop {seed}")
    world.offer([topic], title=f"A unicycle {seed}")
    here.stated(text=f"A unicycle race {seed}")
    here.ana.checks_in(CAFE, f"on my unicycle {seed}")
    an_event(here.ana, title=f"Unicycles by night {seed}")
    goal = f"/communities/{here.community['id']}/pieces"
    body = {
        "title": f"Which unicycle? {seed}",
        "text": "One wheel.",
        "topics": [here.topic],
        "language": "en",
    }
    here.ana.posts(goal, body)
    take_in(app)
    kinds = {each["properties"]["kind"] for each in answer(here.ana, f"unicycle {seed}")["features"]}
    assert kinds == {"check-in", "community", "place", "offer", "wish", "event", "piece"}
    for each in answer(here.ana, f"unicycle {seed}")["features"]:
        assert here.ana.asks("GET", each["properties"]["path"].removeprefix("/v1")).status_code == 200


def test_a_slip_of_the_finger_is_forgiven_in_names(world: World, app: Flask) -> None:
    name = f"Vegetable gardeners {world.seed}"
    world.community(name)
    take_in(app)
    assert name in finds(world.person(), "vegtable gardeners", kind="community")


def test_what_only_some_may_know_is_found_by_its_author_alone(world: World, app: Flask) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.follows(bob)
    bob.follows(ana)
    word = f"w{world.seed}"
    for visibility in ("public", "communities", "followers", "me"):
        ana.checks_in(HERE, f"{word} {visibility}", visibility=visibility)
    take_in(app)
    assert finds(bob, word) == [f"{word} public"]
    assert len(finds(ana, word)) == 4
    assert world.client.get(f"/v1/search?q={word}").get_json()["facets"]["kinds"] == {"check-in": 0}


def test_a_changed_contract_and_what_is_taken_back_act_at_once(world: World, app: Flask) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    gone = ana.checks_in(HERE, f"{word} one")
    ana.checks_in(HERE, f"{word} two")
    take_in(app)
    assert len(finds(bob, word)) == 2
    ana.deletes(f"/check-ins/{gone['id']}")
    assert finds(bob, word) == [f"{word} two"]
    ana.agrees({"ready": "invisible"})
    assert finds(bob, word) == []
    assert finds(ana, word) == [f"{word} two"]


def test_people_who_are_apart_or_muted_are_not_found(world: World, app: Flask) -> None:
    ana, bob, word = world.person("Ana"), world.person("Bob"), f"w{world.seed}"
    for _ in range(6):
        ana.checks_in(HERE, word)
    take_in(app)
    before = answer(bob, word)["facets"]
    bob.puts(f"/me/mutes/people/{ana.handle}")
    assert finds(bob, word) == []
    bob.deletes(f"/me/mutes/people/{ana.handle}")
    ana.blocks(bob)
    blocked = answer(bob, word)
    assert blocked["features"] == []
    assert blocked["facets"] == before == {"kinds": {"check-in": 5}, "topics": {}}, "counts know no viewer"


def test_where_is_no_more_than_is_disclosed(world: World, app: Flask) -> None:
    """In every answer, distance, order and filter two spots of one cell look alike."""
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.agrees(
        {
            "terms": [
                {"purpose": each, "who": {"group": "everyone"}, "exactness": "quarter"}
                for each in ("nearby", "feed")
            ]
        }
    )
    word, seen = f"w{world.seed}", []
    for metres in (0, 40):
        made = ana.checks_in(destination(HERE, 90, metres), word)
        take_in(app)
        (found,) = answer(bob, word, HERE, sort="near", radius=5000)["features"]
        seen.append((found["geometry"], found["properties"]["metres"], found["properties"]["disclosed"]))
        ana.deletes(f"/check-ins/{made['id']}")
    assert seen[0] == seen[1]
    assert seen[0][2] == "quarter"
    assert seen[0][0] != point(HERE)


def test_what_is_not_known_by_looking_around_is_not_found_around(world: World, app: Flask) -> None:
    ana, word = world.person("Ana"), f"w{world.seed}"
    ana.agrees({"terms": [{"purpose": "feed", "who": {"group": "everyone"}, "exactness": "exact"}]})
    ana.checks_in(HERE, word)
    take_in(app)
    bob = world.person("Bob")
    assert finds(bob, word) == [word]
    assert finds(bob, word, HERE) == []
    assert finds(ana, word, HERE) == [word]


def test_around_a_point_the_nearest_first(world: World, app: Flask) -> None:
    ana, word = world.person("Ana"), f"w{world.seed}"
    for metres in (700, 100, 400, 1500):
        ana.checks_in(destination(HERE, 0, metres), f"{word} {metres}")
    world.place(destination(HERE, 0, 200), f"{word} 200")
    take_in(app)
    found = finds(world.person(), word, HERE, sort="near")
    assert [int(each.rpartition(" ")[2]) for each in found] == [100, 200, 400, 700]


def test_what_answers_a_wish_is_nobodys_to_find_and_what_is_over_neither(world: World, app: Flask) -> None:
    here, word = workshop(world, 5), f"w{world.seed}"
    wish, business = here.opened(text=f"{word} wish"), world.business()["id"]
    body = {
        "topics": [here.topic],
        "area": square(CAFE),
        "ends_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    world.founder.posts(
        f"/businesses/{business}/offers", {**body, "title": f"{word} answer", "wish_id": wish}
    )
    world.founder.posts(f"/businesses/{business}/offers", {**body, "title": f"{word} offer"})
    gone = world.founder.posts(f"/businesses/{business}/offers", {**body, "title": f"{word} withdrawn"})
    world.founder.deletes(f"/offers/{gone['id']}")
    take_in(app)
    stranger = world.person("Stranger")
    assert finds(stranger, word) == [f"{word} offer"]
    assert sorted(finds(here.ana, word)) == [f"{word} offer", f"{word} wish"]
    with clock.travelling(timedelta(days=2)):
        assert finds(stranger, word) == []


@pytest.mark.parametrize("sort", ["recent", "relevant", "near"])
def test_page_after_page_each_comes_once(world: World, app: Flask, sort: str) -> None:
    ana, word = world.person("Ana"), f"w{world.seed}"
    for number in range(7):
        ana.checks_in(destination(HERE, 0, 30 * (number % 3)), f"{word} {number}")
    take_in(app)
    path = f"/search?q={word}&sort={sort}&limit=3&lat={HERE.lat}&lon={HERE.lon}&radius=900"
    bob, seen = world.person("Bob"), []
    while path:
        page = bob.asks("GET", path)
        seen += [each["id"] for each in page.get_json(force=True)["features"]]
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</v1")
    assert len(seen) == len(set(seen)) == 7


def test_by_topic_and_time_without_a_word(world: World, app: Flask) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.checks_in(CAFE, "first", topics=[topic])
    ana.checks_in(CAFE, "other")
    take_in(app)
    bob = world.person("Bob")
    assert finds(bob, topic=topic, kind="check-in") == ["first"]
    soon = (clock.now() + timedelta(minutes=1)).isoformat()
    assert finds(bob, topic=topic, kind="check-in", since=soon) == []
    assert finds(bob, topic=topic, kind="check-in", until=soon) == ["first"]


HOSTILE = [
    "q=",
    "kind=wish",
    "q=x&kind=people",
    "q=x&lat=1",
    "q=x&sort=near",
    "topic=interest:x&sort=relevant",
    "q=" + "x" * 201,
    "q=a%00b",
    "q=x&limit=1000",
    "q=x&cursor=1",
    "q=x&lat=1&lon=2&radius=40000",
    "q=x&lat=91&lon=2&radius=4",
    "topic=interest:nobody-added",
    "q=x&since=yesterday",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_what_would_scan_the_world_or_says_nothing_is_refused(world: World, query: str) -> None:
    problem = problem_in(world.founder.asks("GET", f"/search?{query}"))
    assert problem["status"] == 422


@pytest.mark.parametrize(
    "q", ["'", "\\", "''''", "a & | ! b", "<->", "-", '"', "the", "((((", "%", "topic x", "🚲", ":*"]
)
def test_whatever_is_typed_is_only_words(world: World, app: Flask, q: str) -> None:
    world.founder.checks_in(CAFE, "hello")
    take_in(app)
    answer(world.founder, q)


def test_one_statement_does_it(world: World, statements: Counting, app: Flask) -> None:
    ana = world.person("Ana")
    ana.checks_in(FAR_AWAY, "hello")
    take_in(app)
    ana.gets("/me")
    with statements() as sent:
        finds(ana, "hello", FAR_AWAY, sort="near")
    assert sent() == 1


def test_what_leaves_with_its_author_leaves_nothing_to_find(
    world: World, app: Flask, rows: Callable[[], dict[str, int]]
) -> None:
    here, word = workshop(world), f"w{world.seed}"
    take_in(app)
    before = rows()
    wish = here.stated(text=word)
    made = here.ana.checks_in(CAFE, word)
    take_in(app)
    assert rows()["check_in_words"] == before["check_in_words"] + 1
    assert rows()["search_entries"] == before["search_entries"] + 1
    here.ana.deletes(f"/wishes/{wish}")
    here.ana.deletes(f"/check-ins/{made['id']}")
    for table in ("check_in_words", "search_entries"):
        assert rows()[table] == before[table]


def test_what_is_rare_is_found_among_the_old_by_its_words(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is among the newest comes once."""
    ana, word = world.person("Ana"), f"w{world.seed}"
    for number in range(4):
        ana.checks_in(HERE, f"{word} {number}")
    take_in(app)
    monkeypatch.setattr(statements_of_search, "MOST_READ", 2)
    bob = world.person("Bob")
    assert finds(bob, word, sort="recent") == [f"{word} {number}" for number in (3, 2, 1, 0)]
    assert sorted(finds(bob, word, HERE)) == sorted(finds(bob, word))
