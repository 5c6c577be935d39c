"""No list of wishes reads a table from end to end."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.ids import NOBODY, new_id
from app.wishes import queries, service
from app.wishes.queries import Part
from tests.app.plans import plans_of, read_whole

SOME = new_id()
ASKED: dict[str, Callable[[Session], object]] = {
    "one": lambda session: queries.wish(session, SOME, NOBODY, now()),
    "of a community": lambda session: queries.wishes_of(session, SOME, NOBODY, Part(20, SOME)),
    "pledged": lambda session: queries.wishes_pledged(session, NOBODY, Part(20)),
    "open": lambda session: queries.open_wishes(session, NOBODY, Part(20), now()),
    "open, on a topic": lambda session: queries.open_wishes(
        session, NOBODY, Part(20, None, "goal:a-bridge"), now()
    ),
    "answered": lambda session: queries.wishes_answered(session, NOBODY, SOME, Part(20)),
    "a record": lambda session: queries.record_of(session, SOME),
    "how many": lambda session: queries.pledged_to(session, SOME),
    "to judge": lambda session: service.judge(session, now()),
}


@pytest.mark.parametrize("asked", ASKED)
def test_every_list_is_found_by_an_index(session: Session, asked: str) -> None:
    plans = plans_of(session, lambda: ASKED[asked](session))
    assert len(plans) == 1
    assert read_whole(plans) == set(), plans
