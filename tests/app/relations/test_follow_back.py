"""Those one follows back, against the obvious definition: whom one follows, of those who follow one."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from uuid import UUID

import gevent
import pytest
from gevent.pool import Pool
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import Person
from app.db import Database
from app.errors import NotFound
from app.relations import queries
from app.relations.models import Block, Circle, CircleMember, Follow
from app.relations.rules import CircleKind
from app.relations.service import blocking, circles, following
from tests.app.relations.meanwhile import answered_after
from tests.app.rows import rows_in
from tests.world import Someone, World

Pair = tuple[UUID, UUID]


@pytest.fixture
def ana(world: World) -> Someone:
    return world.person("Ana")


@pytest.fixture
def bob(world: World) -> Someone:
    return world.person("Bob")


@dataclass
class Obvious:
    """Who follows whom and who blocks whom, as sets."""

    follows: set[Pair] = field(default_factory=set)
    blocks: set[Pair] = field(default_factory=set)

    def follow(self, one: UUID, other: UUID) -> None:
        if not {(one, other), (other, one)} & self.blocks:
            self.follows.add((one, other))

    def unfollow(self, one: UUID, other: UUID) -> None:
        self.follows.discard((one, other))

    def block(self, one: UUID, other: UUID) -> None:
        self.blocks.add((one, other))
        self.follows -= {(one, other), (other, one)}

    def unblock(self, one: UUID, other: UUID) -> None:
        self.blocks.discard((one, other))

    @property
    def circles(self) -> set[Pair]:
        return {(one, other) for one, other in self.follows if (other, one) in self.follows}


def act(session: Session, what: str, one: Person, other: Person) -> None:
    """Do one of the four; following does nothing where the two are apart."""
    try:
        if what == "follow":
            following.follow(session, one, other, clock.now())
        elif what == "unfollow":
            following.unfollow(session, one, other)
        elif what == "block":
            blocking.block(session, one, other, clock.now())
        else:
            blocking.unblock(session, one.id, other.id)
    except NotFound:
        assert what == "follow"


def kept(session: Session, people: list[UUID]) -> Obvious:
    """What the tables say of these people."""
    follows = select(Follow.follower_id, Follow.followed_id).where(Follow.follower_id.in_(people))
    blocks = select(Block.blocker_id, Block.blocked_id).where(Block.blocker_id.in_(people))
    return Obvious(
        {(one, other) for one, other in session.execute(follows)},
        {(one, other) for one, other in session.execute(blocks)},
    )


def kept_circles(session: Session, people: list[UUID]) -> set[Pair]:
    asked = select(Circle.owner_id, CircleMember.member_id).join(CircleMember)
    asked = asked.where(Circle.owner_id.in_(people), Circle.kind == CircleKind.FOLLOW_BACK)
    return {(owner, member) for owner, member in session.execute(asked)}


WEIGHED = ["follow"] * 5 + ["unfollow"] * 2 + ["block"] + ["unblock"] * 2
ACTS = st.lists(
    st.tuples(
        st.sampled_from(WEIGHED),
        st.permutations(range(3)).map(lambda order: order[:2]),
    ),
    min_size=3,
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_people_do_the_circle_is_whom_they_follow_back(
    session: Session, acts: list[tuple[str, list[int]]]
) -> None:
    small, obvious = rows_in(session), Obvious()
    try:
        people = [small.person() for _ in range(3)]
        persons = [session.get_one(Person, each) for each in people]
        for what, (one, other) in acts:
            act(session, what, persons[one], persons[other])
            getattr(obvious, what)(people[one], people[other])
            assert kept(session, people) == obvious
            assert kept_circles(session, people) == obvious.circles
    finally:
        session.rollback()


def in_a_transaction(database: Database, what: str, one: UUID, other: UUID) -> None:
    with database.transaction() as session:
        act(session, what, *both(session, one, other))


def both(session: Session, one: UUID, other: UUID) -> tuple[Person, Person]:
    persons = accounts.person(session, one), accounts.person(session, other)
    assert persons[0]
    assert persons[1]
    return persons[0], persons[1]


def read_slowly(monkeypatch: pytest.MonkeyPatch, pause_s: Callable[[], float]) -> None:
    """Have much happen between reading who follows whom and doing what follows from it."""
    between = queries.follows_between

    def slowly(session: Session, one: UUID, other: UUID) -> tuple[bool, bool]:
        answer = between(session, one, other)
        gevent.sleep(pause_s())
        return answer

    monkeypatch.setattr(queries, "follows_between", slowly)


def test_two_who_follow_each_other_at_once_are_in_each_others_circle(
    ana: Someone, bob: Someone, database: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would see that the other does not follow yet, and neither would be put in a circle."""
    pair = UUID(ana.id), UUID(bob.id)
    read_slowly(monkeypatch, lambda: 0.1)
    greenlets = [gevent.spawn(in_a_transaction, database, "follow", *each) for each in (pair, pair[::-1])]
    gevent.joinall(greenlets, raise_error=True)
    assert kept_circles(session, list(pair)) == {pair, pair[::-1]}


def test_whatever_many_do_at_once_the_circles_are_whom_they_follow_back(
    world: World, database: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [UUID(world.person().id) for _ in range(3)]
    chance = random.Random(7)
    read_slowly(monkeypatch, lambda: chance.random() / 100)
    for _ in range(20):
        acts = [(chance.choice(WEIGHED), *pair) for pair in permutations(people, 2)]
        chance.shuffle(acts)
        at_once = Pool(4)
        gevent.joinall([at_once.spawn(in_a_transaction, database, *each) for each in acts], raise_error=True)
        found = kept(session, people)
        assert kept_circles(session, people) == found.circles
        assert not found.follows & (found.blocks | {(other, one) for one, other in found.blocks})
        session.rollback()


def test_who_is_put_in_a_circle_while_they_block_its_owner_does_not_stand_in_it(
    ana: Someone, bob: Someone, database: Database, session: Session
) -> None:
    def blocks(session: Session) -> None:
        blocking.block(session, *both(session, UUID(bob.id), UUID(ana.id)), clock.now())

    circle = ana.draws("Family")
    assert answered_after(database, blocks, ana, f"/me/circles/{circle}/members/{bob.handle}") == 404
    assert queries.members_of(session, UUID(circle)) == 0


def test_whoever_leaves_for_good_meanwhile_is_simply_not_there(
    ana: Someone, bob: Someone, database: Database, session: Session
) -> None:
    def leaves(session: Session) -> None:
        session.execute(text("DELETE FROM people WHERE id = :id"), {"id": UUID(bob.id)})

    assert answered_after(database, leaves, ana, f"/me/follows/{bob.handle}") == 404
    assert kept(session, [UUID(ana.id)]) == Obvious()


def test_the_circle_for_an_audience_is_made_where_there_is_none_yet(session: Session) -> None:
    ana = rows_in(session).person()
    made = circles.circles_of_follow_back(session, ana)
    assert circles.circles_of_follow_back(session, ana) == made
    assert list(made) == [ana]
