"""Wishes on the page: stating, pledging, a business's answer, and whether it was kept."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served
from tests.world import CAFE, PURPOSE, square

NARROW = {"width": 360, "height": 780}


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture
def workshop(ana: Phone) -> Json:
    topic = f"goal:workshop-{secrets.token_hex(4)}"
    ana.post("/topics", {"key": topic, "name": "workshop"})
    body = {"kind": "goal", "name": f"Workshop {topic[-4:]}", "purpose": PURPOSE, "topics": [topic]}
    made = ana.post("/communities", body)
    ana.put(f"/communities/{made['id']}/membership")
    return made


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def stated(person: Phone, community: Json, text: str = "A repair café near the canal", **more: object) -> str:
    wish = {
        "text": text,
        "topics": community["properties"]["topics"],
        "deadline": in_days(30),
        "threshold": 5,
        **more,
    }
    return str(person.post(f"/communities/{community['id']}/wishes", wish)["id"])


def pledges(community: Json, wish: str, *people: Phone) -> None:
    for each in people:
        each.put(f"/communities/{community['id']}/membership")
        each.put(f"/wishes/{wish}/pledge")


def others(served: Served, number: int = 4) -> list[Phone]:
    return [Phone(served, f"m-{secrets.token_hex(4)}") for _ in range(number)]


def opens_wishes(someone: Screen, community: Json) -> Screen:
    phone_of(someone).put(f"/communities/{community['id']}/membership")
    someone.page.evaluate("id => { location.hash = `community//${id}`; }", community["id"])
    someone.page.get_by_role("link", name="What members wish for").click()
    expect(someone.heading).to_have_text(f"Wishes: {community['properties']['name']}")
    return someone


def wished(someone: Screen, name: str = "What is wished for") -> Locator:
    return someone.page.get_by_role("list", name=name).get_by_role("listitem")


def answers(business: str, staff: Phone, community: Json, wish: str) -> Json:
    offer = {
        "title": "Saturdays from ten",
        "text": "In the yard behind the shop",
        "topics": community["properties"]["topics"],
        "area": square(CAFE),
        "ends_at": in_days(7),
        "wish_id": wish,
    }
    return staff.post(f"/businesses/{business}/offers", offer)


def test_a_member_states_one_and_takes_it_back(neighbour: MakeScreen, workshop: Json) -> None:
    bob = opens_wishes(neighbour(viewport=LAPTOP), workshop)
    expect(bob.page.get_by_text("Nobody wishes for anything yet.")).to_be_visible()
    bob.page.get_by_text("State a wish").click()
    bob.page.get_by_label("What would you have?").fill("A repair café on Saturdays")
    bob.page.get_by_label("And about").fill("Bike repair")
    bob.page.get_by_label("Where", exact=True).select_option("What the map shows")
    bob.page.get_by_label("How many must want it").fill("6")
    bob.page.get_by_role("button", name="State it").click()
    expect(wished(bob)).to_contain_text("1 of 6 want it")
    expect(wished(bob)).to_contain_text("bike repair")
    bob.page.get_by_role("button", name="Show where: A repair café").click()
    bob.page.get_by_role("button", name="Take it back: A repair café").click()
    expect(bob.notices).to_contain_text("Your wish is gone.")
    expect(bob.page.get_by_text("Nobody wishes for anything yet.")).to_be_visible()


def test_around_here_is_a_kilometre_around_it(neighbour: MakeScreen, workshop: Json) -> None:
    bob = neighbour(permissions=["geolocation"])
    opens_wishes(bob, workshop)
    bob.page.get_by_text("State a wish").click()
    bob.page.get_by_label("What would you have?").fill("A bench")
    bob.page.get_by_label("Where", exact=True).select_option("Around where I am, within 1 km")
    bob.page.get_by_role("button", name="State it").click()
    expect(wished(bob)).to_contain_text("A bench")
    (wish,) = phone_of(bob).get(f"/communities/{workshop['id']}/wishes")["features"]
    lats = [lat for _, lat in wish["geometry"]["coordinates"][0]]
    assert (max(lats) - min(lats)) * 111_195 == pytest.approx(2000, rel=0.05)


def test_others_pledge_until_it_is_open(
    served: Served, neighbour: MakeScreen, ana: Phone, workshop: Json
) -> None:
    wish = stated(ana, workshop)
    pledges(workshop, wish, *others(served, 3))
    bob = opens_wishes(neighbour(), workshop)
    expect(wished(bob)).to_contain_text("4 of 5 want it")
    want = bob.page.get_by_role("button", name="I want it: A repair café")
    want.click()
    expect(wished(bob)).to_contain_text("5 people want it; businesses may answer")
    expect(want).to_have_attribute("aria-pressed", "true")
    expect(want).to_be_focused()
    want.click()
    expect(wished(bob)).to_contain_text("4 of 5 want it")
    expect(bob.page.get_by_role("button", name="Take it back")).to_have_count(0)


def test_a_refusal_of_the_server_is_told_in_its_words(
    neighbour: MakeScreen, ana: Phone, workshop: Json
) -> None:
    bob = neighbour()
    phone_of(bob).put(f"/communities/{workshop['id']}/membership")
    stated(ana, workshop)
    opens_wishes(bob, workshop)
    phone_of(bob).delete(f"/communities/{workshop['id']}/membership")
    bob.page.get_by_role("button", name="I want it: A repair café").click()
    expect(bob.notices).to_contain_text("There is no such wish, or it is not for you to know of.")


def test_a_business_answers_and_those_who_pledged_say_whether_it_was_kept(
    served: Served, neighbour: MakeScreen, ana: Phone, workshop: Json
) -> None:
    wish, staff, bob = stated(ana, workshop), neighbour(viewport=LAPTOP), neighbour()
    business = phone_of(staff).post("/businesses", {"name": "Fixers"})
    pledges(workshop, wish, phone_of(bob), *others(served))
    staff.turns_to("You")
    staff.page.get_by_role("link", name="Businesses").click()
    staff.page.get_by_role("link", name="Fixers").click()
    expect(staff.heading).to_have_text("Fixers")
    mine = wished(staff, "What people wish for").filter(has_text=workshop["properties"]["name"])
    expect(mine).to_contain_text("5 people or more want it")
    expect(mine).not_to_contain_text(ana.handle)
    mine.get_by_text("Answer it").click()
    mine.get_by_label("What you offer").fill("Saturdays from ten")
    mine.get_by_role("button", name="Answer with it").click()
    expect(wished(staff, "What you answered")).to_contain_text("It stands.")
    opens_wishes(bob, workshop)
    expect(wished(bob)).to_contain_text("Fixers")
    expect(wished(bob)).to_contain_text("Saturdays from ten")
    kept = bob.page.get_by_role("button", name="Yes, it was: A repair café")
    kept.click()
    expect(bob.notices).to_contain_text("Nobody learns what you said.")
    expect(kept).to_have_attribute("aria-pressed", "true")
    assert phone_of(bob).get(f"/wishes/{wish}")["properties"]["say_kept"] is True
    assert business["id"] in staff.page.url


def test_who_acts_for_no_business_is_told_so(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.page.evaluate("location.hash = 'business'")
    expect(bob.page.get_by_text("You act for no business.")).to_be_visible()


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_wish(
    served: Served, neighbour: MakeScreen, ana: Phone, workshop: Json, size: dict[str, int], colours: str
) -> None:
    bob = neighbour(viewport=size, color_scheme=colours)
    business = phone_of(bob).post("/businesses", {"name": "Fixers"})["id"]
    stated(ana, workshop, "A wish in a word " + "o" * 90, area=square(CAFE))
    for text in ("To be answered", "To be open"):
        wish = stated(ana, workshop, text)
        pledges(workshop, wish, phone_of(bob), *others(served))
        if text == "To be answered":
            answers(business, phone_of(bob), workshop, wish)
    opens_wishes(bob, workshop)
    expect(wished(bob)).to_have_count(3)
    for address in (f"wishes//{workshop['id']}", f"business//{business}"):
        bob.page.evaluate("address => { location.hash = address; }", address)
        bob.page.wait_for_load_state("networkidle")
        bob.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert violations(bob.page) == []
        assert bob.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
