"""A community in numbers: what members and everybody see of it, questions of one's own, and how mature it is."""

import csv
import io
import json
import re
import secrets

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.published import drown, last_period, publish
from tests.app.web.screen import LAPTOP, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import Json, Phone, Served
from tests.world import CAFE

NARROW = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


@pytest.fixture(scope="module")
def riders(ana: Phone, database_url: str) -> Json:
    """A community of which much is published, and which shares members with two others."""
    made, *others = (a_community(ana) for _ in range(3))
    publish(database_url, made, *others)
    return made


@pytest.fixture
def member(neighbour: MakeScreen, riders: Json) -> MakeScreen:
    def make(**wanted: object) -> Screen:
        someone = neighbour(**wanted)
        phone_of(someone).put(f"/communities/{riders['id']}/membership")
        return someone

    return make


def looks_at(someone: Screen, view: str, community: Json) -> Page:
    someone.page.evaluate("to => { location.hash = to; }", f"{view}//{community['id']}")
    expect(someone.heading).to_contain_text(community["properties"]["name"])
    someone.page.wait_for_load_state("networkidle")
    return someone.page


def part(page: Page, name: str) -> Locator:
    return page.locator(".part").filter(has=page.get_by_role("heading", name=name, exact=True))


def row(page: Page, table: str, name: str) -> Locator:
    there = page.get_by_role("table", name=table).get_by_role("row")
    return there.filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_a_member_finds_the_numbers_on_the_communitys_page(member: MakeScreen, riders: Json) -> None:
    bob = member()
    looks_at(bob, "community", riders)
    bob.page.get_by_role("link", name="In numbers").click()
    expect(bob.heading).to_have_text(f"{riders['properties']['name']} in numbers")
    tiles = bob.page.locator(".tile")
    expect(tiles.filter(has_text="who belonged at the end")).to_contain_text("200")
    expect(tiles.filter(has_text="Of members, took part")).to_contain_text("75 %")
    expect(
        bob.page.get_by_text("Each number is off by chance, by 3 or so; what is under 14 people")
    ).to_be_visible()
    expect(row(bob.page, "What it is about, in people", "cycling")).to_contain_text("90")
    expect(row(bob.page, "How often, in people", "2–3 times")).to_contain_text("38")
    monday_at_eight = row(bob.page, "People by hour and day", "08:00").get_by_role("cell").first
    expect(monday_at_eight).to_have_text(re.compile(r"^\d\d$"))
    expect(part(bob.page, "Hours of the week")).to_contain_text("Hours are those of UTC")
    expect(part(bob.page, "Too small to be shown")).to_contain_text("reached by offers")


def test_who_joined_once_and_takes_part_still_is_a_triangle(member: MakeScreen, riders: Json) -> None:
    page = looks_at(member(), "statistics", riders)
    triangle = part(page, "Who keeps taking part").get_by_role("table").get_by_role("row")
    expect(triangle).to_have_count(1 + 6)
    filled = [
        len([each for each in line.locator("td").all_inner_texts() if each]) for line in triangle.all()[1:]
    ]
    assert filled == [6, 5, 4, 3, 2, 1]


def test_communities_that_share_members_are_a_step_away(member: MakeScreen, riders: Json) -> None:
    page = looks_at(member(), "statistics", riders)
    beside = part(page, "Who else they belong to").get_by_role("link")
    expect(beside).to_have_count(2)
    name = beside.first.inner_text()
    beside.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_one_looks_back_at_other_four_weeks(member: MakeScreen, riders: Json) -> None:
    page = looks_at(member(), "statistics", riders)
    expect(row(page, "What it is about, in people", "cycling")).to_contain_text("90")
    page.get_by_label("Four weeks", exact=True).select_option(index=1)
    expect(row(page, "What it is about, in people", "cycling")).to_contain_text("79")
    expect(page.locator(".tile").filter(has_text="who belonged at the end")).to_contain_text("178")


def test_where_it_is_stands_in_a_picture_and_on_the_map(member: MakeScreen, riders: Json) -> None:
    bob = member(viewport=LAPTOP)
    page = looks_at(bob, "statistics", riders)
    expect(page.locator(".hexagons polygon")).to_have_count(4)
    page.get_by_role("link", name="Look at them on the map").click()
    areas = page.get_by_role("list", name="Areas, the most first").get_by_role("listitem")
    expect(areas).to_have_count(4)
    expect(areas.first).to_contain_text("75 people")
    before = page.url
    areas.last.get_by_role("button", name="Show").click()
    expect(page).not_to_have_url(before)


def test_everybody_else_sees_it_whole(screen: MakeScreen, neighbour: MakeScreen, riders: Json) -> None:
    for someone in (screen().opens(CAFE), neighbour()):
        page = looks_at(someone, "statistics", riders)
        expect(page.locator(".tile")).to_have_count(4)
        expect(page.get_by_text("Its members see more")).to_be_visible()
        expect(page.get_by_role("heading", name="Hours of the week")).to_have_count(0)
        page.get_by_label("What", exact=True).select_option("share")
        expect(page.get_by_label("By", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_role("img", name="Of members, took part over time")).to_be_visible()


def test_a_member_asks_by_two_things_and_takes_the_answer_along(member: MakeScreen, riders: Json) -> None:
    page = looks_at(member(), "statistics", riders)
    page.get_by_label("By", exact=True).select_option("topic")
    page.get_by_label("And by").select_option("activity")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".slicing .part")
    expect(answer.get_by_role("heading")).to_have_text("Took part · what they do · what it is about")
    expect(row(page, "Took part", "riding")).to_contain_text("52")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Take it along as CSV").click()
    text = caught.value.path().read_text()
    newest = [each for each in csv.DictReader(io.StringIO(text)) if each["starts_on"] == str(last_period())]
    assert {(each["activity"], each["topic"], each["people"]) for each in newest} == {
        ("riding", "interest:cycling", "52"),
        ("mending", "interest:repair", "52"),
    }


def test_one_value_alone_is_chosen_of_those_that_are_shown(member: MakeScreen, riders: Json) -> None:
    page = looks_at(member(), "statistics", riders)
    page.get_by_label("By", exact=True).select_option("topic")
    page.get_by_label("Only", exact=True).select_option("activity")
    page.get_by_label("That is").select_option("mending")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".slicing .part")
    expect(answer.get_by_role("heading")).to_have_text("Took part · what it is about")
    expect(row(page, "Took part over time", "repair")).to_be_visible()
    expect(row(page, "Took part over time", "cycling")).to_have_count(0)
    page.get_by_label("To", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Ask").click()
    expect(answer).to_contain_text("Nothing is shown")


def test_a_measure_that_is_new_appears_by_itself(member: MakeScreen, riders: Json) -> None:
    bob = member()

    def tell(route: Route) -> None:
        told = route.fetch().json()
        for name, more in {"warmth": [], "kindness": ["talk"]}.items():
            new = {"measure": name, "says": f"how much {name} there was", "unit": "index", "by": more}
            told["measures"].append(new | {"buckets": ["four_weeks"], "for_everyone": False})
        route.fulfill(json=told)

    def answer(route: Route) -> None:
        talk = "by=talk" in route.request.url
        cells = [
            {"starts_on": str(last_period()), "slice": {"talk": "many-words"} if talk else {}, "value": 0.42}
        ]
        said = {"cells": cells, "by": ["talk"] if talk else [], "unit": "index", "sigma": None, "least": None}
        name = re.findall(r"measure=(\w+)", route.request.url)[0]
        route.fulfill(body=json.dumps(said | {"measure": name}), content_type="application/json")

    bob.page.route("**/v1/statistics/measures", tell)
    bob.page.route(re.compile("measure=(warmth|kindness)"), answer)
    page = looks_at(bob, "statistics", riders)
    expect(page.locator(".tile").filter(has_text="Warmth")).to_contain_text("How much warmth there was.")
    expect(row(page, "Kindness: talk, in index", "many words")).to_contain_text("0.42")


def test_where_nothing_is_published_it_is_said_why(neighbour: MakeScreen, ana: Phone) -> None:
    few, bob = a_community(ana), neighbour()
    page = looks_at(bob, "statistics", few)
    expect(page.get_by_text("There are no numbers yet.")).to_be_visible()
    expect(page.get_by_text("when four weeks are over")).to_be_visible()
    expect(page.get_by_text("at least some 14 who checked in")).to_be_visible()
    looks_at(bob, "maturity", few)
    expect(page.get_by_text("It is just beginning.")).to_be_visible()
    looks_at(bob, "grounds", few)
    expect(page.get_by_text("Only members see this.")).to_be_visible()


def test_how_mature_it_is_stands_with_its_evidence(screen: MakeScreen, riders: Json) -> None:
    stranger = screen().opens(CAFE)
    page = looks_at(stranger, "maturity", riders)
    now = page.get_by_role("list", name="Stages").locator("[aria-current=step]")
    expect(now).to_contain_text("Networked")
    evidence = page.locator(".evidence").get_by_role("listitem")
    expect(evidence).to_have_count(7)
    expect(evidence.first).to_contain_text("Holds: ")
    expect(evidence.first).to_contain_text("beyond 50 %")
    expect(evidence.first).to_contain_text("Source: FeverBee")
    page.get_by_text("The stages").click()
    expect(row(page, "How it came there", "Stage")).to_have_count(0)
    expect(page.get_by_role("table", name="How it came there").get_by_text("Networked").first).to_be_visible()


def test_it_is_warned_of_what_drowns_it(neighbour: MakeScreen, ana: Phone, database_url: str) -> None:
    loud = a_community(ana)
    publish(database_url, loud, periods=1)
    drown(database_url, loud)
    page = looks_at(neighbour(), "maturity", loud)
    expect(page.locator(".warning")).to_contain_text("offers reach somebody. Members decide how many come")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_numbers_stand_in_nobodys_way(member: MakeScreen, riders: Json, colours: str) -> None:
    bob = member(viewport=NARROW, color_scheme=colours)
    for view in ("community", "statistics", "grounds", "maturity"):
        page = looks_at(bob, view, riders)
        if view == "statistics":
            expect(part(page, "Who else they belong to")).to_be_visible()
            page.get_by_label("By", exact=True).select_option("topic")
            page.get_by_role("button", name="Ask").click()
            expect(page.get_by_role("table", name="Took part over time")).to_be_visible()
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert violations(page) == []
        assert too_wide(page) == []


def too_wide(page: Page) -> list[str]:
    """What stands out of the panel at its right."""
    found: list[str] = page.evaluate(
        """() => {
            const edge = document.getElementById("panel").getBoundingClientRect().right + 1;
            const free = (each) => !each.closest(".scrolled, .frame, .aloud, caption");
            return [...document.querySelectorAll("#panel *")]
                .filter((each) => free(each) && each.getBoundingClientRect().right > edge)
                .map((each) => each.outerHTML.slice(0, 100));
        }"""
    )
    return found


def test_what_a_spreadsheet_would_run_is_words_in_the_csv(screen: MakeScreen) -> None:
    bob = screen()
    bob.page.goto(f"{bob.served.url}/v1/problems/invalid")
    written = bob.page.evaluate(
        """async () => {
            const { csv } = await import("/assets/any/views/slicing.mjs");
            const slice = { community: "1", name: '=HYPERLINK("x")' };
            return csv({ measure: "overlap", cells: [{ starts_on: "2026-01-05", slice, value: 0.2 }] });
        }"""
    )
    assert written == 'starts_on,community,name,overlap\r\n2026-01-05,"1","\'=HYPERLINK(""x"")",0.2\r\n'
