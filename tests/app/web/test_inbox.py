"""Offers that reached somebody, on the page: keeping one, redeeming it at the till, and what did not reach them."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.shopkeeping import HOSTILE, NARROW, agrees, at_the_counter, offered, rows
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served
from tests.world import CAFE, eventually, point


@dataclass
class Shop:
    """A business and a community through which its offers come."""

    staff: Phone
    id: str
    riders: Json

    @property
    def topic(self) -> str:
        return str(self.riders["properties"]["topics"][0])

    def offers(self, title: str = "A free coffee", **more: Any) -> str:
        return offered(self.staff, self.id, self.topic, title=title, **more)

    def reaches(self, someone: Screen) -> Screen:
        """Have what it offers be in somebody's inbox, and somebody look there."""
        phone = phone_of(someone)
        phone.put(f"/communities/{self.riders['id']}/membership")
        phone.put("/me/consents/offers")
        phone.ask(
            "PUT", "/me/offers/budget", {"an_hour": 20, "a_day": 20, "a_community": 20, "a_business": 20}
        )
        phone.post("/check-ins", {"position": point(CAFE)})
        eventually(lambda: phone.get("/me/offers")["items"])
        someone.turns_to("Offers")
        expect(inbox(someone).first).to_be_visible()
        return someone


@pytest.fixture
def shop(served: Served) -> Shop:
    staff = Phone(served, f"ana-{secrets.token_hex(4)}")
    return Shop(staff, str(staff.post("/businesses", {"name": "Bike Bar"})["id"]), a_community(staff))


def inbox(someone: Screen) -> Locator:
    return someone.page.locator(".feed.offers > li")


def delivered(someone: Screen) -> Json:
    (found,) = phone_of(someone).get("/me/offers")["items"]
    return dict(found)


def test_what_was_in_sight_is_seen(neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    expect(inbox(bob)).to_contain_text("Why you: cycling, through")
    eventually(lambda: delivered(bob)["seen_at"])


def test_what_is_said_in_another_language_says_so(neighbour: MakeScreen, shop: Shop) -> None:
    said = {"title": "Com triar una càmera", "text": "Mireu-la.", "topics": [shop.topic], "language": "ca"}
    piece = shop.staff.post(f"/communities/{shop.riders['id']}/pieces", said)["id"]
    shop.offers("Un cafè", text="Amb pastís", language="ca", pieces=[piece])
    Shop(shop.staff, shop.id, a_community(shop.staff)).offers("Un te", language="ca")
    bob = shop.reaches(neighbour())
    for words in ("Un cafè", "Amb pastís", "Com triar una càmera"):
        expect(inbox(bob).get_by_text(words)).to_have_attribute("lang", "ca")
    expect(inbox(bob)).to_contain_text(f"by {shop.staff.handle}")
    inbox(bob).get_by_role("link", name="Com triar una càmera").click()
    expect(bob.heading).to_have_attribute("lang", "ca")
    bob.turns_to("Offers")
    bob.page.get_by_text("What did not reach you, and why").click()
    withheld = bob.page.get_by_role("list", name="What did not reach you")
    expect(withheld.get_by_text("Un te").first).to_have_attribute("lang", "ca")


def test_one_is_kept_for_somebody_and_let_go(neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers(quantity=3)
    bob = shop.reaches(neighbour(viewport=NARROW))
    expect(inbox(bob)).to_contain_text("3 left")
    bob.page.get_by_role("button", name="Keep one for me: A free coffee").click()
    expect(bob.page.get_by_role("timer")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    assert delivered(bob)["held_until"]
    assert violations(bob.page) == []
    bob.page.reload()
    expect(bob.page.get_by_role("timer")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    bob.page.get_by_role("button", name="Let it go: A free coffee").click()
    expect(bob.page.get_by_role("button", name="Keep one for me: A free coffee")).to_be_focused()
    assert delivered(bob)["held_until"] is None


def test_when_its_time_is_over_it_is_kept_no_more(neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers(quantity=3)
    bob = neighbour()
    bob.page.clock.install()
    shop.reaches(bob)
    bob.page.get_by_role("button", name="Keep one for me: A free coffee").click()
    expect(bob.page.get_by_role("timer")).to_be_visible()
    phone_of(bob).delete(f"/me/offers/{delivered(bob)['offer_id']}/hold")
    bob.page.clock.fast_forward("15:01")
    expect(bob.page.locator("#aloud")).to_have_text("It is kept for you no more.")
    expect(inbox(bob)).to_contain_text("3 left")


def test_it_is_redeemed_with_the_code_of_the_till(
    screen: MakeScreen, neighbour: MakeScreen, shop: Shop
) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    hers = at_the_counter(screen, shop.staff, "business-till", shop.id, viewport=LAPTOP)
    expect(hers.page.locator(".till-code")).not_to_be_empty()
    bob.page.get_by_text("Redeem it").click()
    typed = bob.page.get_by_label("Or type what the till shows")
    typed.fill("WRONG-CODE")
    bob.page.get_by_role("button", name="Redeem it", exact=True).click()
    expect(bob.page.get_by_role("alert")).not_to_be_empty()
    expect(typed).to_have_value("WRONG-CODE")
    typed.fill(hers.page.locator(".till-code").inner_text().lower())
    bob.page.get_by_role("button", name="Redeem it", exact=True).click()
    expect(bob.page.locator(".done")).to_contain_text("Redeemed")
    expect(bob.page.locator(".done")).to_be_focused()
    expect(inbox(bob)).to_contain_text("You redeemed it.")
    bob.page.get_by_text("What you redeemed").click()
    expect(rows(bob, "What you redeemed, newest first")).to_contain_text(["A free coffee"])
    hers.page.get_by_role("button", name="Look again").click()
    sold = rows(hers, "What was redeemed, newest first")
    expect(sold).to_contain_text(["A free coffee"])
    expect(sold).not_to_contain_text([bob.handle])
    agrees(hers)
    hers.page.get_by_role("button", name="Take back: A free coffee").click()
    expect(sold).to_contain_text(["Taken back"])


def test_the_till_reads_the_tag_that_is_shown_to_it(
    screen: MakeScreen, neighbour: MakeScreen, shop: Shop
) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    bob.page.get_by_text("Redeem it").click()
    shown = bob.page.locator(".letters")
    expect(shown).to_have_text(re.compile(r"^\w{28}$"))
    hers = at_the_counter(screen, shop.staff, "business-till", shop.id, viewport=NARROW)
    hers.page.get_by_role("button", name="Make this browser a till").click()
    code = hers.page.get_by_label("Their code")
    code.fill("nothing")
    hers.page.keyboard.press("Enter")
    answers = hers.page.get_by_role("list", name="What came of it").get_by_role("listitem")
    expect(answers.first).to_contain_text("This is no code of ours.")
    code.fill(shown.inner_text())
    hers.page.get_by_label("Amount, if you like").fill("12,505")
    hers.page.get_by_role("button", name="Redeem", exact=True).click()
    expect(hers.page.get_by_role("alert")).to_contain_text("Amount, if you like: The amount must be digits")
    expect(code).to_have_value(shown.inner_text())
    hers.page.get_by_label("Amount, if you like").fill("12,50")
    hers.page.get_by_role("button", name="Redeem", exact=True).click()
    expect(answers.first).to_contain_text("Redeemed")
    expect(code).to_be_focused()
    expect(code).to_be_empty()
    expect(rows(hers, "What was redeemed, newest first").first).to_contain_text("12.50 EUR")
    assert delivered(bob)["redeemed"] == 1
    assert violations(hers.page) == []


#: A browser that reads codes with a camera, and sees this one.
CAMERA = """() => {
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
window.BarcodeDetector = class { async detect() { return [{ rawValue: CODE }]; } };
}"""


def test_the_till_reads_with_a_camera(screen: MakeScreen, neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    (window, *_) = phone_of(bob).post("/me/tag/codes")["windows"]
    hers = at_the_counter(screen, shop.staff, "business-till", shop.id)
    hers.page.evaluate(CAMERA.replace("CODE", f"'https://a.example/t/{window['codes'][0]}'"))
    hers.page.get_by_role("button", name="Make this browser a till").click()
    expect(hers.page.get_by_label("Offer", exact=True)).to_contain_text("A free coffee")
    hers.page.get_by_role("button", name="Scan it with the camera").click()
    answers = hers.page.get_by_role("list", name="What came of it").get_by_role("listitem")
    expect(answers.first).to_contain_text("Redeemed")
    expect(hers.page.get_by_role("dialog")).to_have_count(0)
    assert delivered(bob)["redeemed"] == 1


def test_what_a_till_read_without_a_connection_is_told_later_and_once(
    screen: MakeScreen, neighbour: MakeScreen, shop: Shop
) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    bob.page.get_by_text("Redeem it").click()
    shown = bob.page.locator(".letters")
    expect(shown).to_have_text(re.compile(r"^\w{28}$"))
    hers = at_the_counter(screen, shop.staff, "business-till", shop.id)
    hers.page.get_by_role("button", name="Make this browser a till").click()
    expect(hers.page.get_by_label("Offer", exact=True)).to_contain_text("A free coffee")
    hers.loses_the_connection()
    hers.page.get_by_label("Their code").fill(shown.inner_text())
    hers.page.keyboard.press("Enter")
    answers = hers.page.get_by_role("list", name="What came of it").get_by_role("listitem")
    expect(answers.first).to_contain_text("Hereabouts cannot be reached. It is kept here")
    hers.page.context.set_offline(False)
    expect(answers.first).to_contain_text("Redeemed")
    assert delivered(bob)["redeemed"] == 1
    assert len(shop.staff.get(f"/businesses/{shop.id}/redemptions")["items"]) == 1


def test_what_is_typed_stays_when_another_offer_comes(neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    bob.page.get_by_text("Redeem it").click()
    typed = bob.page.get_by_label("Or type what the till shows")
    typed.fill("half of")
    shop.offers("Another one")
    phone_of(bob).post("/check-ins", {"position": point(CAFE)})
    expect(inbox(bob)).to_have_count(2)
    expect(typed).to_have_value("half of")
    expect(typed).to_be_focused()


def test_never_anything_of_a_business_again(neighbour: MakeScreen, shop: Shop) -> None:
    shop.offers()
    bob = shop.reaches(neighbour())
    agrees(bob)
    bob.page.get_by_role("button", name="Never this business").click()
    expect(bob.notices).to_contain_text("Nothing of Bike Bar reaches you any more.")
    expect(inbox(bob)).to_have_count(0)
    bob.page.get_by_text("What did not reach you, and why").click()
    expect(rows(bob, "What did not reach you")).to_contain_text(["A free coffee"])
    expect(bob.page.get_by_role("list", name="What did not reach you")).to_contain_text("Bike Bar")


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_use_it_and_no_text_becomes_markup(
    neighbour: MakeScreen, shop: Shop, size: dict[str, int], colours: str
) -> None:
    shop.offers(HOSTILE, text=HOSTILE + "o" * 200, quantity=2)
    bob = shop.reaches(neighbour(viewport=size, color_scheme=colours))
    bob.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    bob.page.wait_for_load_state("networkidle")
    expect(inbox(bob).get_by_role("heading")).to_have_text(HOSTILE)
    assert bob.page.locator("#panel :is(img, script)").count() == 0
    assert violations(bob.page) == []
    assert bob.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
