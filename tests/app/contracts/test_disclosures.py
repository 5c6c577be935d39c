"""What was disclosed to whom, and the agreement that both sides hold."""

import hashlib
import json
from datetime import timedelta

import pytest

from app import clock
from geo import Position
from tests.app.contracts.wishes import EVERYONE, feed
from tests.app.tag.tags import Till, a_till, code_of, codes_of
from tests.world import CAFE, FAR_AWAY, Json, Someone, World


def readers(identity: str, who: Json = EVERYONE, **more: object) -> Json:
    return {"purpose": "readers", "who": who, "identity": identity, **more}


@pytest.fixture
def till(world: World) -> Till:
    return a_till(world)


def test_each_reading_is_told_readably_and_under_which_contract(world: World, till: Till) -> None:
    ana = world.person("Ana", None)
    ana.agrees({"terms": [readers("pseudonym")]})
    first, second, _, _ = codes_of(ana)
    till.reads(first, nonce="a nonce for one")
    ana.agrees({"terms": [readers("handle")]})
    till.reads(second, nonce="a nonce for two")
    told = ana.gets("/me/disclosures")["items"]
    assert [(each["what"], each["version"], each["purpose"]) for each in told] == [
        ("handle", 2, "readers"),
        ("pseudonym", 1, "readers"),
    ]
    assert [each["says"] for each in told] == [
        "*Till 1* of *Bike Bar* learnt my handle.",
        "*Till 1* of *Bike Bar* learnt a name that only they know me by.",
    ]
    answer = ana.asks("GET", "/me/disclosures?limit=1")
    assert [each["what"] for each in answer.get_json()["items"]] == ["handle"]
    following = answer.headers["Link"].partition("<")[2].partition(">")[0].removeprefix("/v1")
    assert [each["what"] for each in ana.gets(following)["items"]] == ["pseudonym"]
    assert ana.gets("/me/disclosures?purpose=offers")["items"] == []
    assert world.person("Bob").gets("/me/disclosures")["items"] == []


def test_what_members_may_know_is_summed_up_by_the_day(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    riders = world.community("Ring riders", topics=[topic])
    ana.joins(riders)
    place = world.location(CAFE, "Our corner", 0.002)
    for _ in range(2):
        ana.checks_in(CAFE, topics=[topic])
    with clock.travelling(timedelta(days=1)):
        ana.checks_in(CAFE, topics=[topic], exactness="quarter")
        days = ana.gets("/me/disclosures/days?days=2")["items"]
    told = [
        (each["name"], each["check_ins"])
        for each in days
        if each["community"] in (None, place["id"], riders["id"])
    ]
    # Who is here is told of the quarter alone, whose middle lies elsewhere.
    assert told == [("Ring riders", 1), ("Our corner", 2), ("Ring riders", 2), (None, 2)]
    assert days[-1]["says"] == "I was counted by 2 of my check-ins."


def of_a_day(somebody: Someone) -> list[tuple[str | None, int, int, str]]:
    days = somebody.gets("/me/disclosures/days?days=1")["items"]
    return [(each["name"], each["check_ins"], each["still"], each["says"]) for each in days]


def test_where_a_community_i_chose_counts_me_it_is_said_as_well(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community(topics=[topic]))
    nowhere = Position(-60, -140)
    ana.checks_in(nowhere)
    ana.checks_in(nowhere, topics=[topic])
    assert ana.gets("/me/disclosures/days")["items"][-1]["says"] == "I was counted by one of my check-ins."


def test_what_members_could_know_is_not_forgotten_where_they_may_no_more(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community("Ring riders", topics=[topic]))
    world.location(FAR_AWAY, "Our corner", 0.002)
    ana.checks_in(FAR_AWAY, topics=[topic])
    before = of_a_day(ana)
    assert [each[:3] for each in before] == [("Our corner", 1, 1), ("Ring riders", 1, 1), (None, 1, 1)]
    for _ in range(2):
        ana.agrees({"ready": "invisible"})
        assert of_a_day(ana) == [
            (name, 1, 0, f"Members of *{name}* could know of one of my check-ins, and may now know of none.")
            for name in ("Our corner", "Ring riders")
        ] + [(None, 1, 0, "I was counted by one of my check-ins, and am now by none.")]
    ana.agrees({"ready": "open-house"})
    assert of_a_day(ana) == before
    lasts = [{"purpose": "communities", "who": {"group": "communities"}, "lasts": 1}]
    ana.agrees({"terms": lasts})
    ana.checks_in(FAR_AWAY, topics=[topic])
    riders = ("Members of *Ring riders* may know of 2 of my check-ins.", 2, 2)
    assert (of_a_day(ana)[1][3], *of_a_day(ana)[1][1:3]) == riders


def test_what_was_taken_back_is_in_no_day(world: World) -> None:
    ana, topic = world.person("Ana"), world.topic()
    ana.joins(world.community("Ring riders", topics=[topic]))
    made = ana.checks_in(CAFE, topics=[topic])
    ana.deletes(f"/check-ins/{made['id']}")
    assert of_a_day(ana) == []


def hashed(record: Json) -> str:
    return hashlib.sha256(
        json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


@pytest.mark.parametrize("identity", ["pseudonym", "handle"])
def test_both_sides_hold_the_same_record_with_the_same_hash(world: World, till: Till, identity: str) -> None:
    ana = world.person("Ana", None)
    hours = {"days": ["mon"], "since": "00:00", "until": "00:00"}
    everyday = {"since": "00:00", "until": "00:00"}
    business = {"group": "business", "id": till.business["id"]}
    ana.agrees(
        {
            "terms": [
                feed(),
                readers("person"),
                readers(identity, business, hours=everyday),
                {"purpose": "offers", "who": EVERYONE, "hours": hours},
            ],
            "quiet_places": [{"name": "home", "lat": 1.0, "lon": 2.0, "radius_m": 200}],
            "time_zone": "Europe/Madrid",
        }
    )
    learnt = till.reads(code_of(ana))["reading"]
    name = learnt[identity]
    mine = ana.gets(f"/me/agreements/{till.business['id']}")
    theirs = world.founder.gets(f"/businesses/{till.business['id']}/agreements/{name}")
    assert mine == theirs
    assert mine["hash"] == hashed(mine["record"])
    assert mine["record"]["person"] == name
    assert len(mine["record"]["says"]) == 2
    assert "home" not in json.dumps(mine), "a quiet place is nobody else's business"
    ana.agrees({"terms": [readers(identity)]})
    assert ana.gets(f"/me/agreements/{till.business['id']}")["hash"] != mine["hash"]


def test_two_businesses_cannot_put_their_records_together(world: World, till: Till) -> None:
    ana = world.person("Ana", None)
    ana.agrees({"terms": [readers("pseudonym")], "time_zone": "Pacific/Chatham"})
    other = a_till(world)
    records = []
    for each in (till, other):
        name = each.reads(code_of(ana) if each is till else codes_of(ana)[1])["reading"]["pseudonym"]
        records.append(world.founder.gets(f"/businesses/{each.business['id']}/agreements/{name}")["record"])
    one, another = records
    assert one["person"] != another["person"]
    assert "Chatham" not in json.dumps(records), "whose clock it is tells who it is"
    alike = [
        {name: value for name, value in each.items() if name not in ("person", "business")}
        for each in records
    ]
    assert alike[0] == alike[1], "it says what everybody's says who agreed to as much"


def test_nobody_else_sees_it(world: World, till: Till) -> None:
    ana, eve = world.person("Ana", None), world.person("Eve")
    ana.agrees({"terms": [readers("handle")]})
    path = f"/businesses/{till.business['id']}/agreements/{ana.handle}"
    assert world.founder.is_refused("GET", path)["status"] == 404, "they have not met"
    till.reads(code_of(ana))
    assert eve.is_refused("GET", path)["status"] == 403
    assert world.founder.gets(path)["record"]["person"] == ana.handle
    ana.agrees({"terms": [readers("person")]})
    assert world.founder.is_refused("GET", path)["status"] == 404
    forget_all(ana)
    ana.agrees({"terms": [readers("handle")]})
    assert world.founder.is_refused("GET", path)["status"] == 404, "she erased that they met"


def forget_all(person: Someone) -> None:
    for each in person.gets("/me/readings")["items"]:
        person.deletes(f"/me/readings/{each['id']}")
