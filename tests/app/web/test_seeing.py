"""What people see and do on the page, in real browsers side by side."""

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Cable, hears_alone
from tests.served import Json, Phone, Served
from tests.world import CAFE, FAR_AWAY, PURPOSE, point, square

#: Red, green and blue of --accent in base.css, of 255.
DAY_ACCENT = (10, 108, 94)
NIGHT_ACCENT = (95, 208, 180)


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def a_community(founder: Phone) -> Json:
    topic = f"interest:cycling-{secrets.token_hex(4)}"
    founder.post("/topics", {"key": topic, "name": "cycling"})
    body = {"kind": "interest", "name": f"Riders {topic[-4:]}", "purpose": PURPOSE, "topics": [topic]}
    return founder.post("/communities", body)


def test_one_checks_in_and_the_other_sees_it_as_it_happens(screen: MakeScreen, neighbour: MakeScreen) -> None:
    ana, bob = screen().opens(CAFE).signs_up(), neighbour(viewport=LAPTOP)
    bob.page.evaluate("window.stillTheSame = true")
    bob.asked.clear()
    ana.checks_in("coffee at the corner?")
    expect(bob.check_in("coffee at the corner?")).to_be_visible()
    expect(bob.check_in("coffee at the corner?")).to_contain_text(ana.handle)
    expect(bob.page.locator("#aloud")).to_have_text(f"{ana.handle}: coffee at the corner?")
    assert [said for said in bob.heard if '"check_in"' in said and "coffee at the corner?" in said]
    assert [address for address in bob.asked if "check-ins" in address] == []
    assert bob.page.evaluate("window.stillTheSame")
    ana.check_in("coffee at the corner?").get_by_role("button", name="Take this check-in back").click()
    expect(bob.check_in("coffee at the corner?")).to_have_count(0)
    expect(ana.check_in("coffee at the corner?")).to_have_count(0)


def test_who_is_here_is_counted_as_people_come_and_go(neighbour: MakeScreen, ana: Phone) -> None:
    quarter = f"Quarter {secrets.token_hex(2)}"
    ana.post(
        "/communities", {"kind": "location", "name": quarter, "purpose": PURPOSE, "area": square(CAFE, 0.001)}
    )
    bob = neighbour()
    expect(bob.heading).to_have_text(quarter)
    ana.post("/check-ins", {"position": point(CAFE), "text": "here now"})
    expect(bob.page.get_by_text("1 person here now")).to_be_visible()
    bob.checks_in("me, too")
    expect(bob.notices).to_contain_text(f"you are part of {quarter}")
    expect(bob.page.get_by_text("2 people here now")).to_be_visible()
    bob.turns_to("You")
    expect(bob.page.get_by_role("listitem").filter(has_text=quarter)).to_be_visible()
    bob.page.get_by_role("button", name="Check out").click()
    expect(bob.page.get_by_text("Nowhere, as far as Hereabouts knows.")).to_be_visible()
    bob.turns_to("Here")
    expect(bob.page.get_by_text("1 person here now")).to_be_visible()


def test_the_map_shows_a_check_in_by_day_and_by_night(screen: MakeScreen, ana: Phone) -> None:
    ana.post("/check-ins", {"position": point(CAFE), "text": "look at the map"})
    bob = screen(color_scheme="light").opens(CAFE)
    expect(bob.check_in("look at the map")).to_be_visible()
    bob.shows(DAY_ACCENT)
    bob.page.emulate_media(color_scheme="dark")
    bob.shows(NIGHT_ACCENT)


def test_a_background_map_that_cannot_be_had_is_done_without(screen: MakeScreen, ana: Phone) -> None:
    ana.post("/check-ins", {"position": point(CAFE), "text": "no background"})
    bob = screen(color_scheme="light")
    bob.page.route("**/nowhere.json", lambda route: route.fulfill(status=404))
    bob.page.route(re.compile("/$"), with_background)
    bob.opens(CAFE)
    bob.shows(DAY_ACCENT)


def with_background(route: Route) -> None:
    answer = route.fetch()
    named = 'data-map-style="/nowhere.json"'
    route.fulfill(response=answer, body=answer.text().replace('data-map-style=""', named))


def test_what_people_write_is_text_and_never_markup(screen: MakeScreen, ana: Phone) -> None:
    mischief = "<img src=x onerror='document.title=\"oh no\"'><b>bold</b>"
    ana.post("/check-ins", {"position": point(CAFE), "text": mischief})
    bob = screen().opens(CAFE)
    expect(bob.check_in(mischief)).to_be_visible()
    assert bob.page.title() == "Hereabouts"


def test_what_happened_while_the_line_was_down_comes_once(screen: MakeScreen, ana: Phone) -> None:
    bob = screen()
    cable = Cable(bob.page.context)
    bob.opens(CAFE).signs_up()
    ana.post("/check-ins", {"position": point(CAFE), "text": "before"})
    expect(bob.check_in("before")).to_be_visible()
    cable.pull()
    expect(bob.page.locator("#line")).to_have_text("Connecting …")
    bob.asked.clear()
    cable.said.clear()
    ana.post("/check-ins", {"position": point(CAFE), "text": "meanwhile"})
    cable.put_back()
    expect(bob.check_in("meanwhile")).to_have_count(1)
    expect(bob.check_in("before")).to_have_count(1)
    assert [said for said in cable.said if '"area"' in said and '"since"' in said]
    assert [address for address in bob.asked if "check-ins" in address] == []


def test_a_gap_too_large_to_fill_begins_anew(screen: MakeScreen, ana: Phone) -> None:
    told = hears_alone(
        screen(),
        """
        const ids = () => surroundings.checkIns.map((each) => each.id);
        hear("check_in", { ...checkIn, id: "1" });
        hear("watching", { watch: "area", recovered: true, snapshot: [] });
        const recovered = ids();
        hear("watching", { watch: "area", recovered: false, snapshot: [{ ...checkIn, id: "3" }] });
        return [recovered, ids()];
        """,
        ana.post("/check-ins", {"position": point(CAFE)}),
    )
    assert told == [["1"], ["3"]]


def test_who_is_blocked_vanishes_for_both_until_it_is_taken_back(
    screen: MakeScreen, neighbour: MakeScreen
) -> None:
    ana, bob = screen().opens(CAFE).signs_up(), neighbour(viewport=LAPTOP)
    ana.checks_in("by the fountain")
    bob.checks_in("on the bench")
    expect(bob.check_in("by the fountain")).to_be_visible()
    expect(ana.check_in("on the bench")).to_be_visible()
    bob.page.on("dialog", lambda dialog: dialog.accept())
    block = f"Block {ana.handle}"
    expect(bob.check_in("on the bench").get_by_role("button", name="Block")).to_have_count(0)
    bob.check_in("by the fountain").get_by_role("button", name=block).click()
    expect(bob.check_in("by the fountain")).to_have_count(0)
    expect(ana.check_in("on the bench")).to_have_count(0)
    expect(ana.check_in("by the fountain")).to_be_visible()
    bob.turns_to("You")
    bob.page.get_by_role("button", name=f"Unblock {ana.handle}").click()
    expect(bob.page.get_by_text("Nobody. Beside each check-in")).to_be_visible()
    bob.turns_to("Here")
    expect(bob.check_in("by the fountain")).to_be_visible()


def test_a_notice_does_not_hide_what_was_said_just_before(screen: MakeScreen) -> None:
    bob = screen().opens()
    bob.page.evaluate(
        """async () => {
            const { notice } = await import("/assets/any/dom.mjs");
            ["Forgotten.", "Bike shop: A free pump", "Checked in.", "And something more."].forEach(notice);
        }"""
    )
    expect(bob.notices.get_by_role("paragraph")).to_have_text(
        ["Bike shop: A free pump", "Checked in.", "And something more."]
    )


def test_an_offer_comes_with_its_reason_once_it_may(neighbour: MakeScreen, ana: Phone) -> None:
    riders = a_community(ana)
    business = ana.post("/businesses", {"name": "Bike shop"})
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    topics = riders["properties"]["topics"]
    offer = {"title": "A free pump", "topics": topics, "area": square(CAFE), "ends_at": tomorrow}
    offer["hold_out"] = 0
    ana.post(f"/businesses/{business['id']}/offers", offer)
    bob = neighbour()
    bob.turns_to("Offers")
    consent = bob.page.get_by_role("switch", name="Let offers reach me")
    expect(consent).not_to_be_checked()
    consent.check()
    expect(bob.page.get_by_text("Nothing yet.")).to_be_visible()
    bob.turns_to("Communities")
    name = riders["properties"]["name"]
    bob.page.get_by_role("button", name=f"Join {name}").click()
    expect(bob.page.get_by_role("button", name=f"Leave {name}")).to_be_visible()
    bob.turns_to("Here")
    bob.checks_in("on my bike")
    expect(bob.notices).to_contain_text("Bike shop: A free pump")
    bob.turns_to("Offers")
    expect(bob.page.get_by_text(f"Why you: cycling, through {name}")).to_be_visible()
    useful, noise = (bob.page.get_by_role("button", name=each) for each in ("Useful", "Noise"))
    noise.click()
    useful.click()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(noise).to_have_attribute("aria-pressed", "false")
    bob.turns_to("Communities")
    bob.page.get_by_role("button", name=f"Leave {name}").click()
    expect(bob.page.get_by_role("button", name=f"Join {name}")).to_be_visible()
    bob.turns_to("Offers")
    expect(bob.page.get_by_text("Nothing yet.")).to_be_visible()


def test_an_empty_town_says_what_to_do(screen: MakeScreen) -> None:
    bob = screen().opens(FAR_AWAY, zoom=16)
    expect(bob.page.get_by_text("Sign up and be the first")).to_be_visible()
    bob.signs_up()
    bob.turns_to("Communities")
    expect(bob.page.get_by_text("No neighbourhood is drawn here yet.")).to_be_visible()
    bob.page.get_by_text("Start a community").click()
    bob.page.get_by_label("What brings us together").select_option("location")
    bob.page.get_by_label("Name").fill("Prater")
    bob.page.get_by_label("What for").fill("Whoever walks here.")
    bob.page.get_by_role("button", name="Start it").click()
    expect(bob.page.get_by_role("listitem").filter(has_text="Prater")).to_contain_text("nobody here")
    bob.turns_to("Here")
    expect(bob.heading).to_have_text("Prater")


def test_a_map_of_the_world_says_how_to_hear_something(screen: MakeScreen) -> None:
    bob = screen(permissions=["geolocation"]).opens(FAR_AWAY, zoom=2)
    expect(bob.page.get_by_text("The map shows too much of the world")).to_be_visible()
    bob.page.get_by_role("button", name="Go to where I am", exact=True).last.click()
    expect(bob.page.get_by_text("The map shows too much of the world")).to_have_count(0)


def test_tapping_the_map_says_where(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.page.get_by_role("button", name="What are you doing?").click()
    bob.page.get_by_role("button", name="Check in", exact=True).click()
    expect(bob.page.get_by_role("alert")).to_contain_text("Say where first")
    bob.page.get_by_role("region", name="Map").click()
    expect(bob.page.get_by_text("Where you tapped the map.")).to_be_visible()
    bob.page.get_by_role("button", name="Check in", exact=True).click()
    expect(bob.feed.filter(has_text=bob.handle)).to_contain_text("is here")


def test_the_api_can_be_read(screen: MakeScreen) -> None:
    reader = screen()
    reader.page.goto(f"{reader.served.url}/v1/docs")
    reader.page.get_by_role("textbox").fill("checkins")
    expect(reader.page.get_by_role("heading", level=3)).to_have_count(1)
    reader.page.get_by_role("heading", name="checkins").get_by_role("button").click()
    expect(reader.page.get_by_text("Check in: say where I am and what I am doing.")).to_be_visible()
