"""Whoever leaves for good and whoever opens what they wished for do not wait for one another in a circle."""

from functools import partial
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.wishes import service
from tests.app.rows import Rows
from tests.app.wishes.test_races import a_wish, at_once, engine, members  # noqa: F401

ROUNDS = 6
LEFT = """
SELECT (SELECT count(*) FROM people WHERE id = ANY (:gone)) AS people,
       (SELECT count(*) FROM notices WHERE person_id = ANY (:gone)) AS theirs,
       (SELECT count(*) FROM notices n WHERE wish_id = :wish AND person_id = ANY (:staying)) AS told
"""


def leaves(session: Session, person: UUID) -> None:
    """As an erasure does it."""
    service.hold(session, person)
    session.execute(text("SELECT FROM people WHERE id = :id FOR UPDATE"), {"id": person})
    session.execute(text("DELETE FROM people WHERE id = :id"), {"id": person})


def test_opening_and_leaving_at_once(engine: Engine, small: Rows) -> None:  # noqa: F811
    for _ in range(ROUNDS):
        wish, community, author = a_wish(small)
        staying, leaving = members(small, community, 7), [author, *members(small, community, 3)]
        small.session.commit()
        for each in leaving[1:]:
            service.pledge(small.session, wish, each, small.now)
        small.session.commit()
        pledging = [partial(_pledges, wish=wish, person=each, small=small) for each in staying]
        at_once(engine, [*pledging, *(partial(leaves, person=each) for each in leaving)])
        row = small.session.execute(text(LEFT), {"gone": leaving, "staying": staying, "wish": wish}).one()
        small.session.rollback()
        assert (row.people, row.theirs) == (0, 0)
        assert row.told >= 1, "at least whoever opened it"


def _pledges(session: Session, wish: UUID, person: UUID, small: Rows) -> None:
    service.pledge(session, wish, person, small.now)
