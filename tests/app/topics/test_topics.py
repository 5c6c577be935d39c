"""Topics: what communities share, check-ins speak of and offers carry."""

from flask import Flask

from app.errors import UnknownTopic
from app.factory import create_app
from app.settings import Settings
from tests.world import World, problem_in


def test_a_topic_is_added_once_and_read_by_its_key(world: World) -> None:
    ana, key = world.person("Ana"), f"goal:workshop-{world.seed}"
    added = ana.asks("POST", "/topics", {"key": key, "name": "A bike workshop"})
    assert added.status_code == 201
    assert world.client.get(added.headers["Location"]).get_json() == {"key": key, "name": "A bike workshop"}
    problem = ana.is_refused("POST", "/topics", {"key": key})
    assert (problem["status"], problem["type"]) == (409, "/v1/problems/already-there")


def test_a_topic_without_a_name_is_called_by_its_key(world: World) -> None:
    key = f"value:tea-{world.seed}"
    assert world.person("Ana").posts("/topics", {"key": key})["name"] == f"tea-{world.seed}"


def test_only_people_add_topics(world: World) -> None:
    assert world.client.post("/v1/topics", json={"key": "interest:x"}).status_code == 401


def test_a_topic_nobody_added(world: World) -> None:
    assert problem_in(world.client.get("/v1/topics/interest:nothing"))["status"] == 404


def test_a_key_nobody_can_have(world: World) -> None:
    assert world.client.get("/v1/topics/interest:%00").status_code == 404


def test_they_are_listed_by_kind_in_the_order_of_their_keys(world: World) -> None:
    keys = sorted(world.topic(f"value:{name}") for name in ("b", "c", "a"))
    listed = [each["key"] for each in world.client.get("/v1/topics?kind=value").get_json()["items"]]
    assert listed == sorted(listed)
    assert [key for key in listed if key in keys] == keys
    assert {each.partition(":")[0] for each in listed} == {"value"}


def test_pages_go_to_the_end_without_gaps_or_repeats(world: World) -> None:
    keys = sorted(world.topic(f"goal:{number:02}") for number in range(12))
    path, read = "/v1/topics?kind=goal&limit=5", list[str]()
    while path:
        answer = world.client.get(path)
        read += [each["key"] for each in answer.get_json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert [key for key in read if key in keys] == keys
    assert len(set(read)) == len(read)


def test_an_unknown_topic_is_told_what_it_may_have_meant(world: World) -> None:
    key = world.topic("interest:cycling")
    body = {"position": {"type": "Point", "coordinates": [2.1, 41.4]}, "topics": [key.replace("cyc", "cyk")]}
    problem = world.person("Ana").is_refused("POST", "/check-ins", body)
    assert problem["type"] == f"/v1/problems/{UnknownTopic.slug}"
    assert f"Did you mean {key}" in problem["detail"]


def test_a_topic_added_by_another_server_is_known_at_once(world: World, app: Flask) -> None:
    other = create_app(Settings(app.extensions["hereabouts"].settings.database_url))
    key, ana = f"interest:new-{world.seed}", world.person("Ana")
    assert other.test_client().post("/v1/topics", json={"key": key}, headers=ana.headers).status_code == 201
    assert ana.checks_in(topics=[key])["properties"]["topics"] == [key]
    other.extensions["hereabouts"].database.dispose()


def test_they_are_found_by_a_part_of_their_names_or_keys(world: World) -> None:
    ana, mark = world.person("Ana"), f"q{world.seed}"
    for kind, slug, name in (("interest", f"{mark}-bikes", ""), ("value", "repair", f"Mending {mark}")):
        ana.posts("/topics", {"key": f"{kind}:{slug}-{world.seed}", "name": name})

    def found(asked: str) -> list[str]:
        items = world.client.get("/v1/topics", query_string=asked).get_json()["items"]
        return [each["key"] for each in items]

    bikes, repair = f"interest:{mark}-bikes-{world.seed}", f"value:repair-{world.seed}"
    assert found(f"q={mark.upper()}") == [bikes, repair]
    assert found(f"q={mark}+bikes") == [bikes]
    assert found(f"q={mark}&kind=value") == [repair]
    assert found(f"q={mark}&after={bikes}") == [repair]
    assert found("q=interest:") == found("q=%25_") == []
