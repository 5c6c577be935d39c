"""Times of the week as JSON."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from app.http.schemas import Schema
from app.trust import wording
from app.trust.terms import Hours

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="hh:mm, by time_zone")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("give a time zone of the IANA's list, such as Europe/Madrid") from None
    return name


Zone = Annotated[str, Field(max_length=60), AfterValidator(_zone)]


class HoursGiven(Schema):
    """Times of the week. Where `until` is not after `since` they end the next day."""

    days: list[Day] = Field(default_factory=lambda: list(DAYS), min_length=1, max_length=7)
    since: Clock
    until: Clock

    def hours(self) -> Hours:
        """What is meant."""
        return Hours(frozenset(map(DAYS.index, self.days)), _minutes(self.since), _minutes(self.until))


class HoursShown(Schema):
    """Times of the week."""

    days: list[str]
    since: str
    until: str

    @classmethod
    def of(cls, hours: Hours) -> "HoursShown":
        """Show them."""
        days: list[str] = [DAYS[day] for day in sorted(hours.days)]
        return cls(days=days, since=wording.clock(hours.since), until=wording.clock(hours.until))


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
