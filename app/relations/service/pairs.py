"""What two people are to one another changes in one transaction at a time."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.errors import NotFound


def hold(session: Session, one: UUID, other: UUID) -> None:
    """Let no two transactions bring one pair together or apart at once: each must see what the other did.

    Neither of them leaves for good before it ends; raises NotFound where one has. To be held before anything else.
    """
    pair = "".join(sorted((str(one), str(other))))
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:pair, 0))"), {"pair": pair})
    both = select(Person.id).where(Person.id.in_((one, other))).order_by(Person.id)
    if len(session.scalars(both.with_for_update(read=True, key_share=True)).all()) < 2:
        raise NotFound("One of the two of you has left for good.")
