"""Whether an offer may be for those for whom it is to be."""

from sqlalchemy.orm import Session

from app.errors import BadAreaGiven, Invalid
from app.events import queries as events
from app.offers.rules import LEAST_TOGETHER_M2, Conditions
from geo import Area


def check(session: Session, conditions: Conditions, area: Area, answers_wish: bool) -> None:
    """Raises Invalid where nobody could fulfil it or where it would break what was promised; and BadAreaGiven where it
    would tell who is in a place as small as that."""
    if answers_wish and conditions:
        raise Invalid(
            "What answers a wish is for all who pledged. Leave collective, returning and event_id out, or make another "
            "offer of it."
        )
    if conditions.collective and area.size_m2 < LEAST_TOGETHER_M2:
        raise BadAreaGiven(
            f"This area has {area.size_m2:,.0f} m². What is for several people at once needs "
            f"{LEAST_TOGETHER_M2:,.0f} m², or it would tell who is there."
        )
    if conditions.event_id is None:
        return
    found = events.event(session, conditions.event_id, None)
    if found is None or found.event.cancelled_at:
        raise Invalid(
            "event_id names no event that everybody may see and that is not cancelled.",
            errors=[
                {
                    "at": "/event_id",
                    "says": "choose an event that everybody may see and that is not cancelled",
                }
            ],
        )
