"""Membership: always chosen, as easily left, and who may see or do what without or with it."""

import pytest
from sqlalchemy.orm import Session

from app.communities import hearing, queries, service
from app.communities.signals import Joined, Left
from app.errors import JoinedByCheckingIn, NotAMember, NotFound
from app.ids import new_id
from geo import Circle
from tests.app.rows import Rows, rows_in
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, problem_in

NOBODY = "00000000-0000-7000-8000-000000000000"
CHOSEN = ["interest", "goal", "value"]


def members(community: Json, asked_by: Someone) -> list[str]:
    """The handles of the members as one of them sees them."""
    return [each["handle"] for each in asked_by.gets(f"/communities/{community['id']}/members")["items"]]


def count(world: World, community: Json) -> int:
    """How many belong, as anybody may know."""
    shown = world.client.get(f"/v1/communities/{community['id']}").get_json(force=True)
    return int(shown["properties"]["members"])


def mine(person: Someone) -> list[str]:
    return [each["id"] for each in person.gets("/me/communities")["features"]]


@pytest.mark.parametrize("kind", CHOSEN)
def test_one_belongs_as_soon_as_one_says_so_and_no_longer_than_one_likes(world: World, kind: str) -> None:
    community, ana = world.community(kind=kind), world.person("Ana")
    assert (mine(ana), count(world, community)) == ([], 1)
    joined = ana.asks("PUT", f"/communities/{community['id']}/membership")
    assert (joined.status_code, joined.get_json(force=True)["properties"]["members"]) == (200, 2)
    assert (mine(ana), count(world, community)) == ([community["id"]], 2)
    left = ana.asks("DELETE", f"/communities/{community['id']}/membership")
    assert (left.status_code, left.data) == (204, b"")
    assert (mine(ana), count(world, community)) == ([], 1)


@pytest.mark.parametrize("times", [2, 3])
def test_joining_or_leaving_again_changes_nothing(world: World, times: int) -> None:
    community, ana = world.community(), world.person("Ana")
    for _ in range(times):
        ana.joins(community)
    assert count(world, community) == 2
    for _ in range(times):
        ana.leaves(community)
    assert count(world, community) == 1


def test_mine_are_in_the_order_i_joined_them(world: World) -> None:
    first, second, third = (world.community(name) for name in ("Zeta", "Alpha", "Midway"))
    ana = world.person("Ana")
    for community in (second, third, first):
        ana.joins(community)
    ana.leaves(third)
    ana.joins(third)
    assert mine(ana) == [second["id"], first["id"], third["id"]]


def test_members_see_one_another(world: World) -> None:
    community, ana, bob = world.community(), world.person("Ana"), world.person("Bob")
    ana.joins(community)
    bob.joins(community)
    handles = {world.founder.handle, ana.handle, bob.handle}
    assert set(members(community, ana)) == set(members(community, bob)) == handles
    item = ana.gets(f"/communities/{community['id']}/members")["items"][0]
    assert item.keys() == {"id", "handle", "name"}


MAY: list[tuple[str, str, str, int]] = [
    ("nobody", "GET", "", 200),
    ("stranger", "GET", "", 200),
    ("nobody", "GET", "/presence", 200),
    ("nobody", "GET", "/members", 401),
    ("stranger", "GET", "/members", 403),
    ("member", "GET", "/members", 200),
    ("left", "GET", "/members", 403),
    ("nobody", "PUT", "/membership", 401),
    ("nobody", "DELETE", "/membership", 401),
    ("stranger", "PUT", "/membership", 200),
    ("stranger", "DELETE", "/membership", 204),
    ("member", "PUT", "/membership", 200),
    ("member", "DELETE", "/membership", 204),
    ("nobody", "GET", "feed", 403),
    ("stranger", "GET", "feed", 403),
    ("left", "GET", "feed", 403),
    ("member", "GET", "feed", 200),
]


@pytest.mark.parametrize(("who", "method", "what", "status"), MAY)
def test_who_may_see_and_do_what(world: World, who: str, method: str, what: str, status: int) -> None:
    community, ana = world.community(), world.person("Ana")
    if who in {"member", "left"}:
        ana.joins(community)
    if who == "left":
        ana.leaves(community)
    path = f"/v1/communities/{community['id']}{what}"
    if what == "feed":
        path = f"/v1/check-ins?community={community['id']}"
    headers = {} if who == "nobody" else ana.headers
    answer = world.client.open(path, method=method, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert problem_in(answer)["type"] == "/v1/problems/not-a-member"


@pytest.mark.parametrize(
    ("method", "what"),
    [("GET", ""), ("GET", "/members"), ("GET", "/presence"), ("PUT", "/membership"), ("GET", "feed")],
)
def test_of_a_community_that_is_not_there_one_is_told_so(world: World, method: str, what: str) -> None:
    path = f"/check-ins?community={NOBODY}" if what == "feed" else f"/communities/{NOBODY}{what}"
    assert world.founder.is_refused(method, path)["detail"] == "There is no such community."


def test_leaving_what_is_not_there_changes_nothing(world: World) -> None:
    assert world.founder.asks("DELETE", f"/communities/{NOBODY}/membership").status_code in {204, 404}


def test_a_location_is_joined_by_checking_in_there(world: World) -> None:
    location, ana = world.location(CAFE, "the yard", degrees=0.003), world.person("Ana")
    problem = ana.is_refused("PUT", f"/communities/{location['id']}/membership")
    assert (problem["status"], problem["type"]) == (409, "/v1/problems/joined-by-checking-in")
    assert "the yard" in problem["detail"]
    assert "check in there" in problem["detail"]
    assert ana.is_part_of == []
    ana.checks_in(CAFE)
    assert "the yard" in ana.is_part_of
    # It was not chosen, so it is none of those.
    assert (mine(ana), count(world, location)) == ([], 0)


def test_who_is_in_a_location_is_counted_and_never_listed(world: World) -> None:
    location, ana = world.location(CAFE, "the yard", degrees=0.003), world.person("Ana")
    ana.checks_in(CAFE)
    assert ana.gets(f"/communities/{location['id']}/presence") == {"id": location["id"], "here": 1}
    for person in (ana, world.founder):
        assert person.is_refused("GET", f"/communities/{location['id']}/members")["status"] == 403


def test_a_location_is_left_like_any_other(world: World) -> None:
    location, ana = world.location(FAR_AWAY, "the yard"), world.person("Ana")
    ana.checks_in(FAR_AWAY)
    ana.leaves(location)
    ana.leaves(location)
    assert ana.is_part_of == []
    assert ana.presence["position"] is not None


@pytest.fixture
def rows(session: Session) -> Rows:
    """A world in the test's own session."""
    return rows_in(session)


@pytest.fixture
def announced(session: Session) -> list[object]:
    """What the session will tell once committed."""
    told: list[object] = session.info.setdefault("announced", [])
    return told


def test_joining_is_told_once_and_leaving_always(rows: Rows, announced: list[object]) -> None:
    """Sockets drop the watches of those who leave, so one word too much is better than one too few."""
    ana, community = rows.person(), rows.community(rows.topic())
    rows.joins(ana, community)
    rows.joins(ana, community)
    assert announced == [Joined(ana, community)]
    rows.leaves(ana, community)
    assert announced[1:] == [Left(ana, community)]


def test_a_service_refuses_what_the_door_does(rows: Rows) -> None:
    location = rows.location(Circle(CAFE, 50))
    with pytest.raises(JoinedByCheckingIn):
        service.join(rows.session, rows.person(), location, rows.now)
    with pytest.raises(NotFound):
        service.join(rows.session, rows.person(), new_id(), rows.now)


@pytest.mark.parametrize(
    ("belongs", "asks_for", "refused"),
    [
        ("", "", None),
        ("a", "a", None),
        ("ab", "ab", None),
        ("a", "b", NotAMember),
        ("a", "ab", NotAMember),
        ("", "L", None),
        ("", "aL", NotAMember),
        ("a", "aL", None),
        ("ab", "a?", NotFound),
        ("", "?", NotFound),
        ("a", "aa", None),
    ],
)
def test_who_may_hear_what_is_said_in_communities(
    rows: Rows, belongs: str, asks_for: str, refused: type[Exception] | None
) -> None:
    ana, topic = rows.person(), rows.topic()
    there = {name: rows.community(topic) for name in "ab"} | {"L": rows.location(Circle(CAFE, 50))}
    for name in belongs:
        rows.joins(ana, there[name])
    asked = [there.get(name) or new_id() for name in asks_for]
    if refused is None:
        hearing.check(rows.session, ana, asked)
    else:
        with pytest.raises(refused):
            hearing.check(rows.session, ana, asked)


def test_without_a_name_one_hears_locations_alone(rows: Rows) -> None:
    hearing.check(rows.session, None, [rows.location(Circle(CAFE, 50))])
    with pytest.raises(NotAMember):
        hearing.check(rows.session, None, [rows.community(rows.topic())])


def test_nobody_is_a_member_of_a_location(rows: Rows) -> None:
    ana, location = rows.person(), rows.location(Circle(CAFE, 500))
    rows.is_at(ana, CAFE)
    assert not queries.is_member(rows.session, ana, location)
    assert queries.community_ids_of(rows.session, ana) == []
