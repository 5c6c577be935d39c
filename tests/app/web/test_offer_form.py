"""What the form of an offer asks besides its words: where it is to be had, for whom, and what it links to."""

import secrets

import pytest
from playwright.sync_api import Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.shopkeeping import NARROW, agrees, at_the_counter, offered, soon, turns, welcome
from tests.app.web.test_access import violations
from tests.app.web.test_offering import alert, picks, the_offers
from tests.app.web.test_seeing import a_community
from tests.served import Json, Phone, Served
from tests.world import CAFE, eventually, point


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture
def shop(ana: Phone) -> str:
    return str(ana.post("/businesses", {"name": "Bike Bar"})["id"])


@pytest.fixture
def topic(ana: Phone) -> str:
    slug = f"unicycling-{secrets.token_hex(4)}"
    key = str(ana.post("/topics", {"key": f"interest:{slug}"})["key"])
    shared = {"kind": "interest", "name": slug, "purpose": "To ride on one wheel", "topics": [key]}
    ana.post("/communities", shared)
    return key


def evening(topic: str, **more: object) -> Json:
    """An event at the café, two days from now."""
    starts, ends = (soon(days)[:19] for days in (2, 2.1))
    when = {"starts_at": starts, "ends_at": ends, "time_zone": "Europe/Madrid"}
    where = {"position": point(CAFE), "radius_m": 100}
    return {"title": "Night ride", "topics": [topic], **when, **where, **more}


def piece(author: Phone, community: Json, title: str, language: str = "en") -> str:
    """What to look for, written for a community; its id."""
    said = {"title": title, "text": "Look *well*.", "language": language}
    said |= {"topics": community["properties"]["topics"]}
    return str(author.post(f"/communities/{community['id']}/pieces", said)["id"])


def test_conditions_and_language_are_asked(screen: MakeScreen, ana: Phone, shop: str, topic: str) -> None:
    mine = ana.post("/events", evening(topic, business_id=shop))
    ana.post("/events", evening(topic, title="Not here", position={"type": "Point", "coordinates": [0, 50]}))
    hers = at_the_counter(screen, ana, "business-offer", shop)
    hers.page.get_by_label("Title").fill("Un café")
    picks(hers, "Topics", topic.partition(":")[2], "unicycling")
    hers.page.get_by_text("Conditions and language").click()
    going = hers.page.get_by_label("For those who go to")
    expect(going.get_by_role("option", name="Night ride")).to_have_count(1)
    expect(going.get_by_role("option", name="Not here")).to_have_count(0)
    going.select_option(mine["id"])
    hers.page.get_by_label("Members at once").fill("5")
    hers.page.get_by_label("Held out, of a hundred").fill("20")
    hers.page.get_by_label("Language").fill("es")
    hers.page.get_by_role("button", name="Keep as a draft").click()
    expect(hers.heading).to_have_attribute("lang", "es")
    (kept,) = the_offers(ana, shop)
    asked = ("event_id", "collective", "returning", "hold_out", "language")
    assert [kept[name] for name in asked] == [mine["id"], 5, None, 20, "es"]
    ana.put(f"/events/{mine['id']}/cancellation")
    hers.page.get_by_role("button", name="Keep it so").click()
    expect(alert(hers)).to_contain_text("For those who go to: choose an event that everybody may see")
    expect(going).to_be_focused()
    going.select_option("")
    hers.page.get_by_role("button", name="Keep it so").click()
    eventually(lambda: the_offers(ana, shop)[0]["event_id"] is None)


def test_an_offer_is_at_places_that_are_ticked(screen: MakeScreen, ana: Phone, shop: str, topic: str) -> None:
    ids = {
        name: ana.post(f"/businesses/{shop}/places", {"name": name, "position": point(CAFE)})["id"]
        for name in ("In Verdi", "At the market", "In Gràcia")
    }
    hers = at_the_counter(screen, ana, "business-offer", shop, viewport=NARROW)
    hers.page.get_by_label("Title").fill("A free coffee")
    picks(hers, "Topics", topic.partition(":")[2], "unicycling")
    # What is not asked any more must not keep the form from being sent.
    hers.page.get_by_label("Metres around it").fill("1")
    hers.page.get_by_label("At places of yours").check()
    hers.page.get_by_role("button", name="Keep as a draft").click()
    expect(alert(hers)).to_have_text("Places of yours: choose at least one.")
    expect(hers.page.get_by_label("In Verdi")).to_be_focused()
    for name in ("At the market", "In Verdi"):
        hers.page.get_by_label(name).check()
    assert violations(hers.page) == []
    hers.page.get_by_role("button", name="Keep as a draft").click()
    expect(hers.page.locator(".badge")).to_have_text("Draft")
    assert [each["name"] for each in the_offers(ana, shop)[0]["places"]] == ["At the market", "In Verdi"]
    ana.delete(f"/businesses/{shop}/places/{ids['At the market']}")
    hers.page.reload()
    expect(hers.page.get_by_label("In Verdi")).to_be_checked()
    hers.page.get_by_role("button", name="Keep it so").click()
    eventually(lambda: [each["name"] for each in the_offers(ana, shop)[0]["places"]] == ["In Verdi"])
    hers.page.get_by_label("Around a spot of the map").check()
    hers.page.get_by_label("Metres around it").fill("300")
    hers.page.get_by_role("button", name="Keep it so").click()
    eventually(lambda: the_offers(ana, shop)[0]["places"] == [])


def test_an_offer_links_to_pieces_of_communities_that_welcomed_it(
    screen: MakeScreen, ana: Phone, shop: str, database_url: str
) -> None:
    riders, others = a_community(ana), a_community(ana)
    (topic,) = riders["properties"]["topics"]
    hers = at_the_counter(screen, ana, "business-offer", shop)
    hers.page.get_by_text("What to look for").click()
    expect(hers.page.get_by_text("no community has welcomed you")).to_be_visible()
    welcome(database_url, shop, riders["id"])
    turns(hers, "business-offers", shop)
    turns(hers, "business-offer", shop)
    hers.page.get_by_text("What to look for").click()
    expect(hers.page.get_by_text("You may be the first")).to_be_visible()
    for number in range(6):
        piece(ana, riders, f"Tyres {number}", language="ca")
    piece(ana, others, "Elsewhere")
    draft = offered(ana, shop, topic, draft=True, pieces=[piece(ana, others, "Linked before")])
    turns(hers, "business-offer", f"{shop}/{draft}")
    group = hers.page.get_by_role("group", name="Pieces to link to")
    # The part is open, as something is linked to already.
    expect(group.get_by_role("checkbox")).to_have_count(7)
    expect(group.get_by_role("checkbox", name="Linked before")).to_be_checked()
    expect(group).not_to_contain_text("Elsewhere")
    expect(group.get_by_text("Tyres 5", exact=True)).to_have_attribute("lang", "ca")
    for number in range(4):
        group.get_by_role("checkbox", name=f"Tyres {number}").check()
    expect(group.get_by_role("checkbox", name="Tyres 5")).to_be_disabled()
    assert violations(hers.page) == []
    hers.page.get_by_role("button", name="Keep it so").click()
    expect(hers.notices).to_contain_text("Kept.")
    linked = [each["title"] for each in ana.get(f"/offers/{draft}")["properties"]["pieces"]]
    assert linked[0] == "Linked before"
    assert sorted(linked[1:]) == [f"Tyres {number}" for number in range(4)]


def test_what_the_form_does_not_ask_and_what_is_folded_away_stays_as_it_is(
    screen: MakeScreen, ana: Phone, shop: str
) -> None:
    riders = a_community(ana)
    (topic,) = riders["properties"]["topics"]
    place = ana.post(f"/businesses/{shop}/places", {"name": "In Verdi", "position": point(CAFE)})
    draft = offered(
        ana,
        shop,
        topic,
        draft=True,
        area=None,
        places=[place["id"]],
        pieces=[piece(ana, riders, "Tyres")],
        event_id=ana.post("/events", evening(topic))["id"],
        returning=3,
        hold_out=7,
        language="ca",
        rollback_minutes=7,
        per_person=3,
        quantity=9,
    )
    before = ana.get(f"/offers/{draft}")
    hers = at_the_counter(screen, ana, "business-offer", f"{shop}/{draft}")
    hers.page.get_by_label("Title").fill("A free tea")
    hers.page.get_by_role("button", name="Keep it so").click()
    expect(hers.heading).to_have_text("A free tea")
    after = ana.get(f"/offers/{draft}")
    assert after["geometry"] == before["geometry"]
    asked = {"title", "ends_at", "starts_at"}
    assert {name: value for name, value in after["properties"].items() if name not in asked} == {
        name: value for name, value in before["properties"].items() if name not in asked
    }
    agrees(hers)
    hers.page.get_by_role("button", name="Publish it").click()
    expect(hers.page.locator(".facts")).to_contain_text("At In Verdi")
    expect(hers.page.locator(".facts")).to_contain_text("3 times or more within 30 days")
    expect(hers.page.get_by_role("link", name="Tyres")).to_be_visible()
    hers.page.get_by_role("button", name="Make a draft like it").click()
    expect(hers.page.get_by_label("In Verdi")).to_be_checked()
    alike = next(each for each in the_offers(ana, shop) if each["state"] == "draft")
    same = ("places", "pieces", "event_id", "returning", "hold_out", "language", "rollback_minutes")
    assert {name: alike[name] for name in same} == {name: after["properties"][name] for name in same}


def test_a_draft_that_answers_a_wish_asks_no_conditions(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    draft = offered(ana, shop, topic, draft=True)

    def answered(route: Route) -> None:
        offer = ana.get(f"/offers/{draft}")
        answering = {"wish_id": "01902f5e-8d2c-7c3e-8a4f-0123456789ab"}
        route.fulfill(json={**offer, "properties": {**offer["properties"], **answering}})

    hers = at_the_counter(screen, ana, "business-offers", shop)
    hers.page.route(f"**/v1/offers/{draft}", answered)
    turns(hers, "business-offer", f"{shop}/{draft}")
    hers.page.get_by_text("Conditions and language").click()
    expect(hers.page.get_by_text("It answers a wish, so it is for all who pledged it.")).to_be_visible()
    expect(hers.page.get_by_label("Members at once")).to_have_count(0)


def test_an_offer_is_around_a_place_of_the_business(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    spot = {"type": "Point", "coordinates": [2.17, 41.39]}
    ana.post(f"/businesses/{shop}/places", {"name": "In Verdi", "position": spot})
    hers = at_the_counter(screen, ana, "business-offer", shop)
    hers.page.get_by_label("Title").fill("A free coffee")
    picks(hers, "Topics", topic.partition(":")[2], "unicycling")
    hers.page.get_by_label("Around a place of yours").select_option("In Verdi")
    hers.page.get_by_role("button", name="Keep as a draft").click()
    expect(hers.page.locator(".badge")).to_have_text("Draft")
    (made,) = ana.get(f"/businesses/{shop}/offers")["features"]
    lons = [lon for lon, _ in made["geometry"]["coordinates"][0]]
    assert (min(lons) + max(lons)) / 2 == pytest.approx(2.17, abs=1e-4)
