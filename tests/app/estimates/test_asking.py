"""Asking over HTTP how many people an offer may reach."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.estimates import service
from app.ids import NOBODY
from geo import centre_of
from tests.app.estimates.neighbourhood import DISTRICTS, Neighbourhood, when_it_is_over
from tests.world import CAFE, Json, World, point, square

BAD = [
    ({"area": square(CAFE, 0.2)}, "bad-area"),
    ({"topics": ["interest:nobody-added-this"]}, "unknown-topic"),
    ({"ends_at": "2020-01-01T00:00:00Z"}, "invalid"),
    ({"area": None}, "invalid"),
    ({"area": None, "places": [str(NOBODY)]}, "unknown-place"),
    ({"title": ""}, "invalid"),
]


def planned(world: World, **more: object) -> Json:
    """An offer as it is planned, for a month."""
    ends_at = (clock.now() + timedelta(days=30)).isoformat()
    return {"title": "Tea", "topics": [world.shared()], "area": square(CAFE), "ends_at": ends_at, **more}


def path_of(world: World) -> str:
    return f"/businesses/{world.business()['id']}/offers/reach"


def test_where_nobody_is_there_are_not_enough_to_say(world: World, database: Database) -> None:
    with database.reading() as session:
        offers = session.scalar(text("SELECT count(*) FROM offers"))
        reach = world.founder.posts(path_of(world), planned(world))
        assert session.scalar(text("SELECT count(*) FROM offers")) == offers
    assert [reach[each] for each in ("people", "welcoming", "unspent")] == [None] * 3
    assert reach["topics"][0]["people"] is None
    assert reach["sentences"][0].startswith("Not enough people to say")


@pytest.mark.parametrize(("wrong", "kind"), BAD)
def test_what_could_not_be_made_is_not_estimated(world: World, wrong: Json, kind: str) -> None:
    refused = world.founder.is_refused("POST", path_of(world), planned(world, **wrong))
    assert (refused["type"], refused["status"]) == (f"/v1/problems/{kind}", 422)


def test_an_area_drawn_across_a_country_is_not_estimated(world: World) -> None:
    line = [[2.0, 41.0], [12.0, 41.0], [12.0, 41.00001], [2.0, 41.00001], [2.0, 41.0]]
    body = planned(world, area={"type": "Polygon", "coordinates": [line]})
    refused = world.founder.is_refused("POST", path_of(world), body)
    assert (refused["type"], "300 districts" in refused["detail"]) == ("/v1/problems/bad-area", True)


def test_only_staff_ask(world: World) -> None:
    eve = world.person("Eve")
    assert eve.is_refused("POST", path_of(world), planned(world))["status"] == 403
    offer, draft = world.offer([world.topic()]), world.offer([world.topic()], draft=True)
    assert eve.is_refused("GET", f"/offers/{offer['id']}/reach")["status"] == 403
    assert eve.is_refused("GET", f"/offers/{draft['id']}/reach")["status"] == 404
    assert eve.is_refused("GET", f"/offers/{NOBODY}/reach")["status"] == 404
    assert world.client.get(f"/v1/offers/{draft['id']}/reach").status_code == 401


def test_a_topic_that_nobody_shares_is_told_and_what_is_like_it(world: World) -> None:
    alike, alone = world.shared("interest:tea-house"), world.topic("interest:tea-houses")
    reach = world.founder.posts(path_of(world), planned(world, topics=[alone]))
    assert reach["topics"][0]["communities"] == 0
    assert f"Communities share {alike}" in reach["sentences"][-1]


def test_communities_that_sent_the_business_off_are_told(world: World, database: Database) -> None:
    topic = world.topic()
    communities = [world.community(topics=[topic]) for _ in range(3)]
    path = path_of(world)
    sent_off = "INSERT INTO standings VALUES (:community, :business, false, now())"
    with database.transaction() as session:
        values = {"community": communities[0]["id"], "business": path.split("/")[2]}
        session.execute(text(sent_off), values)
    reach = world.founder.posts(path, planned(world, topics=[topic]))
    assert reach["topics"][0] == {"topic": topic, "communities": 3, "sent_off": 1, "people": None}
    assert "1 sent you off" in reach["sentences"][-1]


@pytest.fixture
def street(database: Database) -> Iterator[Neighbourhood]:
    """Sixty people, twenty of whom let no offers reach them, committed."""
    with Session(database.engine, expire_on_commit=False) as session:
        here = Neighbourhood(session)
        people = here.people(60)
        gone = "DELETE FROM consents WHERE person_id = ANY (:who)"
        session.execute(text(gone), {"who": people[:20]})
        session.commit()
        yield here
        session.execute(text("DELETE FROM reach_figures"))
        session.commit()


def topic_of(here: Neighbourhood, topic_id: UUID) -> str:
    asked = text("SELECT key FROM topics WHERE id = :topic")
    return str(here.session.execute(asked, {"topic": topic_id}).scalar_one())


def test_a_draft_is_told_what_the_plan_was_told_and_each_time_the_same(
    world: World, street: Neighbourhood
) -> None:
    business = world.business()["id"]
    with clock.travelling(street.now - clock.now()):
        where = {"area": None, "position": point(centre_of(DISTRICTS[0])), "radius_m": 50}
        body = planned(world, topics=[topic_of(street, street.topic)], **where)
        reach = world.founder.posts(f"/businesses/{business}/offers/reach", body)
        draft = world.founder.posts(f"/businesses/{business}/offers", body | {"draft": True})
        for _ in range(2):
            assert world.founder.gets(f"/offers/{draft['id']}/reach") == reach
    assert (reach["districts"], reach["starts_on"]) == (1, str(street.starts_on))
    assert 45 <= reach["people"] <= 75
    assert 25 <= reach["topics"][0]["people"] <= reach["welcoming"] <= 55
    assert reach["sentences"][0] == (
        f"About {reach['people']} people were in the district that it touches, from {reach['starts_on']} "
        f"to {reach['ends_on']}."
    )


def test_what_is_old_is_forgotten_and_what_may_be_asked_for_is_kept(
    street: Neighbourhood, database: Database
) -> None:
    def kept() -> int:
        asked = text("SELECT count(*) FROM reach_figures WHERE starts_on = :week")
        with database.reading() as session:
            return int(session.execute(asked, {"week": street.starts_on}).scalar_one())

    with database.transaction() as session:
        service._figures(session, DISTRICTS[:1], [street.topic], street.starts_on, street.now)
    for now, count in ((street.now, 4), (when_it_is_over(street.starts_on + timedelta(7)), 0)):
        with database.transaction() as session:
            service.forget_old(session, now)
        assert kept() == count
