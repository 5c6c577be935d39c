"""Answers and reactions under a check-in, as they come."""

from playwright.sync_api import Locator, expect

from tests.app.web.conftest import MakeScreen
from tests.app.web.screen import Screen


def opens_the_talk(someone: Screen, saying: str) -> Locator:
    under = someone.check_in(saying)
    under.get_by_text("Answer or react").click()
    expect(under.get_by_label("Your answer")).to_be_visible()
    return under


def test_somebody_answers_and_the_other_sees_it_as_it_happens(neighbour: MakeScreen) -> None:
    ana, bob = neighbour(), neighbour()
    ana.checks_in("anybody for chess?")
    expect(bob.check_in("anybody for chess?")).to_be_visible()
    hers, his = opens_the_talk(ana, "anybody for chess?"), opens_the_talk(bob, "anybody for chess?")
    his.get_by_label("Your answer").fill("In ten minutes")
    his.get_by_role("button", name="Answer", exact=True).click()
    expect(hers.get_by_role("list", name="Answers, oldest first")).to_contain_text("In ten minutes")
    expect(ana.notices).to_contain_text(f"{bob.handle} answers you: In ten minutes")
    expect(his.get_by_text("In ten minutes")).to_have_count(1)
    his.get_by_role("button", name="Take back: In ten minutes").click()
    expect(hers.get_by_text("In ten minutes")).to_have_count(0)


def test_a_reaction_is_one_touch_and_another_takes_it_back(neighbour: MakeScreen) -> None:
    ana, bob = neighbour(), neighbour()
    ana.checks_in("a new bench in the park")
    expect(bob.check_in("a new bench in the park")).to_be_visible()
    hers = opens_the_talk(ana, "a new bench in the park")
    his = opens_the_talk(bob, "a new bench in the park")
    thanks = his.get_by_role("button", name="Thanks")
    thanks.click()
    expect(his.get_by_role("button", name="Thanks 1")).to_have_attribute("aria-pressed", "true")
    expect(hers.get_by_role("button", name="Thanks 1")).to_have_attribute("aria-pressed", "false")
    his.get_by_role("button", name="Thanks 1").click()
    expect(hers.get_by_role("button", name="Thanks", exact=True)).to_be_visible()
