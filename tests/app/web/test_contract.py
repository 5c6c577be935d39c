"""My trust contract on the page: taking sentences out and adding others, yes or no, and quiet places."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_trusting import contract_of, has_agreed, phone_of
from tests.served import Phone, Served
from tests.world import CAFE, FAR_AWAY, PURPOSE, point


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def test_the_contract_stands_under_you_and_a_sentence_is_taken_out(neighbour: MakeScreen) -> None:
    bob = neighbour()
    has_agreed(bob, {"ready": "neighbourly"})
    opens_his_contract(bob)
    said = "Everyone may see in feeds which quarter I am in for 7 days."
    expect(bob.page.get_by_role("list", name="What holds now")).to_contain_text(said)
    bob.page.get_by_role("button", name=f"Take out: {said}").click()
    expect(bob.notices).to_contain_text("Taken out.")
    expect(bob.page.get_by_role("list", name="What holds now")).not_to_contain_text(said)
    expect(bob.page.get_by_role("heading", name="What holds now")).to_be_focused()
    assert said not in contract_of(bob)["says"]


def opens_his_contract(someone: Screen) -> None:
    someone.turns_to("You")
    someone.page.get_by_role("link", name="My trust contract").click()
    expect(someone.heading).to_have_text("My trust contract")


def test_another_ready_contract_says_first_what_stays_beside_it(neighbour: MakeScreen) -> None:
    bob = neighbour()
    home = {"name": "Home", "lat": CAFE.lat, "lon": CAFE.lon, "radius_m": 200}
    has_agreed(bob, {"ready": "open-house", "quiet_places": [home]})
    opens_his_contract(bob)
    bob.page.get_by_role("link", name="Choose a ready one").click()
    expect(bob.page.get_by_role("radio", name="Open house (holds now)")).to_be_visible()
    bob.page.get_by_role("radio", name="Invisible").check()
    expect(bob.page.get_by_text("At Home, and 200 m around it, nobody may know anything.")).to_be_visible()
    assert contract_of(bob)["ready"] == "open-house"
    bob.chooses("Invisible")
    expect(bob.heading).to_have_text("My trust contract")
    expect(bob.page.get_by_role("list", name="What holds now")).to_contain_text("At Home")
    assert contract_of(bob)["ready"] == "invisible"


def test_what_was_changed_elsewhere_is_not_overwritten(neighbour: MakeScreen) -> None:
    bob = neighbour()
    opens_his_contract(bob)
    holds = bob.page.get_by_role("list", name="What holds now")
    expect(holds).to_contain_text("Readers may read my tag and learn my handle.")
    has_agreed(bob, {"ready": "neighbourly"})
    bob.page.get_by_role("button", name="Take out: Readers").click()
    expect(bob.notices).to_contain_text("Your contract was changed elsewhere meanwhile.")
    expect(holds).to_contain_text("Readers may read my tag and learn a name that only they know me by.")
    assert contract_of(bob)["ready"] == "neighbourly"


def test_yes_or_no_is_one_touch(neighbour: MakeScreen) -> None:
    bob = neighbour()
    has_agreed(bob, {"ready": "neighbourly"})
    opens_his_contract(bob)
    holds = bob.page.get_by_role("list", name="What holds now")
    offers = bob.page.get_by_role("switch", name="Offers may reach me")
    expect(offers).not_to_be_checked()
    offers.check()
    expect(holds).to_contain_text("Offers may reach me through my communities.")
    bob.page.get_by_role("switch", name="I am counted").check()
    expect(holds).to_contain_text("I am counted where I say to everyone exactly where I am, and as a member")
    bob.page.get_by_label("What readers of my tag may learn").select_option(
        "Nothing: they may not read my tag"
    )
    expect(holds).not_to_contain_text("read my tag")
    offers.uncheck()
    expect(holds).not_to_contain_text("Offers")
    assert {term["purpose"] for term in contract_of(bob)["terms"]} == {"feed", "nearby", "statistics"}


def test_a_sentence_is_added_after_seeing_what_it_says(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour(timezone_id="Europe/Madrid")
    has_agreed(bob, {"ready": "invisible"})
    opens_his_contract(bob)
    bob.page.get_by_text("Add a sentence").click()
    bob.page.get_by_label("Who may know").select_option("One person")
    bob.page.get_by_label("Their handle").fill("nobody-of-this-name")
    show = bob.page.get_by_role("button", name="Show what it would say")
    show.click()
    expect(bob.page.get_by_role("alert")).to_contain_text("There is nobody else called nobody-of-this-name.")
    bob.page.get_by_label("Their handle").fill(ana.handle)
    bob.page.get_by_label("How exactly").select_option("Which street")
    bob.page.get_by_label("For how long").select_option("A week")
    bob.page.get_by_label("Only at certain times").check()
    for day in ("Sat", "Sun"):
        bob.page.get_by_text(day, exact=True).click()
    show.click()
    when = "on weekdays from 09:00 to 17:00 for 7 days"
    would = f"{ana.handle} may see, when looking around, where I am to some 150 m, {when}."
    expect(bob.page.get_by_role("status").filter(has_text="It would say:")).to_contain_text(would)
    expect(bob.page.get_by_text("Times are those of Europe/Madrid.")).to_be_visible()
    assert contract_of(bob)["terms"] == []
    bob.page.get_by_role("button", name="Let this hold").click()
    expect(bob.page.get_by_role("list", name="What holds now")).to_contain_text(would)
    assert contract_of(bob)["says"] == [f"*{would}".replace(" may", "* may", 1)]


def test_a_sentence_that_contradicts_another_says_which_holds(neighbour: MakeScreen) -> None:
    bob = neighbour()
    has_agreed(bob, {"ready": "open-house"})
    opens_his_contract(bob)
    bob.page.get_by_text("Add a sentence").click()
    bob.page.get_by_label("Who may know").select_option("Members of my communities")
    bob.page.get_by_label("How exactly").select_option("Which city")
    bob.page.get_by_role("button", name="Show what it would say").click()
    expect(bob.page.get_by_text(re.compile("Mind: .*The stricter holds")).first).to_be_visible()
    bob.page.get_by_role("button", name="Not now").click()
    expect(bob.page.get_by_text("Mind:")).to_have_count(0)
    assert contract_of(bob)["ready"] == "open-house"


def test_only_what_goes_together_can_be_said(neighbour: MakeScreen, ana: Phone) -> None:
    ana.post("/topics", {"key": "interest:riding-hills", "name": "riding hills"})
    wanted = {
        "kind": "interest",
        "name": "Riders of the hill",
        "purpose": PURPOSE,
        "topics": ["interest:riding-hills"],
    }
    riders = ana.post("/communities", wanted)
    bob = neighbour()
    phone_of(bob).put(f"/communities/{riders['id']}/membership")
    opens_his_contract(bob)
    bob.page.get_by_text("Add a sentence").click()
    where = bob.page.get_by_label("Where they see it")
    bob.page.get_by_label("Who may know").select_option("People who are here, too")
    expect(where.get_by_role("option", disabled=True)).to_have_text(["in feeds, by topic and by person"])
    expect(bob.page.get_by_label("Which one")).to_have_count(1)
    expect(bob.page.get_by_label("Which one")).to_be_hidden()
    bob.page.get_by_label("Who may know").select_option("Members of one community")
    bob.page.get_by_label("Which one").select_option("Riders of the hill")
    where.select_option("in the feed of our community")
    bob.page.get_by_role("button", name="Show what it would say").click()
    would = "Members of Riders of the hill may see in our community's feed exactly where I am."
    expect(bob.page.get_by_role("status").filter(has_text="It would say:")).to_contain_text(would)


def test_a_quiet_place_is_marked_on_the_map_and_hides_who_checks_in_there(
    neighbour: MakeScreen, screen: MakeScreen
) -> None:
    bob, stranger = neighbour(), screen().opens(CAFE)
    bob.turns_to("You")
    bob.page.get_by_role("link", name="Quiet places").click()
    bob.page.get_by_label("Name").fill("Home")
    bob.page.get_by_role("button", name="Let it be quiet here").click()
    expect(bob.page.get_by_role("alert")).to_contain_text("Say where first")
    bob.page.get_by_role("region", name="Map").click()
    expect(bob.page.get_by_text("Where you tapped the map.")).to_be_visible()
    expect(bob.page.get_by_role("img", name="Where it is to be quiet")).to_be_visible()
    bob.page.get_by_label("Metres around it").fill("250")
    bob.page.get_by_role("button", name="Let it be quiet here").click()
    expect(bob.page.get_by_role("listitem").filter(has_text="Home")).to_contain_text("250 m around it")
    bob.turns_to("Here")
    bob.page.get_by_role("button", name="What are you doing?").click()
    bob.page.get_by_role("button", name="Map’s middle").click()
    expect(bob.page.get_by_text("You are at Home, a quiet place of yours.")).to_be_visible()
    bob.turns_to("Here")
    bob.checks_in("at home, if anybody asks")
    phone_of(bob).post("/check-ins", {"position": point(FAR_AWAY)})
    stranger.page.reload()
    expect(stranger.page.get_by_text("Listening …")).to_have_count(0)
    expect(stranger.check_in("at home")).to_have_count(0)
    bob.turns_to("You")
    bob.page.get_by_role("link", name="Quiet places").click()
    bob.page.get_by_role("button", name="Remove Home").click()
    expect(bob.page.get_by_text("None yet.")).to_be_visible()
    assert contract_of(bob)["quiet_places"] == []


def test_a_quiet_place_may_be_where_the_browser_is(neighbour: MakeScreen) -> None:
    bob = neighbour(permissions=["geolocation"])
    bob.turns_to("You")
    bob.page.get_by_role("link", name="Quiet places").click()
    bob.page.get_by_role("main").get_by_role("button", name="Where I am").click()
    expect(bob.page.get_by_text("Where this browser is.")).to_be_visible()
    bob.page.get_by_label("Name").fill("Here")
    bob.page.get_by_role("button", name="Let it be quiet here").click()
    expect(bob.notices).to_contain_text("Around Here nobody may know anything of you from now on.")
    [place] = contract_of(bob)["quiet_places"]
    assert (place["lat"], place["lon"], place["radius_m"]) == (CAFE.lat, CAFE.lon, 300)
