"""One event's own page: when by both clocks, why it may be for me, who goes, a calendar file; holding it."""

import secrets
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.app.events.evenings import evening
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_events import opens_events
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served
from tests.world import CAFE

NARROW = {"width": 360, "height": 780}


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def announced(host: Phone, **more: object) -> Json:
    return host.post("/events", evening(timedelta(hours=30), title=f"Ride {secrets.token_hex(3)}", **more))


def opens_event(someone: Screen, event: Json, date: str = "") -> Screen:
    someone.page.goto("about:blank")
    someone.page.goto(f"{someone.served.url}/#event//{'/'.join(filter(None, [event['id'], date]))}")
    expect(someone.heading).to_have_text(event["properties"]["title"])
    return someone


def answer(someone: Screen, said: str) -> Locator:
    return someone.page.get_by_role("button", name=said)


def test_a_stranger_sees_what_it_is_and_when_by_both_clocks(screen: MakeScreen, ana: Phone) -> None:
    event = announced(ana, text="Bring lights", capacity=9, recurrence="FREQ=DAILY;COUNT=3")
    bob = opens_event(screen(timezone_id="America/New_York"), event)
    expect(bob.page.get_by_text("in Madrid")).to_be_visible()
    expect(bob.page.get_by_text("by your clock")).to_be_visible()
    expect(bob.page.get_by_text("Every day, 3 times")).to_be_visible()
    expect(bob.page.get_by_text("9 seats")).to_be_visible()
    expect(bob.page.get_by_text(f"Hosted by {ana.handle}")).to_be_visible()
    expect(bob.page.get_by_role("list", name="Other dates").get_by_role("listitem")).to_have_count(2)
    expect(answer(bob, "I go")).to_have_count(0)
    bob.page.get_by_role("list", name="Other dates").get_by_role("link").first.click()
    expect(bob.page.get_by_role("list", name="Other dates").get_by_role("listitem")).to_have_count(2)
    there = opens_event(screen(timezone_id="Europe/Madrid"), event)
    expect(there.page.get_by_text("by your clock")).to_have_count(0)


def test_it_says_why_and_who_lets_me_know_that_they_go(neighbour: MakeScreen, ana: Phone) -> None:
    riders, bob, cem = a_community(ana), neighbour(), neighbour()
    phone_of(bob).put(f"/communities/{riders['id']}/membership")
    event = announced(ana, topics=riders["properties"]["topics"])
    opens_event(bob, event)
    expect(bob.page.get_by_text("Suggested to you: ")).to_contain_text(riders["properties"]["name"])
    answer(bob, "I go").click()
    expect(answer(bob, "I go")).to_have_attribute("aria-pressed", "true")
    opens_event(cem, event)
    expect(cem.page.get_by_text("Nobody lets you know yet that they go.")).to_be_visible()
    bob.page.get_by_label("Who may know that I go").select_option("Everyone")
    expect(bob.notices.get_by_text("See you there.")).to_have_count(2)
    opens_event(cem, event)
    expect(cem.page.get_by_role("list", name="Who goes")).to_have_text(bob.handle)
    answer(bob, "I go").click()
    expect(answer(bob, "I go")).to_have_attribute("aria-pressed", "false")
    opens_event(cem, event)
    expect(cem.page.get_by_text("Nobody lets you know yet that they go.")).to_be_visible()


def test_who_waits_is_told_on_the_page_when_a_seat_becomes_free(neighbour: MakeScreen, ana: Phone) -> None:
    event, bob = announced(ana, capacity=1), neighbour()
    date = ana.get(f"/events/{event['id']}/dates")["features"][0]["id"]
    reply = f"/events/{event['id']}/dates/{date}/reply"
    ana.ask("PUT", reply, {"reply": "going"}).raise_for_status()
    opens_event(bob, event)
    expect(bob.page.locator("#line")).to_have_text("Live")
    answer(bob, "I go").click()
    expect(bob.page.get_by_text("You wait for a seat.")).to_be_visible()
    ana.delete(reply)
    expect(bob.notices).to_contain_text("There is a seat for you now")
    expect(bob.page.get_by_text("You wait for a seat.")).to_have_count(0)


def test_it_goes_into_a_calendar(screen: MakeScreen, ana: Phone) -> None:
    event = announced(ana)
    bob = opens_event(screen(), event)
    with bob.page.expect_download() as download:
        answer(bob, "Add to my calendar").click()
    assert download.value.suggested_filename.endswith(".ics")
    kept = download.value.path().read_text()
    assert f"SUMMARY:{event['properties']['title']}" in kept
    assert "TZID=Europe/Madrid" in kept


def test_one_that_is_not_there_is_said_in_words(screen: MakeScreen) -> None:
    bob = screen()
    bob.page.goto(f"{bob.served.url}/#event//{'0' * 8}-0000-7000-8000-{'0' * 12}")
    expect(bob.notices).to_contain_text("There is no such event, or it is not for you.")


def test_somebody_holds_one_every_week_elsewhere_for_their_community(
    neighbour: MakeScreen, ana: Phone
) -> None:
    riders, bob, title = a_community(ana), neighbour(viewport=LAPTOP), f"Picnic {secrets.token_hex(3)}"
    phone_of(bob).put(f"/communities/{riders['id']}/membership")
    opens_events(bob)
    bob.page.get_by_text("Hold an event").click()
    bob.page.get_by_label("What", exact=True).fill(title)
    starts = datetime.now().replace(hour=18, minute=30, second=0) + timedelta(days=7)
    day = starts.strftime("%A")
    bob.page.get_by_label("Begins").fill(starts.strftime("%Y-%m-%dT%H:%M"))
    bob.page.get_by_label("Ends").fill(starts.strftime("%Y-%m-%dT21:00"))
    bob.page.get_by_label("Again").select_option(f"Every week on {day}")
    bob.page.get_by_label("Until").fill((starts + timedelta(days=14)).strftime("%Y-%m-%d"))
    bob.page.get_by_text("Host, seats and time zone").click()
    bob.page.get_by_label("Time zone").select_option("Europe/Madrid")
    bob.page.get_by_label("Seats").fill("12")
    bob.page.get_by_label("Host", exact=True).select_option(riders["properties"]["name"])
    bob.page.get_by_label("For whom").select_option("Members of that community alone")
    bob.page.locator("#map canvas").click(position={"x": 500, "y": 300})
    expect(bob.page.get_by_text("Where you tapped the map.")).to_be_visible()
    bob.page.get_by_role("button", name="Announce it").click()
    expect(bob.notices).to_contain_text("It is announced.")
    assert ana.get(f"/events?community={riders['id']}&host={bob.handle}")["features"] == []
    dates = phone_of(bob).get(f"/events?community={riders['id']}")["features"]
    assert [each["properties"]["title"] for each in dates] == [title] * 3
    assert dates[0]["properties"]["visibility"] == "community"
    assert dates[0]["geometry"]["coordinates"] != [CAFE.lon, CAFE.lat]
    bob.page.get_by_role("link", name=title).first.click()
    expect(bob.page.get_by_text(f"Every week on {day}, until")).to_be_visible()


def test_its_host_changes_it_and_calls_one_date_off(neighbour: MakeScreen) -> None:
    bob = neighbour()
    phone = phone_of(bob)
    event = announced(phone, recurrence="FREQ=DAILY;COUNT=2")
    opens_event(bob, event)
    bob.page.get_by_text("Change it", exact=True).first.click()
    bob.page.get_by_label("What", exact=True).fill("Another ride")
    bob.page.get_by_label("Ends").fill("2020-01-01T10:00")
    change = bob.page.get_by_role("button", name="Change it")
    change.click()
    expect(bob.page.get_by_role("alert")).not_to_be_empty()
    is_now = phone.get(f"/events/{event['id']}")["properties"]
    assert is_now["title"] == event["properties"]["title"]
    bob.page.get_by_label("Ends").fill(event["properties"]["ends_at"][:16])
    change.click()
    expect(bob.heading).to_have_text("Another ride")
    is_now = phone.get(f"/events/{event['id']}")["properties"]
    kept = ("starts_at", "ends_at", "recurrence", "time_zone")
    assert [is_now[each] for each in kept] == [event["properties"][each] for each in kept]
    bob.page.once("dialog", lambda dialog: dialog.accept())
    bob.page.get_by_role("button", name="Call off this date").click()
    expect(bob.page.get_by_text("It is cancelled.")).to_be_visible()
    bob.page.once("dialog", lambda dialog: dialog.accept())
    bob.page.get_by_role("button", name="Call it off").click()
    expect(bob.page.get_by_role("heading", name="You hold it")).to_have_count(0)
    assert phone.get(f"/events/{event['id']}")["properties"]["cancelled"]


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_use_it(neighbour: MakeScreen, size: dict[str, int], colours: str) -> None:
    bob = neighbour(viewport=size, color_scheme=colours)
    opens_event(bob, announced(phone_of(bob), recurrence="FREQ=WEEKLY;COUNT=3", capacity=20))
    bob.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert violations(bob.page) == []
    assert bob.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
