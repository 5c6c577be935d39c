"""Made-up offers are at places of the file and of every kind there is; the same lots draw the same market."""

from dataclasses import replace
from random import Random

from tests.town.offering.standing import CATEGORIES, plan
from town.offering.drawing import GOAL, market_of
from town.offering.market import Market
from town.reference.wanting import DAY_S, Offer


def market(offers: int = 400) -> Market:
    return market_of(plan(), offers, "America/New_York", Random(2))


def test_the_same_lots_draw_the_same_market() -> None:
    assert market() == market()


def test_there_are_as_many_as_asked_for_each_where_it_is_to_be_had() -> None:
    drafts = market().drafts
    assert len(drafts) == 400
    assert {each.at for each in drafts} <= {act.row.position for act in plan().acts}
    assert all(each.area.holds(each.at) for each in drafts)
    assert {each.title.rpartition("(")[2].rstrip(")") for each in drafts} <= {
        each.lower() for each in CATEGORIES
    }


def test_none_is_on_what_no_community_shares() -> None:
    few = replace(plan(), circles=plan().circles[:1])
    drawn = market_of(few, 100, "America/New_York", Random(2))
    shared = {topic for each in drawn.circles for topic in each.topics}
    assert {topic for act in few.acts for topic in act.topics} - shared
    assert all(each.topics & shared for each in drawn.drafts)


def test_they_are_of_every_kind_and_such_as_a_server_takes() -> None:
    drafts = market().drafts
    assert all(0 < each.ends - each.starts <= 90 * DAY_S for each in drafts)
    kinds = {
        (each.week is None, not each.activities, len(each.topics) > 1, each.hold_out > 0) for each in drafts
    }
    assert len(kinds) == 16
    # What has hours is to be had at some of them.
    for each in (draft for draft in drafts if draft.week):
        made = Offer("o", "b", each.at, each.area, each.topics, each.activities, each.starts, each.ends)
        assert replace(made, week=each.week).openings()


def test_people_and_communities_are_of_every_kind() -> None:
    drawn = market_of(
        replace(plan(), users=tuple(map(str, range(12))) * 20), 400, "America/New_York", Random(3)
    )
    assert any(rule.sends_off for rule in drawn.rules.values())
    assert any(rule.noise_budget is not None for rule in drawn.rules.values())
    assert any(GOAL in each.topics for each in drawn.circles)
    assert set(drawn.habits) == set(plan().users)
