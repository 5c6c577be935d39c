"""A community's own page: joining, deciding together, and keeping house."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def opens_its_page(someone: Screen, community: Json) -> None:
    name = community["properties"]["name"]
    someone.turns_to("Communities")
    someone.page.get_by_role("link", name=name).first.click()
    expect(someone.heading).to_have_text(name)


def test_members_move_something_and_vote_on_it(neighbour: MakeScreen, ana: Phone) -> None:
    riders, bob = a_community(ana), neighbour()
    opens_its_page(bob, riders)
    expect(bob.page.get_by_text("To decide together")).to_have_count(0)
    bob.page.get_by_role("button", name="Join").click()
    expect(bob.page.get_by_text("Members are equals: whatever you would change, move it.")).to_be_visible()
    bob.page.get_by_text("Move something").click()
    bob.page.get_by_label("What", exact=True).select_option("noise-budget")
    bob.page.get_by_label("At most, from all businesses together").fill("1")
    bob.page.get_by_label("Why").fill("It is loud enough.")
    bob.page.get_by_role("button", name="Move it").click()
    motion = bob.page.get_by_role("list", name="To be decided").get_by_role("listitem")
    expect(motion).to_contain_text("Let 1 offer a day through")
    expect(motion).to_contain_text("It is loud enough.")
    expect(motion).to_contain_text("0 votes, 2 more are needed")
    pro = bob.page.get_by_role("button", name="For: Let 1 offer a day through")
    pro.click()
    expect(pro).to_have_attribute("aria-pressed", "true")
    expect(motion).to_contain_text("1 vote, 1 more is needed")
    pro.click()
    expect(pro).to_have_attribute("aria-pressed", "false")
    bob.page.get_by_role("button", name="Take it back").click()
    expect(bob.page.get_by_role("list", name="Decided lately")).to_contain_text("Taken back")


def test_the_page_stays_the_same_when_it_is_opened_again(neighbour: MakeScreen, ana: Phone) -> None:
    riders, bob = a_community(ana), neighbour()
    opens_its_page(bob, riders)
    assert riders["id"] in bob.page.url
    bob.page.reload()
    expect(bob.heading).to_have_text(riders["properties"]["name"])
    bob.page.get_by_role("link", name="All communities").click()
    expect(bob.heading).to_have_text("Communities")


def test_communities_are_suggested_with_the_reason(neighbour: MakeScreen, ana: Phone) -> None:
    riders, bob = a_community(ana), neighbour()
    (topic,) = riders["properties"]["topics"]
    spot = {"type": "Point", "coordinates": [2.1561, 41.4036]}
    phone_of(bob).post("/check-ins", {"position": spot, "topics": [topic], "visibility": "me"})
    bob.turns_to("Communities")
    suggested = bob.page.get_by_role("list", name="For you").get_by_role("listitem")
    expect(suggested).to_contain_text("Because you checked in about it once.")
    bob.page.get_by_role("button", name=f"Join {riders['properties']['name']}").first.click()
    expect(bob.notices).to_contain_text(f"You belong to {riders['properties']['name']}.")
    expect(suggested).to_have_count(0)
