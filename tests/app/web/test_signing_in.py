"""Signing in and out on the page, and what happens here when it happens elsewhere."""

import json
import zipfile

import requests
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import PASSWORD
from tests.served import Served
from tests.world import CAFE


def test_a_session_ended_elsewhere_ends_here(neighbour: MakeScreen, served: Served) -> None:
    bob = neighbour()
    bearer = {"Authorization": f"Bearer {bob.token}"}
    requests.delete(f"{served.url}/v1/me/sessions/current", headers=bearer, timeout=30).raise_for_status()
    expect(bob.notices).to_contain_text("Your session has ended")
    expect(bob.page.get_by_role("link", name="Sign in or up")).to_be_visible()
    assert bob.token is None


def test_signing_out_and_in_again(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.turns_to("You")
    expect(bob.heading).to_have_text(bob.handle)
    bob.page.get_by_role("button", name="Sign out").click()
    bob.page.get_by_role("button", name="I have been here before").click()
    bob.page.get_by_label("Handle").fill(bob.handle)
    bob.page.get_by_label("Password").fill("not this one")
    bob.page.get_by_role("button", name="Sign in").click()
    expect(bob.page.get_by_role("alert")).not_to_be_empty()
    bob.page.get_by_label("Password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Sign in").click()
    expect(bob.page.locator("#line")).to_have_text("Live")
    expect(bob.heading).to_have_text(bob.handle)


def test_another_password_signs_out_everywhere_else(neighbour: MakeScreen, screen: MakeScreen) -> None:
    bob, tablet = neighbour(), screen().opens(CAFE)
    tablet.turns_to("You")
    tablet.page.get_by_role("button", name="I have been here before").click()
    tablet.page.get_by_label("Handle").fill(bob.handle)
    tablet.page.get_by_label("Password").fill(PASSWORD)
    tablet.page.get_by_role("button", name="Sign in").click()
    expect(tablet.page.locator("#line")).to_have_text("Live")
    bob.turns_to("You")
    bob.page.get_by_label("As it is").fill("not this one")
    bob.page.get_by_label("As it shall be").fill("battery staple")
    bob.page.get_by_role("button", name="Change it").click()
    expect(bob.page.get_by_role("alert")).to_have_text(
        "This is not your password as it is. Nothing was changed."
    )
    bob.page.get_by_label("As it is").fill(PASSWORD)
    bob.page.get_by_role("button", name="Change it").click()
    expect(bob.notices).to_contain_text("Everywhere but here you are signed out.")
    expect(bob.page.get_by_label("As it shall be")).to_be_empty()
    expect(tablet.notices).to_contain_text("Your session has ended")


def test_everything_can_be_taken_along(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.checks_in("to be remembered")
    bob.turns_to("You")
    with bob.page.expect_download() as kept:
        bob.page.get_by_role("button", name="Take it along").click()
    assert kept.value.suggested_filename == f"hereabouts-{bob.handle}.zip"
    with zipfile.ZipFile(kept.value.path()) as archive:
        assert b"to be remembered" in archive.read("check_ins.json")


def test_leaving_for_good_gives_a_receipt_and_others_forget(
    neighbour: MakeScreen, screen: MakeScreen
) -> None:
    bob, ana = neighbour(), screen().opens(CAFE).signs_up()
    bob.checks_in("my last words")
    expect(ana.check_in("my last words")).to_be_visible()
    bob.turns_to("You")
    erase = bob.page.get_by_role("button", name="Erase everything of mine")
    bob.page.on("dialog", lambda dialog: dialog.accept())
    bob.page.get_by_label("Your password").fill("not this one")
    erase.click()
    expect(bob.page.get_by_role("alert").filter(has_text="not your password")).to_be_visible()
    bob.page.get_by_label("Your password").fill(PASSWORD)
    with bob.page.expect_download() as kept:
        erase.click()
    receipt = json.loads(kept.value.path().read_text())
    assert (receipt["handle"], receipt["removed"]["check_ins"]) == (bob.handle, 1)
    expect(bob.notices).to_contain_text("You are gone from here.")
    expect(bob.page.get_by_role("link", name="Sign in or up")).to_be_visible()
    expect(ana.check_in("my last words")).to_have_count(0)
