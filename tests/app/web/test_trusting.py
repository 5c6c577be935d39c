"""What people let others know, on the page: choosing it, changing it, and being told what it means."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, Screen
from tests.served import Json, Phone, Served
from tests.world import CAFE


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def phone_of(someone: Screen) -> Phone:
    """Somebody's other device, signed in as they are."""
    phone = Phone.__new__(Phone)
    phone.served, phone.handle, phone.token = someone.served, someone.handle, str(someone.token)
    return phone


def contract_of(someone: Screen) -> Json:
    return phone_of(someone).get("/me/contract")


def has_agreed(someone: Screen, wanted: Json) -> None:
    """Have a contract hold, by another device."""
    phone_of(someone).ask("PUT", "/me/contract", wanted, match="*").raise_for_status()


def test_whoever_signs_up_is_asked_what_others_may_know_the_most_careful_first(screen: MakeScreen) -> None:
    bob = screen().opens(CAFE)
    bob.enters()
    expect(bob.page.get_by_role("radio")).to_have_count(4)
    cards = bob.page.locator(".cards label")
    expect(cards).to_contain_text(["Invisible", "Friends and communities", "Neighbourly", "Open house"])
    expect(cards.first).to_contain_text("Nobody may know anything of me.")
    expect(cards.last).to_contain_text("Everyone may see in feeds exactly where I am.")
    expect(bob.page.get_by_role("radio", checked=True)).to_have_count(0)
    bob.page.get_by_role("button", name="Let this hold").click()
    expect(bob.page.get_by_role("alert")).to_contain_text("Choose one of them first")
    bob.chooses("Neighbourly")
    assert contract_of(bob)["ready"] == "neighbourly"


def test_who_decides_later_is_told_beside_the_check_in_that_nobody_sees_it(
    screen: MakeScreen, neighbour: MakeScreen
) -> None:
    bob, ana = screen().opens(CAFE), neighbour(viewport=LAPTOP)
    bob.enters()
    bob.page.get_by_role("button", name="I’ll decide later").click()
    expect(bob.notices).to_contain_text("Nobody may know anything of you until you choose.")
    bob.turns_to("Here")
    bob.page.get_by_role("button", name="What are you doing?").click()
    told = bob.page.get_by_text("Only you can see this.")
    expect(told).to_be_visible()
    expect(bob.page.get_by_role("link", name="Choose what others may know.")).to_be_visible()
    bob.turns_to("Here")
    bob.checks_in("all by myself")
    expect(bob.notices).to_contain_text("Checked in; only you can see it.")
    expect(bob.check_in("all by myself")).to_contain_text("Only you can see this.")
    bob.check_in("all by myself").get_by_role("link", name="Choose what others may know.").click()
    expect(ana.check_in("all by myself")).to_have_count(0)
    bob.chooses("Open house")
    expect(bob.heading).to_have_text("Around here")
    expect(bob.check_in("all by myself")).to_be_visible()
    expect(told).to_have_count(0)
    ana.page.reload()
    expect(ana.check_in("all by myself")).to_be_visible()


def test_the_form_says_what_the_contract_lets_be_known_at_most(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.page.get_by_role("button", name="What are you doing?").click()
    told = bob.page.locator(".allowed")
    expect(told).to_contain_text("everyone know exactly where you are.")
    has_agreed(bob, {"ready": "neighbourly"})
    bob.page.reload()
    expect(told).to_have_text(
        "Your contract lets members of your communities and people you follow back know exactly where you are, "
        "and everyone know which quarter you are in."
    )
    for wanted, lets in (
        ("My communities", "members of your communities know exactly where you are."),
        ("People I follow back", "people you follow back know exactly where you are."),
    ):
        bob.page.get_by_label("Who hears it").select_option(wanted)
        expect(told).to_have_text(f"Your contract lets {lets}")
    bob.page.get_by_label("Strangers see").select_option("Only the city")
    expect(told).to_have_text("Your contract lets people you follow back know which city you are in.")
    bob.page.get_by_label("Who hears it").select_option("Only me")
    expect(told).to_have_text("Only you can see this.")


CONTRACTS: list[tuple[list[Json], str, str, str]] = [
    ([], "public", "exact", "nobody"),
    ([{"purpose": "statistics", "who": {"group": "everyone"}}], "public", "exact", "nobody"),
    ([{"purpose": "feed", "who": {"group": "everyone"}}], "public", "street", "everyone street"),
    (
        [
            {"purpose": "feed", "who": {"group": "everyone"}},
            {"purpose": "feed", "who": {"group": "follow_back"}, "exactness": "city"},
        ],
        "public",
        "exact",
        "everyone city, follow_back city",
    ),
    (
        [
            {"purpose": "feed", "who": {"group": "everyone"}, "exactness": "city"},
            {"purpose": "nearby", "who": {"group": "everyone"}, "exactness": "quarter"},
            {"purpose": "communities", "who": {"group": "communities"}},
            {"purpose": "communities", "who": {"group": "here"}},
        ],
        "public",
        "street",
        "everyone quarter, communities exact, here street",
    ),
    (
        [
            {"purpose": "nearby", "who": {"group": "signed_in"}},
            {"purpose": "nearby", "who": {"group": "here"}, "exactness": "nothing"},
        ],
        "public",
        "exact",
        "nobody",
    ),
]


@pytest.mark.parametrize(("terms", "visibility", "exactness", "known"), CONTRACTS)
def test_what_is_known_at_most_is_what_the_terms_say_together(
    screen: MakeScreen, ana: Phone, terms: list[Json], visibility: str, exactness: str, known: str
) -> None:
    ana.ask("PUT", "/me/contract", {"terms": terms}, match="*").raise_for_status()
    assert at_most(screen(), ana.get("/me/contract"), visibility, exactness) == known


def at_most(
    reader: Screen, contract: Json, visibility: str, exactness: str, moment: str = "2026-11-22T12:00:00Z"
) -> str:
    reader.page.goto(f"{reader.served.url}/v1/problems/invalid")
    said: list[Any] = reader.page.evaluate(
        """async ([contract, visibility, exactness, moment]) => {
            const { mostKnown } = await import("/assets/any/contract.mjs");
            const known = mostKnown(contract, visibility, exactness, new Date(moment));
            return known.map(({ who, exactness }) => `${who.group} ${exactness}`);
        }""",
        [contract, visibility, exactness, moment],
    )
    return ", ".join(said) or "nobody"


# By the clock of Madrid, an hour ahead of UTC on this Sunday and Monday.
@pytest.mark.parametrize(
    ("moment", "known"),
    [
        ("2026-11-22T20:59:00Z", "nobody"),
        ("2026-11-22T21:00:00Z", "everyone exact"),
        ("2026-11-23T04:59:00Z", "everyone exact"),
        ("2026-11-23T05:00:00Z", "nobody"),
        ("2026-11-23T21:30:00Z", "nobody"),
    ],
)
def test_hours_end_the_next_day_by_the_contracts_clock(
    screen: MakeScreen, ana: Phone, moment: str, known: str
) -> None:
    night = {"days": ["sun"], "since": "22:00", "until": "06:00"}
    term = {"purpose": "feed", "who": {"group": "everyone"}, "hours": night}
    wanted = {"terms": [term], "time_zone": "Europe/Madrid"}
    ana.ask("PUT", "/me/contract", wanted, match="*").raise_for_status()
    assert at_most(screen(), ana.get("/me/contract"), "public", "exact", moment) == known
