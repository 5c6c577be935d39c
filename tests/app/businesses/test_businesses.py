"""Businesses: registered by a person, known to everybody, acted for by their staff alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.businesses import queries, service
from app.businesses.models import Staff
from tests.app.rows import rows_in
from tests.world import CAFE, Json, World, problem_in, square

NOBODY = "00000000-0000-7000-8000-000000000000"


def an_offer(world: World) -> Json:
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    return {"title": "A coffee", "topics": [world.shared()], "area": square(CAFE), "ends_at": tomorrow}


def test_a_business_is_what_was_said_and_no_more(world: World) -> None:
    body = {"name": " Bike Bar ", "about": "Coffee and chains"}
    registered = world.person("Ana").asks("POST", "/businesses", body)
    business = registered.get_json(force=True)
    assert (registered.status_code, registered.headers["Location"]) == (
        201,
        f"/v1/businesses/{business['id']}",
    )
    assert business == {
        "id": business["id"],
        "name": "Bike Bar",
        "about": "Coffee and chains",
        "closed": False,
    }
    # Who its staff are is nobody's business: there is no word of it here.
    seen = world.client.get(registered.headers["Location"]).get_json(force=True)
    assert seen == {**business, "topics": [], "places": []}


def test_it_need_not_say_what_it_is_about(world: World) -> None:
    assert world.business()["about"] == ""


def test_only_people_register_one(world: World) -> None:
    assert problem_in(world.client.post("/v1/businesses", json={"name": "Bike Bar"}))["status"] == 401


def test_a_business_nobody_registered(world: World) -> None:
    assert problem_in(world.client.get(f"/v1/businesses/{NOBODY}"))["detail"] == "There is no such business."


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x"}, {"name": "x" * 81}, {"about": "x" * 401}, {"owner": "me"}]
)
def test_a_business_that_cannot_be(world: World, wrong: Json) -> None:
    problem = world.founder.is_refused("POST", "/businesses", {"name": "Bike Bar", **wrong})
    assert (problem["status"], problem["errors"][0]["at"]) == (422, f"/{next(iter(wrong))}")


def test_mine_are_those_i_act_for_the_oldest_first(world: World) -> None:
    ana, bob = world.person("Ana"), world.person("Bob")
    mine = [ana.posts("/businesses", {"name": name}) for name in ("Zeta", "Alpha", "Midway")]
    his = bob.posts("/businesses", {"name": "Bob's"})
    assert ana.gets("/me/businesses") == {"items": mine}
    assert bob.gets("/me/businesses") == {"items": [his]}
    assert world.person("Eve").gets("/me/businesses") == {"items": []}
    assert world.client.get("/v1/me/businesses").status_code == 401


@pytest.mark.parametrize(
    ("who", "status", "type"),
    [("owner", 201, None), ("another owner", 403, "not-allowed"), ("stranger", 403, "not-allowed")],
)
def test_offers_are_made_by_its_staff_alone(world: World, who: str, status: int, type: str | None) -> None:
    owner, stranger = world.person("Owner"), world.person("Stranger")
    business = owner.posts("/businesses", {"name": "Bike Bar"})
    if who == "another owner":
        stranger.posts("/businesses", {"name": "Another"})
    acting = owner if who == "owner" else stranger
    answer = acting.asks("POST", f"/businesses/{business['id']}/offers", an_offer(world))
    assert answer.status_code == status
    if type:
        assert problem_in(answer)["type"] == f"/v1/problems/{type}"


def test_offers_are_withdrawn_by_its_staff_alone(world: World) -> None:
    owner, stranger = world.person("Owner"), world.person("Stranger")
    business = owner.posts("/businesses", {"name": "Bike Bar"})
    offer = owner.posts(f"/businesses/{business['id']}/offers", an_offer(world))
    assert stranger.is_refused("DELETE", f"/offers/{offer['id']}")["type"] == "/v1/problems/not-allowed"
    assert world.client.delete(f"/v1/offers/{offer['id']}").status_code == 401
    assert owner.gets(f"/offers/{offer['id']}")["properties"]["withdrawn"] is False
    owner.deletes(f"/offers/{offer['id']}")
    assert owner.gets(f"/offers/{offer['id']}")["properties"]["withdrawn"] is True


def test_nobody_makes_an_offer_for_a_business_that_is_not_there(world: World) -> None:
    problem = world.founder.is_refused("POST", f"/businesses/{NOBODY}/offers", an_offer(world))
    assert problem["status"] in {403, 404}


def test_whoever_registers_it_is_its_owner_and_the_only_one(session: Session) -> None:
    rows = rows_in(session)
    ana, bob = rows.person(), rows.person()
    business = service.register(session, "Bike Bar", "", ana, clock.now())
    assert queries.may_act_for(session, ana, business.id)
    assert not queries.may_act_for(session, bob, business.id)
    asked = text("SELECT person_id, role FROM staff WHERE business_id = :id")
    assert [tuple(row) for row in session.execute(asked, {"id": business.id})] == [(ana, "owner")]


def test_staff_may_act_as_well_as_the_owner(session: Session) -> None:
    rows = rows_in(session)
    ana, bob = rows.person(), rows.person()
    business = service.register(session, "Bike Bar", "", ana, clock.now())
    session.add(Staff(business_id=business.id, person_id=bob, role="staff"))
    session.flush()
    assert queries.may_act_for(session, bob, business.id)
    assert [each.id for each in queries.businesses_of(session, bob)] == [business.id]


def test_nobody_acts_in_a_part_there_is_not(session: Session) -> None:
    ana = rows_in(session).person()
    business = service.register(session, "Bike Bar", "", ana, clock.now())
    session.add(Staff(business_id=business.id, person_id=rows_in(session).person(), role="boss"))
    with pytest.raises(IntegrityError, match="staff_role_check"):
        session.flush()


def test_a_business_that_is_not_there_has_no_staff(session: Session) -> None:
    assert queries.business(session, UUID(NOBODY)) is None
    assert not queries.may_act_for(session, rows_in(session).person(), UUID(NOBODY))
