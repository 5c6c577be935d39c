"""What a person lets whom know: said, and read back in words."""

from uuid import UUID

import pytest

from geo import destination
from tests.app.conftest import Counting
from tests.app.contracts.wishes import AROUND, EVERYONE, feed, nearby
from tests.world import CAFE, Json, World, point


def test_everybody_begins_closed(world: World) -> None:
    ana, bob = world.person("Ana", None), world.person("Bob")
    contract = ana.gets("/me/contract")
    assert (contract["version"], contract["ready"], contract["terms"]) == (0, "invisible", [])
    assert contract["says"] == ["Nobody may know anything of me."]
    ana.checks_in(CAFE, "hello?")
    assert f"from {ana.handle}" not in bob.hears(AROUND)
    assert bob.hears(f"person={ana.handle}") == []
    assert ana.hears(f"person={ana.handle}") == ["hello?"]
    assert ana.hears(AROUND)[0] == "hello?"


def test_ready_ones_stand_from_closed_to_open(world: World) -> None:
    ready = world.client.get("/v1/contracts/ready").get_json()["items"]
    assert [each["name"] for each in ready] == [
        "invisible",
        "friends-and-communities",
        "neighbourly",
        "open-house",
    ]
    ana = world.person("Ana", None)
    for version, each in enumerate(ready, start=1):
        made = ana.agrees({"ready": each["name"]}, to=f'"{version - 1}"')
        assert (made["version"], made["ready"], made["says"]) == (version, each["name"], each["says"])
        assert made["warnings"] == []


def test_a_contract_is_read_back_in_words(world: World) -> None:
    ana, mia, riders = world.person("Ana"), world.person("Mia"), world.community("Ring riders")
    hours = {"days": ["mon", "tue", "wed", "thu", "fri"], "since": "09:00", "until": "17:30"}
    made = ana.agrees(
        {
            "terms": [
                nearby(
                    {"group": "community", "id": riders["id"]}, exactness="quarter", lasts="until_i_leave"
                ),
                feed({"group": "person", "handle": mia.handle}, hours=hours, lasts=1),
                {"purpose": "offers", "who": EVERYONE},
                {"purpose": "statistics", "who": EVERYONE, "exactness": "nothing"},
                {"purpose": "readers", "who": EVERYONE, "identity": "pseudonym"},
            ],
            "quiet_places": [{"name": "home", "lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 150}],
            "time_zone": "Europe/Madrid",
        }
    )
    assert made["says"] == [
        "Members of *Ring riders* may see, when looking around, which quarter I am in until I leave.",
        f"*{mia.handle}* may see in feeds exactly where I am, on weekdays from 09:00 to 17:30 for 1 day.",
        "Offers may reach me through my communities.",
        "I am counted nowhere.",
        "Readers may read my tag and learn a name that only they know me by.",
        "At home, and 150 m around it, nobody may know anything.",
    ]
    assert made["terms"][1]["who"] == {"group": "person", "id": None, "name": mia.handle}
    assert made["terms"][1]["hours"] == hours
    assert (made["time_zone"], made["ready"]) == ("Europe/Madrid", None)
    assert ana.gets("/me/contract") == made


def test_where_terms_contradict_each_other_the_stricter_holds_and_it_is_said(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    riders = world.community("Ring riders")
    member = {"group": "community", "id": riders["id"]}
    made = ana.agrees({"terms": [feed(), feed(member, exactness="quarter")]})
    assert made["warnings"] == [
        "“Members of *Ring riders* may see in feeds which quarter I am in.” but “Everyone may see in feeds exactly "
        "where I am.” Whoever the first is about could look as one of the second. The stricter holds for both."
    ]
    ana.checks_in(CAFE, "where?")
    assert [each["disclosed"] for each in bob.reads(f"person={ana.handle}")] == ["quarter"]


def test_one_may_look_at_a_contract_before_it_holds(world: World) -> None:
    ana = world.person("Ana")
    before = ana.gets("/me/contract")
    seen = ana.posts("/me/contract/preview", {"ready": "invisible"})
    assert seen["says"] == ["Nobody may know anything of me."]
    assert ana.gets("/me/contract") == before


def test_a_change_says_which_version_it_changes(world: World) -> None:
    ana = world.person("Ana")
    assert ana.asks("GET", "/me/contract").headers["ETag"] == '"1"'
    body = {"ready": "invisible"}
    assert ana.is_refused("PUT", "/me/contract", body)["status"] == 428
    assert ana.is_refused("PUT", "/me/contract", body, If_Match='"0"')["status"] == 412
    assert ana.agrees(body, to='"1"')["version"] == 2
    assert ana.is_refused("PUT", "/me/contract", body, If_Match='"1"')["status"] == 412
    assert ana.asks("GET", "/me/contract", If_None_Match='"2"').status_code == 304


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (
            {"purpose": "nearby", "who": {"group": "business", "id": str(UUID(int=7))}},
            "nearby may be opened for",
        ),
        ({"purpose": "nearby", "who": {"group": "community"}}, "an id belongs to"),
        ({"purpose": "nearby", "who": {"group": "everyone", "id": str(UUID(int=7))}}, "an id belongs to"),
        ({"purpose": "nearby", "who": {"group": "person"}}, "by their handle"),
        ({"purpose": "nearby", "who": EVERYONE, "identity": "handle"}, "readers alone"),
        ({"purpose": "offers", "who": EVERYONE, "lasts": 7}, "no duration"),
        ({"purpose": "nearby", "who": EVERYONE, "lasts": 0}, "/terms/0/lasts"),
        ({"purpose": "nearby", "who": EVERYONE, "hours": {"since": "9", "until": "17:00"}}, "since"),
        ({"purpose": "gossip", "who": EVERYONE}, "/terms/0/purpose"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused_with_why(world: World, term: Json, says: str) -> None:
    ana = world.person("Ana")
    refused = ana.is_refused("PUT", "/me/contract", {"terms": [term]}, If_Match="*")
    assert refused["status"] == 422
    assert says in refused["detail"]
    assert ana.gets("/me/contract")["version"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"ready": "invisible", "terms": []}, 422),
        ({"ready": "wide-open"}, 422),
        ({"terms": [], "time_zone": "Mars/Olympus"}, 422),
        ({"terms": [], "time_zone": "../etc/passwd"}, 422),
        ({"terms": [], "quiet_places": [{"name": "x", "lat": 0.0, "lon": 0.0, "radius_m": 5}]}, 422),
        ({"terms": [nearby({"group": "community", "id": str(UUID(int=7))})]}, 422),
        ({"terms": [nearby({"group": "person", "handle": "nobody-at-all"})]}, 404),
        ({"terms": [nearby()] * 51}, 422),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused(world: World, body: Json, status: int) -> None:
    ana = world.person("Ana")
    assert ana.is_refused("PUT", "/me/contract", body, If_Match="*")["status"] == status


def test_whoever_blocks_me_is_nobody_i_can_name(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    bob.blocks(ana)
    body = {"terms": [nearby({"group": "person", "handle": bob.handle})]}
    assert ana.is_refused("PUT", "/me/contract", body, If_Match="*")["status"] == 404


def test_of_two_who_change_it_at_once_one_is_told(world: World) -> None:
    """Two devices read the same version; whichever comes second changes something it has not read."""
    import gevent  # noqa: PLC0415 - only this test needs it.

    ana = world.person("Ana")
    changes = [{"terms": [feed(exactness=level)]} for level in ("city", "quarter", "street")]
    made = [gevent.spawn(ana.asks, "PUT", "/me/contract", each, If_Match='"1"') for each in changes]
    gevent.joinall(made)
    assert sorted(each.value.status_code for each in made) == [200, 412, 412]
    assert ana.gets("/me/contract")["version"] == 2


@pytest.mark.parametrize("check_ins", [1, 200])
def test_however_much_was_said_a_change_takes_the_same_few_statements(
    world: World, statements: Counting, check_ins: int
) -> None:
    ana = world.person("Ana")
    many = [{"position": point(destination(CAFE, number, 20.0 * number))} for number in range(check_ins)]
    ana.posts("/check-ins/batch", {"check_ins": many})
    with statements() as sent:
        ana.agrees({"ready": "invisible"})
    # Locked, read, written and named; check-ins read, written and told; place, counts and consent looked at.
    assert sent() <= 13
