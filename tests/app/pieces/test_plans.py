"""No list of pieces reads a table from end to end."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.ids import NOBODY, new_id
from app.pieces import calling, queries, service
from app.pieces.queries import Part
from tests.app.plans import plans_of, read_whole

SOME = new_id()
ASKED: dict[str, tuple[int, Callable[[Session], object]]] = {
    "of a community": (1, lambda session: queries.pieces_of(session, SOME, NOBODY, Part(20, cursor=SOME))),
    "most useful first": (1, lambda session: queries.pieces_of(session, SOME, NOBODY, Part(20, "useful"))),
    "most useful first, further": (
        1,
        lambda session: queries.pieces_of(session, SOME, NOBODY, Part(20, "useful", SOME)),
    ),
    "what is said of a business's": (1, lambda session: queries.called_of(session, SOME)),
    "opinions of a person": (1, lambda session: queries.opinions_of(session, SOME)),
    "counting out who leaves": (3, lambda session: calling.forget(session, SOME)),
    "linked to": (1, lambda session: queries.linked(session, [SOME])),
    "changes": (1, lambda session: queries.changes_of(session, SOME, NOBODY, Part(20))),
    "of a person": (1, lambda session: queries.pieces_by(session, SOME)),
    "made by earlier editions": (2, service.render_what_is_old),
}


@pytest.mark.parametrize("asked", ASKED)
def test_every_list_is_found_by_an_index(session: Session, asked: str) -> None:
    most, ask = ASKED[asked]
    plans = plans_of(session, lambda: ask(session))
    assert len(plans) == most
    assert read_whole(plans) == set(), plans
