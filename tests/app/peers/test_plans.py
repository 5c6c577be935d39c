"""No list of businesses among members reads a table from end to end."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.ids import new_id
from app.peers import queries
from app.peers.queries import Away, Part
from tests.app.plans import plans_of, read_whole

SOME = new_id()
AWAY = Away([SOME], [], SOME, 500)
ASKED: dict[str, Callable[[Session], object]] = {
    "communities": lambda session: queries.communities_of(session, SOME, None, 20),
    "one community": lambda session: queries.stands(session, SOME, SOME),
    "askings of a day": lambda session: queries.asked_since(session, SOME, now()),
    "since when it is welcome": lambda session: queries.welcome_since(session, SOME, SOME),
    "what is heard": lambda session: queries.heard(session, Part(SOME, SOME, None, 20), now(), now()),
    "posts": lambda session: queries.posts(session, Part(SOME, SOME, None, 20), SOME),
    "posts that were missed": lambda session: queries.missed(session, AWAY, SOME),
    "posts to forget": lambda session: queries.unheard(session, AWAY),
    "a post": lambda session: queries.post_seen(session, SOME, SOME),
    "opinions, wishes and communities": lambda session: queries.record_of(session, SOME),
    "posts of a day": lambda session: queries.posted_since(session, SOME, SOME, now()),
    "topics that are muted": lambda session: queries.is_muted_in(session, SOME, [SOME]),
}


@pytest.mark.parametrize("asked", ASKED)
def test_every_list_is_found_by_an_index(session: Session, asked: str) -> None:
    ASKED[asked](session)  # Once before, as what is prepared is sent apart.
    plans = plans_of(session, lambda: ASKED[asked](session))
    assert len(plans) == (5 if asked.startswith("opinions") else 1)
    assert read_whole(plans) == set(), plans
