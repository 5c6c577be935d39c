"""Members decide together: what they move and vote on, what carries, and what follows of it."""

import pytest

from app import clock
from app.motions.rules import MOST_OPEN_OF_ONE
from app.motions.signals import MotionDecided
from tests.app.conftest import Telling
from tests.app.motions.conftest import DAYS, Close
from tests.app.motions.council import Council
from tests.world import CAFE, FAR_AWAY, World, square


@pytest.fixture
def council(world: World) -> Council:
    return Council(world)


def test_what_a_majority_is_for_is_done_when_it_closes(
    council: Council, close: Close, telling: Telling
) -> None:
    told = telling(MotionDecided)
    motion = council.moves(kind="name", name="Hill riders")
    assert motion | {"state": "open", "quorum": 3, "voted": 0, "votes": None} == motion
    council.votes(motion, "for", "for", "against")
    assert council.sees(motion) | {"voted": 3, "votes": None, "my_choice": "for"} == council.sees(motion)
    assert council.shown["properties"]["name"] == "Ring riders"
    close()
    assert council.shown["properties"]["name"] == "Hill riders"
    seen = council.sees(motion)
    assert (seen["state"], seen["voted"]) == ("carried", 3)
    assert seen["votes"] == {"in_favour": 2, "against": 1, "abstained": 0}
    # Who voted how nobody knows any more, not even they themselves.
    assert seen["my_choice"] is None
    assert [each.state for each in told if isinstance(each, MotionDecided)] == ["carried"]


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        (["for", "for", "for"], "carried"),
        (["for", "abstain", "abstain"], "carried"),
        (["for", "for"], "rejected"),
        (["for", "for", "against", "against"], "rejected"),
        (["against", "against", "for"], "rejected"),
        ([], "rejected"),
    ],
)
def test_it_takes_enough_votes_and_more_for_than_against(
    council: Council, close: Close, choices: list[str], state: str
) -> None:
    motion = council.moves(kind="purpose", purpose="Riding up hills together.")
    council.votes(motion, *choices)
    close()
    assert council.sees(motion)["state"] == state
    changed = council.shown["properties"]["purpose"] == "Riding up hills together."
    assert changed is (state == "carried")


def test_a_vote_may_be_changed_and_taken_back_while_it_is_open(council: Council, close: Close) -> None:
    motion = council.moves(kind="noise-budget", offers_a_day=1)
    council.votes(motion, "for", "for", "for", "against")
    council.votes(motion, "against", "against")
    council.people[2].deletes(f"{council.path}/motions/{motion['id']}/vote")
    council.people[2].deletes(f"{council.path}/motions/{motion['id']}/vote")
    close()
    assert council.sees(motion)["votes"] == {"in_favour": 0, "against": 3, "abstained": 0}
    refused = council.people[0].is_refused(
        "PUT", f"{council.path}/motions/{motion['id']}/vote", {"choice": "for"}
    )
    assert (refused["status"], refused["detail"]) == (409, "Voting has ended.")


def test_when_the_time_is_over_nobody_votes_though_it_is_not_counted_yet(council: Council) -> None:
    motion = council.moves(kind="name", name="Hill riders")
    with clock.travelling(DAYS):
        path = f"{council.path}/motions/{motion['id']}/vote"
        assert council.people[0].is_refused("PUT", path, {"choice": "for"})["detail"] == "Voting has ended."


def test_who_left_is_not_counted_and_who_came_back_belongs_anew(council: Council, close: Close) -> None:
    motion = council.moves(kind="name", name="Hill riders")
    council.votes(motion, "for", "for", "for", "against")
    council.people[0].leaves(council.community)
    path = f"{council.path}/motions/{motion['id']}/vote"
    assert council.people[0].is_refused("PUT", path, {"choice": "for"})["type"] == "/v1/problems/not-a-member"
    council.people[1].leaves(council.community)
    council.people[1].joins(council.community)
    assert "after this was moved" in council.people[1].is_refused("PUT", path, {"choice": "for"})["detail"]
    close()
    council.people[0].joins(council.community)
    assert council.sees(motion)["votes"] == {"in_favour": 1, "against": 1, "abstained": 0}


def test_who_joins_later_does_not_decide(council: Council, world: World) -> None:
    motion, late = council.moves(kind="name", name="Hill riders"), world.person("Late")
    late.joins(council.community)
    path = f"{council.path}/motions/{motion['id']}"
    assert late.gets(path)["state"] == "open"
    assert late.is_refused("PUT", f"{path}/vote", {"choice": "for"})["status"] == 403
    assert late.gets("/me/motions")["items"] == []


def test_what_is_open_for_me_is_what_i_have_not_voted_on(council: Council, world: World) -> None:
    first = council.moves(kind="name", name="Hill riders")
    second = council.moves(kind="noise-budget", offers_a_day=0)
    bob = council.people[1]
    assert [each["id"] for each in bob.gets("/me/motions")["items"]] == [first["id"], second["id"]]
    bob.puts(f"{council.path}/motions/{first['id']}/vote", {"choice": "abstain"})
    assert [each["id"] for each in bob.gets("/me/motions")["items"]] == [second["id"]]
    assert world.person().gets("/me/motions")["items"] == []


def test_a_business_is_welcomed_and_sent_off(council: Council, world: World, close: Close) -> None:
    business = world.business()
    for kind, welcome in (("welcome", True), ("send-off", False)):
        council.votes(council.moves(kind=kind, business=business["id"]), "for", "for", "for")
        close()
        (stands,) = council.people[0].gets(f"{council.path}/businesses")["items"]
        assert (stands["name"], stands["welcome"]) == ("Bike Bar", welcome)


def test_the_area_of_a_location_is_drawn_anew_by_those_who_belong(world: World, close: Close) -> None:
    yard, people = world.location(CAFE, "The yard"), [world.person() for _ in range(3)]
    for each in people:
        each.moves(CAFE)
        each.joins(yard)
    path = f"/communities/{yard['id']}/motions"
    assert people[0].is_refused("POST", path, {"proposal": {"kind": "area", "area": None}})["status"] == 422
    motion = people[0].posts(path, {"proposal": {"kind": "area", "area": square(FAR_AWAY)}})
    for each in people:
        each.puts(f"{path}/{motion['id']}/vote", {"choice": "for"})
    close()
    assert people[0].gets(f"/communities/{yard['id']}")["geometry"] == square(FAR_AWAY)


def test_a_split_begins_a_second_community_of_which_nobody_is_a_member(
    council: Council, world: World, close: Close
) -> None:
    topic = world.topic("interest:gravel")
    motion = council.moves(kind="split", name="Gravel", purpose="Riding off the road.", topics=[topic])
    council.votes(motion, "for", "for", "for")
    close()
    made = council.people[0].gets(f"/communities/{council.sees(motion)['made']}")["properties"]
    assert (made["name"], made["members"], made["forming"]) == ("Gravel", 0, None)


def test_a_steward_is_elected_keeps_house_and_is_recalled(council: Council, close: Close) -> None:
    ana, bob = council.people[:2]
    refused = ana.is_refused("PUT", f"{council.path}/notice", {"notice": "Meet at nine."})
    assert "Stand for it" in refused["detail"]
    council.votes(council.moves(ana, kind="steward"), "for", "for", "for")
    close()
    assert [each["person"]["handle"] for each in bob.gets(f"{council.path}/stewards")["items"]] == [
        ana.handle
    ]
    shown = ana.puts(f"{council.path}/notice", {"notice": "Meet at nine."})
    assert shown["properties"]["notice"] == "Meet at nine."
    assert (
        ana.is_refused("POST", f"{council.path}/motions", {"proposal": {"kind": "steward"}})["status"] == 409
    )
    motion = council.moves(bob, kind="recall", handle=ana.handle)
    assert motion["proposal"] == {"kind": "recall", "handle": ana.handle}
    council.votes(motion, "against", "for", "for")
    close()
    assert bob.gets(f"{council.path}/stewards")["items"] == []
    assert ana.is_refused("PUT", f"{council.path}/notice", {"notice": "Mine."})["status"] == 403


def test_a_steward_who_leaves_is_none(council: Council, close: Close) -> None:
    ana, bob = council.people[:2]
    council.votes(council.moves(ana, kind="steward"), "for", "for", "for")
    close()
    ana.leaves(council.community)
    assert bob.gets(f"{council.path}/stewards")["items"] == []
    assert ana.is_refused("PUT", f"{council.path}/notice", {"notice": "Mine."})["status"] == 403


def test_what_was_carried_and_cannot_be_done_is_void(council: Council, close: Close) -> None:
    ana = council.people[4]
    council.votes(council.moves(ana, kind="steward"), "for", "for", "for")
    ana.leaves(council.community)
    close()
    assert council.people[0].gets(f"{council.path}/stewards")["items"] == []
    (motion,) = council.people[0].gets(f"{council.path}/motions?state=void")["items"]
    assert motion["votes"]["in_favour"] == 3


def test_the_same_is_decided_once_at_a_time_and_not_everything_at_once(
    council: Council, world: World
) -> None:
    council.moves(kind="name", name="Hill riders")
    path, ana = f"{council.path}/motions", council.people[0]
    body = {"proposal": {"kind": "name", "name": "Other riders"}}
    assert council.people[1].is_refused("POST", path, body)["type"] == "/v1/problems/already-there"
    for _ in range(MOST_OPEN_OF_ONE - 1):
        council.moves(ana, kind="welcome", business=world.business()["id"])
    body = {"proposal": {"kind": "noise-budget", "offers_a_day": 1}}
    assert "Wait for one to close" in ana.is_refused("POST", path, body)["detail"]


def test_a_motion_is_taken_back_by_who_moved_it(council: Council) -> None:
    motion = council.moves(kind="name", name="Hill riders")
    path = f"{council.path}/motions/{motion['id']}"
    assert council.people[1].is_refused("DELETE", path)["status"] == 403
    council.people[0].deletes(path)
    council.people[0].deletes(path)
    assert council.sees(motion)["state"] == "withdrawn"
    council.moves(council.people[1], kind="name", name="Hill riders")


def test_only_members_see_and_decide(council: Council, world: World) -> None:
    motion, stranger = council.moves(kind="name", name="Hill riders"), world.person("Stranger")
    path = f"{council.path}/motions"
    body = {"proposal": {"kind": "name", "name": "Mine"}}
    for method, what, sent in (
        ("GET", path, None),
        ("GET", f"{path}/{motion['id']}", None),
        ("POST", path, body),
        ("PUT", f"{path}/{motion['id']}/vote", {"choice": "for"}),
        ("DELETE", f"{path}/{motion['id']}/vote", None),
        ("DELETE", f"{path}/{motion['id']}", None),
        ("PUT", f"{council.path}/notice", {"notice": "Mine."}),
    ):
        assert stranger.is_refused(method, what, sent)["type"] == "/v1/problems/not-a-member", (method, what)


def test_a_motion_of_one_community_is_not_found_in_another(world: World) -> None:
    one, other = Council(world, 3), Council(world, 3)
    motion = one.moves(kind="name", name="Hill riders")
    for each in one.people:
        each.joins(other.community)
    path = f"{other.path}/motions/{motion['id']}"
    assert one.people[0].is_refused("GET", path)["status"] == 404
    assert one.people[0].is_refused("PUT", f"{path}/vote", {"choice": "for"})["status"] == 404
    assert one.people[0].is_refused("DELETE", path)["status"] == 404


def test_who_moved_it_is_not_shown_to_whoever_they_are_apart_from(council: Council) -> None:
    ana, bob, eve = council.people[:3]
    motion = council.moves(ana, kind="name", name="Hill riders")
    bob.blocks(ana)
    path = f"{council.path}/motions/{motion['id']}"
    assert [each.gets(path)["proposed_by"] for each in (bob, eve)] == [None, ana.handle]


def test_they_come_in_pages_newest_first(council: Council) -> None:
    made = [council.moves(each, kind="steward")["id"] for each in council.people]
    first = council.people[0].asks("GET", f"{council.path}/motions?limit=3")
    assert [each["id"] for each in first.get_json(force=True)["items"]] == made[:1:-1]
    following = first.headers["Link"].split(">")[0].removeprefix("</v1")
    assert [each["id"] for each in council.people[0].gets(following)["items"]] == made[1::-1]
