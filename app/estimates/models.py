"""The table of the figures that estimates are made of. It names nobody, and holds nothing that is not told."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Words


class ReachFigure(Base):
    """How many people there were of a kind in a district in a week, as it was drawn when it was first asked for.

    Kept until the week after is over, so that it is never drawn again, for another number of the same people.
    """

    __tablename__ = "reach_figures"
    __table_args__ = (
        CheckConstraint("measure IN ('people', 'welcoming', 'unspent', 'sharing')", name="measure"),
    )

    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    #: A district (H3).
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    measure: Mapped[str] = mapped_column(Words, primary_key=True)
    #: No topic for what is of any. Refers to nothing, as topics are never removed.
    topic_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: None where too few are to be said.
    people: Mapped[int | None]
