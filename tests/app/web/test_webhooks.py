"""Webhooks on the page of a business: their secrets, their logs, and sending again."""

import re
import secrets

from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.shopkeeping import agrees, at_the_counter, rows
from tests.served import Phone, Served
from tests.world import eventually


def test_a_webhook_is_added_its_secret_shown_once_and_its_log_replayed(
    screen: MakeScreen, served: Served
) -> None:
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    shop = str(ana.post("/businesses", {"name": "Bike Bar"})["id"])
    hers = at_the_counter(screen, ana, "webhooks", shop, permissions=["clipboard-read", "clipboard-write"])
    hers.page.get_by_text("Add a webhook").click()
    hers.page.get_by_label("Address").fill("https://127.0.0.1/hooks")
    hers.page.get_by_role("button", name="Add it").click()
    expect(hers.page.get_by_role("alert")).to_contain_text("Address:")
    expect(hers.page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    hers.page.get_by_label("Address").fill("https://shop.invalid/hooks")
    hers.page.get_by_role("button", name="Add it").click()
    secret = hers.page.get_by_label("Secret")
    expect(secret).to_have_value(re.compile("^whsec_"))
    hers.page.get_by_role("button", name="Copy it").click()
    expect(hers.notices).to_contain_text("Copied.")
    assert hers.page.evaluate("navigator.clipboard.readText()") == secret.input_value()
    hers.page.get_by_role("button", name="I have it").click()
    expect(secret).to_have_count(0)
    hers.page.get_by_role("link", name="https://shop.invalid/hooks").click()
    expect(hers.heading).to_have_text("A webhook")
    hers.page.get_by_role("button", name="Send a test").click()
    log = rows(hers, "The log, newest first")
    expect(log).to_contain_text(["A test"])
    (hook,) = ana.get(f"/businesses/{shop}/webhooks")["items"]
    deliveries = f"/businesses/{shop}/webhooks/{hook['id']}/deliveries"
    eventually(lambda: ana.get(deliveries)["items"][0]["tries"], 20)
    hers.page.get_by_role("button", name="Send again: A test").click()
    expect(hers.notices).to_contain_text("It is sent again, under the same id.")
    hers.page.get_by_role("button", name="Pause it").click()
    expect(hers.page.locator(".standing .badge")).to_have_text("Paused")
    expect(hers.page.locator(".part").first).to_be_focused()
    hers.page.get_by_label("Show").select_option("Taken")
    expect(hers.page.get_by_text("It was told nothing.")).to_be_visible()
    agrees(hers)
    hers.page.get_by_role("button", name="End it").click()
    expect(hers.heading).to_have_text("Webhooks")
    assert ana.get(f"/businesses/{shop}/webhooks")["items"] == []
