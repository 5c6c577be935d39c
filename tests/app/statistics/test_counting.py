"""Who is counted in what: each once, in few communities, and only those who let themselves be."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.statistics import counting
from app.statistics.measures import TABLES
from app.statistics.rules import Bucket, midnight
from tests.app.statistics.crowd import FOUR, WEEK, Crowd
from tests.world import CAFE

Cells = dict[tuple[str, tuple[str, ...], tuple[str, ...]], int]


@pytest.fixture
def crowd(session: Session) -> Crowd:
    return Crowd(session)


@pytest.fixture
def ring(crowd: Crowd) -> UUID:
    return crowd.community()


def counted(crowd: Crowd, community: UUID, bucket: Bucket = FOUR) -> Cells:
    """All cells of a community, exactly: by measure, cut and values."""
    cells = counting.counted(crowd.session, bucket, crowd.starts_on, 1)
    return {
        (each.measure, each.cut, each.values): each.people for each in cells if each.community_id == community
    }


def test_everybody_counts_once_however_often_they_check_in(crowd: Crowd, ring: UUID) -> None:
    people = crowd.people(6, ring)
    crowd.check_in(people, ring)
    for hour in range(5):
        crowd.check_in(people[:5], ring, at=midnight(crowd.starts_on) + timedelta(days=2, hours=hour))
    found = counted(crowd, ring)
    assert found["people", (), ()] == 6
    assert found["people", ("often",), ("4-7",)] == 5
    assert ("people", ("often",), ("1",)) not in found
    by_hour = sum(n for (measure, cut, _), n in found.items() if (measure, cut) == ("people", ("hour",)))
    assert by_hour <= 6


def test_every_cut_says_what_was_said(crowd: Crowd, ring: UUID) -> None:
    crowd.check_in(crowd.people(7, ring), ring, activity=None)
    found = counted(crowd, ring)
    (key,) = crowd.session.execute(text("SELECT key FROM topics WHERE id = :id"), {"id": crowd.topic}).one()
    cohort = str(FOUR.begins(crowd.rows.now.date()))
    alone = {cut[0]: values for measure, cut, values in found if measure == "people" and len(cut) == 1}
    assert alone == {
        "activity": ("",),
        "area": ("871fb4662ffffff",),
        "day": ("tue",),
        "hour": ("09",),
        "often": ("1",),
        "talk": ("neither",),
        "tenure": ("4-12",),
        "topic": (key,),
        "cohort": (cohort,),
    }
    assert found["people", ("day", "hour"), ("tue", "09")] == 7
    assert found["people", ("often", "role"), ("1", "member")] == 7
    assert found["members", ("tenure",), ("4-12",)] == 7
    assert set(found.values()) == {7}


def test_all_that_is_counted_is_in_the_list_of_what_is_published(crowd: Crowd, ring: UUID) -> None:
    other = crowd.community()
    people = crowd.people(6, ring, other)
    crowd.check_in(people, ring, other)
    for each in (ring, other):
        new = crowd.people(6)
        crowd.belong(new, each, midnight(crowd.starts_on))
        crowd.check_in(new, each, text="hello")
    listed = {(each.measure, each.cut) for each in TABLES if each.bucket is FOUR}
    first = min(ring, other)
    found = {(measure, cut) for measure, cut, _ in counted(crowd, first)}
    assert found <= listed
    assert listed - found == {("reached", ()), ("reached", ("often",)), ("reached", ("opinion",))}
    assert {(measure, cut) for measure, cut, _ in counted(crowd, ring, WEEK)} == {("people", ())}


def test_four_are_nobody(crowd: Crowd, ring: UUID) -> None:
    crowd.check_in(crowd.people(4, ring), ring)
    assert counted(crowd, ring) == {}


@pytest.mark.parametrize(
    "said",
    [{"counted": False}, {"planned": datetime(2030, 1, 1, tzinfo=UTC)}],
    ids=["not counted", "planned"],
)
def test_who_did_not_say_so_openly_or_only_plans_to_is_not_counted(
    crowd: Crowd, ring: UUID, said: dict[str, object]
) -> None:
    crowd.check_in(crowd.people(9, ring, contract="invisible"), ring, **said)
    assert counted(crowd, ring) == {}


@pytest.mark.parametrize("seconds", [-1, FOUR.length.total_seconds()])
def test_what_was_received_outside_of_the_period_is_not_in_it(
    crowd: Crowd, ring: UUID, seconds: float
) -> None:
    crowd.check_in(crowd.people(9, ring), ring, at=midnight(crowd.starts_on) + timedelta(seconds=seconds))
    assert ("people", (), ()) not in counted(crowd, ring)


def test_members_are_counted_whose_contract_always_lets_them_be(crowd: Crowd, ring: UUID) -> None:
    crowd.people(6, ring)
    closed = crowd.people(5, ring, contract="friends-and-communities")
    assert counted(crowd, ring)["members", (), ()] == 6
    some_hours = """UPDATE contracts SET terms = jsonb_set(terms, '{terms}', CAST(:terms AS jsonb))
                    WHERE person_id = ANY (:ids)"""
    term = '{"purpose": "statistics", "who": {"group": "everyone", "id": null}, "level": "%s", "hours": %s}'
    hours = '{"days": [0], "since": 0, "until": 60}'
    for terms, counts in (
        ((("exact", "null"),), 11),
        ((("exact", hours),), 6),
        ((("exact", "null"), ("nothing", hours)), 6),
        ((("nothing", "null"),), 6),
    ):
        written = f"[{', '.join(term % each for each in terms)}]"
        crowd.session.execute(text(some_hours), {"terms": written, "ids": closed})
        assert counted(crowd, ring)["members", (), ()] == counts


def test_who_lets_themselves_be_counted_at_some_hours_counts_by_what_they_said_then(
    crowd: Crowd, ring: UUID
) -> None:
    crowd.check_in(crowd.people(6, ring, contract="invisible"), ring, counted=True)
    found = counted(crowd, ring)
    assert found["people", (), ()] == 6
    assert {measure for measure, _, _ in found} == {"people"}


def test_who_left_before_the_period_was_closed_is_not_in_it(crowd: Crowd, ring: UUID) -> None:
    people = crowd.people(8, ring)
    crowd.check_in(people, ring)
    crowd.rows.leaves(people[0], ring)
    crowd.session.execute(text("DELETE FROM people WHERE id = :id"), {"id": people[1]})
    assert set(counted(crowd, ring).values()) == {6}


def test_in_three_communities_at_most_where_they_checked_in_most(crowd: Crowd) -> None:
    communities = [crowd.community() for _ in range(5)]
    people = crowd.people(6, *communities)
    for place, each in enumerate(communities):
        for hour in range(place):
            at = midnight(crowd.starts_on) + timedelta(hours=hour)
            crowd.check_in(people, each, at=at)
    for bucket in (FOUR, WEEK):
        found = [bool(counted(crowd, each, bucket)) for each in communities]
        assert found == [False, False, True, True, True]


def overlapping(crowd: Crowd) -> Iterator[int]:
    cells = counting.counted(crowd.session, FOUR, crowd.starts_on, 1)
    return (each.people for each in cells if each.measure == "overlap")


def test_where_communities_overlap_each_two_are_counted_once(crowd: Crowd) -> None:
    one, other, third = (crowd.community() for _ in range(3))
    crowd.people(6, one, other, third)
    crowd.people(3, one, other)
    assert sorted(overlapping(crowd)) == [6, 6, 9]


def test_whom_an_offer_reached_is_counted_by_how_many_did(crowd: Crowd, ring: UUID) -> None:
    people = crowd.people(7, ring)
    reaching = text("""INSERT INTO approaches (person_id, offer_id, community_id, at)
                       SELECT id, :offer, :ring, :at FROM unnest(CAST(:ids AS uuid[])) AS id""")
    for hour in range(2):
        offer = crowd.rows.offer(CAFE, [crowd.topic])
        at = midnight(crowd.starts_on) + timedelta(hours=hour)
        crowd.session.execute(reaching, {"offer": offer, "ring": ring, "at": at, "ids": people})
    crowd.session.execute(
        text("UPDATE approaches SET held_out = true WHERE person_id = :one"), {"one": people[0]}
    )
    found = counted(crowd, ring)
    assert found["reached", (), ()] == found["reached", ("often",), ("2-3",)] == 6
    assert found["reached", ("opinion",), ("unsaid",)] == 6


def test_who_says_different_things_of_offers_counts_once_by_lot(crowd: Crowd, ring: UUID) -> None:
    people = crowd.people(60, ring)
    reaching = text("""INSERT INTO approaches (person_id, offer_id, community_id, at, opinion)
                       SELECT id, :offer, :ring, :at, :opinion FROM unnest(CAST(:ids AS uuid[])) AS id""")
    for opinion in ("useful", "noise"):
        offer = crowd.rows.offer(CAFE, [crowd.topic])
        said = {"offer": offer, "ring": ring, "at": midnight(crowd.starts_on), "opinion": opinion}
        crowd.session.execute(reaching, {**said, "ids": people})
    found = counted(crowd, ring)
    drawn = [found.get(("reached", ("opinion",), (opinion,)), 0) for opinion in ("useful", "noise")]
    assert sum(drawn) == 60
    assert min(drawn) >= 10, "a lot for each of them"
