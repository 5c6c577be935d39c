"""Whoever said something hears that it was hidden or is shown again, and whoever reported it what became of that."""

import pytest

from app.notices.signals import NoticeGiven
from tests.app.conftest import Telling
from tests.app.conversation.talk import replies
from tests.app.moderation.keeping import case_of, decides, hides, moderators, reports
from tests.app.notices.test_wishes import notices, told
from tests.world import CAFE, Someone, World


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@pytest.fixture
def keepers(world: World) -> list[Someone]:
    made = [world.person("Moderator") for _ in range(2)]
    moderators(world, *made)
    return made


@pytest.mark.parametrize("what", ["check-in", "reply"])
def test_author_and_reporter_hear_of_it(
    world: World, ana: Someone, bob: Someone, keepers: list[Someone], telling: Telling, what: str
) -> None:
    thing = ana.checks_in(CAFE, "buy this")
    thing = thing if what == "check-in" else replies(ana, thing, "and that")
    said = telling(NoticeGiven)
    case = hides(keepers[0], what, thing["id"], bob)
    assert (told(ana), told(bob)) == (["hidden"], ["report_upheld"])
    hidden, outcome = notices(ana)[0], notices(bob)[0]
    assert (hidden["what"], hidden["thing_id"], hidden["path"]) == (what, thing["id"], "/v1/me/moderation")
    assert (outcome["thing_id"], outcome["path"]) == (thing["id"], "/v1/me/reports")
    assert bob.handle not in str(hidden)
    decides(keepers[0], case, "dismissed")
    assert (told(ana)[0], told(bob)[0]) == ("shown_again", "report_dismissed")
    assert {(str(each.person_id), each.kind) for each in said} == {  # type: ignore[attr-defined]
        (ana.id, "hidden"),
        (ana.id, "shown_again"),
        (bob.id, "report_upheld"),
        (bob.id, "report_dismissed"),
    }


def test_nothing_is_told_twice(world: World, ana: Someone, bob: Someone, keepers: list[Someone]) -> None:
    made = ana.checks_in(CAFE, "buy this")["id"]
    case = hides(keepers[0], "check-in", made, bob)
    decides(keepers[0], case, "upheld")
    ana.posts(f"/me/moderation/{made}/objection", {"text": "It is a gift."})
    decides(keepers[1], case, "upheld")
    assert (told(ana), told(bob)) == (["hidden"], ["report_upheld"])


def test_nobody_but_those_who_reported_hears_of_a_person(
    world: World, ana: Someone, bob: Someone, keepers: list[Someone]
) -> None:
    reports(bob, "person", ana.handle)
    decides(keepers[0], case_of(keepers[0], ana.id), "dismissed")
    assert (told(ana), told(bob)) == ([], ["report_dismissed"])
