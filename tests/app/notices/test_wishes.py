"""Of a wish those are told who pledged, and businesses that may answer it: of the wish and a count, never of people."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.ids import new_id
from app.notices import queries
from app.notices.signals import NoticeGiven
from app.offers import opening
from tests.app.conftest import Telling
from tests.app.leaving.lives import erased
from tests.app.offers.test_answers import DAY, makes, offering
from tests.app.plans import plans_of, read_whole
from tests.app.wishes.wishing import Workshop, workshop
from tests.world import CAFE, FAR_AWAY, Json, Someone, World, eventually, square


@pytest.fixture
def here(world: World) -> Workshop:
    return workshop(world, 7)


def notices(person: Someone) -> list[Json]:
    """What a person was told, newest first."""
    found: list[Json] = person.gets("/me/notices")["items"]
    return found


def told(person: Someone) -> list[str]:
    return [each["kind"] for each in notices(person)]


def a_shop(world: World, here: Workshop, **offered: object) -> tuple[Someone, Json]:
    """A business that offers something on the topic of the workshop; its owner."""
    owner = world.person("Owner")
    business = owner.posts("/businesses", {"name": "Bike Bar"})
    makes(owner, business, offering(here, **offered))
    return owner, business


def chore(app: Flask, name: str) -> None:
    keeping = Housekeeping(app.extensions["hereabouts"].database)
    keeping.do(next(each for each in keeping.chores if each.name == name))


def test_those_who_pledged_hear_how_it_goes_on(here: Workshop, world: World, app: Flask) -> None:
    owner, business = a_shop(world, here)
    wish = here.opened()
    makes(owner, business, offering(here, wish))
    assert [told(each) for each in here.members[:5]] == [["wish_answered", "wish_opened"]] * 5
    assert [told(each) for each in here.members[5:]] == [[], []]
    newest = notices(here.ana)[0]
    assert (newest["wish_id"], newest["path"]) == (wish, f"/v1/wishes/{wish}")
    assert newest["title"] == here.wish()["text"]


@pytest.mark.parametrize(("kept", "wanted"), [(True, "wish_kept"), (False, "wish_broken")])
def test_they_hear_whether_it_was_kept(
    here: Workshop, world: World, app: Flask, kept: bool, wanted: str
) -> None:
    wish, business = here.opened(), world.business()
    makes(world.founder, business, offering(here, wish))
    for each in here.members[:5]:
        each.puts(f"/wishes/{wish}/voice", {"kept": kept})
    with clock.travelling(14 * DAY):
        for _ in range(2):
            chore(app, "wishes")
    assert told(here.ana) == [wanted, "wish_answered", "wish_opened"]


def test_businesses_hear_of_what_they_may_answer_and_how_many_want_it(
    here: Workshop, world: World, telling: Telling
) -> None:
    owner, _ = a_shop(world, here)
    stranger = world.person("Stranger")
    stranger.posts("/businesses", {"name": "Of something else"})
    said = telling(NoticeGiven)
    wish = here.opened(threshold=5)
    eventually(lambda: notices(owner))
    (notice,) = notices(owner)
    assert (notice["kind"], notice["wish_id"], notice["pledged"]) == ("wish_to_answer", wish, 5)
    assert notice["title"] == here.wish()["text"]
    assert not any(each.id in str(notice) or each.handle in str(notice) for each in here.members)
    assert notices(stranger) == []
    assert [each.kind for each in said].count("wish_to_answer") == 1  # type: ignore[attr-defined]
    here.members[5].puts(f"/wishes/{wish}/pledge")
    here.ana.deletes(f"/wishes/{wish}/pledge")
    here.ana.puts(f"/wishes/{wish}/pledge")
    assert len(notices(owner)) == 1, "once for each wish"


@pytest.mark.parametrize("how", ["elsewhere", "sent off", "of another topic"])
def test_businesses_that_do_not_fit_hear_nothing(
    here: Workshop, world: World, database: Database, how: str
) -> None:
    other = {"topics": [world.shared("interest:something-else")]} if how == "of another topic" else {}
    owner, business = a_shop(world, here, area=square(FAR_AWAY if how == "elsewhere" else CAFE), **other)
    if how == "sent off":
        with database.transaction() as session:
            session.execute(
                text("INSERT INTO standings VALUES (:community, :business, false, now())"),
                {"community": here.community["id"], "business": business["id"]},
            )
    here.opened(area=square(CAFE))
    chore(world.client.application, "opened wishes")  # type: ignore[arg-type]
    assert notices(owner) == []


def test_what_a_process_passed_over_is_told_once(
    here: Workshop, world: World, app: Flask, database: Database
) -> None:
    owner, _ = a_shop(world, here)
    here.opened()
    with database.transaction() as session:
        session.execute(text("UPDATE wishes SET businesses_told_at = NULL"))
        session.execute(text("DELETE FROM notices WHERE kind = 'wish_to_answer'"))

    def at_once(_: int) -> None:
        with database.transaction() as session:
            opening.tell_businesses(session, clock.now())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(at_once, range(8)))
    chore(app, "opened wishes")
    assert told(owner) == ["wish_to_answer"]


def test_words_of_a_wish_are_for_whoever_may_still_know_them(here: Workshop, world: World) -> None:
    owner, _ = a_shop(world, here)
    wish = here.opened()
    here.ana.deletes(f"/wishes/{wish}/pledge")
    assert notices(here.ana)[0]["title"] is None
    assert notices(here.members[1])[0]["title"]
    assert notices(owner)[0]["title"] is None, "it is not open any more"


def test_whoever_leaves_takes_their_notices_along(here: Workshop, world: World, session: Session) -> None:
    here.opened()
    gone = here.members[1]
    erased(gone)
    count = text("SELECT count(*) FROM notices WHERE person_id = :person")
    assert session.scalar(count, {"person": UUID(gone.id)}) == 0
    assert told(here.ana) == ["wish_opened"]


def test_neither_telling_nor_reading_goes_through_a_table_from_end_to_end(session: Session) -> None:
    wish = {"wish": new_id(), "since": clock.now()}
    for ask in (
        lambda: queries.notices_before(session, new_id(), None, 20, clock.now()),
        lambda: opening.tell_businesses(session, clock.now()),
        lambda: session.execute(opening._FITTING, wish),
    ):
        plans = plans_of(session, ask)
        assert read_whole(plans) == set(), plans
