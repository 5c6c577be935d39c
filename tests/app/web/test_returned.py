"""What came of an offer, and of all of them, on the pages of whoever acts for their business."""

import secrets
from datetime import date

import pytest
from playwright.sync_api import Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP
from tests.app.web.shopkeeping import HOSTILE, NARROW, TOO_WIDE, at_the_counter, offered
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.served import Phone, Served

#: As the API tells it, of which no test waits for two weeks.
CAME = {"eligible": 1240, "reached": 1115, "seen": 640, "useful": 85, "noise": 0, "held": 60, "redeemed": 45}
RETURN = {
    "in_all": CAME,
    "soon": {"within_an_hour": 20, "within_a_day": 15, "later": 0},
    "days": [{**CAME, "day": "2026-11-02"}],
    "communities": [{**CAME, "community": HOSTILE}],
    "topics": [{**CAME, "topic": "interest:cycling"}],
    "revenue": [{"currency": "EUR", "redemptions": 47, "rolled_back": 2, "amount": "612.50"}],
    "lift": {
        "hold_out": 10,
        "came": {"says": "Of 100 people who were shown it 12 came, of 100 who were not, 7."},
        "bought": None,
        "spent": [{"currency": "EUR", "says": "Not enough people yet."}],
    },
}
WITHHELD = {"days": [{"day": "2026-11-21", "reasons": [{"reason": "community", "people": 140}]}]}


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_what_came_of_an_offer_is_told(
    screen: MakeScreen, served: Served, size: dict[str, int], colours: str
) -> None:
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    shop = ana.post("/businesses", {"name": "Bike Bar"})["id"]
    (topic,) = a_community(ana)["properties"]["topics"]
    offer = offered(ana, shop, topic)
    hers = at_the_counter(
        screen, ana, "business-offer", f"{shop}/{offer}", viewport=size, color_scheme=colours
    )
    expect(hers.page.get_by_text("Nothing can be told yet")).to_be_visible()
    hers.page.route(f"**/v1/offers/{offer}/return", lambda route: route.fulfill(json=RETURN))
    hers.page.route(f"**/v1/offers/{offer}/withheld", lambda route: route.fulfill(json=WITHHELD))
    hers.page.reload()
    people = hers.page.get_by_role("table", name="How many people")
    expect(people.get_by_role("row", name="Redeemed it")).to_contain_text("about 45")
    expect(people.get_by_role("row", name="Noise, they say")).to_contain_text("too few to tell")
    expect(hers.page.locator(".told")).to_contain_text("Of 100 people who were shown it 12 came")
    expect(hers.page.get_by_text("612.50 EUR: 47 redemptions, and 2 taken back")).to_be_visible()
    hers.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(hers.page.get_by_role("table", name="By community")).to_contain_text(HOSTILE)
    expect(hers.page.get_by_role("table", name="Why it did not reach others")).to_contain_text("140")
    with hers.page.expect_download() as kept:
        hers.page.get_by_role("button", name="Download as a table").click()
    assert kept.value.suggested_filename == "return.csv"
    assert violations(hers.page) == []
    assert not hers.page.evaluate(TOO_WIDE)


#: The same of what is spoken of.
WEEKS = ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]
OFTEN, SELDOM = (
    {"weeks": [10, 15, 25, 40], "direction": "up"},
    {"weeks": [0, 0, 0, 0], "direction": "steady"},
)
HEARD = {
    "weeks": WEEKS,
    "spoken_of": [
        {"about": "name", "public": OFTEN, "among_members": SELDOM},
        {"about": "places", "public": SELDOM, "among_members": SELDOM},
    ],
    "median_answer_s": 7200,
}


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "light"), (LAPTOP, "dark")])
def test_what_came_of_all_offers_and_how_a_business_is_spoken_of(
    screen: MakeScreen, served: Served, size: dict[str, int], colours: str
) -> None:
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    shop = ana.post("/businesses", {"name": "Bike Bar"})["id"]
    hers = at_the_counter(screen, ana, "business-return", shop, viewport=size, color_scheme=colours)
    expect(hers.page.get_by_text("Nothing can be told yet")).to_be_visible()
    expect(hers.page.get_by_text("You answered no wish yet.")).to_be_visible()
    asked: list[str] = []

    def answered(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json=RETURN)

    hers.page.route(f"**/v1/businesses/{shop}/return*", answered)
    hers.page.route(f"**/v1/businesses/{shop}/listening", lambda route: route.fulfill(json=HEARD))
    hers.page.reload()
    people = hers.page.get_by_role("table", name="How many people")
    expect(people.get_by_role("row", name="Redeemed it")).to_contain_text("about 45")
    usual = asked[-1]
    with hers.page.expect_request(lambda request: "/return?" in request.url and request.url != usual) as year:
        hers.page.get_by_label("Of when").select_option(label="The last year")
    since = [date.fromisoformat(each.partition("since=")[2]) for each in (year.value.url, usual)]
    assert (since[1] - since[0]).days == (52 - 12) * 7
    expect(hers.page.get_by_role("img", name="Your name, by week")).to_be_visible()
    expect(hers.page.get_by_text("Where anybody reads it: more than before.")).to_be_visible()
    expect(hers.page.get_by_text("Too seldom to tell.")).to_be_visible()
    expect(hers.page.get_by_text("You answer a wish within 2 hours, half of the time.")).to_be_visible()
    hers.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(hers.page.get_by_role("table", name="Your name")).to_contain_text("40")
    assert violations(hers.page) == []
    assert not hers.page.evaluate(TOO_WIDE)
