"""Nothing that is asked of redemptions reads a table from end to end."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now
from app.ids import new_id
from app.offers import receiving
from app.redemptions import queries, redeeming, service
from tests.app.plans import plans_of, read_whole

SOME, NONCE = new_id(), b"n" * 32
NOTHING = redeeming.Judged({}, [], {})
ASKED: dict[str, Callable[[Session], object]] = {
    "mine": lambda session: queries.sales_of_person(session, SOME, None, 20),
    "a business's": lambda session: queries.sales_of_business(session, SOME, None, 20, now()),
    "one": lambda session: session.execute(
        queries._sales(queries.Redemption).where(queries.Redemption.id == SOME)
    ),
    "how many of an offer": lambda session: queries.count_of(session, SOME),
    "whose inbox it is in": lambda session: queries.theirs(session, [(SOME, SOME)]),
    "whose an offer is": lambda session: queries.whose_till(session, SOME, SOME),
    "how many there are": lambda session: redeeming.in_stock(session, SOME, {SOME: 1}, now()),
    "a new nonce": lambda session: redeeming.claim(session, SOME, {}, now()),
    "what is written": lambda session: redeeming.write(session, SOME, NOTHING, now()),
    "what was answered before": lambda session: redeeming.answered(session, SOME, [NONCE]),
    "what is held too long": lambda session: receiving.sweep_holds(session, now()),
    "what somebody holds": lambda session: receiving.let_all_go(session, SOME),
    "what goes back": lambda session: receiving.counted(session, [SOME], now()),
    "old answers": lambda session: service.forget_old(session, now()),
}


@pytest.mark.parametrize("asked", ASKED)
def test_it_is_found_by_an_index(session: Session, asked: str) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    ASKED[asked](session)  # Once before, as what is prepared is sent apart.
    plans = plans_of(session, lambda: ASKED[asked](session))
    assert plans
    assert read_whole(plans) == set(), plans
