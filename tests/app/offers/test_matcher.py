"""Who is taken to the gate: only those who are where an offer stands, and all of those."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import gevent
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.offers import gate
from app.offers.matcher import Matcher
from app.trust.terms import EVERYONE, Identity, Level, Purpose, Term
from tests.app.tag.tags import a_till, code_of, lets_know
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, World, eventually

Taken = list[UUID]


@pytest.fixture
def matcher(app: Flask) -> Iterator[Matcher]:
    """The application's own, which knows what stands."""
    found: Matcher = app.extensions["hereabouts.matcher"]
    found.look()
    yield found
    found._known_to = None


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """Who was taken to the gate."""
    people: Taken = []
    deliver = gate.deliver

    def noted(session: Session, batch: Sequence[UUID], *more: Any) -> Any:
        people.extend(batch)
        return deliver(session, batch, *more)

    monkeypatch.setattr(gate, "deliver", noted)
    return people


def test_where_no_offer_stands_nobody_is_taken_there(world: World, matcher: Matcher, taken: Taken) -> None:
    world.offer([world.topic()])
    far, ana = world.person(), world.person()
    far.checks_in(FAR_AWAY)
    ana.checks_in(NEAR_CAFE)
    eventually(lambda: UUID(ana.id) in taken)
    assert UUID(far.id) not in taken


def test_one_whose_signal_was_lost_is_known_soon(world: World, matcher: Matcher, taken: Taken) -> None:
    ana, bob = world.person(), world.person()
    before = clock.now() - timedelta(minutes=30)
    world.offer([world.topic()], starts_at=before.isoformat())
    matcher._standing.forget_ended(clock.now() + timedelta(days=99))
    ana.checks_in(CAFE)
    gevent.sleep(0.1)
    assert UUID(ana.id) not in taken
    matcher.look()
    bob.checks_in(CAFE)
    eventually(lambda: {UUID(ana.id), UUID(bob.id)} <= set(taken))


def test_when_a_window_opens_those_who_are_there_are_reached(world: World, matcher: Matcher) -> None:
    topic = world.topic()
    soon = clock.now() + timedelta(minutes=10)
    world.offer([topic], starts_at=soon.isoformat())
    ana = world.person("Ana")
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    ana.checks_in(NEAR_CAFE)
    matcher.look()
    assert ana.inbox == []
    with clock.travelling(timedelta(minutes=11)):
        matcher.look()
        eventually(lambda: ana.inbox)


@pytest.mark.parametrize("last", ["joining", "consenting"])
def test_who_fits_only_now_need_not_move_again(world: World, matcher: Matcher, last: str) -> None:
    topic = world.topic()
    world.offer([topic])
    community = world.community(topics=[topic])
    ana = world.person("Ana")
    steps = {"joining": lambda: ana.joins(community), "consenting": ana.welcomes_offers}
    finish = steps.pop(last)
    for step in steps.values():
        step()
    ana.checks_in(NEAR_CAFE)
    finish()
    eventually(lambda: ana.inbox)


def test_who_comes_again_is_reached_when_their_tag_is_read(
    world: World, app: Flask, matcher: Matcher
) -> None:
    till, topic = a_till(world), world.topic()
    ana, lets = world.person("Ana"), Term(Purpose.OFFERS, EVERYONE, Level.EXACT)
    ana.joins(world.community(topics=[topic]))
    ana.welcomes_offers()
    lets_know(app, ana, Identity.PSEUDONYM, lets)
    offer = world.offer([topic], by=(till.staff, till.business), returning=2)
    assert till.outcome(code_of(ana)) == "ok"
    with clock.travelling(timedelta(hours=1)):
        ana.checks_in(NEAR_CAFE)
        withheld = ana.gets("/me/offers/withheld")["items"]
        assert [each["reason"] for each in withheld if each["offer_id"] == offer["id"]] == ["returning"]
        assert till.outcome(code_of(ana)) == "ok"
        eventually(lambda: ana.inbox)


def test_people_are_taken_there_until_offers_are_known(world: World, app: Flask, taken: Taken) -> None:
    matcher: Matcher = app.extensions["hereabouts.matcher"]
    assert matcher._known_to is None
    ana = world.person()
    ana.checks_in(FAR_AWAY)
    eventually(lambda: UUID(ana.id) in taken)
