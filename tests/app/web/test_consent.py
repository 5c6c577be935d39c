"""The page that asks whether a program may act for somebody."""

import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import PASSWORD, Screen
from tests.served import Phone, Served
from tests.world import CAFE

BACK = "https://diary.example/back"


@pytest.fixture
def client_id(served: Served) -> str:
    developer = Phone(served, f"dev-{secrets.token_hex(4)}")
    made: str = developer.post("/me/clients", {"name": "Bike <Diary>", "redirect_uris": [BACK]})["id"]
    return made


def asked_by(known: str, **other: str) -> str:
    said = {
        "response_type": "code",
        "client_id": known,
        "redirect_uri": BACK,
        "scope": "check-ins:write offers:read",
        "state": "xyz",
        "code_challenge": create_s256_code_challenge("v" * 50),
        "code_challenge_method": "S256",
    }
    return "/oauth/authorize?" + urlencode(said | other)


def goes_back(screen: Screen) -> list[str]:
    """Where the browser is sent to: nobody is there, so the test answers."""
    reached: list[str] = []

    def answer(route: Route) -> None:
        reached.append(route.request.url)
        route.fulfill(body="<h1>Back in the diary</h1>", content_type="text/html")

    screen.page.route("https://diary.example/**", answer)
    return reached


@pytest.mark.parametrize(("button", "brings"), [("Allow it", "?code="), ("No", "?error=access_denied")])
def test_who_is_signed_in_says_yes_or_no_and_is_sent_back(
    served: Served, neighbour: MakeScreen, client_id: str, button: str, brings: str
) -> None:
    bob = neighbour()
    reached = goes_back(bob)
    bob.page.goto(served.url + asked_by(client_id))
    expect(bob.heading).to_have_text("May Bike <Diary> act for you?")
    expect(bob.page.get_by_text("at diary.example")).to_be_visible()
    expect(bob.page.get_by_role("listitem")).to_have_text(
        ["check in, and take check-ins back", "see what reaches you"]
    )
    assert Axe().run(bob.page).violations_count == 0
    bob.page.get_by_role("button", name=button, exact=True).click()
    expect(bob.heading).to_have_text("Back in the diary")
    assert reached[0].startswith(BACK + brings)
    assert "state=xyz" in reached[0]


def test_who_is_not_signed_in_does_so_first(
    served: Served, neighbour: MakeScreen, screen: MakeScreen, client_id: str
) -> None:
    bob, tablet = neighbour(), screen()
    tablet.page.goto(served.url + asked_by(client_id))
    tablet.page.get_by_role("button", name="I have been here before").click()
    tablet.page.get_by_label("Handle").fill(bob.handle)
    tablet.page.get_by_label("Password").fill(PASSWORD)
    tablet.page.get_by_role("button", name="Sign in").click()
    expect(tablet.heading).to_have_text("May Bike <Diary> act for you?")
    expect(tablet.page.get_by_text(f"asks to do this for {bob.handle}")).to_be_visible()


@pytest.mark.parametrize(
    ("other", "leads"),
    [
        ({"scope": "everything"}, BACK + "?error=invalid_scope"),
        ({"code_challenge_method": "plain"}, BACK + "?error=invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "/"),
        ({"client_id": "nobody"}, "/"),
    ],
)
def test_a_wrong_request_is_explained_and_leads_nowhere_by_itself(
    served: Served, neighbour: MakeScreen, client_id: str, other: dict[str, str], leads: str
) -> None:
    bob = neighbour()
    bob.page.goto(served.url + asked_by(client_id, **other))
    expect(bob.heading).to_have_text("This does not work")
    link = bob.page.get_by_role("main").get_by_role("link")
    assert (link.get_attribute("href") or "").startswith(leads)


def test_a_request_that_says_something_twice_is_not_asked(
    served: Served, neighbour: MakeScreen, client_id: str
) -> None:
    """Or a person could be shown one thing and say yes to another."""
    bob = neighbour()
    bob.page.goto(served.url + asked_by(client_id) + "&scope=positions:read")
    expect(bob.heading).to_have_text("This does not work")


def test_a_program_is_ended_on_ones_own_page(served: Served, neighbour: MakeScreen, client_id: str) -> None:
    bob = neighbour()
    reached = goes_back(bob)
    bob.page.goto(served.url + asked_by(client_id))
    bob.page.get_by_role("button", name="Allow it").click()
    expect(bob.heading).to_have_text("Back in the diary")
    given = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": dict(parse_qsl(urlsplit(reached[0]).query))["code"],
        "redirect_uri": BACK,
        "code_verifier": "v" * 50,
    }
    token = requests.post(f"{served.url}/oauth/token", data=given, timeout=30).json()["access_token"]
    bob.opens(CAFE, view="you")
    row = bob.page.get_by_role("listitem").filter(has_text="Bike <Diary>")
    expect(row).to_contain_text("for check-ins:write, offers:read")
    row.get_by_role("button", name="End Bike <Diary>").click()
    expect(bob.page.get_by_text("no program acts for you")).to_be_visible()
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{served.url}/v1/me/offers", headers=bearer, timeout=30).status_code == 401
