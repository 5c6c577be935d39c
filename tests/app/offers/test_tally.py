"""From how many people an offer is withheld: nobody's name, no day that is not over, and no number of few."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from uuid import UUID

import gevent
import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db import Database
from app.ids import new_id
from app.offers import gate, tally
from app.offers.marks import WithheldDay, WithheldFigure, WithheldMark
from app.offers.models import Offer
from app.offers.rules import MOST_OFFERS_COUNTED, WITHHELD_SIGMA
from app.offers.tally import Tally
from app.statistics.rules import Published, best_guess
from app.trust import noise
from geo import Position
from tests.app.rows import Rows
from tests.world import CAFE, World, eventually

HERE = Position(-27.1127, -109.3497)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = count()


@pytest.fixture
def mine(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tally]:
    """A process's own, that writes nothing down by itself."""
    monkeypatch.setattr(tally, "FLUSH_EVERY_S", 3600.0)
    made = Tally(database)
    made._greenlet = object()  # type: ignore[assignment]
    yield made
    with database.transaction() as session:
        for each in (WithheldMark, WithheldDay):
            session.execute(delete(each))


@pytest.fixture
def shop(small: Rows) -> Rows:
    return small


def a_day(small: Rows) -> date:
    """Another one in each test."""
    return (small.now - (100 + next(DAYS)) * DAY).date()


def offered(small: Rows) -> tuple[UUID, UUID]:
    """An offer, and its business."""
    offer = small.offer(HERE, [small.topic()])
    business = small.session.get_one(Offer, offer).business_id
    small.session.commit()
    return offer, business


def people(number: int) -> list[UUID]:
    return [new_id() for _ in range(number)]


def met(offer: UUID, business: UUID, crowd: Sequence[UUID]) -> bytes:
    """As the gate tells it."""
    return b"".join(business.bytes + each.bytes + offer.bytes for each in crowd)


def marks(small: Rows) -> dict[str, int]:
    small.session.rollback()
    # What other tests met today is not of these.
    asked = select(WithheldMark.reason, func.count()).where(WithheldMark.day < (small.now - 9 * DAY).date())
    asked = asked.group_by(WithheldMark.reason)
    return dict(small.session.execute(asked).all())  # type: ignore[arg-type]


def closed(small: Rows) -> dict[tuple[UUID, str], int]:
    while tally.close_day(small.session, small.now):
        small.session.commit()
    found = small.session.scalars(select(WithheldFigure))
    return {(each.offer_id, each.reason): each.people for each in found}


def test_everybody_counts_once_a_day_by_what_was_met_first(mine: Tally, shop: Rows) -> None:
    (offer, business), day, crowd = offered(shop), a_day(shop), people(10)
    mine.note(day, "activity", met(offer, business, crowd[:6]))
    mine.note(day, "budget", met(offer, business, crowd))
    mine.note(day, "again", met(offer, business, people(5)))
    mine.flush()
    mine.note(day, "consent", met(offer, business, crowd))
    mine.flush()
    assert marks(shop) == {"activity": 6, "budget": 4}
    mine.note(day + DAY, "consent", met(offer, business, crowd[:2]))
    mine.flush()
    assert marks(shop) == {"activity": 6, "budget": 4, "consent": 2}


def test_where_much_is_met_it_is_written_sooner(
    mine: Tally, shop: Rows, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (offer, business), day = offered(shop), a_day(shop)
    monkeypatch.setattr(tally, "_MOST", 20)
    busy = Tally(database)
    try:
        busy.note(day, "activity", met(offer, business, people(9)))
        assert marks(shop) == {}
        busy.note(day, "activity", met(offer, business, people(1)))
        eventually(lambda: marks(shop) == {"activity": 10})
    finally:
        assert busy._greenlet is not None
        busy._greenlet.kill()


def test_whoever_writes_it_down_waits_for_what_is_being_written(mine: Tally, shop: Rows) -> None:
    (offer, business), day = offered(shop), a_day(shop)
    mine.note(day, "activity", met(offer, business, people(30)))
    under_way = gevent.spawn(mine.flush)
    gevent.sleep(0)
    mine.flush()
    assert under_way.ready()
    assert marks(shop) == {"activity": 30}


def test_another_process_makes_the_same_marks(mine: Tally, shop: Rows, database: Database) -> None:
    (offer, business), day, crowd = offered(shop), a_day(shop), people(8)
    other = Tally(database)
    other._greenlet = mine._greenlet
    mine.note(day, "activity", met(offer, business, crowd))
    other.note(day, "budget", met(offer, business, crowd[::-1]))
    other.flush()
    mine.flush()
    assert marks(shop) == {"budget": 8}


def test_what_is_written_names_nobody_and_is_another_one_at_each_business(mine: Tally, shop: Rows) -> None:
    one, other, day, (ana,) = offered(shop), offered(shop), a_day(shop), people(1)
    mine.note(day, "budget", met(*one, [ana]))
    mine.note(day, "budget", met(*other, [ana]))
    mine.note(day + DAY, "budget", met(*one, [ana]))
    mine.flush()
    found = shop.session.scalars(select(WithheldMark.mark)).all()
    assert len({bytes(each) for each in found}) == 3
    assert all(ana.bytes not in bytes(each) for each in found)


def test_when_the_day_is_over_marks_and_key_are_gone_and_nothing_is_added(mine: Tally, shop: Rows) -> None:
    (offer, business), day = offered(shop), a_day(shop)
    mine.note(day, "budget", met(offer, business, people(1000)))
    mine.note(day, "consent", met(offer, business, people(4)))
    mine.flush()
    found = closed(shop)
    assert found.keys() == {(offer, "budget")}
    assert found[offer, "budget"] % 5 == 0
    assert found[offer, "budget"] == pytest.approx(1000, abs=8 * WITHHELD_SIGMA)
    assert marks(shop) == {}
    assert shop.session.get_one(WithheldDay, day).key is None
    mine.note(day, "budget", met(offer, business, people(1000)))
    mine.flush()
    assert marks(shop) == {}
    assert closed(shop) == found


def test_a_day_that_is_not_over_is_not_closed(mine: Tally, shop: Rows) -> None:
    offer, business = offered(shop)
    today = shop.now.date()
    mine.note(today, "budget", met(offer, business, people(100)))
    mine.flush()
    assert not tally.close_day(shop.session, shop.now)
    midnight = shop.now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    assert not tally.close_day(shop.session, midnight + HOUR - timedelta(seconds=1))
    assert tally.close_day(shop.session, midnight + HOUR)
    shop.session.commit()


@pytest.mark.parametrize("number", [1, 4, 5, 19])
def test_of_few_nothing_is_said(mine: Tally, shop: Rows, number: int) -> None:
    """Of five or more it may be, where chance draws three standard deviations; hardly ever."""
    (offer, business), day = offered(shop), a_day(shop)
    mine.note(day, "budget", met(offer, business, people(min(number, 4))))
    mine.flush()
    assert closed(shop) == {}
    assert noise.least_said(WITHHELD_SIGMA) == 20


def test_who_makes_many_offers_learns_no_more_by_it(mine: Tally, shop: Rows) -> None:
    """Each person is counted at two offers of a business, by lot: else the noise of many would cancel out."""
    (first, business), day, crowd = offered(shop), a_day(shop), people(400)
    offers = [first, *(offered(shop)[0] for _ in range(7))]
    for each in offers:
        shop.session.get_one(Offer, each).business_id = business
    shop.session.commit()
    for each in offers:
        mine.note(day, "budget", met(each, business, crowd))
    mine.flush()
    found = closed(shop)
    assert len(found) == 8
    assert sum(found.values()) == pytest.approx(MOST_OFFERS_COUNTED * len(crowd), abs=150)


def test_what_is_left_to_guess() -> None:
    """Who knows all others and sees four weeks of a business's numbers, and guesses whether one was there daily."""
    assert best_guess([Published(WITHHELD_SIGMA, 28 * MOST_OFFERS_COUNTED)]) < 0.8
    assert best_guess([Published(WITHHELD_SIGMA, MOST_OFFERS_COUNTED)]) < 0.56


def test_an_offer_that_is_gone_is_counted_no_more(mine: Tally, shop: Rows) -> None:
    (offer, business), day = offered(shop), a_day(shop)
    mine.note(day, "budget", met(offer, business, people(100)))
    mine.flush()
    shop.session.execute(delete(Offer).where(Offer.id == offer))
    assert closed(shop) == {}
    assert marks(shop) == {}


def test_the_gate_tells_of_whom_each_offer_is_withheld_from(session: Session, small: Rows) -> None:
    topic = small.topic()
    near, other = small.offer(HERE, [topic]), small.offer(HERE, [topic], activities=("riding",))
    ana, bob = small.fitting(HERE, topic), small.fitting(HERE)
    told: dict[str, bytes] = {}
    _, withheld = gate.deliver(session, [ana, bob], small.now, told.__setitem__)
    assert withheld == {"community": 1, "activity": 2}
    business_of = {each: session.get_one(Offer, each).business_id for each in (near, other)}
    assert told["community"] == met(near, business_of[near], [bob])
    both = [met(other, business_of[other], crowd) for crowd in ([ana, bob], [bob, ana])]
    assert told["activity"] in both


def test_the_staff_read_what_is_published_and_nobody_else_does(world: World, database: Database) -> None:
    offer = world.offer([world.topic()])
    path = f"/offers/{offer['id']}/withheld"
    assert world.founder.gets(path) == {"days": []}
    with database.transaction() as session:
        for day, reason, number in ((1, "budget", 25), (2, "consent", 40), (2, "budget", 35)):
            session.add(
                WithheldFigure(
                    offer_id=UUID(offer["id"]), day=date(2026, 6, day), reason=reason, people=number
                )
            )
    shown = {
        "days": [
            {
                "day": "2026-06-02",
                "reasons": [{"reason": "consent", "people": 40}, {"reason": "budget", "people": 35}],
            },
            {"day": "2026-06-01", "reasons": [{"reason": "budget", "people": 25}]},
        ]
    }
    assert world.founder.gets(path) == shown
    eve = world.person("Eve")
    assert eve.is_refused("GET", path)["type"] == "/v1/problems/not-allowed"
    assert world.client.get(f"/v1{path}").status_code == 401
    assert eve.is_refused("GET", f"/offers/{new_id()}/withheld")["type"] == "/v1/problems/not-found"
    draft = world.offer([world.topic()], draft=True)
    assert eve.is_refused("GET", f"/offers/{draft['id']}/withheld")["type"] == "/v1/problems/not-found"


def test_what_the_matcher_meets_is_counted(app: Flask, world: World, database: Database) -> None:
    offer = world.offer([world.topic()])
    world.person("Ana").checks_in(CAFE)

    def marked() -> int:
        with database.reading() as session:
            asked = select(func.count()).where(WithheldMark.offer_id == UUID(offer["id"]))
            return session.scalar(asked) or 0

    def written_down() -> bool:
        app.extensions["hereabouts.matcher"].tally.flush()
        return marked() == 1

    eventually(written_down)
