"""A business asks to belong: members decide, and are left in peace where they will not."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.communities.models import Community
from app.db import Database
from app.errors import AlreadyThere, Conflict
from app.motions.rules import MOST_OPEN_ASKED
from app.peers import queries, service
from app.peers.rules import ASKED_FOR, MOST_ASKED_A_DAY, REFUSED_FOR
from tests.app.peers.shops import Shop
from tests.app.rows import rows_in
from tests.world import World

MINUTE = timedelta(minutes=1)


def test_members_decide_whether_a_business_that_asks_is_welcome(shop: Shop) -> None:
    asked = shop.asks("We repair what you ride.")
    assert asked | {"state": "asked", "name": "Ring riders"} == asked
    (motion,) = shop.member.gets("/me/motions")["items"]
    assert motion["asked_by"] == {"business": shop.id, "name": "Bike Bar"}
    assert (motion["proposed_by"], motion["why"]) == (None, "We repair what you ride.")
    assert motion["proposal"] == {"kind": "welcome", "business": shop.id}
    shop.members_say("for", "for", "against")
    stands = shop.stands
    assert stands["state"] == "welcome"
    assert stands["asking"] | {"state": "carried", "by": shop.staff.handle} == stands["asking"]
    assert stands["asking"]["votes"] == {"in_favour": 2, "against": 1, "abstained": 0}
    assert shop.staff.gets(shop.path)["items"] == [stands]
    assert shop.member.gets(f"{shop.council.path}/businesses")["items"][0]["welcome"] is True


def test_while_members_vote_the_business_learns_nothing_of_how(shop: Shop) -> None:
    before = shop.asks()
    shop.council.votes({"id": before["asking"]["motion"]}, "for", "against", "for")
    assert shop.stands == before
    assert before["asking"]["votes"] is None


def test_who_was_refused_asks_again_after_ninety_days(shop: Shop) -> None:
    shop.asks()
    shop.members_say("against", "against", "for")
    stands = shop.stands
    assert (stands["state"], stands["since"]) == ("refused", stands["asking"]["closes_at"])
    with shop.later(REFUSED_FOR):
        assert shop.is_refused()["status"] == 409
    with shop.later(REFUSED_FOR + timedelta(days=4)):
        assert shop.asks()["state"] == "asked"


def test_who_was_sent_off_asks_again_after_ninety_days(shop: Shop) -> None:
    shop.is_welcomed()
    shop.is_sent_off()
    assert shop.stands["state"] == "sent-off"
    # To leave does not undo it.
    shop.staff.deletes(shop.here)
    assert shop.stands["state"] == "sent-off"
    with shop.later(REFUSED_FOR):
        assert "again_at" in shop.is_refused()
    with shop.later(REFUSED_FOR + timedelta(days=4)):
        assert shop.asks()["state"] == "asked"


def test_an_asking_may_be_withdrawn_and_is_not_repeated_for_a_week(shop: Shop) -> None:
    shop.asks()
    assert shop.is_refused()["type"].endswith("already-there")
    shop.staff.deletes(shop.here)
    shop.staff.deletes(shop.here)
    assert shop.staff.is_refused("GET", shop.here)["status"] == 404
    assert shop.staff.gets(shop.path)["items"] == []
    assert shop.member.gets(f"{shop.council.path}/motions")["items"][0]["state"] == "withdrawn"
    assert shop.is_refused()["status"] == 409
    with clock.travelling(ASKED_FOR + MINUTE):
        assert shop.asks()["state"] == "asked"


def test_a_business_goes_by_itself(shop: Shop) -> None:
    shop.is_welcomed()
    shop.staff.deletes(shop.here)
    assert shop.staff.is_refused("GET", shop.here)["status"] == 404
    assert shop.member.gets(f"{shop.council.path}/businesses")["items"] == []


def test_a_business_that_is_welcome_stays_so_since_it_was(shop: Shop) -> None:
    shop.is_welcomed()
    since = shop.stands["since"]
    assert shop.is_refused()["detail"] == "This community has welcomed the business already."
    shop.council.moves(kind="welcome", business=shop.id)
    shop.members_say("for", "for", "for")
    assert shop.stands["since"] == since


def test_what_a_member_moved_already_is_not_asked_as_well(shop: Shop) -> None:
    shop.council.moves(kind="welcome", business=shop.id)
    assert shop.is_refused()["type"].endswith("already-there")
    shop.members_say("for", "for", "for")
    assert shop.stands["asking"] is None


def test_a_community_that_is_forming_is_not_asked(shop: Shop, session: Session) -> None:
    community = Community.id == UUID(shop.council.community["id"])
    session.execute(update(Community).where(community).values(listed_at=None))
    session.commit()
    assert "forming" in shop.is_refused()["detail"]


def test_a_place_to_which_nobody_belongs_is_not_asked(shop: Shop, world: World) -> None:
    place = world.location()
    body = {"community": place["id"], "why": "We repair what you ride."}
    assert "Nobody belongs" in shop.staff.is_refused("POST", shop.path, body)["detail"]
    neighbour = world.person()
    neighbour.checks_in()
    neighbour.joins(place)
    assert shop.staff.posts(shop.path, body)["state"] == "asked"


def test_a_business_asks_few_communities_a_day(shop: Shop, world: World) -> None:
    def asks() -> int:
        body = {"community": world.community()["id"], "why": "We repair what you ride."}
        return shop.staff.asks("POST", shop.path, body).status_code

    assert [asks() for _ in range(MOST_ASKED_A_DAY + 1)] == [201] * MOST_ASKED_A_DAY + [409]


def test_businesses_leave_room_for_what_members_move(shop: Shop) -> None:
    body = {"community": shop.council.community["id"], "why": "We repair what you ride."}
    for _ in range(MOST_OPEN_ASKED):
        other = shop.staff.posts("/businesses", {"name": "Another"})["id"]
        shop.staff.posts(f"/businesses/{other}/communities", body)
    assert "enough to decide" in shop.is_refused()["detail"]
    assert shop.council.moves(kind="name", name="Hill riders")["state"] == "open"


@pytest.mark.parametrize("who", ["a member", "a stranger"])
def test_only_the_staff_ask_see_and_go(shop: Shop, world: World, who: str) -> None:
    somebody = shop.member if who == "a member" else world.person()
    shop.asks()
    body = {"community": shop.council.community["id"], "why": "We repair what you ride."}
    for method, path, sent in (
        ("POST", shop.path, body),
        ("GET", shop.path, None),
        ("GET", shop.here, None),
        ("DELETE", shop.here, None),
    ):
        assert somebody.is_refused(method, path, sent)["status"] == 403
    nobody = f"/businesses/{UUID(int=7)}/communities"
    assert somebody.is_refused("GET", nobody)["status"] == 404
    assert shop.stands["state"] == "asked"


def test_it_needs_a_reason_and_a_community(shop: Shop) -> None:
    assert shop.is_refused("short")["status"] == 422
    body = {"community": str(UUID(int=7)), "why": "We repair what you ride."}
    assert shop.staff.is_refused("POST", shop.path, body)["status"] == 404


def test_of_many_who_ask_at_once_one_does(database: Database) -> None:
    with database.transaction() as session:
        rows = rows_in(session)
        rows.now -= timedelta(hours=1)
        communities = [rows.community(rows.topic()) for _ in range(8)]
        by = rows.person()
        for each in communities:
            rows.joins(by, each)
        business = rows.business(by)
    together = Barrier(16)

    def asks(community: UUID) -> bool:
        together.wait(10)
        with suppress(AlreadyThere, Conflict), database.transaction() as session:
            service.ask(session, (business, community), "", by, clock.now())
            return True
        return False

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(asks, communities * 2)) == MOST_ASKED_A_DAY
    with database.reading() as session:
        assert queries.asked_since(session, business, clock.now()) == MOST_ASKED_A_DAY
        assert len(queries.communities_of(session, business, None, 100)) == MOST_ASKED_A_DAY
