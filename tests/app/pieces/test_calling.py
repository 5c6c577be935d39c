"""Members say what is useful and what is noise, and nobody learns who said which."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.pieces import queries
from tests.app.conftest import Counting
from tests.app.pieces.writing import Club, club, ids
from tests.world import Someone, World


def says(who: Someone, piece: str, opinion: str = "useful") -> None:
    who.puts(f"/pieces/{piece}/opinion", {"opinion": opinion})


def counts(reader: Someone, piece: str) -> tuple[int, int]:
    seen = reader.gets(f"/pieces/{piece}")
    return seen["useful"], seen["noise"]


def called(here: Club, piece: str, opinion: str = "useful", times: int = 5) -> list[Someone]:
    """Have so many members say so."""
    people = [here.member() for _ in range(times)]
    for each in people:
        says(each, piece, opinion)
    return people


def test_how_many_is_told_from_five_on_in_steps(world: World) -> None:
    here = club(world)
    piece = here.written()
    people = called(here, piece, times=4)
    assert counts(here.ana, piece) == (0, 0)
    people += called(here, piece, times=1)
    assert counts(here.ana, piece) == (5, 0)
    called(here, piece, times=4)
    assert counts(here.ana, piece) == (5, 0)
    says(people[0], piece, "noise")
    assert counts(here.ana, piece) == (5, 0)
    assert people[0].gets(f"/pieces/{piece}")["my_opinion"] == "noise"
    everybody = here.ana.asks("GET", f"/pieces/{piece}").get_data(as_text=True)
    assert not [each for each in people if each.handle in everybody or each.id in everybody]


def test_to_say_it_twice_is_to_say_it_once_and_so_is_to_take_it_back(world: World, session: Session) -> None:
    here = club(world)
    piece, bob = here.written(), here.member("Bob")
    exact = text("SELECT useful, noise FROM pieces WHERE id = :id")
    for said, counted in (("useful", (1, 0)), ("useful", (1, 0)), ("noise", (0, 1)), ("noise", (0, 1))):
        says(bob, piece, said)
        assert tuple(session.execute(exact, {"id": piece}).one()) == counted
        session.rollback()
    for _ in range(2):
        bob.deletes(f"/pieces/{piece}/opinion")
        assert tuple(session.execute(exact, {"id": piece}).one()) == (0, 0)
        session.rollback()
    assert bob.gets(f"/pieces/{piece}")["my_opinion"] is None


def test_only_members_who_did_not_write_it_say(world: World, database: Database) -> None:
    here = club(world)
    owner, business = here.shop(database)
    owner.joins(here.community)
    mine, theirs = here.written(), here.written(owner, business_id=business)
    stranger = world.person("Stranger")
    for who, piece, why in (
        (here.ana, mine, "not-allowed"),
        (owner, theirs, "not-allowed"),
        (stranger, mine, "not-a-member"),
    ):
        problem = who.is_refused("PUT", f"/pieces/{piece}/opinion", {"opinion": "useful"})
        assert problem["type"] == f"/v1/problems/{why}"
        assert who.gets(f"/pieces/{piece}")["may_say"] is False
    assert owner.gets(f"/pieces/{mine}")["may_say"] is True
    eve = here.member("Eve")
    says(eve, mine)
    eve.blocks(here.ana)
    assert eve.is_refused("PUT", f"/pieces/{mine}/opinion", {"opinion": "noise"})["status"] == 404
    eve.deletes(f"/pieces/{mine}/opinion")
    for wrong in ({"opinion": "great"}, {}, {"opinion": None}):
        assert owner.is_refused("PUT", f"/pieces/{mine}/opinion", wrong)["status"] == 422
    assert world.client.put(f"/v1/pieces/{mine}/opinion", json={"opinion": "noise"}).status_code == 401


def test_what_most_call_useful_comes_first_as_far_as_that_is_told(world: World) -> None:
    here = club(world)
    oldest, middle, newest = (here.written() for _ in range(3))
    called(here, oldest, times=4)
    assert ids(here.ana, f"{here.path}?sort=useful") == [newest, middle, oldest], "four tell nothing"
    called(here, oldest, times=1)
    assert ids(here.ana, f"{here.path}?sort=useful") == [oldest, newest, middle]
    called(here, newest, "noise")
    assert ids(here.ana, f"{here.path}?sort=useful") == [oldest, middle, newest]
    assert ids(here.ana, here.path) == [newest, middle, oldest]


def test_what_was_called_useful_is_what_was_read(world: World) -> None:
    here = club(world)
    piece = here.written()
    people = called(here, piece)
    called(here, piece, "noise")
    here.ana.asks("PATCH", f"/pieces/{piece}", {"language": "ca"})
    assert counts(here.ana, piece) == (5, 5)
    here.ana.asks("PATCH", f"/pieces/{piece}", {"text": "Buy ours."})
    assert counts(here.ana, piece) == (0, 5), "and what was called noise is not washed by a comma"
    assert people[0].gets(f"/pieces/{piece}")["my_opinion"] is None
    says(people[0], piece)


def test_who_leaves_for_good_is_counted_no_more(world: World) -> None:
    here = club(world)
    useful, noise = here.written(), here.written()
    people = called(here, useful)
    for each in people:
        says(each, noise, "noise")
    assert (counts(here.ana, useful), counts(here.ana, noise)) == ((5, 0), (0, 5))
    assert people[0].asks("DELETE", "/me", {"password": "correct horse"}).status_code == 200
    assert (counts(here.ana, useful), counts(here.ana, noise)) == ((0, 0), (0, 0))
    called(here, useful, times=1)
    assert counts(here.ana, useful) == (5, 0)


def test_a_record_is_made_of_what_communities_say(world: World, database: Database, session: Session) -> None:
    here = club(world)
    owner, business = here.shop(database)
    one, other = (here.written(owner, business_id=business) for _ in range(2))
    called(here, one, times=3)
    called(here, other, "noise", 2)
    here.written()
    where = UUID(here.community["id"])
    assert queries.called_of(session, UUID(business)) == {where: queries.Called(2, 3, 2)}
    owner.deletes(f"/pieces/{other}")
    assert queries.called_of(session, UUID(business)) == {where: queries.Called(1, 3, 0)}
    here.decides(database, business, False)
    assert queries.called_of(session, UUID(business)) == {}


@pytest.mark.parametrize("opinion", ["useful", "noise"])
def test_what_it_costs_to_say(world: World, statements: Counting, opinion: str) -> None:
    here = club(world)
    piece, bob = here.written(), here.member("Bob")
    bob.gets("/me")
    with statements() as one:
        says(bob, piece, opinion)
    assert one() == 6
