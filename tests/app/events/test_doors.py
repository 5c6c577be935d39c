"""Attendance by tag: a reader of the business that hosts an event is its door, also when it was offline."""

import io
import json
import zipfile
from datetime import timedelta

from app import clock
from tests.app.events.evenings import dates_of, evening, goes_on
from tests.app.tag.tags import a_till, code_of
from tests.world import Json, Someone, World

NOW = timedelta(minutes=1)


def attended(somebody: Someone) -> list[str]:
    answer = somebody.asks("POST", "/me/export", {})
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        rows: list[Json] = json.loads(archive.read("event_attendances.json"))
    return [each["by"] for each in rows]


def test_whose_tag_is_read_at_the_door_was_there(world: World) -> None:
    business, ana, bob = world.business(), world.person("Ana"), world.person("Bob")
    till, other = a_till(world, business), a_till(world, business)
    event = world.founder.posts("/events", evening(NOW, business_id=business["id"]))
    world.founder.puts(f"/events/{event['id']}/doors/{till.id}")
    with clock.travelling(2 * NOW):
        till.reads(code_of(ana))
        other.reads(code_of(bob))
        goes_on(world)
    assert (attended(ana), attended(bob)) == (["reader"], [])
    ana.deletes(f"/events/{event['id']}/dates/{dates_of(ana, event)[0]['id']}/reply")
    assert attended(ana) == []


def test_only_the_host_s_own_reader_is_a_door(world: World) -> None:
    business, ana = world.business(), world.person("Ana")
    event = world.founder.posts("/events", evening(business_id=business["id"]))
    mine, strange = a_till(world, business), a_till(world)
    door = f"/events/{event['id']}/doors"
    assert world.founder.is_refused("PUT", f"{door}/{strange.id}")["type"].endswith("not-allowed")
    assert ana.is_refused("PUT", f"{door}/{mine.id}")["type"].endswith("not-allowed")
    nobody = "00000000-0000-7000-8000-000000000000"
    assert world.founder.asks("PUT", f"{door}/{nobody}").status_code == 404
    world.founder.puts(f"{door}/{mine.id}")
    world.founder.deletes(f"{door}/{mine.id}")


def test_who_is_read_before_or_after_was_not_there(world: World) -> None:
    business, ana = world.business(), world.person("Ana")
    till = a_till(world, business)
    event = world.founder.posts("/events", evening(timedelta(hours=2), business_id=business["id"]))
    world.founder.puts(f"/events/{event['id']}/doors/{till.id}")
    till.reads(code_of(ana))
    goes_on(world)
    assert attended(ana) == []
