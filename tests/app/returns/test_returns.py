"""What came of offers, as their shopkeeper sees it: nobody else does, and nobody sees today."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.returns import service
from app.returns.rules import A_WEEK, Count
from tests.app.returns.market import Market
from tests.app.rows import Rows
from tests.world import Json, Someone, World


class Scene:
    """An offer of a shopkeeper's, that a crowd was reached by, or was held out from, in a week to come."""

    def __init__(self, world: World, rows: Rows) -> None:
        self.keeper = world.founder
        self.topic = topic = world.topic()
        self.made = world.offer([topic], hold_out=10, title="=cheap")
        self.market = Market(rows.session)
        self.market.offer = UUID(self.made["id"])
        self.market.topic = rows.session.scalar(
            text("SELECT id FROM topics WHERE key = :key"), {"key": topic}
        )
        self.business = str(self.market.business())
        self.path = f"/offers/{self.made['id']}/return"
        market = self.market
        people = market.people(1_300)
        market.reaches(people[:1_100], seen_at=market.begins)
        market.reaches(people[1_100:], held_out=True)
        market.reads([*people[:200], *people[1_100:1_110]], market.begins + timedelta(hours=1))
        market.sells(people[:30], market.begins + timedelta(minutes=5), 4)
        rows.session.commit()

    def later(self, after: timedelta) -> Json:
        """What the shopkeeper sees by then."""
        then = self.market.begins + after
        self.market.keeps_up(then)
        self.market.session.commit()
        return self.keeper.gets(self.path)


@pytest.fixture
def scene(world: World, small: Rows) -> Iterator[Scene]:
    yield Scene(world, small)
    small.session.rollback()
    small.session.execute(text("TRUNCATE return_periods"))
    small.session.commit()


def test_nothing_is_told_of_a_day_that_is_not_over(scene: Scene) -> None:
    seen = scene.later(timedelta(hours=23))
    assert seen["days"] == seen["revenue"] == seen["communities"] == []
    assert seen["in_all"]["reached"] == 0
    assert seen["lift"]["came"]["verdict"] == "not-enough"
    assert seen["lift"]["came"]["says"] == "Not enough people yet."


def test_a_day_that_is_over_is_told_in_steps(scene: Scene) -> None:
    seen = scene.later(timedelta(hours=25))
    (day,) = seen["days"]
    assert day["day"] == str(scene.market.week)
    assert day["eligible"] == pytest.approx(1_300, abs=30)
    assert day["reached"] == pytest.approx(1_100, abs=30)
    assert {number % 5 for name, number in day.items() if name != "day"} == {0}
    assert seen["in_all"] == {name: number for name, number in day.items() if name != "day"}
    assert seen["soon"]["within_an_hour"] == pytest.approx(30, abs=25)
    assert seen["revenue"] == [{"currency": "EUR", "redemptions": 30, "rolled_back": 0, "amount": "120.0000"}]


def test_a_week_that_is_over_is_told_by_community_and_topic(scene: Scene) -> None:
    seen = scene.later(A_WEEK + timedelta(hours=1))
    (community,), (topic,) = seen["communities"], seen["topics"]
    assert community["community"] == "Ring riders"
    assert topic["topic"] == scene.topic
    assert community["reached"] == pytest.approx(1_100, abs=30)
    assert seen["in_all"]["reached"] == pytest.approx(1_100, abs=30)


def test_what_it_brought_is_said_when_the_term_is_over(scene: Scene) -> None:
    early = scene.later(A_WEEK + timedelta(days=14))
    assert early["lift"]["came"]["verdict"] == "not-enough"
    came = scene.later(scene.market.settled - scene.market.begins)["lift"]["came"]
    assert came == {
        "verdict": "more",
        "says": "Of 100 people who were shown it 18 came, of 100 who were not, 5. "
        "It brought 13 more of 100 (95 %: 9 to 16).",
        "out_of": 100,
        "shown": 18,
        "held_out": 5,
        "low": 9,
        "high": 16,
    }


def test_what_people_spent_more_is_said_in_each_currency_in_steps(scene: Scene) -> None:
    market = scene.market
    shown, out = (
        [row[0] for row in market.session.execute(text(f"SELECT person_id FROM approaches WHERE {which}"))]
        for which in ("NOT held_out", "held_out")
    )
    market.sells(shown[:300], market.begins + timedelta(days=2), 10, redeems=False)
    market.sells(out[:25], market.begins + timedelta(days=2), 8.5, redeems=False)
    market.sells(shown[:40], market.begins + timedelta(days=3), 900, redeems=False, currency="JPY")
    lift = scene.later(market.settled - market.begins)["lift"]
    assert lift["bought"]["verdict"] == "more"
    (euros,) = lift["spent"]
    assert euros["currency"] == "EUR"
    assert euros["verdict"] == "more"
    assert Decimal(euros["low"]) < Decimal(euros["of_a_hundred"]) < Decimal(euros["high"])
    assert euros["says"] == (
        f"Of 100 people it brought {euros['of_a_hundred']} EUR more (95 %: {euros['low']} to {euros['high']})."
    )
    assert Decimal(euros["of_a_hundred"]) % 10 == 0


def test_a_business_sees_all_its_offers_in_whole_weeks(scene: Scene) -> None:
    scene.later(A_WEEK + timedelta(hours=1))
    week = scene.market.week
    path = f"/businesses/{scene.business}/return?since={week + timedelta(days=2)}&until={week + A_WEEK}"
    seen = scene.keeper.gets(path)
    assert (seen["since"], seen["until"]) == (str(week), str(week + A_WEEK))
    assert seen["in_all"]["reached"] == pytest.approx(1_100, abs=30)
    before = f"/businesses/{scene.business}/return?since={week - A_WEEK}&until={week}"
    assert scene.keeper.gets(before)["in_all"]["reached"] == 0


@pytest.mark.parametrize(
    "asked", ["since=2026-03-02&until=2026-03-02", "since=2020-01-01&until=2026-01-01", "since=x", "day=1"]
)
def test_a_business_that_asks_for_nothing_is_told_so(scene: Scene, asked: str) -> None:
    assert scene.keeper.is_refused("GET", f"/businesses/{scene.business}/return?{asked}")["status"] == 422


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(scene: Scene) -> None:
    scene.market.session.execute(text("UPDATE communities SET name = '=HYPERLINK(1)'"))
    scene.later(A_WEEK + timedelta(hours=1))
    answer = scene.keeper.asks("GET", f"{scene.path}.csv")
    assert answer.mimetype == "text/csv"
    head, *rows = answer.get_data(as_text=True).split("\r\n")
    assert head.startswith("day,community,topic,eligible,reached,seen")
    assert any(row.startswith(f"{scene.market.week},,,") for row in rows)
    assert any(row.startswith(",'=HYPERLINK(1),,") for row in rows)
    assert any(row.endswith(",EUR,30,0,120.0000") for row in rows)


@pytest.mark.parametrize("what", ["return", "return.csv", "listening"])
def test_only_staff_are_told(scene: Scene, world: World, what: str) -> None:
    stranger = world.person("stranger")
    paths = [f"/businesses/{scene.business}/{what}"]
    paths += [f"/offers/{scene.made['id']}/{what}"] if what != "listening" else []
    for path in paths:
        assert stranger.is_refused("GET", path)["status"] == 403
        missing = path.replace(scene.made["id"], scene.business).replace(
            f"businesses/{scene.business}", f"businesses/{scene.made['id']}"
        )
        assert scene.keeper.is_refused("GET", missing)["status"] == 404


def test_of_a_draft_others_are_not_told_that_it_is_there(scene: Scene, world: World) -> None:
    draft = world.offer([scene.topic], draft=True)["id"]
    assert world.person("stranger").is_refused("GET", f"/offers/{draft}/return")["status"] == 404


def test_the_chore_counts(scene: Scene, app: Flask, session: Session) -> None:
    with clock.travelling(scene.market.settled - clock.now()):
        assert service.keep_up(session, clock.now())
    assert session.scalar(text("SELECT count(*) FROM return_periods")) == len(Count)


def test_who_leaves_is_not_counted_any_more(scene: Scene, world: World) -> None:
    """Over HTTP: whoever erases their account was in a group."""
    person: Someone = world.person("Ana")
    scene.market.reaches([UUID(person.id)])
    scene.later(scene.market.settled - scene.market.begins)
    scene.market.session.commit()
    assert scene.market.session.scalar(text("SELECT sum(people) FROM return_groups")) == 1_301
    scene.market.session.commit()
    assert person.asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    scene.market.keeps_up(scene.market.settled)
    assert scene.market.session.scalar(text("SELECT sum(people) FROM return_groups")) == 1_300
