"""No search reads a table that grows from end to end."""

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.ids import new_id
from app.search import queries
from app.search.statements import Asked
from geo import Circle, Position
from tests.app.plans import plans_of, read_whole

AROUND = Circle(Position(41.4, 2.1), 20_000)
ASKED = {
    "words": Asked(20, "relevant", "repair café"),
    "words around": Asked(20, "near", "repair café", around=AROUND),
    "around": Asked(20, "near", around=AROUND),
    "a topic": Asked(20, "recent", topic_id=new_id()),
    "words on a topic": Asked(20, "relevant", "repair", topic_id=new_id(), kind="community"),
    "a piece": Asked(20, "relevant", "waterproof jacket", kind="piece"),
    "the next page": Asked(20, "recent", "repair", after=new_id()),
}


@pytest.mark.parametrize("named", ASKED)
def test_every_search_goes_by_an_index(session: Session, named: str) -> None:
    plans = plans_of(session, lambda: queries.search(session, ASKED[named], new_id(), now()))
    assert len(plans) == 1
    # Whatever is not of a table, such as an array, is read whole as it must be.
    assert read_whole(plans) == set(), plans[0]
