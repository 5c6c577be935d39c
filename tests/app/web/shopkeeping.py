"""A business with things to do, for whoever stands at its counter on the page."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect
from sqlalchemy import create_engine, text

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen
from tests.app.web.test_moderating import at_the_page
from tests.served import Phone
from tests.world import CAFE, square

NARROW = {"width": 360, "height": 780}
#: What would act if any text became markup.
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TOO_WIDE = "(panel => panel.scrollWidth > panel.clientWidth)(document.getElementById('panel'))"
_WELCOME = text("""
INSERT INTO standings (community_id, business_id, is_welcome, since)
VALUES (:community, :business, true, now() - interval '1 minute')
""")


def soon(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def offered(staff: Phone, business: str, topic: str, **more: object) -> str:
    """An offer of a business; its id."""
    said = {
        "title": "A free coffee",
        "topics": [topic],
        "area": square(CAFE),
        "ends_at": soon(20),
        "hold_out": 0,
    }
    return str(staff.post(f"/businesses/{business}/offers", said | more)["id"])


def welcome(database_url: str, business: str, community: str) -> None:
    """As if members had decided it a minute ago."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(_WELCOME, {"community": community, "business": business})
    engine.dispose()


def at_the_counter(make: MakeScreen, staff: Phone, view: str, thing: str, **wanted: object) -> Screen:
    """In front of a page of the console."""
    someone = at_the_page(make, staff, "you", **wanted)
    return turns(someone, view, thing)


def turns(someone: Screen, view: str, thing: str) -> Screen:
    """To another page, by its address."""
    someone.page.evaluate("address => { location.hash = address; }", f"{view}//{thing}")
    expect(someone.page.locator(f".view.{view}")).to_be_visible()
    expect(someone.page.locator(".view [aria-busy]")).to_have_count(0)
    return someone


def rows(someone: Screen, name: str) -> Locator:
    return someone.page.get_by_role("list", name=name, exact=True).get_by_role("listitem")


def agrees(someone: Screen) -> None:
    """Say yes to the next question that the page asks."""
    someone.page.once("dialog", lambda asked: asked.accept())
