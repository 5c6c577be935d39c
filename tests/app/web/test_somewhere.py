"""What is known less exactly than the spot, and what is to be forgotten, in front of the page."""

import secrets

import pytest
from playwright.sync_api import expect

from geo import Position, area_from_geojson
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import hears_alone
from tests.served import Phone, Served
from tests.world import CAFE, FAR_AWAY, point

#: Red, green and blue of --ground in base.css, of 255.
GROUND = (230, 233, 227)


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.mark.parametrize(("exactness", "size_km2"), [("street", 0.105), ("quarter", 0.737), ("city", 253)])
def test_a_stranger_is_told_no_more_than_the_street_the_quarter_or_the_city(
    screen: MakeScreen, ana: Phone, exactness: str, size_km2: float
) -> None:
    said = ana.post("/check-ins", {"position": point(CAFE), "text": "somewhere near", "exactness": exactness})
    bob = screen()
    bob.page.goto(f"{bob.served.url}/v1/problems/invalid")
    [cell], [spot], learnt = bob.page.evaluate(
        """async (id) => {
            const { Cells } = await import("/assets/any/shapes.mjs");
            const checkIn = await (await fetch(`/v1/check-ins/${id}`)).json();
            const cells = new Cells();
            const learnt = [await cells.learn([checkIn, checkIn], 3000), await cells.learn([checkIn], 3000)];
            return [cells.drawn([checkIn, checkIn], 3000), cells.drawn([checkIn], 10_000_000), learnt];
        }""",
        said["id"],
    )
    assert learnt == [True, False]
    area = area_from_geojson(cell["geometry"])
    assert area.contains(CAFE)
    # H3's cells are not all of one size.
    assert area.size_m2 == pytest.approx(size_km2 * 1e6, rel=0.4)
    assert spot["geometry"]["type"] == "Point"
    # From far enough above, the middle of the city is in view as well.
    bob.opens(CAFE, zoom=9)
    expect(bob.check_in("somewhere near").first).to_contain_text(f"somewhere in this {exactness}")


@pytest.mark.parametrize(
    ("exactness", "there", "zoom"), [("street", FAR_AWAY, 15), ("city", Position(-33.87, 151.21), 10)]
)
def test_where_somebody_is_somewhere_the_map_is_darker(
    screen: MakeScreen, ana: Phone, exactness: str, there: Position, zoom: float
) -> None:
    bob = screen(color_scheme="light").opens(there, zoom=zoom)
    bob.shows(GROUND)
    said = ana.post("/check-ins", {"position": point(there), "text": "around", "exactness": exactness})
    bob.page.reload()
    bob.shows_another_than(GROUND)
    ana.delete(f"/check-ins/{said['id']}")
    bob.page.reload()
    bob.shows(GROUND)


def test_whoever_may_know_less_than_before_forgets_it_at_once(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    ana.post("/check-ins", {"position": point(CAFE), "text": "for all to see"})
    expect(bob.check_in("for all to see")).to_be_visible()
    ana.ask("PUT", "/me/contract", {"ready": "neighbourly"}, match="*").raise_for_status()
    expect(bob.check_in("for all to see")).to_have_count(0)
    bob.page.reload()
    expect(bob.check_in("for all to see")).to_contain_text("somewhere in this quarter")
    ana.ask("PUT", "/me/contract", {"ready": "invisible"}, match="*").raise_for_status()
    expect(bob.check_in("for all to see")).to_have_count(0)


def test_what_is_to_be_forgotten_stays_so_when_an_older_answer_comes(screen: MakeScreen, ana: Phone) -> None:
    told = hears_alone(
        screen(),
        """
        const by = (id, handle) => ({ ...checkIn, id, properties: { ...checkIn.properties, handle } });
        const snapshot = [by("1", "ana"), by("2", "bob"), by("3", "eve")];
        const ids = () => surroundings.checkIns.map((each) => each.id).join();
        hear("line", "connected");
        hear("check_in_removed", { id: "1" });
        hear("forget", { handle: "bob" });
        hear("watching", { watch: "area", snapshot });
        const first = ids();
        hear("line", "connected");
        hear("watching", { watch: "area", snapshot });
        return [first, ids()];
        """,
        ana.post("/check-ins", {"position": point(CAFE)}),
    )
    assert told == ["3", "3,2,1"]
