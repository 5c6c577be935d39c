"""Acting for a business on the page: being invited, joining, taking others on, leaving."""

import secrets

import pytest
from playwright.sync_api import Locator, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_access import violations
from tests.app.web.test_moderating import at_the_page
from tests.served import Phone, Served
from tests.world import CAFE, point

NARROW = {"width": 360, "height": 780}


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def rows(someone: Screen, name: str) -> Locator:
    return someone.page.get_by_role("list", name=name).get_by_role("listitem")


def opens(someone: Screen, name: str) -> Screen:
    someone.page.get_by_role("link", name=name).click()
    expect(someone.heading).to_have_text(name)
    return someone


def test_somebody_is_invited_joins_and_takes_on_others(
    served: Served, screen: MakeScreen, ana: Phone
) -> None:
    sam, name = Phone(served, f"sam-{secrets.token_hex(4)}"), f"Bike Bar {secrets.token_hex(3)}"
    ana.post("/businesses", {"name": name})
    hers = opens(at_the_page(screen, ana, "business", viewport=NARROW), name)
    hers.page.get_by_text("Invite somebody").click()
    hers.page.get_by_label("Handle").fill(sam.handle)
    hers.page.get_by_role("button", name="Invite", exact=True).click()
    expect(rows(hers, "Who acts for it").last).to_contain_text("Invited, until")
    assert violations(hers.page) == []
    his = at_the_page(screen, sam, "business")
    expect(rows(his, "You are invited")).to_contain_text(f"by {ana.handle}")
    his.page.get_by_role("button", name=f"Join {name}", exact=True).click()
    expect(his.notices).to_contain_text(f"You act for {name} now.")
    opens(his, name)
    expect(rows(his, "Who acts for it")).to_have_count(2)
    expect(his.page.get_by_text("Invite somebody")).to_have_count(0)
    opens(hers.opens(CAFE, view="business"), name)
    hers.page.get_by_role("button", name=f"Make an owner: {sam.handle}").click()
    expect(rows(hers, "Who acts for it").last).to_contain_text("Owner")
    hers.page.once("dialog", lambda asked: asked.accept())
    hers.page.get_by_role("button", name="Leave").click()
    expect(hers.page.get_by_text("You act for no business.")).to_be_visible()


def test_the_last_owner_is_told_what_to_do_first(screen: MakeScreen, ana: Phone) -> None:
    ana.post("/businesses", {"name": "Bike Bar"})
    hers = opens(at_the_page(screen, ana, "business"), "Bike Bar")
    hers.page.once("dialog", lambda asked: asked.accept())
    hers.page.get_by_role("button", name="Leave").click()
    expect(hers.notices).to_contain_text("Make another owner first")


def test_what_it_stands_for_and_where_it_is(screen: MakeScreen, ana: Phone) -> None:
    made = ana.post("/businesses", {"name": "Bike Bar"})
    value = f"value:fair-{secrets.token_hex(3)}"
    ana.post("/topics", {"key": value})
    evidence = {"url": "https://fair.example/42", "says": "Our certificate"}
    claims = {"topics": [{"key": value, "evidence": evidence}]}
    ana.ask("PUT", f"/businesses/{made['id']}/topics", claims).raise_for_status()
    ana.post(f"/businesses/{made['id']}/places", {"name": "On the corner", "position": point(CAFE)})
    hers = opens(at_the_page(screen, ana, "business"), "Bike Bar")
    hers.page.get_by_role("link", name="Topics and places").click()
    link = rows(hers, "What it stands for").get_by_role("link", name="Our certificate")
    expect(link).to_have_attribute("rel", "nofollow ugc noreferrer noopener")
    expect(link).to_have_attribute("href", "https://fair.example/42")
    expect(rows(hers, "Where it is")).to_contain_text("Not verified")
    assert violations(hers.page) == []
