"""Decisions about presence on plain values."""

from datetime import datetime, timedelta

from app.errors import FixedInTheFuture

#: Phones' clocks are set by the network; more than this ahead is a mistake or a lie.
CLOCK_DRIFT = timedelta(minutes=2)
#: What a phone that does not say how sure it is counts as: typical of a phone between houses.
ASSUMED_ACCURACY_M = 50.0


def present_until(fixed_at: datetime, received_at: datetime, lasts: timedelta) -> datetime | None:
    """Until when this fix says where someone is; None if it came later than it lasts.

    Raises FixedInTheFuture.
    """
    if fixed_at > received_at + CLOCK_DRIFT:
        ahead = fixed_at - received_at
        raise FixedInTheFuture(
            f"fixed_at lies {ahead.total_seconds():.0f} seconds ahead of our clock. Set the phone's clock, or leave "
            "fixed_at out for now."
        )
    until = fixed_at + lasts
    return until if until > received_at else None
