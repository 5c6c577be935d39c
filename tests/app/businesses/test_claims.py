"""What a business stands for: a value with evidence, which members of those who share it doubt, by nobody's name."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.businesses import standing
from app.ids import new_id
from tests.app.businesses.fair import PAGE, Fair
from tests.app.businesses.shop import Shop
from tests.app.conftest import Counting
from tests.app.plans import plans_of, read_whole
from tests.world import CAFE, World, point


@pytest.fixture
def fair(world: World) -> Fair:
    return Fair(world)


def test_everybody_reads_what_it_stands_for_what_shows_it_and_where_it_is(world: World, fair: Fair) -> None:
    interest, goal = world.topic("interest:tea"), world.topic("goal:a-bridge")
    said = fair.stands_for(
        {"key": fair.value, "evidence": {"url": PAGE, "says": "Our certificate"}},
        {"key": interest},
        {"key": goal},
    )
    place = fair.shop.owner.posts(f"{fair.shop.path}/places", {"name": "Corner", "position": point(CAFE)})
    seen = world.client.get(f"/v1{fair.shop.path}").get_json(force=True)
    assert seen["topics"] == said["topics"]
    assert [each["key"] for each in seen["topics"]] == sorted([fair.value, interest, goal])
    assert fair.claim["evidence"] | {"since": ""} == {
        "url": PAGE,
        "rel": "nofollow ugc",
        "says": "Our certificate",
        "since": "",
    }
    assert {each["evidence"] is None for each in seen["topics"]} == {True, False}
    assert seen["places"] == [place]


def test_what_is_not_named_is_stood_for_no_more(fair: Fair) -> None:
    fair.stands_for()
    assert fair.read()["topics"] == []


def test_the_same_again_changes_nothing(fair: Fair) -> None:
    before, acts = fair.claim, f"{fair.shop.path}/acts?limit=1"
    newest = fair.shop.owner.gets(acts)["items"][0]
    assert newest["kind"] == "changed-topics"
    with clock.travelling(timedelta(hours=1)):
        fair.claims()
        assert fair.claim == before
        assert fair.shop.owner.gets(acts)["items"][0] == newest
        fair.claims(f"{PAGE}?now")
        assert fair.claim["since"] == before["since"]
        assert fair.claim["evidence"]["since"] > before["evidence"]["since"]


@pytest.mark.parametrize(
    "url",
    [
        "http://fair.example/",
        "ftp://fair.example/",
        "javascript:alert(1)",
        "https://",
        "https://ana:secret@fair.example/",
        "https://localhost/",
        "https://fair.example/" + "x" * 500,
        "https://fair.example/" + "é" * 100,
        "fair.example",
        "",
        7,
        None,
    ],
)
def test_evidence_is_an_address_that_people_can_follow(fair: Fair, url: object) -> None:
    before = fair.read()
    body = {"topics": [{"key": fair.value, "evidence": {"url": url}}]}
    refused = fair.shop.owner.is_refused("PUT", f"{fair.shop.path}/topics", body)
    assert (refused["status"], refused["errors"][0]["at"]) == (422, "/topics/0/evidence/url")
    assert fair.read() == before


def test_what_it_cannot_stand_for(world: World, fair: Fair) -> None:
    before = fair.read()
    interest = {"key": world.topic("interest:tea")}
    for wrong, type in (
        ([{"key": fair.value}], "invalid"),
        ([interest, interest], "invalid"),
        ([{"key": f"interest:t-{number}"} for number in range(11)], "invalid"),
        ([{"key": "interest:nobody-added"}], "unknown-topic"),
        ([{"key": "tea"}], "invalid"),
    ):
        refused = fair.shop.owner.is_refused("PUT", f"{fair.shop.path}/topics", {"topics": wrong})
        assert refused["type"] == f"/v1/problems/{type}", wrong
    eve = world.person("Eve")
    refused = eve.is_refused("PUT", f"{fair.shop.path}/topics", {"topics": [interest]})
    assert refused["type"] == "/v1/problems/not-allowed"
    assert fair.read() == before


def test_a_doubt_is_told_from_five_on_in_steps_and_to_everybody_alike(world: World, fair: Fair) -> None:
    assert fair.told() == (0, False)
    people = fair.doubted_by(4)
    assert fair.told() == (0, False)
    people += fair.doubted_by(1)
    assert fair.told() == (5, False)
    people += fair.doubted_by(4)
    assert fair.told() == (5, False)
    people += fair.doubted_by(1)
    assert fair.told() == (10, True)
    people[1].blocks(people[0])
    for reader in (people[0], people[1], fair.shop.owner, world.person("Eve")):
        assert fair.read(by=reader) == fair.read(), "counts know no viewer"
    people[0].deletes(fair.doubting)
    people[0].deletes(fair.doubting)
    assert fair.told() == (5, False)


def test_twice_doubted_is_once(fair: Fair) -> None:
    mia = fair.member()
    for reason in ("one", "two"):
        mia.puts(fair.doubting, {"reason": reason})
    assert mia.gets(fair.doubting)["reason"] == "two"
    fair.doubted_by(3)
    assert fair.told() == (0, False)


def test_only_to_whom_it_matters(world: World, fair: Fair) -> None:
    eve, member = world.person("Eve"), fair.member()
    refused = eve.is_refused("PUT", fair.doubting, {})
    assert refused["type"] == "/v1/problems/not-a-member"
    interest = world.topic("interest:tea")
    fair.stands_for({"key": interest}, {"key": fair.value, "evidence": {"url": PAGE}})
    path = f"{fair.shop.path}/topics"
    assert member.is_refused("PUT", f"{path}/{interest}/doubt", {})["type"] == "/v1/problems/invalid"
    assert member.is_refused("PUT", f"{path}/value:nothing/doubt", {})["status"] == 404
    assert member.is_refused("PUT", f"{path}/%00/doubt", {})["status"] == 404
    assert member.is_refused("GET", fair.doubting)["status"] == 404
    assert member.is_refused("PUT", fair.doubting, {"reason": "x" * 281})["status"] == 422
    assert world.client.put(f"/v1{fair.doubting}", json={}).status_code == 401


def test_who_leaves_the_community_doubts_no_more(fair: Fair) -> None:
    people = fair.doubted_by(5)
    people[0].leaves(fair.community)
    assert fair.told() == (0, False)
    assert people[0].is_refused("GET", fair.doubting)["status"] == 404


def test_no_doubt_without_belonging_even_around_the_code(session: Session, fair: Fair) -> None:
    values = {
        "person": fair.world.person("Eve").id,
        "business": fair.shop.id,
        "community": fair.community["id"],
        "value": fair.value,
    }
    around = text(
        "INSERT INTO doubts (person_id, business_id, topic_id, community_id, reason, made_at) "
        "SELECT :person, :business, id, :community, '', now() FROM topics WHERE key = :value"
    )
    with pytest.raises(IntegrityError, match="doubts_person_id_community_id_fkey"):
        session.execute(around, values)


def test_new_evidence_and_a_claim_made_anew_leave_the_doubts(fair: Fair) -> None:
    people = fair.doubted_by(5, "not so")
    assert people[0].gets(fair.doubting)["evidence_changed"] is False
    with clock.travelling(timedelta(minutes=1)):
        fair.claims("https://other.example/")
        assert fair.told() == (5, False)
        assert people[0].gets(fair.doubting)["evidence_changed"] is True
        fair.stands_for()
        fair.claims()
        assert fair.told() == (5, False)
        fair.stands_for()
        people[0].deletes(fair.doubting)
        fair.claims()
        assert fair.told() == (0, False), "a doubt can be taken back also while nothing is claimed"


def test_staff_read_why_and_never_who(world: World, fair: Fair) -> None:
    people = fair.doubted_by(4, "b: nothing on that page")
    assert fair.reasons() == [], "of one who was seen to read it, they could guess"
    people += fair.doubted_by(1, "a: sold by none of them")
    people += fair.doubted_by(1, "0: not counted yet")
    answer = fair.shop.owner.asks("GET", f"{fair.doubting}s")
    assert answer.get_json(force=True) == {
        "doubts": 5,
        "reasons": ["a: sold by none of them", *["b: nothing on that page"] * 4],
    }
    assert not any(each.handle in answer.text or each.id in answer.text for each in people)
    for other in (people[0], world.person("Eve")):
        assert other.is_refused("GET", f"{fair.doubting}s")["type"] == "/v1/problems/not-allowed"


def test_one_business_is_three_statements_however_much_it_says(fair: Fair, statements: Counting) -> None:
    fair.doubted_by(5)
    reader = fair.world.person()
    with statements() as sent:
        fair.read(by=reader)
        assert sent() == 3


def test_no_table_is_read_from_end_to_end(session: Session, fair: Fair) -> None:
    fair.doubted_by(1)
    business, topic, person = new_id(), new_id(), new_id()
    plans = plans_of(session, lambda: standing.claims_of(session, business, clock.now()))
    plans += plans_of(session, lambda: standing.reasons_told(session, business, topic, clock.now()))
    plans += plans_of(session, lambda: standing.community_sharing(session, person, topic))
    plans += plans_of(session, lambda: standing.doubts_by(session, person))
    assert read_whole(plans) == set()
    assert any("doubts_business_id_topic_id_index" in plan for plan in plans)


def test_where_it_never_was(world: World) -> None:
    shop = Shop(world, world.person(), "00000000-0000-7000-8000-000000000000")
    assert shop.owner.is_refused("PUT", f"{shop.path}/topics", {"topics": []})["status"] == 404
    assert shop.owner.is_refused("PUT", f"{shop.path}/topics/value:x/doubt", {})["status"] == 404
