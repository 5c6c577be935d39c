"""The personal tag on the page: what it shows, what read it, and being silent or lost."""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Route, expect

from app.tag.rules import WINDOW, opening, window_of
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_trusting import has_agreed, phone_of
from tests.served import Phone, Served

DECODER = Path("app/web/node_modules/qr")


@dataclass
class Till:
    """A reader of a business."""

    served: Served
    business: str
    id: str
    key: str

    def reads(self, code: str) -> str:
        """What came of it."""
        seen = {"code": code, "nonce": str(uuid4())}
        answer = requests.post(
            f"{self.served.url}/v1/readers/{self.id}/readings",
            json={"readings": [seen]},
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=30,
        )
        answer.raise_for_status()
        return cast(str, answer.json()["answers"][0]["outcome"])


@pytest.fixture
def till(served: Served) -> Till:
    staff = Phone(served, f"staff-{secrets.token_hex(4)}")
    business = staff.post("/businesses", {"name": f"Bakery {secrets.token_hex(2)}"})
    wanted = {"name": "Till 1", "kind": "handheld", "purpose": "collecting stamps", "asks": "pseudonym"}
    made = staff.post(f"/businesses/{business['id']}/readers", wanted)
    return Till(served, business["name"], made["id"], made["key"])


def opens_his_tag(someone: Screen) -> None:
    someone.turns_to("You")
    someone.page.get_by_role("link", name="My tag").click()
    expect(someone.heading).to_have_text("My tag")
    expect(someone.page.get_by_role("switch", name="My tag answers readers")).to_be_enabled()


def letters(someone: Screen) -> str:
    """The code that the tag shows."""
    shown = someone.page.locator(".letters")
    expect(shown).to_have_text(re.compile(r"^\w{28}$"))
    return shown.inner_text()


def test_the_tag_shows_what_a_till_reads_and_the_log_tells_of_it_as_it_happens(
    neighbour: MakeScreen, till: Till
) -> None:
    bob = neighbour()
    opens_his_tag(bob)
    expect(bob.page.get_by_text("Nothing has read your tag.")).to_be_visible()
    first = letters(bob)
    assert till.reads(first) == "ok"
    reading = bob.page.get_by_role("list", name="Readings, newest first").get_by_role("listitem")
    expect(reading).to_contain_text(till.business)
    expect(reading).to_contain_text("Till 1: collecting stamps")
    expect(reading).to_contain_text("a name that only they know you by")
    expect(bob.page.locator(".letters")).not_to_have_text(first)
    bob.page.reload()
    expect(reading).to_have_count(1)
    bob.page.get_by_role("button", name=f"Erase this reading of {till.business}").click()
    expect(bob.notices).to_contain_text("Erased, for the business as well.")
    expect(bob.page.get_by_text("Nothing has read your tag.")).to_be_focused()
    assert phone_of(bob).get("/me/readings")["items"] == []


def test_what_is_drawn_can_be_read(neighbour: MakeScreen) -> None:
    bob = neighbour(color_scheme="dark")
    bob.page.route("**/assets/any/qr/*.js", decoder)
    opens_his_tag(bob)
    shown = letters(bob)
    read = bob.page.evaluate(
        """async () => {
            const { decodeQR } = await import("/assets/any/qr/decode.js");
            const drawing = document.querySelector(".code svg").cloneNode(true);
            drawing.setAttribute("width", 400);
            drawing.setAttribute("height", 400);
            const image = new Image();
            const text = new XMLSerializer().serializeToString(drawing);
            image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
            await image.decode();
            const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 400 });
            const pen = canvas.getContext("2d");
            pen.drawImage(image, 0, 0);
            return decodeQR(pen.getImageData(0, 0, 400, 400));
        }"""
    )
    assert read == f"{bob.served.url}/t/{shown}"


def decoder(route: Route) -> None:
    named = route.request.url.rsplit("/", 1)[1]
    route.fulfill(body=(DECODER / named).read_text(), content_type="text/javascript")


def test_the_code_is_another_one_each_time_and_in_each_window_also_without_a_connection(
    neighbour: MakeScreen, till: Till
) -> None:
    bob = neighbour()
    # Well inside a window, so that none begins while this one looks at the code.
    bob.page.clock.install(time=opening(window_of(datetime.now(UTC))) + WINDOW / 2)
    bob.page.reload()
    opens_his_tag(bob)
    seen = [letters(bob)]
    bob.page.get_by_role("button", name="Show another").click()
    expect(bob.page.locator(".letters")).not_to_have_text(seen[-1])
    seen.append(letters(bob))
    bob.loses_the_connection()
    bob.turns_to("Here")
    bob.turns_to("You")
    bob.page.get_by_role("link", name="My tag").click()
    expect(bob.page.locator(".letters")).not_to_have_text(seen[-1])
    seen.append(letters(bob))
    assert till.reads(seen[-1]) == "ok"
    bob.page.clock.fast_forward("10:00")
    expect(bob.page.locator(".letters")).not_to_have_text(seen[-1])
    seen.append(letters(bob))
    assert len(set(seen)) == len(seen)
    # By the server's clock it is ten minutes early, which a reader's clock may be.
    assert till.reads(seen[-1]) == "ok"
    bob.page.clock.fast_forward("24:00:00")
    expect(bob.page.get_by_text("There is no code for now.")).to_be_visible()


def test_the_page_opens_without_a_connection_and_shows_the_tag(neighbour: MakeScreen, till: Till) -> None:
    bob = neighbour()
    opens_his_tag(bob)
    before = letters(bob)
    bob.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bob.loses_the_connection()
    bob.page.reload()
    expect(bob.heading).to_have_text("My tag")
    expect(bob.page.locator(".letters")).not_to_have_text(before)
    assert till.reads(letters(bob)) == "ok"


def test_a_silent_tag_shows_nothing_and_keeps_nothing(neighbour: MakeScreen, till: Till) -> None:
    bob = neighbour()
    opens_his_tag(bob)
    shown = letters(bob)
    answers = bob.page.get_by_role("switch", name="My tag answers readers")
    answers.uncheck()
    expect(bob.page.get_by_role("main").get_by_text("Your tag is silent")).to_be_visible()
    expect(bob.page.locator(".code svg")).to_have_count(0)
    assert kept(bob)["windows"] == []
    assert till.reads(shown) == "silent"
    answers.check()
    assert till.reads(letters(bob)) == "ok"


def kept(someone: Screen) -> dict[str, object]:
    said = someone.page.evaluate("localStorage.getItem('hereabouts.codes')")
    return cast(dict[str, object], json.loads(said))


def test_a_lost_phone_is_signed_out_and_its_codes_are_worth_nothing(
    neighbour: MakeScreen, served: Served, till: Till
) -> None:
    bob = neighbour()
    told = {"handle": bob.handle, "password": "correct horse", "device": "the lost phone"}
    lost = requests.post(f"{served.url}/v1/sessions", json=told, timeout=30).json()["token"]
    opens_his_tag(bob)
    before = letters(bob)
    bob.page.get_by_text("I lost my phone").click()
    device = bob.page.get_by_label("Which device to sign out")
    expect(device.get_by_role("option")).to_have_count(2)
    device.select_option(index=1)
    bob.page.get_by_role("button", name="It is lost: give me another tag").click()
    expect(bob.notices).to_contain_text("You have another tag.")
    expect(bob.page.locator(".letters")).not_to_have_text(before)
    assert till.reads(before) == "revoked"
    assert till.reads(letters(bob)) == "ok"
    bearer = {"Authorization": f"Bearer {lost}"}
    assert requests.get(f"{served.url}/v1/me", headers=bearer, timeout=30).status_code == 401


def test_codes_go_with_whoever_signs_out(neighbour: MakeScreen) -> None:
    bob = neighbour()
    opens_his_tag(bob)
    letters(bob)
    bob.turns_to("You")
    bob.page.get_by_role("button", name="Sign out").click()
    expect(bob.page.get_by_role("link", name="Sign in or up")).to_be_visible()
    assert bob.page.evaluate("localStorage.getItem('hereabouts.codes')") is None


def test_a_tag_that_no_reader_may_read_says_so(neighbour: MakeScreen) -> None:
    bob = neighbour()
    has_agreed(bob, {"ready": "invisible"})
    bob.page.reload()
    opens_his_tag(bob)
    expect(bob.page.get_by_text("Your contract lets readers learn nothing")).to_be_visible()
    bob.page.get_by_role("link", name="Choose what readers may learn.").click()
    expect(bob.heading).to_have_text("My trust contract")
