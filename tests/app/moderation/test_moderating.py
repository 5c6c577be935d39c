"""The way of a report: to the queue, to a decision, and back again where its author objects."""

import pytest

from tests.app.conversation.talk import read, replies
from tests.app.moderation.keeping import case_of, decides, hides, moderator, moderators, reports
from tests.world import CAFE, Someone, World, point


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@pytest.fixture
def keeper(world: World) -> Someone:
    return moderator(world)


def test_what_is_reported_is_taken_upheld_and_hidden_and_its_author_told_why(
    ana: Someone, bob: Someone, keeper: Someone
) -> None:
    said = ana.checks_in(CAFE, "Buy my pills")
    told = reports(bob, "check-in", said["id"], "spam", "every day")
    assert told["mute"] == [f"/v1/me/mutes/people/{ana.handle}"]
    assert (told["thing"], told["state"], told["note"]) == (said["id"], "open", "every day")
    path = f"/moderation/cases/{case_of(keeper, said['id'])}"
    keeper.puts(f"{path}/taking")
    keeper.posts(f"{path}/notes", {"text": "the third today"})
    case = keeper.puts(f"{path}/decision", {"state": "upheld", "reason": "spam"})
    assert (case["state"], case["taken_by"], case["reports"]) == ("upheld", keeper.handle, {"spam": 1})
    assert [each["text"] for each in case["notes"]] == ["the third today"]
    assert [(each["act"], each["by"]) for each in case["trail"]] == [
        ("opened", None),
        ("taken", keeper.handle),
        ("noted", keeper.handle),
        ("upheld", keeper.handle),
        ("hidden", keeper.handle),
    ]
    assert bob.hears(f"person={ana.handle}") == []
    assert ana.hears(f"person={ana.handle}") == ["Buy my pills"]
    (mine,) = ana.gets("/me/moderation")["items"]
    assert (mine["id"], mine["what"], mine["reason"]) == (said["id"], "check-in", "spam")
    assert [each["state"] for each in bob.gets("/me/reports")["items"]] == ["upheld"]


def test_who_reports_can_mute_at_once_what_it_is_about(world: World, ana: Someone, bob: Someone) -> None:
    topic = world.topic()
    said = ana.checks_in(CAFE, "pills", topics=[topic])
    community = world.community()
    for what, thing in (("check-in", said["id"]), ("community", community["id"]), ("person", ana.handle)):
        for address in reports(bob, what, thing)["mute"]:
            bob.puts(address.removeprefix("/v1"))
    assert sorted(each["which"] for each in bob.gets("/me/mutes")["items"]) == sorted(
        [ana.handle, topic, community["id"]]
    )


def test_one_report_each_whose_reason_may_change_until_somebody_takes_the_case(
    ana: Someone, bob: Someone, keeper: Someone
) -> None:
    said = ana.checks_in(CAFE, "pills")["id"]
    first = reports(bob, "check-in", said)
    assert reports(bob, "check-in", said, "illegal")["id"] == first["id"]
    case = case_of(keeper, said)
    keeper.puts(f"/moderation/cases/{case}/taking")
    assert reports(bob, "check-in", said, "unwelcome")["reason"] == "illegal"
    assert keeper.gets(f"/moderation/cases/{case}")["reports"] == {"illegal": 1}


def test_only_what_one_may_know_of_is_reported_and_nothing_of_ones_own(
    world: World, ana: Someone, bob: Someone
) -> None:
    secret = ana.checks_in(CAFE, "to myself", visibility="me")["id"]
    said = ana.checks_in(CAFE, "hello")
    whisper = replies(ana, said, "only to me", visibility="author")["id"]
    foe = world.person("Foe")
    ana.blocks(foe)
    for who, what, thing in (
        (bob, "check-in", secret),
        (bob, "reply", whisper),
        (foe, "check-in", said["id"]),
        (foe, "person", ana.handle),
        (bob, "person", "nobody-there"),
        (bob, "reply", said["id"]),
        (bob, "community", said["id"]),
    ):
        named = {"handle" if what == "person" else "id": thing}
        refused = who.is_refused("POST", "/reports", {"what": what, **named, "reason": "spam"})
        assert refused["status"] == 404, what
    for what, named in (
        ("check-in", {"id": said["id"]}),
        ("reply", {"id": whisper}),
        ("person", {"handle": ana.handle}),
    ):
        assert ana.is_refused("POST", "/reports", {"what": what, **named, "reason": "spam"})["status"] == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"what": "place", "id": "00000000-0000-7000-8000-000000000000", "reason": "spam"},
        {"what": "check-in", "reason": "spam"},
        {"what": "check-in", "handle": "ana", "reason": "spam"},
        {"what": "person", "id": "00000000-0000-7000-8000-000000000000", "reason": "spam"},
        {"what": "person", "handle": "ana", "reason": "boring"},
        {"what": "person", "handle": "a" * 41, "reason": "spam"},
        {"what": "person", "handle": "ana", "reason": "spam", "note": "x" * 501},
        {"what": "person", "handle": "ana", "reason": "spam", "note": "\0"},
        {"what": "check-in", "id": 10**400, "reason": "spam"},
        {"what": "check-in", "id": "x", "reason": "spam"},
    ],
)
def test_what_is_no_report(bob: Someone, body: dict[str, object]) -> None:
    assert bob.is_refused("POST", "/reports", body)["type"] == "/v1/problems/invalid"


def test_a_handle_with_nothing_in_it_is_nobodys(bob: Someone) -> None:
    for handle in ("\0", "", "%", "'"):
        body = {"what": "person", "handle": handle, "reason": "spam"}
        assert bob.is_refused("POST", "/reports", body)["status"] in {404, 422}


def test_nobody_but_moderators_sees_the_queue(ana: Someone, bob: Someone, keeper: Someone) -> None:
    case = hides(keeper, "check-in", ana.checks_in(CAFE, "pills")["id"], bob)
    path = f"/moderation/cases/{case}"
    for method, where, body in (
        ("GET", "/moderation/cases", None),
        ("GET", path, None),
        ("PUT", f"{path}/taking", None),
        ("DELETE", f"{path}/taking", None),
        ("POST", f"{path}/notes", {"text": "hello"}),
        ("PUT", f"{path}/decision", {"state": "dismissed"}),
    ):
        for who in (ana, bob):
            assert who.is_refused(method, where, body)["type"] == "/v1/problems/not-allowed"


def test_no_moderator_learns_who_reported_nor_where_what_not_everybody_may_know(
    ana: Someone, bob: Someone, keeper: Someone
) -> None:
    ana.agrees({"ready": "friends-and-communities"})
    ana.follows(bob)
    bob.follows(ana)
    said = ana.checks_in(CAFE, "for friends")["id"]
    reports(bob, "check-in", said, note="look")
    path = f"/moderation/cases/{case_of(keeper, said)}"
    whole, listed = (keeper.asks("GET", each).get_data(as_text=True) for each in (path, "/moderation/cases"))
    for secret in (bob.handle, bob.id, "2.15", "41.40"):
        assert secret not in whole
        assert secret not in listed
    assert keeper.gets(path)["thing"]["text"] == "for friends"


def test_where_everybody_may_know_moderators_may_too(ana: Someone, bob: Someone, keeper: Someone) -> None:
    said = ana.checks_in(CAFE, "hello", exactness="quarter")["id"]
    reports(bob, "check-in", said, "implausible")
    shown = keeper.gets(f"/moderation/cases/{case_of(keeper, said)}")["thing"]["at"]
    (public,) = bob.gets(f"/check-ins?person={ana.handle}")["features"]
    assert shown == public["geometry"]
    assert shown != point(CAFE)


def test_the_queue_is_found_by_state_and_reason(ana: Someone, bob: Someone, keeper: Someone) -> None:
    said = [ana.checks_in(CAFE, "pills")["id"] for _ in range(3)]
    reports(bob, "check-in", said[0], "illegal")
    hides(keeper, "check-in", said[1], bob, "illegal")
    reports(bob, "check-in", said[2], "unwelcome")

    def found(query: str) -> list[str]:
        items = keeper.gets(f"/moderation/cases?limit=100&{query}")["items"]
        things = [keeper.gets(f"/moderation/cases/{each['id']}")["thing"]["id"] for each in items]
        return [each for each in things if each in said]

    assert found("") == said
    assert found("state=open") == [said[0], said[2]]
    assert found("state=upheld&reason=illegal") == [said[1]]
    assert found("reason=unwelcome") == [said[2]]
    for query in ("state=gone", "reason=boring", "limit=1000", "state=%00"):
        assert keeper.is_refused("GET", f"/moderation/cases?{query}")["status"] == 422


def test_its_author_objects_once_and_another_moderator_looks_at_it(
    world: World, ana: Someone, bob: Someone, keeper: Someone
) -> None:
    said = ana.checks_in(CAFE, "pills")["id"]
    case = hides(keeper, "check-in", said, bob)
    objection = f"/me/moderation/{said}/objection"
    assert bob.is_refused("POST", objection, {"text": "no"})["status"] == 404
    ana.posts(objection, {"text": "I am a pharmacist"})
    assert ana.is_refused("POST", objection, {"text": "again"})["type"] == "/v1/problems/not-open"
    assert bob.hears(f"person={ana.handle}") == [], "it stays hidden until somebody decides otherwise"
    other = world.person("Other")
    moderators(world, keeper, other)
    assert keeper.is_refused("PUT", f"/moderation/cases/{case}/taking")["type"] == "/v1/problems/not-open"
    assert other.gets(f"/moderation/cases/{case}")["objection"] == "I am a pharmacist"
    assert [each["act"] for each in decides(other, case, "dismissed")["trail"]][-4:] == [
        "objected",
        "taken",
        "dismissed",
        "unhidden",
    ]
    assert bob.hears(f"person={ana.handle}") == ["pills"]
    assert ana.gets("/me/moderation")["items"] == []


def test_a_moderator_leaves_cases_about_themselves_to_others(
    world: World, bob: Someone, keeper: Someone
) -> None:
    said = keeper.checks_in(CAFE, "mine")["id"]
    reports(bob, "check-in", said)
    other = world.person("Other")
    moderators(world, keeper, other)
    case = case_of(other, said)
    assert case not in [each["id"] for each in keeper.gets("/moderation/cases?limit=100")["items"]]
    for method, path in (("GET", ""), ("PUT", "/taking"), ("DELETE", "/taking")):
        assert keeper.is_refused(method, f"/moderation/cases/{case}{path}")["status"] == 404


def test_people_and_communities_are_looked_at_again_when_reported_again(
    world: World, ana: Someone, bob: Someone, keeper: Someone
) -> None:
    said = ana.checks_in(CAFE, "pills")["id"]
    things = (("person", ana.handle, ana.id), ("check-in", said, said))
    for what, thing, id_ in things:
        reports(bob, what, thing)
        decides(keeper, case_of(keeper, id_), "dismissed")
        reports(world.person("Cas"), what, thing)
    states = [keeper.gets(f"/moderation/cases/{case_of(keeper, id_)}")["state"] for *_, id_ in things]
    assert states == ["open", "dismissed"]


def test_a_case_that_was_put_back_is_anybodys(
    world: World, ana: Someone, bob: Someone, keeper: Someone
) -> None:
    said = ana.checks_in(CAFE, "pills")["id"]
    reports(bob, "check-in", said)
    other = world.person("Other")
    moderators(world, keeper, other)
    path = f"/moderation/cases/{case_of(keeper, said)}"
    keeper.puts(f"{path}/taking")
    decision = {"state": "dismissed"}
    assert other.is_refused("PUT", f"{path}/taking")["type"] == "/v1/problems/not-open"
    assert other.is_refused("PUT", f"{path}/decision", decision)["type"] == "/v1/problems/not-open"
    other.deletes(f"{path}/taking")
    assert other.puts(f"{path}/taking")["taken_by"] == other.handle
    assert read(bob, {"id": said}) == []
