"""Reports read the roll-ups by their keys, and counting reads no more than what it counts."""

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.businesses.models import Business
from app.offers.models import Offer
from app.returns import counting, listening, queries
from app.returns.queries import Span
from app.returns.rules import A_WEEK, Count
from tests.app.plans import plans_of, read_whole
from tests.app.returns.market import Market

ROLL_UPS = {"return_figures", "return_sales", "return_groups", "return_spent"}


@pytest.fixture
def market(session: Session) -> Market:
    return Market(session)


@pytest.mark.parametrize("of_a_business", [True, False])
def test_a_report_reads_by_keys(market: Market, of_a_business: bool) -> None:
    offer = market.session.get_one(Offer, market.offer)
    span = Span(None, offer.business_id, market.week, market.week + A_WEEK)
    span = span if of_a_business else Span.of_offer(offer)

    def ask() -> None:
        queries.told_in_all(market.session, span)
        queries.told_of_days(market.session, span)
        queries.told_of_parts(market.session, span, "community")
        queries.told_of_parts(market.session, span, "topic")
        queries.sold(market.session, span)
        queries.compared(market.session, offer.id)

    assert not read_whole(plans_of(market.session, ask)) & ROLL_UPS


def test_what_is_counted_is_found_by_when_it_was(market: Market) -> None:
    plans = plans_of(market.session, lambda: list(counting.funnel(market.session, Count.DAY, market.week)))
    assert all("approaches_" in plan and "at_idx" in plan for plan in plans)
    assert not any(each.startswith(("approaches", "redemptions")) for each in read_whole(plans))


def test_what_people_did_is_found_by_person(market: Market) -> None:
    plans = plans_of(market.session, lambda: counting.count_groups(market.session, market.week))
    assert not any(
        each.startswith(("approaches", "redemptions", "purchases", "readings")) for each in read_whole(plans)
    )


def test_what_is_spoken_of_is_found_by_its_words(market: Market) -> None:
    business = market.session.get_one(Business, market.business())
    asked = (business, [market.week], clock.now())
    plans = plans_of(market.session, lambda: listening.spoken_of(market.session, *asked))
    assert len(plans) == 2
    assert not any(each.startswith(("check_in", "feed_entries", "memberships")) for each in read_whole(plans))
