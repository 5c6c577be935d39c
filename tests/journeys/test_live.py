"""What people hear as it happens, over real sockets."""

import time

from tests.journeys.acts import HERE, a_community, a_topic, an_offer
from tests.journeys.conftest import MakePhone
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, PURPOSE, point, square


def test_the_neighbourhood_hears_a_check_in_and_its_end(phone: MakePhone) -> None:
    ana, bob, far = phone("ana"), phone("bob"), phone("far")
    bob.connect()
    far.connect()
    assert bob.say("watch", {"circle": HERE, "snapshot": 0})["snapshot"] == []
    far.say("watch", {"circle": HERE | {"lat": FAR_AWAY.lat, "lon": FAR_AWAY.lon}})
    made = ana.post("/check-ins", {"position": point(CAFE), "text": "coffee?"})
    (heard,) = bob.wait_for(1, "check_in")
    assert heard["properties"] == made["properties"]
    assert heard["geometry"] == made["geometry"]
    ana.delete(f"/check-ins/{made['id']}")
    (gone,) = bob.wait_for(1, "check_in_removed")
    assert gone["id"] == made["id"]
    assert far.heard == []


def test_a_stranger_hears_of_the_quarter_and_a_fellow_of_the_cafe(phone: MakePhone) -> None:
    ana, stranger, fellow = phone("ana"), phone("stranger"), phone("fellow")
    topic = a_topic(ana)
    riders = a_community(ana, topic)
    fellow.put(f"/communities/{riders['id']}/membership")
    for each in (stranger, fellow):
        each.connect()
        each.say("watch", {"circle": HERE | {"radius_m": 3000}, "topics": [topic]})
    ana.post("/check-ins", {"position": point(CAFE), "topics": [topic], "exactness": "quarter"})
    (seen_by_fellow,) = fellow.wait_for(1, "check_in")
    (seen_by_stranger,) = stranger.wait_for(1, "check_in")
    assert seen_by_fellow["geometry"] == point(CAFE)
    assert seen_by_stranger["geometry"] != point(CAFE)
    assert seen_by_stranger["properties"]["disclosed"] == "quarter"
    assert seen_by_stranger["properties"]["communities"] == []


def test_who_joined_while_connected_hears_what_is_for_members_and_who_left_does_not(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    topic = a_topic(ana)
    riders = a_community(ana, topic)
    bob.connect()
    bob.say("watch", {"circle": HERE, "topics": [topic]})
    only_for_us = {"position": point(CAFE), "topics": [topic], "visibility": "communities"}
    ana.post("/check-ins", only_for_us | {"text": "before"})
    bob.put(f"/communities/{riders['id']}/membership")
    ana.post("/check-ins", only_for_us | {"text": "while"})
    bob.wait_for(1, "check_in")
    bob.delete(f"/communities/{riders['id']}/membership")
    ana.post("/check-ins", only_for_us | {"text": "after"})
    ana.post("/check-ins", only_for_us | {"text": "for all", "visibility": "public"})
    heard = bob.wait_for(2, "check_in")
    assert [each["properties"]["text"] for each in heard] == ["while", "for all"]


def test_a_chosen_community_is_heard_by_its_members_only(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    riders = a_community(ana, a_topic(ana))
    bob.connect()
    refused = bob.say("watch", {"communities": [riders["id"]]})
    assert refused["type"] == "/v1/problems/not-a-member"


def test_presence_counts_come_at_most_once_a_second(phone: MakePhone) -> None:
    bob, walkers = phone("bob"), [phone(f"walker{number}") for number in range(4)]
    quarter = bob.post(
        "/communities",
        {
            "kind": "location",
            "name": "Gràcia",
            "purpose": PURPOSE,
            "area": square(NEAR_CAFE, 0.0007),
        },
    )
    bob.connect()
    answer = bob.say("watch", {"communities": [quarter["id"]], "kinds": ["presence"]})
    assert answer["presence"] == [{"id": quarter["id"], "here": 0}]
    began = time.monotonic()
    for each in walkers:
        each.post("/check-ins", {"position": point(NEAR_CAFE)})
    bob.wait_until(lambda: bool(bob.heard) and bob.heard[-1][1]["here"] == len(walkers))
    assert len(bob.heard) <= time.monotonic() - began + 1
    walkers[0].post("/me/check-out")
    walkers[1].post("/me/positions", {"position": point(FAR_AWAY)})
    bob.wait_until(lambda: bob.heard[-1][1]["here"] == len(walkers) - 2)


def test_who_is_here_already_is_counted_once_they_say_so_and_no_more_once_they_take_it_back(
    phone: MakePhone,
) -> None:
    bob, ana = phone("bob"), phone("ana")
    area = square(FAR_AWAY, 0.0006)
    quarter = bob.post(
        "/communities", {"kind": "location", "name": "Graben", "purpose": PURPOSE, "area": area}
    )
    ana.post("/me/positions", {"position": point(FAR_AWAY)})
    bob.connect()
    bob.say("watch", {"communities": [quarter["id"]], "kinds": ["presence"]})
    made = ana.post("/check-ins", {"position": point(FAR_AWAY)})
    assert bob.wait_for(1, "presence")[-1] == {"id": quarter["id"], "here": 1}
    ana.post("/me/positions", {"position": point(FAR_AWAY)})
    ana.delete(f"/check-ins/{made['id']}")
    assert bob.wait_for(2, "presence")[-1] == {"id": quarter["id"], "here": 0}


def test_of_who_says_nothing_not_even_a_count_is_told_again(phone: MakePhone) -> None:
    bob, silent = phone("bob"), phone("silent")
    area = square(FAR_AWAY, 0.0007)
    quarter = bob.post(
        "/communities",
        {"kind": "location", "name": "Stephansplatz", "purpose": PURPOSE, "area": area},
    )
    bob.connect()
    bob.say("watch", {"communities": [quarter["id"]], "kinds": ["presence"]})
    silent.post("/me/positions", {"position": point(FAR_AWAY)})
    silent.post("/check-ins", {"position": point(FAR_AWAY), "visibility": "me"})
    silent.post("/me/check-out")
    time.sleep(2.5)
    assert bob.heard == []


def test_an_offer_reaches_only_whom_the_gate_lets_it_and_leaves_with_the_membership(phone: MakePhone) -> None:
    ana, no_member, no_consent = phone("ana"), phone("nomember"), phone("noconsent")
    topic = a_topic(ana)
    riders = a_community(ana, topic)
    offer = an_offer(phone("shop"), topic, activities=["riding"])
    no_consent.put(f"/communities/{riders['id']}/membership")
    for each in (ana, no_member):
        each.put("/me/consents/offers")
    for each in (ana, no_member, no_consent):
        each.connect()
        each.say("check_in", {"position": point(CAFE), "activity": "riding"})
    (delivered,) = ana.wait_for(1, "offer")
    assert delivered["offer_id"] == offer["id"]
    assert delivered["why"]["sentence"].endswith("through Ring riders, right here, while riding")
    assert ana.get("/me/offers")["items"] == [delivered]
    ana.delete(f"/communities/{riders['id']}/membership")
    assert ana.wait_for(1, "offer_withdrawn") == [{"offer_id": offer["id"]}]
    assert ana.get("/me/offers")["items"] == []
    assert no_member.heard == no_consent.heard == []


def test_a_withdrawn_offer_leaves_every_inbox(phone: MakePhone) -> None:
    ana, shop = phone("ana"), phone("shop")
    topic = a_topic(ana)
    a_community(ana, topic)
    ana.put("/me/consents/offers")
    ana.connect()
    ana.say("position", {"position": point(CAFE)})
    # Who is there already when an offer is made gets it without moving.
    offer = an_offer(shop, topic)
    ana.wait_for(1, "offer")
    shop.delete(f"/offers/{offer['id']}")
    assert ana.wait_for(1, "offer_withdrawn") == [{"offer_id": offer["id"]}]


def test_who_is_blocked_vanishes_from_every_open_socket_at_once(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    for each in (ana, bob):
        each.connect()
        each.say("watch", {"circle": HERE, "snapshot": 0})
    bob.post("/check-ins", {"position": point(CAFE), "text": "before"})
    ana.wait_for(1, "check_in")
    ana.put(f"/me/blocks/{bob.handle}")
    assert ana.wait_for(1, "forget") == [{"handle": bob.handle}]
    assert bob.wait_for(1, "forget") == [{"handle": ana.handle}]
    bob.post("/check-ins", {"position": point(CAFE), "text": "after"})
    bob.wait_for(2, "check_in")
    assert [each["properties"]["text"] for each in ana.wait_for(1, "check_in")] == ["before"]
    snapshot = ana.say("watch", {"circle": HERE})["snapshot"]
    assert bob.handle not in {each["properties"]["handle"] for each in snapshot}


def test_who_leaves_for_good_is_forgotten_on_every_open_socket(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    for each in (ana, bob):
        each.connect()
        each.say("watch", {"circle": HERE, "snapshot": 0})
    made = [ana.post("/check-ins", {"position": point(CAFE)})["id"] for _ in range(3)]
    cursor = bob.wait_for(3, "check_in")[-1]["cursor"]
    assert ana.ask("DELETE", "/me", {"password": "correct horse"}).ok
    assert [each["id"] for each in bob.wait_for(3, "check_in_removed")] == made
    ana.wait_for(1, "signed_out")
    ana.wait_until(lambda: not ana.connected)
    bob.disconnect()
    bob.connect()
    assert bob.say("watch", {"circle": HERE, "since": cursor})["recovered"] is False


def test_who_missed_more_than_can_be_told_begins_anew(phone: MakePhone) -> None:
    ana, bob = phone("ana"), phone("bob")
    topic = a_topic(ana)
    asked = {"circle": HERE, "topics": [topic], "snapshot": 3}
    bob.connect()
    cursor = bob.say("watch", asked)["cursor"]
    bob.disconnect()
    said = [{"position": point(CAFE), "topics": [topic], "text": str(number)} for number in range(501)]
    ana.post("/check-ins/batch", {"check_ins": said[:300]})
    ana.post("/check-ins/batch", {"check_ins": said[300:]})
    bob.connect()
    answer = bob.say("watch", asked | {"since": cursor})
    assert answer["recovered"] is False
    assert [each["properties"]["text"] for each in answer["snapshot"]] == ["500", "499", "498"]
    assert bob.heard == []


def test_an_answer_is_heard_by_whoever_hears_what_it_answers(phone: MakePhone) -> None:
    ana, bob, eve = phone("ana"), phone("bob"), phone("eve")
    for each in (ana, eve):
        each.connect()
    eve.say("watch", {"circle": HERE, "snapshot": 0})
    coffee = ana.post("/check-ins", {"position": point(CAFE), "text": f"coffee, @{eve.handle}?"})
    assert [said["why"] for said in eve.wait_for(1, "mention")] == ["named"]
    answer = bob.post(f"/check-ins/{coffee['id']}/replies", {"text": "in ten minutes"})
    (heard,) = eve.wait_for(1, "reply")
    assert {**heard, "cursor": ""} == {**answer, "cursor": ""}
    assert [said["why"] for said in ana.wait_for(1, "mention")] == ["answered"]
    bob.put(f"/check-ins/{coffee['id']}/reactions/thanks")
    assert eve.wait_for(1, "reaction") == [{"id": coffee["id"], "counts": {"thanks": 1}}]
    bob.delete(f"/check-ins/{coffee['id']}/replies/{answer['id']}")
    (gone,) = eve.wait_for(1, "reply_removed")
    assert (gone["id"], gone["check_in"]) == (answer["id"], coffee["id"])
