"""What opens where somebody scans a post, or somebody else's tag, with the camera of a phone."""

import secrets
from dataclasses import dataclass

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import PASSWORD, Screen
from tests.app.web.test_trusting import has_agreed, phone_of
from tests.served import Phone, Served
from tests.world import CAFE, FAR_AWAY, Json, point


@dataclass
class Post:
    """What hangs at the café, and who looks after it."""

    staff: Phone
    id: str
    address: str

    @property
    def read(self) -> list[Json]:
        found: list[Json] = self.staff.get(f"/readers/{self.id}/readings")["items"]
        return found


@pytest.fixture
def hung(served: Served) -> Post:
    staff = Phone(served, f"staff-{secrets.token_hex(4)}")
    business = staff.post("/businesses", {"name": "Bike Bar"})
    wanted = {"name": "At the door", "kind": "post", "purpose": "collecting stamps", "asks": "pseudonym"}
    made = staff.post(f"/businesses/{business['id']}/readers", {**wanted, "position": point(CAFE)})
    written = requests.get(
        f"{served.url}/v1/readers/{made['id']}/post.ndef",
        headers={"Authorization": f"Bearer {staff.token}"},
        timeout=30,
    )
    return Post(staff, made["id"], "/p/" + written.content.decode("latin-1").partition("/p/")[2])


def scans(someone: Screen, hung: Post) -> None:
    someone.page.goto(someone.served.url + hung.address)
    expect(someone.heading).to_have_text("At the door, Bike Bar")


def lets_it_read(someone: Screen) -> None:
    someone.page.context.grant_permissions(["geolocation"])
    someone.page.get_by_role("button", name="Let it read my tag").click()


def test_a_post_says_what_it_is_for_and_reads_who_lets_it(neighbour: MakeScreen, hung: Post) -> None:
    bob = neighbour()
    has_agreed(bob, {"ready": "open-house"})
    scans(bob, hung)
    expect(bob.page.get_by_text("It reads tags for this: collecting stamps.")).to_be_visible()
    assert Axe().run(bob.page).violations_count == 0
    assert hung.read == []
    lets_it_read(bob)
    expect(bob.heading).to_have_text("Read")
    expect(bob.page.get_by_text("a name by which only this business knows you")).to_be_visible()
    assert [each["disclosed"] for each in hung.read] == ["pseudonym"]
    bob.page.get_by_role("link", name="My tag and its log").click()
    expect(bob.page.get_by_text("At the door")).to_be_visible()


def test_who_is_not_signed_in_does_so_first(
    served: Served, neighbour: MakeScreen, screen: MakeScreen, hung: Post
) -> None:
    bob, tablet = neighbour(), screen()
    tablet.page.goto(served.url + hung.address)
    expect(tablet.heading).to_have_text("Sign in or up for At the door, Bike Bar")
    expect(tablet.page.get_by_text("It reads tags for this: collecting stamps.")).to_be_visible()
    tablet.page.get_by_role("button", name="I have been here before").click()
    tablet.page.get_by_label("Handle").fill(bob.handle)
    tablet.page.get_by_label("Password").fill(PASSWORD)
    tablet.page.get_by_role("button", name="Sign in").click()
    expect(tablet.heading).to_have_text("At the door, Bike Bar")
    expect(tablet.page.get_by_role("button", name="Let it read my tag")).to_be_visible()


def test_who_is_elsewhere_lets_nothing_be_known_or_may_not_locate_is_told_so(
    neighbour: MakeScreen, hung: Post
) -> None:
    far = neighbour(geolocation={"latitude": FAR_AWAY.lat, "longitude": FAR_AWAY.lon, "accuracy": 20})
    scans(far, hung)
    lets_it_read(far)
    expect(far.page.get_by_text("You are not where this post stands.")).to_be_visible()
    closed = neighbour()
    has_agreed(closed, {"ready": "invisible"})
    scans(closed, hung)
    lets_it_read(closed)
    expect(
        closed.page.get_by_text("Your trust contract lets this business know nothing here")
    ).to_be_visible()
    unsure = neighbour(permissions=[])
    scans(unsure, hung)
    unsure.page.get_by_role("button", name="Let it read my tag").click()
    expect(unsure.page.get_by_text("This browser may not tell where you are.")).to_be_visible()
    assert hung.read == []


def test_what_is_no_post_or_closed_says_so(served: Served, neighbour: MakeScreen, hung: Post) -> None:
    hung.staff.ask("PATCH", f"/readers/{hung.id}", {"open": False}).raise_for_status()
    bob = neighbour()
    scans(bob, hung)
    expect(bob.page.get_by_text("It is closed now and reads nobody.")).to_be_visible()
    bob.page.goto(f"{served.url}/p/NOTHING")
    expect(bob.page.get_by_text("This is not what a post of ours shows.")).to_be_visible()


def test_the_code_of_somebody_elses_tag_says_nothing(
    served: Served, neighbour: MakeScreen, screen: MakeScreen
) -> None:
    code = phone_of(neighbour()).post("/me/tag/codes", {})["windows"][0]["codes"][0]
    stranger = screen()
    stranger.page.goto(f"{served.url}/t/{code}")
    expect(stranger.heading).to_have_text("This is the code of somebody's tag")
    assert Axe().run(stranger.page).violations_count == 0
