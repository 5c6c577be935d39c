"""The rest of a business's console: topics and places, communities, tills, who did what."""

import re
import secrets

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP
from tests.app.web.shopkeeping import (
    HOSTILE,
    NARROW,
    TOO_WIDE,
    agrees,
    at_the_counter,
    offered,
    rows,
    turns,
    welcome,
)
from tests.app.web.test_access import violations
from tests.app.web.test_offering import picks
from tests.app.web.test_seeing import a_community
from tests.served import Json, Phone, Served
from tests.world import CAFE, eventually, point

#: Pages about a business as a whole.
PAGES = [
    "business",
    "business-offers",
    "business-return",
    "business-till",
    "business-stands",
    "business-communities",
    "webhooks",
    "business-acts",
]
WHY = "We mend what you ride, and listen before we speak."


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture
def bob(served: Served) -> Phone:
    return Phone(served, f"bob-{secrets.token_hex(4)}")


@pytest.fixture
def shop(ana: Phone) -> str:
    return str(ana.post("/businesses", {"name": "Bike Bar"})["id"])


@pytest.fixture
def riders(bob: Phone) -> Json:
    made = a_community(bob)
    bob.put(f"/communities/{made['id']}/membership")
    return made


def test_a_business_is_registered(screen: MakeScreen, ana: Phone) -> None:
    hers = at_the_counter(screen, ana, "business", "")
    hers.page.get_by_text("Register a business").click()
    hers.page.get_by_label("Name").fill("Bike Bar")
    hers.page.get_by_label("What it is").fill("Coffee and spokes")
    hers.page.get_by_role("button", name="Register it").click()
    expect(hers.heading).to_have_text("Bike Bar")
    expect(hers.page.get_by_text("Coffee and spokes")).to_be_visible()


def test_it_stands_for_a_value_with_evidence_and_reads_why_that_is_doubted(
    screen: MakeScreen, served: Served, ana: Phone, shop: str, database_url: str
) -> None:
    slug = f"fair-{secrets.token_hex(3)}"
    hers = at_the_counter(screen, ana, "business-stands", shop, viewport=NARROW)
    hers.page.get_by_text("Stand for something").click()
    picks(hers, "Topic", slug, re.compile("Add it as a value"))
    hers.page.get_by_label("Evidence").fill("https://fair.example/42")
    hers.page.get_by_label("What one finds there").fill("Our certificate")
    hers.page.get_by_role("button", name="Stand for it").click()
    stands = rows(hers, "What it stands for")
    expect(stands.get_by_role("link")).to_have_attribute("rel", "nofollow ugc noreferrer noopener")
    body = {"kind": "value", "name": f"Fair {slug}", "purpose": WHY, "topics": [f"value:{slug}"]}
    fair = ana.post("/communities", body)
    for number in range(5):
        doubter = Phone(served, f"d-{secrets.token_hex(4)}")
        doubter.put(f"/communities/{fair['id']}/membership")
        said = {"reason": f"{HOSTILE} {number}"}
        doubter.ask("PUT", f"/businesses/{shop}/topics/value:{slug}/doubt", said).raise_for_status()
    _a_week_goes_by(database_url, fair)
    hers.page.reload()
    hers.page.get_by_text("Doubted by 5 or more: why").click()
    expect(stands.first).to_contain_text(f"{HOSTILE} 4")
    assert hers.page.locator("#panel :is(img, script)").count() == 0
    hers.page.get_by_role("button", name="Take fair").click()
    expect(hers.page.get_by_text("It stands for nothing yet.")).to_be_visible()


def _a_week_goes_by(database_url: str, community: Json) -> None:
    """Who doubts counts when they have belonged for a week, and are not new any more."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for statement in (_BELONG_LONGER, _ARE_NOT_NEW):
            connection.execute(statement, {"community": community["id"]})
    engine.dispose()


_BELONG_LONGER = text(
    "UPDATE memberships SET joined_at = joined_at - interval '1 week' WHERE community_id = :community"
)
_ARE_NOT_NEW = text("""
UPDATE people p SET new_since = NULL FROM memberships m WHERE m.person_id = p.id AND m.community_id = :community
""")


def test_a_place_is_added_and_removed(screen: MakeScreen, ana: Phone, shop: str) -> None:
    hers = at_the_counter(screen, ana, "business-stands", shop)
    hers.page.get_by_text("Add a place").click()
    hers.page.get_by_label("Name").fill("In Verdi")
    hers.page.get_by_role("button", name="Map’s middle").click()
    hers.page.get_by_label("Metres around it").fill("80")
    hers.page.get_by_role("button", name="Add it").click()
    places = rows(hers, "Where it is")
    expect(places).to_contain_text(["In Verdi"])
    expect(places).to_contain_text(["Not verified"])
    hers.page.get_by_role("button", name="Show where: In Verdi").click()
    agrees(hers)
    hers.page.get_by_role("button", name="Remove In Verdi").click()
    expect(hers.page.get_by_text("It is nowhere yet.")).to_be_visible()


def test_a_community_is_asked_and_asked_no_more(
    screen: MakeScreen, ana: Phone, shop: str, riders: Json
) -> None:
    name = riders["properties"]["name"]
    # What is new is found a moment later.
    eventually(lambda: ana.get(f"/search?kind=community&q={name.partition(' ')[2]}")["features"])
    hers = at_the_counter(screen, ana, "business-communities", shop)
    hers.page.get_by_text("Ask a community").click()
    picks(hers, "Community", name, name)
    hers.page.get_by_label("Why it should welcome you").fill(WHY)
    hers.page.get_by_role("button", name="Ask to be welcome").click()
    asked = rows(hers, "How communities stand to it")
    expect(asked).to_contain_text(["Members vote until"])
    hers.page.get_by_role("link", name=name).click()
    expect(hers.heading).to_have_text(name)
    expect(hers.page.get_by_text(WHY)).to_be_visible()
    agrees(hers)
    hers.page.get_by_role("button", name="Ask no more").click()
    expect(hers.heading).to_have_text("Communities")
    expect(hers.page.get_by_text("No community was asked yet.")).to_be_visible()


def test_where_it_is_welcome_it_hears_and_speaks_and_what_is_typed_stays(
    screen: MakeScreen, database_url: str, ana: Phone, bob: Phone, shop: str, riders: Json
) -> None:
    welcome(database_url, shop, riders["id"])
    hers = at_the_counter(screen, ana, "business-community", f"{shop}/{riders['id']}", viewport=NARROW)
    hers.page.get_by_label("What you say to members").fill("We open at eight")
    bob.post(
        "/check-ins", {"position": point(CAFE), "text": HOSTILE, "topics": riders["properties"]["topics"]}
    )
    hers.page.get_by_role("button", name="Look again").click()
    heard = rows(hers, "What members say")
    expect(heard).to_contain_text([HOSTILE])
    expect(heard).to_contain_text([bob.handle])
    expect(hers.page.get_by_label("What you say to members")).to_have_value("We open at eight")
    hers.page.get_by_role("button", name="Say it").click()
    said = rows(hers, "What businesses say here")
    expect(said).to_contain_text(["We open at eight"])
    agrees(hers)
    hers.page.get_by_role("button", name="Take back: We open at eight").click()
    expect(hers.page.get_by_text("No business said anything here yet.")).to_be_visible()
    assert hers.page.locator("#panel :is(img, script)").count() == 0
    turns(hers, "business-communities", shop)
    expect(rows(hers, "Welcomed by")).to_contain_text([riders["properties"]["name"]])


def test_all_tills_stand_in_a_list_with_when_they_read_last(
    screen: MakeScreen, ana: Phone, bob: Phone, shop: str
) -> None:
    post = {"name": "At the door", "kind": "post", "purpose": "to count visits", "position": point(CAFE)}
    made = ana.post(f"/businesses/{shop}/readers", post)
    (window, *_) = bob.post("/me/tag/codes")["windows"]
    hers = at_the_counter(screen, ana, "business-till", shop, viewport=NARROW)
    hers.page.get_by_role("button", name="Make this browser a till").click()
    hers.page.get_by_label("Their code").fill(window["codes"][0])
    hers.page.get_by_role("button", name="Redeem", exact=True).click()
    expect(hers.page.get_by_role("list", name="What came of it")).to_contain_text("Redeemed")
    hers.page.get_by_text("All tills and readers").click()
    readers = rows(hers, "Readers, oldest first")
    expect(readers).to_have_count(2)
    expect(readers.nth(0)).to_contain_text("At the door")
    expect(readers.nth(0)).to_contain_text("read nothing in the last 30 days")
    expect(readers.nth(1)).to_contain_text("Till on the page (this browser)")
    expect(readers.nth(1)).to_contain_text("read a tag last")
    assert violations(hers.page) == []
    agrees(hers)
    hers.page.get_by_role("button", name="Close it: At the door").click()
    expect(readers.nth(0)).to_contain_text("Closed")
    assert not ana.get(f"/readers/{made['id']}")["open"]
    hers.page.get_by_role("button", name="Open it again: At the door").click()
    eventually(lambda: ana.get(f"/readers/{made['id']}")["open"])


def test_who_did_what_is_read_part_after_part(screen: MakeScreen, ana: Phone, shop: str) -> None:
    for number in range(24):
        ana.post(f"/businesses/{shop}/places", {"name": f"Stall {number}", "position": point(CAFE)})
    hers = at_the_counter(screen, ana, "business-acts", shop)
    done = rows(hers, "Who did what, newest first")
    expect(done).to_have_count(20)
    expect(done.first).to_contain_text(f"{ana.handle} added a place")
    hers.page.get_by_role("button", name="Show older ones").click()
    expect(done).to_have_count(25)
    expect(done.nth(20)).to_be_focused()
    expect(done.last).to_contain_text("registered the business")
    expect(hers.page.get_by_role("button", name="Show older ones")).to_have_count(0)


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_use_it_and_no_text_becomes_markup(
    screen: MakeScreen,
    database_url: str,
    ana: Phone,
    bob: Phone,
    riders: Json,
    size: dict[str, int],
    colours: str,
) -> None:
    (topic,) = riders["properties"]["topics"]
    shop = str(ana.post("/businesses", {"name": HOSTILE, "about": HOSTILE + "o" * 200})["id"])
    live = offered(ana, shop, topic, title=HOSTILE, text="o" * 300, activities=["riding"])
    draft = offered(ana, shop, topic, title=HOSTILE, draft=True)
    ana.post(f"/businesses/{shop}/places", {"name": HOSTILE, "position": point(CAFE)})
    ana.ask("PUT", f"/businesses/{shop}/topics", {"topics": [{"key": topic}]}).raise_for_status()
    ana.post(f"/businesses/{shop}/communities", {"community": riders["id"], "why": HOSTILE})
    welcome(database_url, shop, riders["id"])
    ana.post(f"/businesses/{shop}/communities/{riders['id']}/posts", {"text": HOSTILE})
    told = {"url": f"https://{'o' * 50}.invalid/{'o' * 90}", "kinds": ["wish.opened"]}
    hook = ana.post(f"/businesses/{shop}/webhooks", told)
    hers = at_the_counter(screen, ana, "business", shop, viewport=size, color_scheme=colours)
    things = [(view, shop) for view in PAGES]
    things += [
        ("business-offer", shop),
        ("business-offer", f"{shop}/{live}"),
        ("business-offer", f"{shop}/{draft}"),
    ]
    things += [("business-community", f"{shop}/{riders['id']}"), ("webhook", f"{shop}/{hook['id']}")]
    found = {}
    for view, thing in things:
        turns(hers, view, thing)
        hers.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        hers.page.wait_for_load_state("networkidle")
        found[view, thing] = violations(hers.page)
        if hers.page.locator("#panel :is(img, script)").count():
            found[view, thing].append("something became markup")
        if hers.page.evaluate(TOO_WIDE):
            found[view, thing].append("it is too wide")
    assert {where: said for where, said in found.items() if said} == {}
