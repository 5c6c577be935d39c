"""The public record: what people call a business's offers, how it answers, who welcomed it and who sent it off."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.ids import new_id
from app.offers import receiving as offers
from app.offers.models import Approach, Offer
from app.offers.rules import Opinion
from app.peers import queries, service
from app.peers.models import BusinessRecord
from app.peers.rules import standing
from tests.app.leaving.lives import erased
from tests.app.offers.test_offers import regular
from tests.app.peers.shops import Shop, is_welcome
from tests.app.rows import Rows
from tests.app.wishes.wishing import workshop
from tests.world import CAFE, NEAR_CAFE, World, eventually

NOTHING_YET = {"answered": 0, "kept": 0, "broken": 0, "unsaid": 0, "undecided": 0, "useful": 0, "noise": 0}


class Reached:
    """An offer that reached several people through one community."""

    def __init__(self, small: Rows, people: int) -> None:
        self.session = small.session
        self.community = small.community(small.topic())
        self.offer = small.offer(CAFE, [small.topic()])
        self.people = [small.person() for _ in range(people)]
        small.session.add_all(
            Approach(person_id=each, offer_id=self.offer, community_id=self.community, at=small.now)
            for each in self.people
        )
        small.session.commit()
        self.business = small.session.get_one(Offer, self.offer).business_id

    @property
    def counted(self) -> tuple[int, int]:
        self.session.rollback()
        found = self.session.get(BusinessRecord, (self.business, self.community), populate_existing=True)
        return (found.useful, found.noise) if found else (0, 0)

    @property
    def said(self) -> tuple[int, int]:
        self.session.rollback()
        asked = select(Approach.opinion, func.count()).where(Approach.offer_id == self.offer)
        by_opinion: dict[str | None, int] = dict(self.session.execute(asked.group_by(Approach.opinion)).all())
        return by_opinion.get("useful", 0), by_opinion.get("noise", 0)


@pytest.fixture
def reached(small: Rows) -> Reached:
    return Reached(small, 12)


def test_a_business_of_which_nothing_is_known(world: World) -> None:
    business = world.business()
    record = world.client.get(f"/v1/businesses/{business['id']}/record").get_json()
    assert record == {**NOTHING_YET, "median_answer_s": None, "welcomed_by": [], "sent_off_by": []}
    assert world.client.get(f"/v1/businesses/{UUID(int=7)}/record").status_code == 404


def test_everybody_reads_who_welcomed_it_and_who_sent_it_off(shop: Shop, world: World) -> None:
    other = world.community("Others")
    is_welcome(world, shop.id, other["id"])
    is_welcome(world, shop.id, shop.council.community["id"])
    shop.is_sent_off()
    record = world.person().gets(f"/businesses/{shop.id}/record")
    assert [each["name"] for each in record["welcomed_by"]] == ["Others"]
    (gone,) = record["sent_off_by"]
    assert gone == {
        "community": shop.council.community["id"],
        "name": "Ring riders",
        "since": shop.stands["since"],
    }


def test_how_long_it_took_to_answer_is_the_median(world: World, session: Session) -> None:
    here, business = workshop(world), world.business()
    for minutes in (10, 20, 90):
        wish = here.stated()
        session.execute(
            text(
                "UPDATE wishes SET opened_at = created_at, answered_at = created_at + make_interval(mins => :minutes),"
                " answered_by = :business, offer_id = :offer, answer_ends_at = deadline WHERE id = :wish"
            ),
            {"minutes": minutes, "business": business["id"], "offer": new_id(), "wish": wish},
        )
    session.commit()
    record = world.founder.gets(f"/businesses/{business['id']}/record")
    assert (record["answered"], record["undecided"], record["median_answer_s"]) == (3, 3, 1200)


def test_opinions_are_counted_as_they_stand_and_told_in_steps(database: Database, reached: Reached) -> None:
    def says(number: int, opinion: Opinion | None) -> None:
        with database.transaction() as session:
            offers.say_of(session, reached.people[number], reached.offer, opinion)

    for number in range(7):
        says(number, Opinion.USEFUL)
        says(number, Opinion.USEFUL)
    for number in range(7, 11):
        says(number, Opinion.NOISE)
    assert reached.counted == reached.said == (7, 4)
    with database.reading() as session:
        record = queries.record_of(session, reached.business)
    assert (record.useful, record.noise) == (5, 0)
    says(0, Opinion.NOISE)
    says(1, None)
    says(1, None)
    assert reached.counted == reached.said == (5, 5)


def test_of_many_who_say_it_at_once_each_is_counted_once(database: Database, reached: Reached) -> None:
    together, turns = Barrier(4), (Opinion.USEFUL, Opinion.NOISE, None, Opinion.NOISE, Opinion.USEFUL)

    def says(number: int) -> None:
        """Two at a time speak for one person, as two phones of theirs."""
        together.wait(10)
        for opinion in turns[number:] * 20:
            with database.transaction() as session:
                offers.say_of(session, reached.people[number % 2], reached.offer, opinion)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(says, range(4)))
    assert reached.counted == reached.said
    assert sum(reached.counted) == 2


def test_what_was_said_before_is_counted_by_the_migration(database: Database, reached: Reached) -> None:
    for number, opinion in enumerate([Opinion.USEFUL] * 3 + [Opinion.NOISE] * 2):
        with database.transaction() as session:
            offers.say_of(session, reached.people[number], reached.offer, opinion)
    with database.transaction() as session:
        session.execute(text("DELETE FROM business_records"))
        session.execute(text(import_module("migrations.versions.0056_business_records").FILL))
    assert reached.counted == (3, 2)


def test_a_community_that_is_gone_counts_nothing(database: Database, reached: Reached) -> None:
    with database.transaction() as session:
        service.called(session, reached.business, new_id(), None, "noise")
        service.called(session, reached.business, reached.community, None, None)
    assert reached.counted == (0, 0)


def test_who_leaves_for_good_is_counted_no_more(world: World, session: Session) -> None:
    topic = world.topic()
    offer = world.offer([topic])
    people = [regular(world, topic) for _ in range(2)]
    for each in people:
        each.checks_in(NEAR_CAFE)
        eventually(lambda each=each: each.inbox)
        each.puts(f"/me/offers/{offer['id']}/opinion", {"opinion": "noise"})
    business = session.scalars(select(Offer.business_id).where(Offer.id == UUID(offer["id"]))).one()
    noise = select(func.sum(BusinessRecord.noise)).where(BusinessRecord.business_id == business)
    assert session.scalar(noise) == 2
    erased(people[0])
    session.rollback()
    assert session.scalar(noise) == 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_the_gate_takes_a_record_as_the_rule_does(session: Session, useful: int, noise: int) -> None:
    asked = text(
        f"SELECT {queries.standing_sql('r')} FROM (VALUES (CAST(:u AS int), CAST(:n AS int))) r (useful, noise)"
    )
    assert session.scalar(asked, {"u": useful, "n": noise}) == pytest.approx(
        standing(useful, noise), rel=1e-12
    )


def test_who_has_no_record_has_all_of_it(session: Session) -> None:
    none = "(SELECT CAST(NULL AS int) AS useful, CAST(NULL AS int) AS noise) AS r"
    assert session.scalar(text(f"SELECT {queries.standing_sql('r')} FROM {none}")) == 1
