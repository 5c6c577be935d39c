"""What came of offers is counted when it is over: as much as it is, once, whatever dies in between."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.db import Database
from app.returns import queries, service
from app.returns.lift import Group
from app.returns.rules import SIGMA, TERM, Count
from app.statistics.rules import SETTLES
from tests.app.offers.racing import together
from tests.app.returns.market import Market
from tests.app.rows import Rows

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
TABLES = ("return_figures", "return_sales", "return_groups", "return_spent")


@pytest.fixture
def market(session: Session) -> Market:
    return Market(session)


def about(people: int) -> object:
    return pytest.approx(people, abs=6 * SIGMA)


def test_a_week_is_told_when_it_is_over_with_chance_added(market: Market) -> None:
    people = market.people(300)
    market.reaches(people[:200], seen_at=market.begins)
    market.reaches(people[200:260], seen_at=market.begins, held_at=market.begins, opinion="useful")
    market.reaches(people[260:], held_out=True)
    market.keeps_up(market.begins + timedelta(days=7))
    assert not market.told()
    market.keeps_up(market.begins + timedelta(days=7) + SETTLES)
    told = market.told()
    assert told == {
        "eligible": about(300),
        "reached": about(260),
        "seen": about(260),
        "useful": about(60),
        "held": about(60),
    }
    assert told != {"eligible": 300, "reached": 260, "seen": 260, "useful": 60, "held": 60}
    assert market.told(cut="community")["reached"] == about(260)
    assert market.told(cut="topic")["reached"] == about(260)


def test_a_day_is_told_on_the_next_and_again_when_its_term_is_over(market: Market) -> None:
    people = market.people(100)
    market.reaches(people)
    market.keeps_up(market.begins + A_DAY + SETTLES)
    first = market.told("day")
    assert set(first) == {"eligible", "reached"}
    market.session.execute(text("UPDATE approaches SET seen_at = at"))
    market.sells(people, market.begins + 3 * AN_HOUR)
    market.keeps_up(market.settled - timedelta(minutes=1))
    assert market.told("day") == first
    market.keeps_up(market.settled)
    after = market.told("day")
    assert {name: after[name] for name in first} == first
    assert after["seen"] == after["redeemed"] == after["within_a_day"] or after["seen"] == about(100)
    assert set(after) == {*first, "seen", "redeemed", "within_a_day"}


def test_too_few_are_not_told(market: Market) -> None:
    market.reaches(market.people(16))
    market.keeps_up(market.settled)
    assert all(people >= 5 + 3 * SIGMA for people in market.told().values())
    assert "seen" not in market.told()


def test_both_groups_are_compared_by_what_they_did_within_the_term(market: Market) -> None:
    shown, out = market.people(40), market.people(20)
    at = market.begins + AN_HOUR
    market.reaches(shown, at=at)
    market.reaches(out, at=at, held_out=True)
    market.reads(shown[:9], at + AN_HOUR)
    market.reads(shown[:3], at + 2 * AN_HOUR)
    market.reads(shown[9:11], at - AN_HOUR)
    market.reads(shown[11:13], at + TERM)
    market.reads(shown[13:16], at + AN_HOUR, business=market.business(market.offers()))
    market.reads(out[:4], at + TERM - AN_HOUR)
    market.sells(shown[:6], at + AN_HOUR, 8)
    market.sells(shown[6:7], at + AN_HOUR, rolled_back_at=at + 2 * AN_HOUR)
    market.sells(shown[5:8], at + A_DAY, 2, redeems=False)
    market.sells(out[:2], at + A_DAY, 30, redeems=False)
    market.sells(out[2:4], at + TERM + AN_HOUR, 30, redeems=False)
    market.keeps_up(market.settled)
    found = queries.compared(market.session, market.offer)
    assert found.came == (Group(40, 9), Group(20, 4))
    assert found.bought == (Group(40, 8), Group(20, 2))
    one, other = found.spent["EUR"]
    assert [(each.people, each.amount) for each in one.spent] == [(2, 4.0), (5, 40.0), (1, 10.0)]
    assert [(each.people, each.amount) for each in other.spent] == [(2, 60.0)]


def test_of_an_offer_held_out_from_nobody_no_groups_are_made(market: Market) -> None:
    everybody = market.offers(hold_out=0)
    market.reaches(market.people(20), offer_id=everybody)
    market.keeps_up(market.settled)
    assert queries.compared(market.session, everybody).came == (Group(0, 0), Group(0, 0))


def test_what_tills_told_is_told_to_the_cent_by_currency(market: Market) -> None:
    people = market.people(4)
    market.reaches(people)
    market.sells(people[:2], market.begins + AN_HOUR, 4.25)
    market.sells(people[2:3], market.begins + AN_HOUR, 3, currency="JPY")
    market.sells(people[3:], market.begins + AN_HOUR, None)
    market.sells(people[:1], market.begins + AN_HOUR, 9, rolled_back_at=market.begins + 2 * AN_HOUR)
    market.keeps_up(market.begins + A_DAY + SETTLES)
    found = [row[2:3] + row[4:] for row in market.rows_of("return_sales")]
    assert sorted((currency, count, back, float(amount)) for currency, count, back, amount in found) == [
        ("", 1, 0, 0.0),
        ("EUR", 2, 1, 8.5),
        ("JPY", 1, 0, 3.0),
    ]


def test_what_a_till_told_late_is_there_when_the_week_is_settled(market: Market) -> None:
    people = market.people(1)
    market.reaches(people)
    market.keeps_up(market.begins + A_DAY + SETTLES)
    assert market.rows_of("return_sales") == []
    market.sells(people, market.begins + AN_HOUR)
    market.keeps_up(market.settled)
    assert [row[4] for row in market.rows_of("return_sales")] == [1]


def test_who_leaves_for_good_is_in_no_group_any_more(market: Market) -> None:
    """And what is told of people stays: it was never exact, and is not drawn again."""
    people = market.people(60)
    market.reaches(people)
    market.reads(people[:10], market.begins + AN_HOUR)
    market.sells(people[:1], market.begins + AN_HOUR, 77, redeems=False)
    market.keeps_up(market.settled)
    told = market.rows_of("return_figures")
    service.forget(market.session, people[0])
    market.session.execute(text("DELETE FROM people WHERE id = :id"), {"id": people[0]})
    market.keeps_up(market.settled)
    assert queries.compared(market.session, market.offer).came[0] == Group(59, 9)
    assert market.rows_of("return_spent") == []
    assert market.rows_of("return_figures") == told
    assert market.rows_of("return_recounts") == []


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine


@pytest.fixture
def open_market(small: Rows) -> Iterator[Market]:
    """Committed, so that others see it."""
    market = Market(small.session)
    people = market.people(200)
    market.reaches(people[:150])
    market.reaches(people[150:], held_out=True)
    market.reads(people[::3], market.begins + AN_HOUR)
    market.sells(people[:40], market.begins + AN_HOUR)
    small.session.commit()
    yield market
    small.session.rollback()
    small.session.execute(text("TRUNCATE return_periods, return_recounts"))
    small.session.commit()


def counted(market: Market) -> dict[str, list[tuple[object, ...]]]:
    found = {table: market.rows_of(table) for table in TABLES}
    market.session.rollback()
    return found


def test_processes_that_count_at_the_same_time_count_once(open_market: Market, engine: Engine) -> None:
    start = Barrier(4)

    def process() -> None:
        start.wait(10)
        more = True
        while more:
            with Session(engine) as session, session.begin():
                more = service.keep_up(session, open_market.settled)

    together([process] * 4)
    found = counted(open_market)
    assert [(row[2], row[3]) for row in found["return_groups"]] == [(False, 150), (True, 50)]
    assert [row[4] for row in found["return_sales"]] == [40]
    with Session(engine) as session, session.begin():
        session.execute(text("TRUNCATE return_periods, " + ", ".join(TABLES)))
    open_market.keeps_up(open_market.settled)
    open_market.session.commit()
    assert counted(open_market) == found


def test_whoever_dies_while_counting_leaves_nothing_behind(open_market: Market, engine: Engine) -> None:
    """What is counted is there together with that it was, or neither is."""
    with Session(engine) as session:
        while service.keep_up(session, open_market.settled):
            pass
        session.rollback()
    assert not any(counted(open_market).values())
    open_market.keeps_up(open_market.settled)
    assert len(open_market.rows_of("return_groups")) == 2
    open_market.session.rollback()


def test_who_leaves_while_a_week_is_counted_is_counted_out_after(open_market: Market, engine: Engine) -> None:
    market, person = (
        open_market,
        open_market.session.scalar(text("SELECT min(person_id::text) FROM approaches")),
    )
    market.keeps_up(market.settled)
    with Session(engine) as leaving, leaving.begin():
        service.forget(leaving, UUID(str(person)))
        leaving.execute(text("DELETE FROM people WHERE id = :id"), {"id": person})
    market.session.commit()
    market.keeps_up(market.settled)
    assert sum(row[3] for row in market.rows_of("return_groups")) == 199


def test_periods_follow_one_another_without_a_gap(market: Market) -> None:
    market.reaches(market.people(1))
    market.keeps_up(market.settled + timedelta(days=20))
    for kind in Count:
        days = [row[1] for row in market.rows_of("return_periods") if row[0] == kind]
        assert days == [days[0] + place * kind.length for place in range(len(days))]
        assert days[0] <= market.week <= days[-1]
