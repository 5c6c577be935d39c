"""Getting back in on the page: the letter's link, and what becomes of it."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import PASSWORD
from tests.served import ROOT, Served
from tests.world import CAFE, eventually

LINK = re.compile(r"http://localhost:\d+(/link#\S+)")


@pytest.fixture
def link_in_letter_to() -> Callable[[str], str]:
    """Waits for the letter to an address, and gives its link without the host."""
    folder, before = ROOT / "var/mail", set((ROOT / "var/mail").glob("*.eml"))

    def found(address: str) -> str | None:
        for path in sorted(set(folder.glob("*.eml")) - before, reverse=True):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            link = LINK.search(letter.get_content())
            if letter["To"] == address and link:
                path.unlink()
                return link[1]
        return None

    def link_in_letter_to(address: str) -> str:
        links: list[str] = []
        eventually(lambda: links.extend(filter(None, [found(address)])) or links)
        return links[0]

    return link_in_letter_to


def test_an_address_a_forgotten_password_and_the_way_back_in(
    served: Served, neighbour: MakeScreen, link_in_letter_to: Callable[[str], str]
) -> None:
    bob = neighbour()
    address = f"{bob.handle}@mail.example"
    bob.turns_to("You")
    bob.page.get_by_label("E-mail address").fill(address)
    bob.page.get_by_label("Password, to give an address").fill(PASSWORD)
    bob.page.get_by_role("button", name="Send me a letter").click()
    expect(bob.notices).to_contain_text("A letter is on its way.")
    bob.page.goto(served.url + link_in_letter_to(address))
    assert "#" not in bob.page.url, "what the link is worth stays in no history"
    bob.page.get_by_role("button", name="Yes, it is mine").click()
    expect(bob.heading).to_have_text("Confirmed")

    bob.opens(CAFE, view="you")
    expect(bob.page.get_by_text("Letters reach you at p…@mail.example.")).to_be_visible()
    bob.page.get_by_role("button", name="Sign out").click()
    bob.page.get_by_role("button", name="I have been here before").click()
    bob.page.get_by_role("button", name="I forgot my password").click()
    bob.page.get_by_label("Handle or e-mail address").fill(address)
    bob.page.get_by_role("button", name="Send me a letter").click()
    expect(bob.notices).to_contain_text("a letter is on its way")
    bob.page.goto(served.url + link_in_letter_to(address))
    bob.page.get_by_label("New password").fill("battery staple")
    bob.page.get_by_role("button", name="Change it").click()
    expect(bob.heading).to_have_text("Changed")

    bob.opens(CAFE, view="you")
    bob.page.get_by_role("button", name="I have been here before").click()
    bob.page.get_by_label("Handle").fill(bob.handle)
    bob.page.get_by_label("Password").fill("battery staple")
    bob.page.get_by_role("button", name="Sign in").click()
    expect(bob.heading).to_have_text(bob.handle)


@pytest.mark.parametrize("link", ["/link", "/link#", "/link#reset=", "/link#toString=x"])
def test_a_link_that_was_cut_short_says_so(served: Served, screen: MakeScreen, link: str) -> None:
    eve = screen()
    eve.page.goto(served.url + link)
    expect(eve.heading).to_have_text("Half a link")


def test_a_link_that_was_used_says_so(served: Served, screen: MakeScreen) -> None:
    eve = screen()
    eve.page.goto(f"{served.url}/link#reset={'A' * 54}")
    eve.page.get_by_label("New password").fill("battery staple")
    eve.page.get_by_role("button", name="Change it").click()
    expect(eve.page.get_by_role("alert")).to_contain_text("This link was used already")
