"""Feeds: what is heard around a point, in a box, a community, a topic, of a person, in a span of time."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from app import clock, ids
from geo import Position, destination
from tests.app.conftest import Counting
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Someone, World, problem_in

FIJI = Position(-17.0, 179.999)


def around(at: Position, radius: float, more: str = "") -> str:
    return f"lat={at.lat}&lon={at.lon}&radius={radius}{more}"


def own_corner(world: World) -> Position:
    """A corner of the globe that no other test of the module talks about."""
    return destination(Position(-30.0, 20.0), int(world.seed, 16) % 360, 1_000 * (int(world.seed, 16) % 997))


@pytest.fixture
def corner(world: World) -> Position:
    return own_corner(world)


def test_a_circle_holds_what_is_within_its_radius_newest_first(world: World, corner: Position) -> None:
    ana = world.person("Ana")
    for metres in (0, 990, 1010, 500):
        ana.checks_in(destination(corner, 70, metres), f"{metres} m")
    assert ana.hears(around(corner, 1000)) == ["500 m", "990 m", "0 m"]


@pytest.mark.parametrize("radius", [1, 50, 3000, 30_000])
def test_a_circle_of_any_size(world: World, corner: Position, radius: float) -> None:
    ana = world.person("Ana")
    for share in (0.99, 1.01, 0.5):
        ana.checks_in(destination(corner, 200, radius * share), str(share))
    assert ana.hears(around(corner, radius)) == ["0.5", "0.99"]


def test_a_box_holds_what_is_between_its_corners(world: World, corner: Position) -> None:
    ana = world.person("Ana")
    west, south = corner.lon, corner.lat
    for name, lon, lat in (
        ("in", 0.005, 0.005),
        ("corner", 0, 0),
        ("east", 0.011, 0.005),
        ("north", 0.005, 0.011),
    ):
        ana.checks_in(Position(south + lat, west + lon), name)
    assert ana.hears(f"bbox={west},{south},{west + 0.01},{south + 0.01}") == ["corner", "in"]


def test_a_box_may_cross_the_antimeridian(world: World) -> None:
    ana = world.person("Ana")
    for name, lon in (
        ("west of it", 179.99),
        ("east of it", -179.99),
        ("too far west", 179.9),
        ("too far east", -179.9),
    ):
        ana.checks_in(Position(FIJI.lat, lon), f"{name} {world.seed}")
    assert ana.hears("bbox=179.95,-17.05,-179.95,-16.95") == [
        f"east of it {world.seed}",
        f"west of it {world.seed}",
    ]


def test_a_circle_may_cross_the_antimeridian(world: World) -> None:
    ana, here = world.person("Ana"), Position(-50.0, 179.999)
    ana.checks_in(Position(here.lat, -179.999), "across")
    assert ana.hears(around(here, 1000)) == ["across"]


@pytest.mark.parametrize("lat", [90.0, 89.9999, -90.0])
def test_a_circle_may_hold_a_pole(world: World, lat: float) -> None:
    ana = world.person("Ana")
    ana.checks_in(Position(lat, 10.0), "cold")
    assert "cold" in ana.hears(around(Position(lat, -170.0), 500))


def test_a_topic(world: World) -> None:
    ana, cycling, tea = world.person("Ana"), world.topic("interest:cycling"), world.topic("value:tea")
    ana.checks_in(CAFE, "both", topics=[cycling, tea])
    ana.checks_in(CAFE, "tea only", topics=[tea])
    ana.checks_in(FAR_AWAY, "cycling far away", topics=[cycling])
    assert ana.hears(f"topic={cycling}") == ["cycling far away", "both"]
    assert ana.hears(around(CAFE, 500, f"&topic={tea}")) == ["tea only", "both"]
    assert ana.hears(f"topic={tea}&person={ana.handle}") == ["tea only", "both"]


def test_a_person(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.checks_in(CAFE, "from Ana")
    bob.checks_in(CAFE, "from Bob")
    assert bob.hears(f"person={ana.handle.upper()}") == ["from Ana"]
    assert bob.hears(around(CAFE, 500, f"&person={ana.handle}")) == ["from Ana"]


def test_a_location_is_heard_by_everyone(world: World) -> None:
    quarter, ana = world.location(CAFE), world.person("Ana")
    ana.checks_in(CAFE, "here")
    ana.checks_in(FAR_AWAY, "elsewhere")
    answer = world.client.get(f"/v1/check-ins?community={quarter['id']}")
    assert [each["properties"]["text"] for each in answer.get_json()["features"]] == ["here"]


def test_a_chosen_community_is_heard_by_its_members_only(world: World) -> None:
    topic = world.topic()
    riders = world.community(topics=[topic])
    ana, bob = world.person("Ana"), world.person("Bob")
    ana.joins(riders)
    ana.checks_in(CAFE, "ride?", topics=[topic])
    ana.checks_in(CAFE, "not about it")
    assert (
        bob.is_refused("GET", f"/check-ins?community={riders['id']}")["type"] == "/v1/problems/not-a-member"
    )
    assert world.client.get(f"/v1/check-ins?community={riders['id']}").status_code == 403
    bob.joins(riders)
    assert bob.hears(f"community={riders['id']}") == ["ride?"]
    assert bob.hears(f"community={riders['id']}&topic={topic}") == ["ride?"]
    assert bob.hears(around(CAFE, 500, f"&community={riders['id']}")) == ["ride?"]
    bob.leaves(riders)
    assert bob.is_refused("GET", f"/check-ins?community={riders['id']}")["status"] == 403


def test_who_is_no_member_is_not_heard_in_a_community(world: World) -> None:
    topic = world.topic()
    riders, bob = world.community(topics=[topic]), world.person("Bob")
    bob.checks_in(CAFE, "I ride, too", topics=[topic])
    assert world.founder.hears(f"community={riders['id']}") == []


@pytest.fixture
def hours(world: World) -> tuple[Someone, list[str]]:
    """Ana spoke once an hour; what she said, and when it was received."""
    ana = world.person("Ana")
    times = []
    for hour in range(4):
        with clock.travelling(timedelta(hours=hour)):
            times.append(ana.checks_in(CAFE, str(hour))["properties"]["received_at"])
    return ana, times


def test_since_and_until(hours: tuple[Someone, list[str]]) -> None:
    ana, times = hours
    person = f"person={ana.handle}"
    assert ana.hears(f"{person}&since={times[1]}") == ["3", "2", "1"]
    assert ana.hears(f"{person}&until={times[2]}") == ["1", "0"]
    assert ana.hears(f"{person}&since={times[1]}&until={times[3]}") == ["2", "1"]
    assert ana.hears(f"{person}&since={times[3]}&until={times[0]}") == []


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    "moment",
    [
        "1960-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T00:00:00Z",
    ],
)
def test_times_long_ago_and_far_ahead_are_only_times(world: World, name: str, moment: str) -> None:
    answer = world.client.get(f"/v1/check-ins?{name}={quote(moment)}")
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize("lists", ["person", "around", "topic", "community"])
def test_pages_go_to_the_end_without_gaps_or_repeats(world: World, corner: Position, lists: str) -> None:
    ana, topic, area = world.person("Ana"), world.topic(), world.location(corner)
    texts = [str(each) for each in range(23)]
    for text in texts:
        ana.checks_in(corner, text, topics=[topic])
    query = {
        "person": f"person={ana.handle}",
        "around": around(corner, 3000),
        "topic": f"topic={topic}",
        "community": f"community={area['id']}",
    }[lists]
    assert read_on(world, f"/v1/check-ins?{query}&limit=5") == (texts[::-1], 5)


def read_on(world: World, path: str) -> tuple[list[str], int]:
    """All texts, and on how many pages."""
    texts: list[str] = []
    for page in range(1, 100):
        answer = world.client.get(path)
        texts += [each["properties"]["text"] for each in answer.get_json()["features"]]
        if "Link" not in answer.headers:
            return texts, page
        address, _, relation = answer.headers["Link"].partition(">; ")
        assert relation == 'rel="next"'
        path = address.removeprefix("<")
    raise AssertionError("the pages never end")


def test_what_is_said_meanwhile_shifts_no_page(world: World) -> None:
    ana = world.person("Ana")
    for each in range(6):
        ana.checks_in(saying=str(each))
    first = world.client.get(f"/v1/check-ins?person={ana.handle}&limit=3")
    ana.checks_in(saying="new")
    following = first.headers["Link"].split(">")[0].removeprefix("<")
    texts = [each["properties"]["text"] for each in world.client.get(following).get_json()["features"]]
    assert texts == ["2", "1", "0"]


def test_a_full_last_page_has_no_next(world: World) -> None:
    ana = world.person("Ana")
    for each in range(3):
        ana.checks_in(saying=str(each))
    assert "Link" not in world.client.get(f"/v1/check-ins?person={ana.handle}&limit=3").headers


BAD = [
    ("lat=91&lon=2&radius=5", "/lat"),
    ("lat=nan&lon=2&radius=5", "/lat"),
    ("lat=41&lon=181&radius=5", "/lon"),
    ("lat=41&lon=2", "lat, lon and radius belong together"),
    ("radius=5", "lat, lon and radius belong together"),
    ("lat=41&lon=2&radius=0", "/radius"),
    ("lat=41&lon=2&radius=30001", "/radius"),
    ("lat=41&lon=2&radius=inf", "/radius"),
    ("bbox=1,2,3", "west,south,east,north"),
    ("bbox=1,2,3,x", "west,south,east,north"),
    ("bbox=1,2,3,nan", "/bbox"),
    ("bbox=2,42,1,41", "south"),
    ("bbox=2,41,2,42", "same meridian"),
    ("bbox=-180,-90,180,90", "Ask for a smaller part"),
    ("bbox=-179,0,179,0.00001", "smaller"),
    ("lat=41&lon=2&radius=5&bbox=1,2,3,4", "either"),
    ("limit=0", "/limit"),
    ("limit=101", "/limit"),
    ("limit=x", "/limit"),
    ("cursor=x", "Link header"),
    ("cursor=%F0%9F%9A%B2", "Link header"),
    ("cursor=AAAA", "Link header"),
    ("since=yesterday", "/since"),
    ("since=2026-11-22T10:00:00", "/since"),
    ("community=x", "/community"),
    ("topic=cycling", "/topic"),
    ("topic=interest:nobody-added-this", "POST /v1/topics"),
    ("colour=red", "/colour"),
    (f"person={'x' * 31}", "/person"),
]


@pytest.mark.parametrize(("query", "says"), BAD)
def test_a_question_that_makes_no_sense_is_told_why(world: World, query: str, says: str) -> None:
    answer = world.client.get(f"/v1/check-ins?{query}")
    assert answer.status_code == 422
    assert says in problem_in(answer)["detail"]


@pytest.mark.parametrize("bbox", ["-180,-90,180,90", "-179,0,179,0.00001", "0,0,60,0.0001", "-60,-40,20,40"])
def test_a_box_beyond_what_a_feed_covers_is_a_bad_area(world: World, bbox: str) -> None:
    problem = problem_in(world.client.get(f"/v1/check-ins?bbox={bbox}"))
    assert problem["type"] == "/v1/problems/bad-area"


@pytest.mark.parametrize("query", ["person=nobody-is-called-so", "person=%00", "person=a%00b"])
def test_of_nobody_there_is_nothing(world: World, query: str) -> None:
    answer = world.client.get(f"/v1/check-ins?{query}")
    assert answer.status_code in {404, 422}


def test_a_community_that_is_not_there(world: World) -> None:
    answer = world.client.get(f"/v1/check-ins?community={ids.new_id()}")
    assert problem_in(answer)["type"] == "/v1/problems/not-found"


@pytest.mark.parametrize(
    "query",
    [around(CAFE, 1000), around(CAFE, 20_000), "bbox=2,41,2.3,41.5", "", "since=2026-01-01T00:00:00Z"],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_feed_is_one_statement(world: World, statements: Counting, query: str, signed_in: bool) -> None:
    ana = world.person("Ana")
    for each in range(30):
        ana.checks_in(NEAR_CAFE, str(each), topics=[])
    headers = ana.headers if signed_in else {}
    # The first time the statement is planned besides.
    world.client.get(f"/v1/check-ins?{query}", headers=headers)
    with statements() as sent:
        answer = world.client.get(f"/v1/check-ins?{query}", headers=headers)
        assert len(answer.get_json()["features"]) == 20
        assert sent() == 1
