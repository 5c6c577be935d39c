"""Passkeys on the page, with a browser whose device is made up (WebDriver's virtual authenticator)."""

from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import PASSWORD, Screen
from tests.served import Served


def with_device(screen: Screen) -> Screen:
    """Give a browser a device that keeps passkeys, and an owner who always unlocks it."""
    line = screen.page.context.new_cdp_session(screen.page)
    line.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return screen


def makes_passkey(screen: Screen) -> None:
    screen.page.get_by_label("What to call it").fill("my laptop")
    screen.page.get_by_label("Password, to make a passkey").fill(PASSWORD)
    screen.page.get_by_role("button", name="Make a passkey").click()


def test_one_makes_a_passkey_and_signs_in_with_it(served: Served, screen: MakeScreen) -> None:
    bob = with_device(screen())
    bob.page.goto(f"{served.named_url}/#you")
    bob.signs_up()
    bob.turns_to("You")
    makes_passkey(bob)
    expect(bob.notices).to_contain_text("Next time you need no password here.")
    expect(bob.page.get_by_role("listitem").filter(has_text="my laptop")).to_contain_text("not used yet")
    makes_passkey(bob)
    expect(bob.page.get_by_role("alert").filter(has_text="has a passkey of yours already")).to_be_visible()

    bob.page.get_by_role("button", name="Sign out").click()
    bob.page.get_by_role("button", name="I have been here before").click()
    bob.page.get_by_role("button", name="Use a passkey").click()
    expect(bob.page.locator("#line")).to_have_text("Live")
    expect(bob.heading).to_have_text(bob.handle)
    expect(bob.page.get_by_role("listitem").filter(has_text="my laptop")).to_contain_text("last used now")

    bob.page.get_by_role("button", name="Remove my laptop").click()
    expect(bob.page.get_by_text("With a passkey you sign in by your finger")).to_be_visible()
    bob.page.get_by_role("button", name="Sign out").click()
    bob.page.get_by_role("button", name="I have been here before").click()
    bob.page.get_by_role("button", name="Use a passkey").click()
    expect(bob.notices).to_contain_text("This is no passkey of anybody here")


def test_where_passkeys_cannot_be_none_is_offered(neighbour: MakeScreen) -> None:
    """By an address without a name browsers make none."""
    bob = neighbour()
    bob.turns_to("You")
    expect(bob.page.get_by_text("This browser has none, or not for this address.")).to_be_visible()
    bob.page.get_by_role("button", name="Sign out").click()
    bob.page.get_by_role("button", name="I have been here before").click()
    expect(bob.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Use a passkey")).to_have_count(0)
