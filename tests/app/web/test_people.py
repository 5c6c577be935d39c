"""People on the page: following, circles, and hearing of somebody no more."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_contract import opens_his_contract
from tests.app.web.test_trusting import phone_of
from tests.served import Phone, Served
from tests.world import CAFE, point


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def opens_people(someone: Screen) -> None:
    someone.turns_to("You")
    someone.page.get_by_role("link", name="People").click()
    expect(someone.heading).to_have_text("People")


def test_following_and_following_no_more(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    ana.put(f"/me/follows/{bob.handle}")
    opens_people(bob)
    handle = bob.page.get_by_label("Handle", exact=True)
    handle.fill("nobody-of-this-name")
    bob.page.get_by_role("button", name="Follow", exact=True).click()
    expect(bob.page.get_by_role("alert").first).to_contain_text(
        "There is no person called nobody-of-this-name."
    )
    handle.fill(ana.handle)
    bob.page.get_by_role("button", name="Follow", exact=True).click()
    expect(bob.notices).to_contain_text(f"You and {ana.handle} follow each other.")
    rows = bob.page.get_by_role("listitem").filter(has_text=ana.handle)
    expect(rows).to_contain_text(["follows you back", "you follow them back"])
    rows.first.get_by_role("button", name=f"Unfollow {ana.handle}").click()
    expect(bob.notices).to_contain_text(f"You follow {ana.handle} no more.")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name=f"Follow {ana.handle}").click()
    expect(rows).to_have_count(2)


def test_who_is_muted_is_heard_no_more_until_it_is_taken_back(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    ana.post("/check-ins", {"position": point(CAFE), "text": "on and on"})
    expect(bob.check_in("on and on")).to_be_visible()
    opens_people(bob)
    bob.page.get_by_label("Handle", exact=True).fill(ana.handle)
    bob.page.get_by_role("button", name="Mute", exact=True).click()
    expect(bob.notices).to_contain_text(f"You hear of {ana.handle} no more.")
    bob.turns_to("Here")
    expect(bob.check_in("on and on")).to_have_count(0)
    opens_people(bob)
    bob.page.get_by_role("button", name=f"Unmute {ana.handle}").click()
    expect(bob.page.get_by_text("Nobody, and nothing.")).to_be_visible()
    bob.turns_to("Here")
    expect(bob.check_in("on and on")).to_be_visible()


def test_a_circle_is_drawn_filled_and_named_in_the_contract(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    opens_people(bob)
    bob.page.get_by_text("Draw another circle").click()
    bob.page.get_by_label("Name of the circle").fill("family")
    bob.page.get_by_role("button", name="Draw a circle").click()
    circle = bob.page.get_by_role("list", name="Your circles").get_by_role("listitem").first
    expect(circle).to_contain_text("0 people")
    circle.get_by_text("family").click()
    bob.page.get_by_label("Handle, to stand in family").fill(ana.handle)
    bob.page.get_by_role("button", name="Put in").click()
    expect(circle.get_by_role("button", name=f"Take {ana.handle} out")).to_be_visible()
    expect(circle).to_contain_text("1 person")
    opens_his_contract(bob)
    bob.page.get_by_text("Add a sentence").click()
    bob.page.get_by_label("Who may know").select_option("People of a circle")
    bob.page.get_by_label("Which one").select_option("family")
    bob.page.get_by_role("button", name="Show what it would say").click()
    bob.page.get_by_role("button", name="Let this hold").click()
    expect(bob.page.get_by_role("list", name="What holds now")).to_contain_text(
        "People of my circle family may see"
    )
    opens_people(bob)
    circle.get_by_text("family").click()
    circle.get_by_role("button", name=f"Take {ana.handle} out").click()
    expect(circle).to_contain_text("0 people")
    bob.page.on("dialog", lambda dialog: dialog.accept())
    circle.get_by_role("button", name="Do away with this circle").click()
    expect(bob.page.get_by_text("None yet. A circle is whom you name")).to_be_visible()
    assert [each for each in phone_of(bob).get("/me/circles")["items"] if each["kind"] == "named"] == []
