"""Following: needs nobody's consent, tells nothing by itself, and those one follows back are a circle."""

import pytest

from app.relations import rules
from app.relations.service import following
from app.relations.signals import CircleJoined, CircleLeft, Followed
from tests.app.accounts.test_scopes import with_token
from tests.app.conftest import Telling
from tests.world import Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


def follow_back_circle(owner: Someone) -> list[str] | None:
    """The handles in it; None where there is none."""
    found = [each for each in owner.gets("/me/circles")["items"] if each["kind"] == "follow_back"]
    if not found:
        return None
    assert len(found) == 1
    return [each["person"]["handle"] for each in owner.gets(f"/me/circles/{found[0]['id']}/members")["items"]]


def test_one_follows_and_unfollows(ana: Someone, bob: Someone) -> None:
    made = ana.puts(f"/me/follows/{bob.handle.upper()}")
    assert (made["person"]["handle"], made["follows_back"]) == (bob.handle, False)
    assert ana.puts(f"/me/follows/{bob.handle}") == made
    assert ana.gets("/me/follows")["items"] == [made]
    (follower,) = bob.gets("/me/followers")["items"]
    assert (follower["person"]["handle"], follower["since"]) == (ana.handle, made["since"])
    assert not follower["follows_back"]
    assert ana.gets("/me/followers")["items"] == bob.gets("/me/follows")["items"] == []
    ana.unfollows(bob)
    ana.unfollows(bob)
    assert ana.gets("/me/follows")["items"] == bob.gets("/me/followers")["items"] == []


def test_whether_it_is_returned_stands_in_both_lists(ana: Someone, bob: Someone) -> None:
    ana.follows(bob)
    assert bob.puts(f"/me/follows/{ana.handle}")["follows_back"]
    for each in (ana, bob):
        for path in ("/me/follows", "/me/followers"):
            assert [shown["follows_back"] for shown in each.gets(path)["items"]] == [True], path


def test_a_person_is_shown_with_what_we_are_to_one_another(world: World, ana: Someone, bob: Someone) -> None:
    ana.follows(bob)

    def between(viewer: Someone, other: Someone) -> tuple[object, object]:
        shown = viewer.gets(f"/people/{other.handle}")
        return shown["you_follow"], shown["follows_you"]

    assert (between(ana, bob), between(bob, ana)) == ((True, False), (False, True))
    assert between(world.person(), bob) == (False, False)
    stranger = world.client.get(f"/v1/people/{bob.handle}").get_json()
    assert (stranger["handle"], stranger["you_follow"], stranger["follows_you"]) == (bob.handle, None, None)


def test_a_program_that_may_not_know_whom_one_follows_does_not(ana: Someone, bob: Someone) -> None:
    ana.follows(bob)
    for scope, known in (("check-ins:read", None), ("relations:read", True)):
        assert with_token(ana, scope).gets(f"/people/{bob.handle}")["you_follow"] is known


def test_those_one_follows_back_are_a_circle(ana: Someone, bob: Someone, telling: Telling) -> None:
    told = telling(Followed, CircleJoined, CircleLeft)
    ana.follows(bob)
    assert follow_back_circle(ana) is follow_back_circle(bob) is None
    bob.follows(ana)
    bob.follows(ana)
    assert (follow_back_circle(ana), follow_back_circle(bob)) == ([bob.handle], [ana.handle])
    ana.unfollows(bob)
    assert follow_back_circle(ana) == follow_back_circle(bob) == []
    assert [type(each).__name__ for each in told] == [
        *("Followed", "Followed", "CircleJoined", "CircleJoined", "CircleLeft", "CircleLeft")
    ]


def test_that_circle_is_changed_by_following_alone(ana: Someone, bob: Someone) -> None:
    ana.follows(bob)
    bob.follows(ana)
    circle = ana.gets("/me/circles")["items"][0]
    assert (circle["name"], circle["members"]) == ("", 1)
    at = f"/me/circles/{circle['id']}"
    for method, path, body in (
        ("PUT", at, {"name": "Mine"}),
        ("DELETE", at, None),
        ("PUT", f"{at}/members/{bob.handle}", None),
        ("DELETE", f"{at}/members/{bob.handle}", None),
    ):
        assert ana.is_refused(method, path, body)["type"] == "/v1/problems/conflict", (method, path)
    assert follow_back_circle(ana) == [bob.handle]


def test_unfollowing_takes_nobody_out_of_the_circles_one_drew(ana: Someone, bob: Someone) -> None:
    family = ana.draws("Family", bob)
    ana.follows(bob)
    bob.follows(ana)
    ana.unfollows(bob)
    assert [each["members"] for each in ana.gets("/me/circles")["items"] if each["id"] == family] == [1]


@pytest.mark.parametrize("who", ["the follower", "the followed"])
def test_a_block_ends_it_both_ways(ana: Someone, bob: Someone, who: str) -> None:
    ana.follows(bob)
    bob.follows(ana)
    blocker, blocked = (ana, bob) if who == "the follower" else (bob, ana)
    blocker.blocks(blocked)
    for one, other in ((ana, bob), (bob, ana)):
        assert one.gets("/me/follows")["items"] == one.gets("/me/followers")["items"] == []
        assert follow_back_circle(one) == []
        assert one.is_refused("PUT", f"/me/follows/{other.handle}")["status"] == 404
    blocker.unblocks(blocked)
    assert ana.gets("/me/follows")["items"] == []
    ana.follows(bob)


@pytest.mark.parametrize(
    ("handle", "status"), [("nobody-is-called-so", 404), ("me", 422), ("%00", 404), ("x" * 300, 404)]
)
def test_whom_one_cannot_follow(ana: Someone, handle: str, status: int) -> None:
    asked = ana.handle if handle == "me" else handle
    assert ana.is_refused("PUT", f"/me/follows/{asked}")["status"] == status


def test_there_is_a_most(world: World, ana: Someone, bob: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_FOLLOWS", 1)
    ana.follows(bob)
    ana.follows(bob)
    problem = ana.is_refused("PUT", f"/me/follows/{world.person().handle}")
    assert problem["type"] == "/v1/problems/conflict"
    assert len(ana.gets("/me/follows")["items"]) == 1
    assert rules.MOST_FOLLOWS == 5_000
