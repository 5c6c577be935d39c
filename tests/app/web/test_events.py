"""Events on the page: what fits comes first with why, going, and holding one."""

import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.app.events.evenings import evening
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import Phone, Served
from tests.world import CAFE


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def opens_events(someone: Screen) -> None:
    someone.turns_to("Events")
    expect(someone.heading).to_have_text("Events")


def test_what_fits_comes_first_and_says_why(neighbour: MakeScreen, ana: Phone) -> None:
    riders, bob = a_community(ana), neighbour()
    name = riders["properties"]["name"]
    phone_of(bob).put(f"/communities/{riders['id']}/membership")
    (topic,) = riders["properties"]["topics"]
    other, ride = f"Talk {secrets.token_hex(2)}", f"Ride {secrets.token_hex(2)}"
    ana.post("/events", evening(timedelta(hours=4), title=other))
    ana.post("/events", evening(timedelta(hours=30), title=ride, topics=[topic]))
    opens_events(bob)
    shown = bob.page.get_by_role("list", name="Events around here").get_by_role("listitem")
    fits = shown.filter(has_text=ride)
    expect(fits).to_contain_text(name)
    titles = [each for each in shown.locator(".who b").all_inner_texts() if each in {other, ride}]
    assert titles == [ride, other]


def test_going_is_one_touch_and_another_takes_it_back(neighbour: MakeScreen, ana: Phone) -> None:
    title, bob = f"Concert {secrets.token_hex(2)}", neighbour()
    ana.post("/events", evening(title=title, capacity=1))
    opens_events(bob)
    going = bob.page.get_by_role("button", name=f"I go: {title}")
    going.click()
    expect(bob.notices).to_contain_text("See you there.")
    expect(going).to_have_attribute("aria-pressed", "true")
    bob.page.get_by_role("button", name=f"Not for me: {title}").click()
    expect(going).to_have_attribute("aria-pressed", "false")


def test_who_goes_is_told_that_it_is_cancelled(neighbour: MakeScreen, ana: Phone) -> None:
    title, bob = f"Opera {secrets.token_hex(2)}", neighbour()
    event = ana.post("/events", evening(title=title))
    opens_events(bob)
    bob.page.get_by_role("button", name=f"I go: {title}").click()
    expect(bob.notices).to_contain_text("See you there.")
    ana.put(f"/events/{event['id']}/cancellation")
    expect(bob.notices).to_contain_text(f"{title}: It is cancelled")


def test_somebody_holds_an_event(neighbour: MakeScreen) -> None:
    title, bob = f"Picnic {secrets.token_hex(2)}", neighbour()
    opens_events(bob)
    bob.page.get_by_text("Hold an event").click()
    bob.page.get_by_label("What", exact=True).fill(title)
    bob.page.get_by_role("button", name="Announce it").click()
    expect(bob.notices).to_contain_text("It is announced.")
    shown = bob.page.get_by_role("list", name="Events around here").get_by_role("listitem")
    expect(shown.filter(has_text=title)).to_contain_text(bob.handle)


def test_what_i_go_to_is_read_at_an_address_of_mine(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    opens_events(bob)
    bob.page.get_by_text("In your calendar program").click()
    bob.page.get_by_role("button", name="Make an address").click()
    address = bob.page.get_by_label("Its address")
    expect(address).to_be_focused()
    path = address.input_value().partition("/v1/")[2]
    read = f"{bob.served.url}/v1/{path}"
    assert bob.page.request.get(read).text().startswith("BEGIN:VCALENDAR")
    bob.page.get_by_role("button", name="End it").click()
    expect(address).to_have_count(0)
    assert bob.page.request.get(read).status == 404


def test_a_stranger_sees_what_is_announced(screen: MakeScreen, ana: Phone) -> None:
    title = f"Fair {secrets.token_hex(2)}"
    ana.post("/events", evening(title=title))
    stranger = screen().opens(CAFE)
    opens_events(stranger)
    expect(stranger.page.get_by_text(title)).to_be_visible()
    expect(stranger.page.get_by_text("Hold an event")).to_have_count(0)
