"""Pieces on the page: writing with a look at it first, reading, and saying what one is worth."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served
from tests.world import PURPOSE

NARROW = {"width": 360, "height": 780}
TEXT = "# Seams\n\nLook for *taped* ones; [why](https://seams.example/why). <img src=x onerror=alert(1)>"


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture
def walkers(ana: Phone) -> Json:
    topic = f"interest:rain-{secrets.token_hex(4)}"
    ana.post("/topics", {"key": topic, "name": "rain"})
    body = {"kind": "interest", "name": f"Walkers {topic[-4:]}", "purpose": PURPOSE, "topics": [topic]}
    made = ana.post("/communities", body)
    ana.put(f"/communities/{made['id']}/membership")
    return made


def written(person: Phone, community: Json, title: str = "Jackets", text: str = TEXT) -> str:
    body = {"title": title, "text": text, "topics": community["properties"]["topics"], "language": "en"}
    return str(person.post(f"/communities/{community['id']}/pieces", body)["id"])


def opens_pieces(someone: Screen, community: Json) -> Screen:
    someone.page.evaluate("id => { location.hash = `community//${id}`; }", community["id"])
    someone.page.get_by_role("link", name="What to look for", exact=True).click()
    expect(someone.heading).to_have_text(f"What to look for: {community['properties']['name']}")
    return someone


def test_a_member_looks_at_it_writes_it_and_takes_it_back(neighbour: MakeScreen, walkers: Json) -> None:
    bob = neighbour(viewport=LAPTOP)
    phone_of(bob).put(f"/communities/{walkers['id']}/membership")
    opens_pieces(bob, walkers)
    expect(bob.page.get_by_text("Nobody has written anything yet.")).to_be_visible()
    bob.page.get_by_text("Write what to look for").click()
    bob.page.get_by_label("Title").fill("Jackets")
    bob.page.get_by_label("Text").fill(TEXT)
    bob.page.get_by_role("button", name="See how it will look").click()
    expect(bob.page.locator(".markup em")).to_have_text("taped")
    bob.page.get_by_role("button", name="Publish it").click()
    bob.page.get_by_role("link", name="Jackets").click()
    expect(bob.heading).to_have_text("Jackets")
    expect(bob.page.get_by_role("heading", name="Seams")).to_be_visible()
    link = bob.page.get_by_role("link", name="why")
    expect(link).to_have_attribute("href", "https://seams.example/why")
    expect(link).to_have_attribute("rel", "nofollow ugc noopener")
    expect(bob.page.locator(".markup img")).to_have_count(0)
    expect(bob.page.locator(".markup").first).to_contain_text("<img src=x onerror=alert(1)>")
    bob.page.get_by_text("Change it", exact=True).first.click()
    bob.page.get_by_label("Title").fill("Waterproof jackets")
    bob.page.get_by_role("button", name="Change it").click()
    expect(bob.heading).to_have_text("Waterproof jackets")
    expect(bob.page.get_by_text("Changed 1 time")).to_be_visible()
    bob.page.get_by_role("button", name="Take it back").click()
    expect(bob.page.get_by_text("Nobody has written anything yet.")).to_be_visible()


def test_a_member_says_what_it_is_worth(neighbour: MakeScreen, ana: Phone, walkers: Json) -> None:
    bob, piece = neighbour(), written(ana, walkers)
    phone_of(bob).put(f"/communities/{walkers['id']}/membership")
    bob.page.evaluate("id => { location.hash = `piece//${id}`; }", piece)
    useful = bob.page.get_by_role("button", name="Useful")
    useful.click()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(useful).to_be_focused()
    assert phone_of(bob).get(f"/pieces/{piece}")["my_opinion"] == "useful"
    useful.click()
    expect(useful).to_have_attribute("aria-pressed", "false")


def test_the_page_takes_in_nothing_that_acts_whatever_the_server_says(
    neighbour: MakeScreen, ana: Phone, walkers: Json
) -> None:
    bob, piece = neighbour(), written(ana, walkers)
    hostile = "<p class=x>words</p><script>alert(1)</script><img src=/x><a href='javascript:alert(1)'>so</a>"

    def answered(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, json={**answer.json(), "html": hostile})  # type: ignore[attr-defined]

    bob.page.route(f"**/v1/pieces/{piece}", answered)
    bob.page.evaluate("id => { location.hash = `piece//${id}`; }", piece)
    expect(bob.page.locator(".markup p")).to_have_text("words")
    html = bob.page.locator(".markup").inner_html()
    assert html == "<p>words</p>alert(1)<a>so</a>"


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_read_and_write(
    neighbour: MakeScreen, ana: Phone, walkers: Json, size: dict[str, int], colours: str
) -> None:
    bob = neighbour(viewport=size, color_scheme=colours)
    phone_of(bob).put(f"/communities/{walkers['id']}/membership")
    text = f"{TEXT}\n\n> said\n\n1. one\n2. two\n\n    code {'o' * 90}\n\n---\n\nA word {'o' * 90}"
    piece, mine = written(ana, walkers, text=text), written(phone_of(bob), walkers, "Hoods")
    for address in (f"pieces//{walkers['id']}", f"piece//{piece}", f"piece//{mine}"):
        bob.page.evaluate("address => { location.hash = address; }", address)
        bob.page.wait_for_load_state("networkidle")
        bob.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert violations(bob.page) == []
        assert bob.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
