"""Reporting, what became of it, objecting; and moderators at work."""

import secrets
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Locator, expect

from tests.app.events.evenings import evening
from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import LAPTOP, PASSWORD, Screen
from tests.app.web.test_access import violations
from tests.app.web.test_seeing import a_community
from tests.app.web.test_trusting import phone_of
from tests.served import MODERATORS, Json, Phone, Served
from tests.world import CAFE, point

NARROW = {"width": 360, "height": 780}


@pytest.fixture
def ana(served: Served) -> Phone:
    return Phone(served, f"ana-{secrets.token_hex(4)}")


def keeper(served: Served, which: int = 0) -> Phone:
    """A moderator, who may have signed up before."""
    said = {"handle": MODERATORS[which], "password": PASSWORD}
    answer = requests.post(f"{served.url}/v1/sessions", json=said, timeout=30)
    return Phone(served, said["handle"], answer.json()["token"] if answer.ok else None)


def at_the_page(screen: MakeScreen, phone: Phone, view: str, **wanted: object) -> Screen:
    kept = {"origin": phone.served.url, "localStorage": [{"name": "hereabouts.token", "value": phone.token}]}
    someone = screen(storage_state={"cookies": [], "origins": [kept]}, **wanted)
    someone.handle = phone.handle
    return someone.opens(CAFE, view=view)


def says(person: Phone, text: str) -> Json:
    return person.post("/check-ins", {"position": point(CAFE), "text": text})


def case_about(moderator: Phone, thing: str) -> str:
    for each in moderator.get("/moderation/cases?limit=100&state=open")["items"]:
        whole = moderator.get(f"/moderation/cases/{each['id']}")
        if whole["thing"] and whole["thing"]["id"] == thing:
            return f"/moderation/cases/{each['id']}"
    raise AssertionError("no such case")


def hides(moderator: Phone, reporter: Phone, check_in: Json) -> None:
    reporter.post("/reports", {"what": "check-in", "id": check_in["id"], "reason": "spam"})
    case = case_about(moderator, check_in["id"])
    moderator.put(f"{case}/taking")
    moderator.ask("PUT", f"{case}/decision", {"state": "upheld", "reason": "spam"}).raise_for_status()


def rows(someone: Screen, name: str) -> Locator:
    return someone.page.get_by_role("list", name=name).get_by_role("listitem")


def test_somebody_reports_what_another_says_and_mutes_them_at_once(neighbour: MakeScreen, ana: Phone) -> None:
    bob = neighbour()
    text = f"buy this {secrets.token_hex(3)}"
    says(ana, text)
    bob.check_in(text).get_by_role("button", name=f"Report what {ana.handle} says").click()
    asked = bob.page.get_by_role("dialog", name=f"Report what {ana.handle} says")
    expect(asked).to_be_visible()
    assert violations(bob.page) == []
    asked.get_by_label("Why").select_option("Spam")
    asked.get_by_label("More of it").fill("It stands here every day.")
    asked.get_by_role("button", name="Report it").click()
    asked.get_by_role("button", name=f"Hear no more of {ana.handle}").click()
    expect(asked).to_contain_text(f"You hear of {ana.handle} no more.")
    bob.page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(bob.check_in(text)).to_have_count(0)
    bob.turns_to("You")
    bob.page.get_by_role("link", name="Reports").click()
    mine = rows(bob, "What you reported")
    expect(mine).to_contain_text("A check-in, as spam")
    expect(mine).to_contain_text("You noted: It stands here every day.")
    expect(mine).to_contain_text("Nobody has looked at it yet.")


def test_people_answers_communities_and_events_are_reported_alike(neighbour: MakeScreen, ana: Phone) -> None:
    bob, riders = neighbour(), a_community(ana)
    text = f"chess {secrets.token_hex(3)}"
    said = says(ana, text)
    ana.post(f"/check-ins/{said['id']}/replies", {"text": "me first"})
    bob.check_in(text).get_by_text("Answer or react").click()
    bob.page.get_by_role("button", name=f"Report what {ana.handle} answers").click()
    bob.page.get_by_role("button", name="Report it").click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Thank you.")
    bob.page.get_by_role("button", name="Close").click()
    bob.check_in(text).get_by_role("button", name=f"Report what {ana.handle} says").click()
    bob.page.get_by_label("What it is about").select_option(f"{ana.handle}, whatever they say")
    bob.page.get_by_role("button", name="Report it").click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Thank you.")
    bob.page.get_by_role("button", name="Close").click()
    bob.page.evaluate("id => { location.hash = `community//${id}`; }", riders["id"])
    bob.page.get_by_role("button", name=f"Report {riders['properties']['name']}").click()
    bob.page.get_by_role("button", name="Report it").click()
    bob.page.get_by_role("button", name="Hear no more of this community").click()
    expect(bob.notices).to_contain_text("You hear of this community no more.")
    bob.page.get_by_role("button", name="Close").click()
    event = ana.post("/events", evening(timedelta(hours=30), title=f"Ride {secrets.token_hex(3)}"))
    bob.page.evaluate("id => { location.hash = `event//${id}`; }", event["id"])
    bob.page.get_by_role("button", name=f"Report {event['properties']['title']}").click()
    bob.page.get_by_role("button", name="Report it").click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Thank you.")
    bob.page.get_by_role("button", name="Close").click()
    bob.page.evaluate("location.hash = 'reports'")
    expect(rows(bob, "What you reported")).to_have_count(4)
    expect(rows(bob, "What you reported").first).to_contain_text(event["properties"]["title"])
    expect(rows(bob, "What you reported").nth(1)).to_contain_text(riders["properties"]["name"])


def test_whoever_has_something_hidden_reads_why_and_objects_once(
    served: Served, neighbour: MakeScreen, ana: Phone
) -> None:
    bob = neighbour()
    said = says(phone_of(bob), "look what I sell")
    hides(keeper(served), ana, said)
    bob.page.evaluate("location.hash = 'reports'")
    hidden = rows(bob, "What of yours is hidden")
    expect(hidden).to_contain_text("A check-in, as spam")
    expect(hidden).to_contain_text("look what I sell")
    hidden.get_by_text("Object", exact=True).first.click()
    hidden.get_by_label("Why it should be shown").fill("It was a joke.")
    hidden.get_by_role("button", name="Object").click()
    expect(hidden).to_contain_text("You objected: “It was a joke.”")
    expect(hidden.get_by_role("button", name="Object")).to_have_count(0)


def test_a_moderator_finds_takes_notes_and_decides(served: Served, screen: MakeScreen, ana: Phone) -> None:
    bob = Phone(served, f"bob-{secrets.token_hex(4)}")
    said = says(ana, f"cheap {secrets.token_hex(3)}")
    bob.post("/reports", {"what": "check-in", "id": said["id"], "reason": "illegal", "note": "look at it"})
    olga = at_the_page(screen, keeper(served), "reports", viewport=LAPTOP)
    olga.page.get_by_role("link", name="Look at what was reported").click()
    queue = rows(olga, "Cases, oldest first")
    olga.page.get_by_label("Reported as").select_option("against the law")
    expect(queue.last).to_contain_text("against the law 1")
    queue.last.get_by_role("link").click()
    expect(olga.page.get_by_role("blockquote")).to_contain_text(said["properties"]["text"])
    expect(olga.page.get_by_role("list", name="What those wrote who reported it")).to_contain_text(
        "look at it"
    )
    olga.page.get_by_role("button", name="Take it").click()
    expect(olga.page.get_by_role("button", name="Put it back")).to_be_visible()
    olga.page.get_by_label("For the other moderators").fill("asked the police")
    olga.page.get_by_role("button", name="Note it").click()
    expect(olga.page.get_by_text("asked the police")).to_be_visible()
    olga.page.get_by_role("button", name="Put it back").click()
    expect(olga.page.get_by_text("Nobody has taken it.")).to_be_visible()
    olga.page.get_by_role("button", name="Take it").click()
    olga.page.get_by_label("Uphold it, as").select_option("against the law")
    olga.page.get_by_role("button", name="Uphold it").click()
    expect(olga.page.get_by_text("Upheld by olga, as against the law.")).to_be_visible()
    trail = olga.page.get_by_role("list", name="What was done")
    expect(trail).to_contain_text("olga hid it")
    assert bob.ask("GET", f"/check-ins/{said['id']}").status_code == 404
    olga.page.get_by_role("button", name="Dismiss it").click()
    expect(trail).to_contain_text("olga showed it again")


def test_what_another_took_is_not_mine_to_decide(served: Served, screen: MakeScreen, ana: Phone) -> None:
    said = says(ana, f"sold {secrets.token_hex(3)}")
    reporter = Phone(served, f"bob-{secrets.token_hex(4)}")
    hides(keeper(served), reporter, said)
    ana.post(f"/me/moderation/{said['id']}/objection", {"text": "It was mine."})
    olga = at_the_page(screen, keeper(served), "cases")
    olga.page.get_by_label("Which").select_option("All")
    objected = rows(olga, "Cases, oldest first").filter(has_text="Its author objected.").last
    objected.get_by_role("link").click()
    expect(olga.page.get_by_text("Its author objects: It was mine.")).to_be_visible()
    olga.page.get_by_role("button", name="Take it").click()
    expect(olga.notices).to_contain_text("somebody else has to look at it now")


def test_nobody_else_sees_the_queue(neighbour: MakeScreen) -> None:
    bob = neighbour()
    bob.page.evaluate("location.hash = 'cases'")
    expect(bob.page.get_by_text("Only moderators of this installation")).to_be_visible()
    bob.page.evaluate("location.hash = 'reports'")
    expect(bob.page.get_by_text("You have reported nothing.")).to_be_visible()
    expect(bob.page.get_by_role("link", name="Look at what was reported")).to_have_count(0)


@pytest.mark.parametrize(("size", "colours"), [(NARROW, "dark"), (LAPTOP, "light")])
def test_everybody_can_moderate(
    served: Served, screen: MakeScreen, ana: Phone, size: dict[str, int], colours: str
) -> None:
    said = says(ana, "a very long word " + "x" * 90)
    bob = Phone(served, f"bob-{secrets.token_hex(4)}")
    bob.post("/reports", {"what": "check-in", "id": said["id"], "reason": "spam", "note": "y" * 120})
    moderator = keeper(served)
    case = case_about(moderator, said["id"])
    moderator.put(f"{case}/taking")
    moderator.post(f"{case}/notes", {"text": "noted"})
    olga = at_the_page(screen, moderator, "cases", viewport=size, color_scheme=colours)
    for address in ("cases", f"case//{case.rpartition('/')[2]}", "reports"):
        olga.page.evaluate("address => { location.hash = address; }", address)
        olga.page.wait_for_load_state("networkidle")
        assert violations(olga.page) == []
        assert olga.page.evaluate("document.getElementById('panel').scrollWidth <= innerWidth")
