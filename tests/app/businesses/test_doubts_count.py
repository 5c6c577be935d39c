"""Whose doubts count: of those who have belonged for a week, with an account that is not new any more."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import clock
from app.businesses import standing
from app.businesses.rules import DOUBT_COUNTS_AFTER
from app.communities.models import Membership
from app.db import Database
from tests.app.businesses.fair import Fair, settles
from tests.world import World


@pytest.fixture
def fair(world: World) -> Fair:
    return Fair(world)


def test_whoever_comes_to_doubt_does_not_count_yet(fair: Fair) -> None:
    """Ten accounts that are made and join in an hour make no claim doubted."""
    people = [fair.newcomer() for _ in range(10)]
    for each in people:
        each.puts(fair.doubting, {"reason": "so we say"})
    assert (fair.told(), fair.reasons()) == ((0, False), [])
    assert people[0].gets(fair.doubting)["counts"] is False
    settles(fair.world, *people[:9])
    assert fair.told() == (5, False)
    assert people[0].gets(fair.doubting)["counts"] is True
    settles(fair.world, people[9])
    assert fair.told() == (10, True)


@pytest.mark.parametrize(
    "news",
    ["UPDATE people SET new_since = :now", "UPDATE memberships SET joined_at = :now - interval '6 days'"],
)
def test_neither_a_new_account_nor_a_new_member_counts(database: Database, fair: Fair, news: str) -> None:
    people = fair.doubted_by(5)
    assert fair.told() == (5, False)
    one = f"{news} WHERE {'id' if 'people' in news else 'person_id'} = :id"
    with database.transaction() as session:
        session.execute(text(one), {"id": people[0].id, "now": clock.now()})
    assert fair.told() == (0, False)


def test_a_doubt_begins_to_count_by_itself_when_the_week_is_over(session: Session, fair: Fair) -> None:
    people = [fair.newcomer() for _ in range(5)]
    for each in people:
        each.puts(fair.doubting, {"reason": ""})
    session.execute(text("UPDATE people SET new_since = NULL"))
    last = session.scalar(select(func.max(Membership.joined_at)).where(Membership.person_id == people[-1].id))
    assert last is not None

    def doubts(now: datetime) -> int:
        (found,) = standing.claims_of(session, UUID(fair.shop.id), now)
        return found.doubts

    counts_from = last + DOUBT_COUNTS_AFTER
    assert (doubts(counts_from - timedelta(microseconds=1)), doubts(counts_from)) == (4, 5)


def test_who_leaves_and_joins_again_begins_the_week_anew(fair: Fair) -> None:
    people = fair.doubted_by(5)
    people[0].leaves(fair.community)
    people[0].joins(fair.community)
    people[0].puts(fair.doubting, {"reason": ""})
    assert (fair.told(), people[0].gets(fair.doubting)["counts"]) == ((0, False), False)


def test_a_doubt_that_was_made_sooner_and_counts_later_takes_no_reasons_place(
    database: Database, fair: Fair
) -> None:
    hasty = fair.newcomer()
    hasty.puts(fair.doubting, {"reason": "hasty"})
    for number in range(5):
        fair.member().puts(fair.doubting, {"reason": f"reason {number}"})
    before = fair.reasons()
    settles(fair.world, hasty)
    with database.transaction() as session:
        # Their week is over only now, when the others counted already.
        joined = {"at": clock.now() - DOUBT_COUNTS_AFTER, "id": hasty.id}
        session.execute(text("UPDATE memberships SET joined_at = :at WHERE person_id = :id"), joined)
    assert hasty.gets(fair.doubting)["counts"] is True
    assert (len(before), fair.reasons()) == (5, before)
