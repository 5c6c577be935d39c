"""A business's offers on the page: making a draft, publishing it, and what can be done with what was published."""

import re
import secrets

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.shopkeeping import HOSTILE, NARROW, agrees, at_the_counter, offered, rows, soon, turns
from tests.app.web.test_access import focused, tab_to
from tests.served import Json, Phone, Served


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


def the_offers(ana: Phone, shop: str) -> list[Json]:
    found: list[Json] = ana.get(f"/businesses/{shop}/offers")["features"]
    return [each["properties"] for each in found]


def picks(someone: Screen, field: str, typed: str, wanted: str | re.Pattern[str]) -> None:
    someone.page.get_by_role("combobox", name=field).press_sequentially(typed)
    someone.page.get_by_role("option", name=wanted).click()


def alert(someone: Screen) -> Locator:
    return someone.page.get_by_role("alert")


def test_a_draft_is_made_changed_and_published(screen: MakeScreen, ana: Phone, shop: str, topic: str) -> None:
    hers = at_the_counter(screen, ana, "business", shop, viewport=NARROW)
    hers.page.get_by_role("list", name="What you do for it").get_by_role("link", name="Offers").click()
    expect(hers.page.get_by_text("No offers yet.")).to_be_visible()
    hers.page.get_by_role("link", name="Make an offer").click()
    expect(hers.heading).to_have_text("Make an offer")
    hers.page.get_by_label("Title").fill("A free coffee")
    expect(hers.page.locator(".saying").filter(has_text="Title").locator(".left")).to_have_text("67")
    picks(hers, "Topics", "UNICYCLING " + topic[-8:], "unicycling")
    picks(hers, "Activities", "rid", "riding")
    hers.page.get_by_label("Only at certain hours").check()
    hers.page.locator(".hours .chip").filter(has_text="Mon").click()
    hers.page.get_by_label("Until").fill("17:30")
    hers.page.get_by_label("Time zone").select_option("Europe/Madrid")
    hers.page.get_by_label("How many in all").fill("40")
    hers.page.get_by_role("button", name="Keep as a draft").click()
    expect(hers.heading).to_have_text("A free coffee")
    (kept,) = the_offers(ana, shop)
    hours = [{"days": ["tue", "wed", "thu", "fri"], "since": "09:00", "until": "17:30"}]
    assert (kept["state"], kept["topics"], kept["activities"]) == ("draft", [topic], ["riding"])
    assert (kept["hours"], kept["time_zone"], kept["quantity"]) == (hours, "Europe/Madrid", 40)
    hers.page.get_by_label("More of it").fill("Ask for Nuria")
    agrees(hers)
    hers.page.get_by_role("button", name="Publish it").click()
    expect(hers.notices).to_contain_text("It is published.")
    expect(hers.page.locator(".badge")).to_have_text("Live")
    expect(hers.page.locator(".facts")).to_contain_text("Tue–Fri 09:00–17:30 (Madrid)")
    assert [(each["state"], each["text"]) for each in the_offers(ana, shop)] == [("live", "Ask for Nuria")]


def test_what_was_published_is_not_changed_and_the_page_says_why(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    offer = offered(ana, shop, topic)
    hers = at_the_counter(screen, ana, "business-offer", f"{shop}/{offer}")
    expect(hers.page.get_by_text("changed no more, as people decided by what it said")).to_be_visible()
    expect(hers.page.get_by_label("Title")).to_have_count(0)
    hers.page.get_by_role("button", name="Pause it").click()
    expect(hers.page.locator(".badge")).to_have_text("Paused")
    hers.page.get_by_role("button", name="Resume it").click()
    expect(hers.page.locator(".badge")).to_have_text("Live")
    hers.page.once("dialog", lambda asked: asked.dismiss())
    hers.page.get_by_role("button", name="End it").click()
    expect(hers.page.locator(".badge")).to_have_text("Live")
    agrees(hers)
    hers.page.get_by_role("button", name="End it").click()
    expect(hers.page.locator(".badge")).to_have_text("Ended")
    expect(hers.page.get_by_role("button", name="End it")).to_have_count(0)
    hers.page.get_by_role("button", name="Make a draft like it").click()
    expect(hers.page.get_by_label("Title")).to_have_value("A free coffee")
    assert sorted(each["state"] for each in the_offers(ana, shop)) == ["draft", "ended"]


def test_each_problem_stands_at_its_field_and_what_was_typed_stays(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    hers = at_the_counter(screen, ana, "business-offer", shop)
    hers.page.get_by_label("Title").fill("A free coffee")
    keep = hers.page.get_by_role("button", name="Keep as a draft")
    keep.click()
    expect(alert(hers)).to_have_text("Topics: choose at least one.")
    expect(hers.page.get_by_role("combobox", name="Topics")).to_be_focused()
    picks(hers, "Topics", topic.partition(":")[2], "unicycling")
    hers.page.get_by_label("Ends").fill("2020-01-01T10:00")
    keep.click()
    expect(alert(hers)).to_contain_text("Ends: ends_at lies in the past")
    ends = hers.page.get_by_label("Ends")
    expect(ends).to_be_focused()
    expect(ends).to_have_attribute("aria-invalid", "true")
    expect(ends).to_have_accessible_description(re.compile("lies in the past"))
    hers.page.get_by_label("Ends").fill(soon(20)[:16])
    hers.page.get_by_label("Metres around it").fill("50000")
    keep.click()
    expect(alert(hers)).to_contain_text("Offers are local: at most 500 km²")
    expect(hers.page.locator("[data-at~=area]").get_by_role("alert")).to_be_visible()
    expect(hers.page.get_by_label("Title")).to_have_value("A free coffee")
    hers.page.get_by_label("Metres around it").fill("300")
    keep.click()
    expect(hers.page.locator(".badge")).to_have_text("Draft")


def test_all_of_them_stand_by_how_they_stand_and_reload_and_back_keep_the_place(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    offered(ana, shop, topic, title="On now")
    offered(ana, shop, topic, title="Next week", starts_at=soon(7))
    draft = offered(ana, shop, topic, title="Not yet", draft=True)
    ended = offered(ana, shop, topic, title="Over")
    ana.delete(f"/offers/{ended}")
    hers = at_the_counter(screen, ana, "business-offers", shop, viewport=LAPTOP)
    for group, title in (("Standing now", "On now"), ("Still to come", "Next week"), ("Drafts", "Not yet")):
        expect(rows(hers, group)).to_contain_text([title])
    expect(hers.page.get_by_text("Ended (1)")).to_be_visible()
    hers.page.get_by_role("link", name="Not yet").click()
    expect(hers.heading).to_have_text("Not yet")
    assert draft in hers.page.url
    hers.page.reload()
    expect(hers.heading).to_have_text("Not yet")
    hers.page.go_back()
    expect(hers.heading).to_have_text("Offers")
    expect(rows(hers, "Drafts")).to_contain_text(["Not yet"])
    turns(hers, "business", shop)
    expect(rows(hers, "What you do for it").first).to_contain_text("1 live, 1 to come, 1 draft")


def test_topics_are_chosen_with_the_keyboard_alone(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    hers = at_the_counter(screen, ana, "business-offer", shop)
    keys = hers.page.keyboard
    tab_to(hers.page, "Topics")
    keys.type(topic.partition(":")[2])
    expect(hers.page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text(
        "unicycling"
    )
    keys.press("ArrowDown")
    keys.press("Enter")
    taken = hers.page.get_by_role("button", name="Take away unicycling")
    expect(taken).to_be_visible()
    assert focused(hers.page) == "Topics"
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(taken).to_have_count(0)
    expect(hers.page.get_by_role("combobox", name="Topics")).to_be_focused()
    keys.type("nobody added this")
    expect(hers.page.get_by_role("option", name="Nobody added such a topic.")).to_be_visible()
    keys.press("Escape")
    expect(hers.page.get_by_role("listbox")).to_have_count(0)


def test_how_many_it_may_reach_is_told_before_it_is_made(
    screen: MakeScreen, ana: Phone, shop: str, topic: str
) -> None:
    asked: list[Json] = []

    def answered(route: Route) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(json={"sentences": [f"About 40 people here this week. {HOSTILE}"], "why": "Why so"})

    hers = at_the_counter(screen, ana, "business-offer", shop)
    hers.page.route("**/offers/reach", answered)
    hers.page.get_by_label("Title").fill("A free coffee")
    hers.page.get_by_role("button", name="How many may it reach?").click()
    expect(alert(hers)).to_have_text("Topics: choose at least one.")
    picks(hers, "Topics", topic.partition(":")[2], "unicycling")
    hers.page.get_by_role("button", name="How many may it reach?").click()
    expect(hers.page.get_by_text("About 40 people here this week.")).to_contain_text(HOSTILE)
    expect(hers.page.get_by_text("Why so")).to_be_visible()
    assert [(each["title"], each["topics"]) for each in asked] == [("A free coffee", [topic])]
    assert the_offers(ana, shop) == []


def test_who_does_not_act_for_it_is_told_so(screen: MakeScreen, served: Served, shop: str) -> None:
    bob = Phone(served, f"bob-{secrets.token_hex(4)}")
    his = at_the_counter(screen, bob, "business-offers", shop)
    expect(his.page.get_by_text("Only the staff of a business see all of its offers.")).to_be_visible()
