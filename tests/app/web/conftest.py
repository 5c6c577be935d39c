"""A server, a browser, and people in front of it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.app.web.screen import PATIENCE_S, PHONE, Screen
from tests.served import Phone, Served, serving
from tests.world import CAFE

MakeScreen = Callable[..., Screen]
PATIENCE_MS = PATIENCE_S * 1000
USUAL: dict[str, Any] = {
    "viewport": PHONE,
    "geolocation": {"latitude": CAFE.lat, "longitude": CAFE.lon, "accuracy": 20},
    "reduced_motion": "reduce",
    "locale": "en-GB",
}
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def served(database_url: str) -> Iterator[Served]:
    with serving(database_url) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = os.environ.get("HEREABOUTS_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("NOBODY LOOKED AT THE PAGE: there is no Chromium here. script/test installs it.")
    with sync_playwright() as playwright:
        # In a container the tests run as root, for whom Chromium has no sandbox.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def screen(served: Served, browser: Browser) -> Iterator[MakeScreen]:
    """Makes screens, each in a browser of its own; whatever a browser complained about fails the test."""
    screens: list[Screen] = []

    def make(**wanted: Any) -> Screen:
        context = browser.new_context(**USUAL | wanted)
        context.set_default_timeout(PATIENCE_MS)
        screens.append(Screen(served, context.new_page()))
        return screens[-1]

    yield make
    for each in screens:
        each.page.context.close()
    assert [said for each in screens for said in each.complaints] == []


@pytest.fixture
def neighbour(served: Served, screen: MakeScreen) -> MakeScreen:
    """Makes the screens of people who are signed in already and look at the café's surroundings."""

    def make(**wanted: Any) -> Screen:
        phone = Phone(served, f"p-{secrets.token_hex(4)}")
        kept = {"origin": served.url, "localStorage": [{"name": "hereabouts.token", "value": phone.token}]}
        someone = screen(storage_state={"cookies": [], "origins": [kept]}, **wanted)
        someone.handle = phone.handle
        someone.opens(CAFE)
        expect(someone.page.locator("#line")).to_have_text("Live")
        expect(someone.page.get_by_text("Listening …")).to_have_count(0)
        return someone

    return make
