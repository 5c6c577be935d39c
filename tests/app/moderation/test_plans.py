"""Nothing of moderation reads a table from end to end."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.conversation import queries as conversation
from app.ids import NOBODY, new_id
from app.moderation import queries
from app.moderation.queries import Asked
from app.moderation.rules import Reason, State
from tests.app.plans import plans_of, read_whole

SOME = new_id()
ASKED: dict[str, Callable[[Session], object]] = {
    "the queue": lambda session: queries.cases(session, Asked(20, SOME), NOBODY),
    "by state": lambda session: queries.cases(session, Asked(20, SOME, State.OPEN), NOBODY),
    "by reason": lambda session: queries.cases(session, Asked(20, SOME, State.OPEN, Reason.SPAM), NOBODY),
    "one": lambda session: queries.counted(session, SOME, NOBODY),
    "what reports say": lambda session: queries.reports_on(session, SOME),
    "notes": lambda session: queries.notes_on(session, SOME),
    "the trail": lambda session: queries.trail_of(session, SOME),
    "one's own reports": lambda session: queries.reports_of(session, SOME, SOME, 20),
    "what of one's own is hidden": lambda session: queries.upheld_against(session, SOME, SOME, 20),
    "about somebody": lambda session: queries.cases_about(session, SOME),
    "a reply": lambda session: conversation.reply_seen(session, SOME, NOBODY, now()),
}


def plans(session: Session, asked: str) -> list[str]:
    ASKED[asked](session)  # What is prepared is planned by then.
    return plans_of(session, lambda: ASKED[asked](session))


@pytest.mark.parametrize("asked", ASKED)
def test_every_list_is_found_by_an_index(session: Session, asked: str) -> None:
    found = plans(session, asked)
    assert found
    assert read_whole(found) == set(), found


def test_the_open_queue_is_read_in_its_order(session: Session) -> None:
    (plan,) = plans(session, "by state")
    assert "moderation_cases_state_id_index" in plan
    assert "Sort Key: k.id" not in plan
