"""What businesses are told: once, of what they may know anyway, whoever finds it and whenever."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.motions.effects import take_effect
from app.motions.models import Motion, Standing
from app.motions.rules import Kind
from app.webhooks import telling
from tests.app.offers.racing import together
from tests.app.plans import plans_of, read_whole
from tests.app.webhooks.hooks import SECOND, Hook, a_hook, bodies_of, tells
from tests.app.wishes.wishing import Workshop, workshop
from tests.world import CAFE, FAR_AWAY, Json, World, square

DAY = timedelta(days=1)
FORGET = "DELETE FROM webhook_messages"


@pytest.fixture
def here(world: World) -> Workshop:
    return workshop(world, 5)


@pytest.fixture
def hook(world: World, here: Workshop) -> Hook:
    """Of a business that once offered something on the topic here."""
    return a_hook(world, offered(world, here))


def offered(world: World, here: Workshop, **more: object) -> Json:
    business = world.business()
    offer = {
        "title": "A stand",
        "topics": [here.topic],
        "area": square(CAFE),
        "ends_at": (clock.now() + DAY).isoformat(),
        **more,
    }
    world.founder.posts(f"/businesses/{business['id']}/offers", offer)
    return business


def run(database: Database, sql: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(text(sql), values)


def test_a_wish_that_opens_is_told_at_once_without_words_or_people(
    database: Database, here: Workshop, hook: Hook
) -> None:
    wish = here.opened(text="A repair café by the canal")
    (body,) = bodies_of(database, hook)
    assert body == {
        "type": "wish.opened",
        "version": 1,
        "timestamp": body["timestamp"],
        "business_id": hook.business["id"],
        "data": {
            "community_id": here.community["id"],
            "wish_id": wish,
            "pledged": 5,
            "path": f"/v1/wishes/{wish}",
        },
    }
    assert not {each.id for each in here.members} & set(re.findall(r"[0-9a-f-]{36}", str(body)))
    assert hook.staff.gets(body["data"]["path"].removeprefix("/v1"))["properties"]["text"]
    (logged,) = hook.log
    assert (logged["kind"], logged["state"], logged["tries"]) == ("wish.opened", "waiting", 0)


def test_what_a_process_that_died_did_not_tell_a_chore_tells_once(
    database: Database, here: Workshop, hook: Hook
) -> None:
    here.opened()
    run(database, FORGET)
    keeping = Housekeeping(database)
    (chore,) = [each for each in keeping.chores if each.name == "untold webhooks"]
    for _ in range(2):
        keeping.do(chore)
    assert hook.told == ["wish.opened"]


def test_many_who_find_it_at_once_make_one_message(database: Database, here: Workshop, hook: Hook) -> None:
    here.opened()
    for _ in range(5):
        run(database, FORGET)
        start = Barrier(6)

        def tell(start: Barrier = start) -> None:
            start.wait(10)
            tells(database)

        together([tell] * 6)
        assert hook.told == ["wish.opened"]


def test_what_happened_before_it_was_added_or_long_ago_is_not_told(
    database: Database, world: World, here: Workshop
) -> None:
    business = offered(world, here)
    here.opened()
    late = a_hook(world, business)
    assert (tells(database), late.told) == (0, [])
    early = a_hook(world, offered(world, here), "wish.opened")
    here.opened()
    run(database, FORGET)
    with clock.travelling(telling.LATELY + SECOND):
        tells(database)
        assert early.told == []


def test_those_are_told_whose_staff_are_given_notice(
    database: Database, world: World, here: Workshop
) -> None:
    """The same businesses as `app/offers/opening.py` finds."""
    near, far = here.world.shared("goal:else"), square(FAR_AWAY)
    fitting, nothing = offered(world, here), world.business()
    off_topic, elsewhere = offered(world, here, topics=[near]), offered(world, here, area=far)
    unwelcome = offered(world, here)
    with database.transaction() as session:
        standing = Standing(community_id=UUID(here.community["id"]), business_id=UUID(unwelcome["id"]))
        standing.is_welcome, standing.since = False, clock.now() - DAY
        session.add(standing)
    all_of_them = [fitting, nothing, off_topic, elsewhere, unwelcome]
    owners = {each["id"]: world.person("Owner") for each in all_of_them}
    for business, owner in owners.items():
        run(
            database,
            "INSERT INTO staff (business_id, person_id, role) VALUES (:business, :person, 'owner')",
            business=UUID(business),
            person=UUID(owner.id),
        )
    hooks = [a_hook(world, each, "wish.opened") for each in all_of_them]
    here.opened(area=square(CAFE))
    noticed = [len(owner.gets("/me/notices")["items"]) for owner in owners.values()]
    assert [len(each.log) for each in hooks] == noticed == [1, 0, 0, 0, 0]


def test_only_what_is_wanted_is_told_and_each_webhook_gets_the_same_message(
    world: World, here: Workshop
) -> None:
    business = offered(world, here)
    wanting = [a_hook(world, business, "wish.opened") for _ in range(2)]
    other = a_hook(world, business, "wish.kept")
    here.opened()
    (one,), (two,) = (each.log for each in wanting)
    assert one["id"] == two["id"]
    assert other.log == []


@pytest.mark.parametrize(("kept", "kind"), [(True, "wish.kept"), (False, "wish.broken")])
def test_whether_an_answer_was_kept_is_told_once_it_is_judged(
    database: Database, world: World, here: Workshop, kept: bool, kind: str
) -> None:
    hook = a_hook(world, None, "wish.kept", "wish.broken")
    offer = {
        "title": "A stand",
        "topics": [here.topic],
        "area": square(CAFE),
        "ends_at": (clock.now() + DAY).isoformat(),
        "wish_id": here.opened(),
    }
    made = world.founder.posts(f"/businesses/{hook.business['id']}/offers", offer)["id"]
    for each in here.members:
        each.puts(f"/wishes/{offer['wish_id']}/voice", {"kept": kept})
    keeping = Housekeeping(database)
    (judging,) = [each for each in keeping.chores if each.name == "wishes"]
    with clock.travelling(8 * DAY + SECOND):
        keeping.do(judging)
        (body,) = bodies_of(database, hook)
        assert (body["type"], body["data"]["offer_id"]) == (kind, made)
        assert body["data"]["wish_id"] == offer["wish_id"]
        run(database, FORGET)
        tells(database)
        assert hook.told == [kind]


def decide(database: Database, here: Workshop, hook: Hook, kind: Kind) -> None:
    """As when a motion is carried."""
    motion = Motion(
        community_id=UUID(here.community["id"]), kind=kind, proposal={"business": hook.business["id"]}
    )
    with database.transaction() as session:
        take_effect(session, motion, clock.now())


def test_each_welcome_and_each_sending_off_is_told(database: Database, world: World, here: Workshop) -> None:
    hook = a_hook(world)
    for kind in (Kind.WELCOME, Kind.SEND_OFF, Kind.WELCOME):
        decide(database, here, hook, kind)
    assert hook.told == ["community.welcomed", "community.sent_off", "community.welcomed"]
    assert tells(database) == 0
    body = bodies_of(database, hook)[0]
    community = here.community["id"]
    assert body["data"] == {"community_id": community, "path": f"/v1/communities/{community}"}


def test_what_comes_while_it_is_paused_has_failed(database: Database, world: World, here: Workshop) -> None:
    hook = a_hook(world)
    hook.changes(paused=True)
    decide(database, here, hook, Kind.WELCOME)
    (logged,) = hook.log
    assert (logged["state"], logged["reason"], logged["next_try_at"]) == ("failed", "paused", None)


def test_who_has_no_webhook_costs_one_statement(
    database: Database, here: Workshop, session: Session, statements: Callable[[], object]
) -> None:
    here.opened()
    with statements() as sent:  # type: ignore[attr-defined]
        assert telling.tell(session, clock.now()) == 0
        assert sent() == 1


def test_no_table_that_grows_is_read_as_a_whole(session: Session) -> None:
    plans = plans_of(session, lambda: telling.tell(session, clock.now()))
    assert "wishes_opened_at_index" in plans[0]
    assert "wishes_answered_by_id_index" in plans[0]
    assert read_whole(plans) <= {"webhooks"}
