"""The story of an event: whoever has its address reads it, on a map and as a time line, also while it happens."""

import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import clock
from app.events import lasting
from geo import Position
from tests.app.events.evenings import evening
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.served import Phone, Served
from tests.world import CAFE, point

NARROW = {"width": 360, "height": 780}
CORNER = Position(CAFE.lat + 0.0003, CAFE.lon)
#: Red, green and blue of --accent in base.css over its area, of 255.
ACCENT = (10, 108, 94)


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def on_now(host: Phone, database_url: str, **more: object) -> str:
    """An event that has begun; the address of its date."""
    event = host.post("/events", evening(timedelta(seconds=1), title="Night ride", **more))
    (date,) = host.get(f"/events/{event['id']}/dates")["features"]
    engine = create_engine(database_url)
    with Session(engine) as session, session.begin():
        lasting.keep_up(session, clock.now())
    engine.dispose()
    return f"{event['id']}/{date['id']}"


def reads(someone: Screen, story: str) -> Screen:
    someone.page.goto(f"{someone.served.url}/stories/{story}")
    expect(someone.heading).to_have_text("Night ride")
    return someone


def says(person: Phone, text: str, at: Position = CAFE, **more: object) -> None:
    person.post("/check-ins", {"position": point(at), "text": text, **more})


def wait_until_it_began(screen: Screen) -> None:
    screen.page.wait_for_timeout(1100)


def test_a_stranger_reads_what_everybody_may_know_and_sees_it_grow(
    screen: MakeScreen, ana: Phone, database_url: str
) -> None:
    story = on_now(ana, database_url)
    bob = screen(timezone_id="Europe/Madrid")
    wait_until_it_began(bob)
    says(ana, "first", CORNER)
    says(ana, "only roughly", exactness="quarter")
    reads(bob, story)
    line = bob.page.get_by_role("list", name="What was said")
    expect(line).to_contain_text("first")
    expect(line).not_to_contain_text("only roughly")
    expect(bob.page.get_by_text("1 check-in by 1 person, as they let everybody know.")).to_be_visible()
    expect(bob.page.get_by_text("On now")).to_be_visible()
    says(ana, "second")
    expect(line).to_contain_text("second")
    expect(bob.page.locator("#aloud")).to_have_text(f"{ana.handle}: second")
    said = line.locator(".said")
    assert said.all_inner_texts() == ["second", "first"]
    bob.page.get_by_role("button", name="From the beginning").click()
    assert said.all_inner_texts() == ["first", "second"]


def test_touching_a_row_shows_where_it_was(screen: MakeScreen, ana: Phone, database_url: str) -> None:
    story = on_now(ana, database_url)
    bob = screen(viewport=LAPTOP, color_scheme="light")
    wait_until_it_began(bob)
    says(ana, "by the fountain", CORNER)
    reads(bob, story)
    bob.page.get_by_role("button", name=f"Show on the map where {ana.handle} said this").click()
    bob.shows(ACCENT)


def test_it_can_be_subscribed_to_and_leads_to_the_event(
    screen: MakeScreen, ana: Phone, database_url: str
) -> None:
    story = on_now(ana, database_url)
    bob = screen()
    wait_until_it_began(bob)
    says(ana, "for readers of feeds")
    reads(bob, story)
    feed = bob.page.get_by_role("link", name="Subscribe").get_attribute("href")
    assert feed == bob.page.locator("link[rel=alternate]").get_attribute("href")
    atom = bob.page.request.get(f"{bob.served.url}{feed}").text()
    assert "for readers of feeds" in atom
    assert f"/stories/{story}#" in atom
    bob.page.get_by_role("link", name="The event").click()
    expect(bob.heading).to_have_text("Night ride")
    expect(bob.page.get_by_text("Fewer than five say openly that they are here")).to_be_visible()
    bob.page.get_by_role("link", name="Read its story").click()
    expect(bob.page.get_by_text("for readers of feeds")).to_be_visible()


def test_whoever_has_an_ended_session_reads_it_as_anybody(
    screen: MakeScreen, served: Served, ana: Phone, database_url: str
) -> None:
    story = on_now(ana, database_url)
    kept = {"origin": served.url, "localStorage": [{"name": "hereabouts.token", "value": "hb_gone"}]}
    bob = screen(storage_state={"cookies": [], "origins": [kept]})
    reads(bob, story)
    expect(bob.page.get_by_text("Nothing has been said here yet.")).to_be_visible()
    assert bob.token is None


def test_what_is_taken_back_leaves_it(screen: MakeScreen, ana: Phone, database_url: str) -> None:
    story = on_now(ana, database_url)
    bob = screen()
    wait_until_it_began(bob)
    said = ana.post("/check-ins", {"position": point(CAFE), "text": "a slip"})
    says(ana, "what stays")
    reads(bob, story)
    line = bob.page.get_by_role("list", name="What was said")
    expect(line).to_contain_text("a slip")
    ana.delete(f"/check-ins/{said['id']}")
    expect(line).not_to_contain_text("a slip")
    expect(line).to_contain_text("what stays")


def test_one_that_is_not_there_or_not_public_is_said_in_words(screen: MakeScreen, ana: Phone) -> None:
    nowhere = f"{'0' * 8}-0000-7000-8000-{'0' * 12}"
    bob = screen()
    bob.page.goto(f"{bob.served.url}/stories/{nowhere}/{nowhere}")
    expect(bob.heading).to_have_text("This story cannot be read")
    expect(bob.page.get_by_text("There is no such event, or it is not for you.")).to_be_visible()


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_use_it(
    screen: MakeScreen, ana: Phone, database_url: str, size: dict[str, int], colours: str
) -> None:
    story = on_now(ana, database_url, text="Bring lights")
    bob = screen(viewport=size, color_scheme=colours)
    wait_until_it_began(bob)
    says(ana, "one", activity="cycling")
    says(ana, "two")
    reads(bob, story)
    expect(bob.page.get_by_text("2 check-ins by 1 person")).to_be_visible()
    assert violations(bob.page) == []
    assert bob.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
