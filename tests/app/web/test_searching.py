"""Search on the page: finding, narrowing, the way to the thing itself, and saved searches."""

import secrets

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.events.evenings import evening
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.app.web.test_statistics import NARROW, too_wide
from tests.served import Json, Phone, Served
from tests.world import CAFE, FAR_AWAY, point


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture
def word() -> str:
    return "w" + "".join(secrets.choice("abcdefghijklmnop") for _ in range(8))


def opens_search(someone: Screen) -> Page:
    someone.page.get_by_role("link", name="Search").click()
    expect(someone.heading).to_have_text("Search")
    return someone.page


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="What to find").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()


def found(page: Page) -> Locator:
    return page.get_by_role("list", name="Found").get_by_role("listitem")


def taken_in(phone: Phone, word: str, many: int = 1) -> None:
    """Wait until so much is found under a word: that is some seconds later."""
    phone.wait_until(lambda: len(phone.get(f"/search?q={word}&limit=50")["features"]) >= many)


def says(phone: Phone, text: str, **more: object) -> Json:
    return phone.post("/check-ins", {"position": point(CAFE), "text": text, **more})


def test_anybody_finds_by_words_and_goes_there(screen: MakeScreen, ana: Phone, word: str) -> None:
    riders = a_community(ana)
    says(ana, f"a {word} by the canal", topics=riders["properties"]["topics"])
    ana.post("/events", evening(title=f"Evening of {word}"))
    taken_in(ana, word, 2)
    bob = screen().opens(FAR_AWAY)
    page = opens_search(bob)
    expect(page.get_by_text("by words in English, German, Spanish, French or Catalan")).to_be_visible()
    search(page, word)
    expect(found(page)).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 found.")).to_be_visible()
    expect(found(page).filter(has_text="by the canal")).to_contain_text("Check-in")
    page.get_by_role("link", name=f"Evening of {word}").click()
    expect(bob.heading).to_have_text("Events")
    expect(page.get_by_role("list", name="Events around here")).to_contain_text(word)
    page.go_back()
    expect(found(page)).to_have_count(2)
    page.get_by_role("link", name=ana.handle).click()
    expect(bob.check_in(word)).to_be_visible()


def test_a_community_is_found_by_its_name(neighbour: MakeScreen, ana: Phone) -> None:
    made = a_community(ana)
    name = made["properties"]["name"]
    taken_in(ana, name.split()[1])
    bob = neighbour()
    page = opens_search(bob)
    search(page, name.split()[1])
    found(page).get_by_role("link", name=name).click()
    expect(bob.heading).to_have_text(name)


def test_what_is_found_is_narrowed_by_kind_place_and_topic(
    neighbour: MakeScreen, ana: Phone, word: str
) -> None:
    (topic,) = a_community(ana)["properties"]["topics"]
    says(ana, f"{word} here", topics=[topic])
    says(ana, f"{word} far away", position=point(FAR_AWAY))
    ana.post("/events", evening(title=f"Evening of {word}"))
    taken_in(ana, word, 3)
    page = opens_search(neighbour(permissions=["geolocation"]))
    search(page, word)
    expect(found(page)).to_have_count(3)
    page.locator(".facets").get_by_role("button", name="Check-ins").click()
    expect(found(page)).to_have_count(2)
    page.get_by_label("Where", exact=True).select_option("5000")
    page.get_by_label("In order of").select_option("near")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found(page)).to_have_count(1)
    expect(found(page)).to_contain_text("50 m")
    page.get_by_role("button", name="Check-ins alone").click()
    expect(found(page)).to_have_count(2)
    page.get_by_role("button", name="cycling").first.click()
    expect(found(page)).to_have_count(1)
    page.reload()
    expect(found(page)).to_have_count(1)
    page.get_by_role("button", name="take away").click()
    expect(found(page)).to_have_count(2)


def test_there_is_more_where_much_is_found(neighbour: MakeScreen, ana: Phone, word: str) -> None:
    for number in range(23):
        says(ana, f"{word} number {number}")
    taken_in(ana, word, 23)
    page = opens_search(neighbour())
    search(page, word)
    expect(found(page)).to_have_count(20)
    page.get_by_role("button", name="More").click()
    expect(found(page)).to_have_count(23)
    expect(page.get_by_text("23 found, all there is.")).to_be_visible()


def test_where_nothing_is_found_it_says_what_to_try(neighbour: MakeScreen, ana: Phone, word: str) -> None:
    says(ana, f"a {word}")
    taken_in(ana, word)
    page = opens_search(neighbour())
    search(page, word)
    expect(found(page)).to_have_count(1)
    page.get_by_text("Narrow it").click()
    page.get_by_label("Kind", exact=True).select_option("event")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing is found.")).to_be_visible()
    page.get_by_role("button", name="Look for everything").click()
    expect(found(page)).to_have_count(1)


def test_a_saved_search_tells_what_is_new(neighbour: MakeScreen, ana: Phone, word: str) -> None:
    says(ana, f"a {word}")
    taken_in(ana, word)
    bob = neighbour()
    page = opens_search(bob)
    search(page, word)
    page.get_by_text("Save this search").click()
    page.get_by_label("Name").fill("Of the canal!")
    page.get_by_role("button", name="Save it").click()
    saved = page.get_by_role("list", name="Saved searches").get_by_role("listitem")
    expect(saved).to_contain_text("Of the canal")
    expect(saved).to_contain_text("nothing new")
    says(ana, f"another {word}")
    expect(saved).to_contain_text("1 new")
    expect(bob.notices).to_contain_text("Something new fits “Of the canal”.")
    bob.turns_to("You")
    opens_search(bob)
    expect(saved).to_contain_text("1 new")
    saved.get_by_role("button", name="Of the canal", exact=True).click()
    expect(found(page)).to_have_count(2)
    bob.turns_to("You")
    opens_search(bob)
    expect(saved).to_contain_text("nothing new")
    page.get_by_role("button", name="Forget Of the canal").click()
    expect(page.get_by_role("list", name="Saved searches")).to_be_hidden()
    bob.turns_to("You")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#enter")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_people_wrote_is_never_markup(neighbour: MakeScreen, ana: Phone, word: str) -> None:
    says(ana, f"{word} <img src=x onerror=alert(1)>")
    taken_in(ana, word)
    page = opens_search(neighbour())
    search(page, word)
    expect(found(page)).to_contain_text("<img src=x onerror=alert(1)>")
    page.evaluate("location.hash = '#search//?q=%3Cb%3E&kind=nothing&radius=x&sort=%22'")
    expect(page.locator("#notices")).not_to_be_empty()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_search_stands_in_nobodys_way(neighbour: MakeScreen, ana: Phone, word: str, colours: str) -> None:
    says(ana, f"a {word}, {'very ' * 20} near")
    taken_in(ana, word)
    page = opens_search(neighbour(viewport=NARROW, color_scheme=colours))
    for words in (word, f"{word}nothing"):
        search(page, words)
        page.wait_for_load_state("networkidle")
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert violations(page) == []
        assert too_wide(page) == []
