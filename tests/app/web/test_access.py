"""Whether everybody can use the page: with a screen reader, a keyboard, weak eyes, or a dark room."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, PASSWORD, PHONE, Screen
from tests.world import CAFE

ADDRESS = Path("app/web/static/address.mjs")
#: All there are, so that a new one is looked at without being named here.
VIEWS = re.findall(r'"([a-z-]+)"', ADDRESS.read_text().partition("const VIEWS = [")[2].partition("]")[0])
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = cast(dict[str, Any], Axe().run(page, options=options).response)["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(("size", "colours"), [(PHONE, "light"), (LAPTOP, "dark")])
def test_nothing_stands_in_anybodys_way(
    screen: MakeScreen, neighbour: MakeScreen, size: dict[str, int], colours: str
) -> None:
    stranger, bob = (make(viewport=size, color_scheme=colours) for make in (screen, neighbour))
    stranger.opens(CAFE)
    found = {("a stranger", view): violations(turned(stranger, view)) for view in ("here", "you")}
    bob.checks_in(f"coffee on a {colours} day?")
    found |= {("signed in", view): violations(turned(bob, view)) for view in VIEWS}
    assert {where: said for where, said in found.items() if said} == {}


def turned(someone: Screen, view: str) -> Page:
    someone.page.evaluate("view => { location.hash = view; }", view)
    someone.page.wait_for_load_state("networkidle")
    someone.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    someone.page.wait_for_load_state("networkidle")
    return someone.page


def test_the_page_can_be_used_with_the_keyboard_alone(screen: MakeScreen) -> None:
    bob = screen().opens(CAFE)
    keys = bob.page.keyboard
    keys.press("Tab")
    assert focused(bob.page) == "Skip the map"
    tab_to(bob.page, "You")
    keys.press("Enter")
    expect(bob.heading).to_be_focused()
    tab_to(bob.page, "Handle")
    keys.type(bob.handle)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(bob.page.locator("#line")).to_have_text("Live")
    expect(bob.heading).to_have_text("What may others know of me?")
    expect(bob.heading).to_be_focused()
    expect(bob.page.get_by_role("radio")).to_have_count(4)
    tab_to(bob.page, "Invisible")
    keys.press("ArrowDown")
    tab_to(bob.page, "Let this hold")
    keys.press("Enter")
    expect(bob.heading).to_have_text(bob.handle)
    tab_to(bob.page, "Here")
    keys.press("Enter")
    tab_to(bob.page, "What are you doing?")
    keys.press("Enter")
    tab_to(bob.page, "What are you doing?")
    keys.type("typed, all of it")
    tab_to(bob.page, "Map’s middle")
    keys.press("Space")
    tab_to(bob.page, "Check in")
    keys.press("Enter")
    expect(bob.check_in("typed, all of it")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"Tab never comes to {name}")


def focused(page: Page) -> str:
    named = """element => element.ariaLabel ?? element.ariaLabelledByElements?.[0]?.innerText
        ?? element.labels?.[0]?.innerText ?? element.innerText"""
    said: str = page.evaluate(f"({named})(document.activeElement)")
    return said.strip()
