"""The mesh on the page: a picture to walk through, the list beside it, and a file of it."""

import io
import secrets

import networkx
import pytest
from playwright.sync_api import expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.published import tie
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.app.web.test_statistics import NARROW, too_wide
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served


@pytest.fixture(scope="module")
def chain(served: Served, database_url: str) -> list[Json]:
    """Three communities, each of which shares members with the next."""
    ana = Phone(served, f"ana-{secrets.token_hex(4)}")
    one, two, three = (a_community(ana) for _ in range(3))
    tie(database_url, one, two, 34)
    tie(database_url, two, three, 21)
    return [one, two, three]


def stands_in(someone: Screen, community: Json) -> None:
    phone_of(someone).put(f"/communities/{community['id']}/membership")
    someone.turns_to("Communities")
    someone.page.get_by_role("link", name="The mesh around you").click()
    expect(someone.heading).to_have_text("The mesh around you")


def named(community: Json) -> str:
    return str(community["properties"]["name"])


def test_the_communities_of_ones_communities_are_a_picture_and_a_list(
    neighbour: MakeScreen, chain: list[Json]
) -> None:
    one, two, three = chain
    bob = neighbour()
    stands_in(bob, one)
    page = bob.page
    for label, community in (("Yours", one), ("One step away", two), ("Two steps away", three)):
        expect(page.get_by_role("list", name=label)).to_contain_text(named(community))
    expect(page.get_by_role("list", name="Yours")).to_contain_text(f"Shares about 34 with {named(two)}")
    expect(page.locator(".mesh-picture circle")).to_have_count(3)
    page.get_by_label("How far").select_option("1")
    expect(page.locator(".mesh-picture circle")).to_have_count(2)
    page.get_by_role("list", name="One step away").get_by_role("link").click()
    expect(bob.heading).to_have_text(named(two))


def test_the_picture_is_walked_with_arrow_keys(neighbour: MakeScreen, chain: list[Json]) -> None:
    one, two, _ = chain
    bob = neighbour()
    stands_in(bob, one)
    page = bob.page
    page.get_by_role("link", name=f"{named(one)}, yours").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=f"{named(two)}, one step away")).to_be_focused()
    expect(page.locator(".told")).to_contain_text(f"{named(two)} shares about 34 with {named(one)}")
    assert page.locator(".mesh-picture a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(bob.heading).to_have_text(named(two))


def test_a_finger_shows_first_and_goes_there_next(neighbour: MakeScreen, chain: list[Json]) -> None:
    one, two, _ = chain
    bob = neighbour(has_touch=True)
    stands_in(bob, one)
    spot = bob.page.get_by_role("link", name=f"{named(two)}, one step away")
    spot.tap()
    expect(bob.page.locator(".told")).to_contain_text(f"{named(two)} shares about 34")
    expect(bob.heading).to_have_text("The mesh around you")
    spot.tap()
    expect(bob.heading).to_have_text(named(two))


def test_it_is_taken_along_as_graphml(neighbour: MakeScreen, chain: list[Json]) -> None:
    bob = neighbour()
    stands_in(bob, chain[0])
    with bob.page.expect_download() as caught:
        bob.page.get_by_role("button", name="Take it along as GraphML").click()
    graph = networkx.read_graphml(io.BytesIO(caught.value.path().read_bytes()))
    assert {each["name"] for _, each in graph.nodes(data=True)} == {named(each) for each in chain}


def test_who_belongs_nowhere_or_alone_is_told_why(neighbour: MakeScreen, chain: list[Json]) -> None:
    bob = neighbour()
    bob.page.evaluate("location.hash = '#mesh'")
    expect(bob.page.get_by_text("You belong to no community yet")).to_be_visible()
    stands_in(bob, a_community(phone_of(bob)))
    expect(bob.page.get_by_text("None of your communities shares so many members")).to_be_visible()


def test_two_hundred_knots_have_room_and_are_laid_out_alike(screen: MakeScreen) -> None:
    bob = screen()
    bob.page.goto(f"{bob.served.url}/v1/problems/invalid")
    apart, alike, inside, took_ms = bob.page.evaluate(
        """async () => {
            const { rings } = await import("/assets/any/layout.mjs");
            const steps = (place) => (place < 4 ? 0 : place < 40 ? 1 : place < 120 ? 2 : 3);
            const knots = Array.from({ length: 200 }, (_, place) => ({ id: `k${place}`, steps: steps(place) }));
            const ties = knots.flatMap(({ id }, place) =>
                Array.from({ length: 15 }, (_, many) => (
                    { one: id, other: `k${(place * 7 + many * 13) % 200}`, weight: many + 17 })));
            const began = performance.now();
            const [laid, again] = [rings(knots, ties), rings(knots, ties)];
            const took = (performance.now() - began) / 2;
            const apart = laid.flatMap((one, place) => laid.slice(place + 1).map((other) =>
                Math.hypot(one.x - other.x, one.y - other.y) / (one.r + other.r)));
            return [Math.min(...apart), JSON.stringify(laid) === JSON.stringify(again),
                laid.every(({ x, y, r }) => Math.hypot(x, y) + r <= 1), took];
        }"""
    )
    assert apart >= 1
    assert alike
    assert inside
    assert took_ms < 1000


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "light"), (LAPTOP, "dark")])
def test_the_mesh_stands_in_nobodys_way(
    neighbour: MakeScreen, chain: list[Json], size: dict[str, int], colours: str
) -> None:
    bob = neighbour(viewport=size, color_scheme=colours)
    stands_in(bob, chain[0])
    expect(bob.page.locator(".mesh-picture circle")).to_have_count(3)
    assert violations(bob.page) == []
    assert too_wide(bob.page) == []
    bob.page.get_by_role("button", name="Larger").click()
    assert too_wide(bob.page) == []
