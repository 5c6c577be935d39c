"""What is withheld as JSON: from somebody, and from how many."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.schemas import Schema
from app.offers.gate import Withheld
from app.offers.marks import WithheldFigure
from app.offers.rules import WITHHELD


class WithheldShown(Schema):
    """An offer where I am that did not reach me, and why."""

    offer_id: UUID
    business: str
    title: str
    language: Annotated[str | None, Field(description="of the title; null where nobody said")]
    metres: Annotated[float, Field(description="how far I am, in steps of a hundred metres")]
    reason: Annotated[
        str | None,
        Field(description=f"the first of: {', '.join(filter(None, WITHHELD))}; null where nothing is"),
    ]
    says: str


class WithheldFromShown(Schema):
    """For which reason first, and from about how many people."""

    reason: str
    people: Annotated[int, Field(description="rounded by chance, and down to steps of five")]


class WithheldDayShown(Schema):
    """From about how many people an offer was withheld in a day (UTC); few are left out."""

    day: date
    reasons: list[WithheldFromShown]


class WithheldDays(Schema):
    """The days that are over, the last first; without those of which nothing can be said."""

    days: list[WithheldDayShown]


def withheld_shown(withheld: Withheld) -> WithheldShown:
    """Show an offer that is withheld."""
    return WithheldShown(
        offer_id=withheld.offer_id,
        business=withheld.business,
        title=withheld.title,
        language=withheld.language,
        metres=round(withheld.metres, -2),
        reason=withheld.reason,
        says=WITHHELD[withheld.reason],
    )


def days_shown(figures: Sequence[WithheldFigure]) -> WithheldDays:
    """Show figures, which are sorted by day."""
    return WithheldDays(
        days=[
            WithheldDayShown(
                day=day,
                reasons=[WithheldFromShown(reason=each.reason, people=each.people) for each in of_day],
            )
            for day, of_day in groupby(figures, attrgetter("day"))
        ]
    )
