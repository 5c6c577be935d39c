"""Where a community has grown into two, its members are asked to decide; and nobody learns who would be where."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.db import Database
from app.growing import service, together
from app.growing.splitting import LEAST_ACTIVE
from app.housekeeping import Housekeeping
from app.ids import new_id
from geo import Position
from tests.app.conversation.talk import replies
from tests.app.motions.conftest import close  # noqa: F401
from tests.app.plans import plans_of
from tests.world import Json, Someone, World

HERE, THERE = Position(47.0707, 15.4395), Position(47.1, 15.5)
Close = Callable[[], None]


def look(database: Database, after: timedelta = timedelta()) -> None:
    keeping = Housekeeping(database)
    with clock.travelling(after):
        keeping.do(next(each for each in keeping.chores if each.name == "splits"))


class Grown:
    """A community of two halves: each answers its own, and meets where it is."""

    def __init__(self, world: World, each: int = LEAST_ACTIVE // 2, **more: object) -> None:
        self.world = world
        self.topic = world.topic()
        self.community: Json = world.community(topics=[self.topic])
        self.halves = [[self._member() for _ in range(each)] for _ in range(2)]
        for half, place in zip(self.halves, (HERE, THERE), strict=True):
            self.converse(half, place, **more)

    def _member(self) -> Someone:
        person = self.world.person()
        person.joins(self.community)
        return person

    def converse(self, half: list[Someone], place: Position, **more: object) -> None:
        said = [person.checks_in(place, topics=[self.topic], **more) for person in half]
        for (one, _), (_, check_in) in pairwise(zip(half, said, strict=True)):
            if not more:
                replies(one, check_in)

    @property
    def motions(self) -> list[Json]:
        found: list[Json] = self.halves[0][0].gets(f"/communities/{self.community['id']}/motions")["items"]
        return found


def one_group(world: World) -> Grown:
    """All of both halves meet in both places."""
    grown = Grown(world)
    for place in (HERE, THERE):
        for person in (*grown.halves[0], *grown.halves[1]):
            person.checks_in(place, topics=[grown.topic])
    return grown


@pytest.fixture(autouse=True)
def _alone(database: Database) -> Iterator[None]:
    """What another test left is looked at no more."""
    yield
    with database.transaction() as session:
        session.execute(text("UPDATE communities SET listed_at = NULL"))


def test_two_halves_are_offered_a_split_by_nobody(
    world: World, database: Database, rows: Callable[[], dict[str, int]]
) -> None:
    grown = Grown(world)
    before = rows()
    look(database)
    # The graph is written nowhere.
    new = {table for table, count in rows().items() if count != before[table]}
    assert new == {"motions", "splits_looked_for"}
    (motion,) = grown.motions
    assert motion["proposed_by"] is None
    assert motion["state"] == "open"
    assert motion["proposal"] == {
        "kind": "split",
        "name": "Ring riders II",
        "purpose": "For those of Ring riders who mostly answer and meet one another.",
        "topics": [grown.topic],
        "area": None,
    }
    assert "at least 20 of us" in motion["why"]
    assert "at least 10 mostly answer" in motion["why"]
    for person in [*grown.halves[0], *grown.halves[1]]:
        assert person.handle not in str(motion)
        assert person.id not in str(motion)


def test_where_a_half_meets_is_said(world: World, database: Database) -> None:
    world.location(HERE, "Lend", 0.004)
    world.location(THERE, "Andritz", 0.004)
    grown = Grown(world)
    look(database)
    (motion,) = grown.motions
    assert motion["proposal"]["purpose"] in (
        "For those of Ring riders who meet around Lend.",
        "For those of Ring riders who meet around Andritz.",
    )


def test_what_is_carried_begins_and_nobody_is_put_in(
    world: World,
    database: Database,
    close: Close,  # noqa: F811
) -> None:
    grown = Grown(world)
    look(database)
    (motion,) = grown.motions
    for person in grown.halves[1][:4]:
        person.puts(f"/communities/{grown.community['id']}/motions/{motion['id']}/vote", {"choice": "for"})
    close()
    (decided,) = grown.motions
    assert decided["state"] == "carried"
    made = grown.halves[0][0].gets(f"/communities/{decided['made']}")["properties"]
    assert (made["name"], made["members"], made["topics"]) == ("Ring riders II", 0, [grown.topic])


def test_what_was_voted_down_is_not_offered_again_for_ninety_days(
    world: World,
    database: Database,
    close: Close,  # noqa: F811
) -> None:
    grown = Grown(world)
    look(database)
    look(database)
    close()
    assert [each["state"] for each in grown.motions] == ["rejected"]
    look(database, timedelta(days=80))
    assert len(grown.motions) == 1
    with database.transaction() as session:
        # Even if it had not been looked at.
        session.execute(text("DELETE FROM splits_looked_for"))
    look(database, timedelta(days=80))
    assert len(grown.motions) == 1
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM splits_looked_for")).scalar_one() == 0


@pytest.mark.parametrize(("withdrawn", "offered"), [(True, 1), (False, 0)])
def test_what_somebody_moved_and_took_back_does_not_count(
    world: World, database: Database, withdrawn: bool, offered: int
) -> None:
    grown = Grown(world)
    path = f"/communities/{grown.community['id']}/motions"
    ana = grown.halves[0][0]
    proposal = {"kind": "split", "name": "Gravel", "purpose": "For gravel.", "topics": [grown.topic]}
    motion = ana.posts(path, {"proposal": proposal})
    if withdrawn:
        ana.deletes(f"{path}/{motion['id']}")
    look(database)
    assert sum(each["proposed_by"] is None for each in grown.motions) == offered


def test_it_is_looked_at_once_in_ninety_days(world: World, database: Database) -> None:
    grown = one_group(world)
    with database.reading() as session:
        assert [str(each) for each in together.due(session, clock.now())] == [grown.community["id"]]
    look(database)
    assert grown.motions == []
    with database.reading() as session:
        assert together.due(session, clock.now() + timedelta(days=89)) == []


def test_what_takes_too_long_is_looked_at_another_day(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = Grown(world)
    with monkeypatch.context() as patch:
        patch.setattr(service, "SPLITS_TAKE", timedelta())
        look(database)
    assert grown.motions == []
    look(database, timedelta(days=1))
    assert len(grown.motions) == 1


@pytest.mark.parametrize("case", ["too few", "not counted", "one group"])
def test_no_motion_where_it_is_not_two(world: World, database: Database, case: str) -> None:
    if case == "too few":
        grown = Grown(world, LEAST_ACTIVE // 2 - 1)
    elif case == "not counted":
        grown = Grown(world, visibility="communities")
    else:
        grown = one_group(world)
    look(database)
    assert grown.motions == []


def test_who_left_and_who_closed_their_contract_are_in_no_graph(world: World, database: Database) -> None:
    grown = Grown(world, 3)
    gone, closed = grown.halves[0][:2]
    gone.leaves(grown.community)
    closed.agrees({"ready": "invisible"})
    with database.reading() as session:
        people, ties = together.who_with_whom(session, grown.community["id"], clock.now())
    assert {str(each) for each in people} == {each.id for each in [grown.halves[0][2], *grown.halves[1]]}
    assert {str(each) for tie in ties for each in tie[:2]} == {each.id for each in grown.halves[1]}


def test_ties_are_days_of_answers_and_shares_of_meetings(world: World, database: Database) -> None:
    topic = world.topic()
    community = world.community(topics=[topic])
    ana, bob, eve = (world.person(name) for name in ("Ana", "Bob", "Eve"))
    for each in (ana, bob, eve):
        each.joins(community)
    said, _ = (each.checks_in(HERE, topics=[topic]) for each in (ana, bob))
    eve.checks_in(THERE, topics=[topic])
    replies(eve, said)
    replies(eve, said)
    replies(bob, said, visibility="author")
    with database.reading() as session:
        _, ties = together.who_with_whom(session, community["id"], clock.now())
    found = {frozenset((str(one), str(other))): weight for one, other, weight in ties}
    # They met once; Eve answered on one day; what only its author may read is no answer.
    assert found == {frozenset((ana.id, bob.id)): 1.0, frozenset((ana.id, eve.id)): 1.0}


def test_the_people_of_a_community_are_found_by_keys(session: Session) -> None:
    plans = plans_of(session, lambda: together.who_with_whom(session, new_id(), clock.now()))
    assert "memberships_community_id_index" in plans[0]
    assert "person_id_id" in plans[0]
    assert "Seq Scan on check_ins" not in plans[0]
