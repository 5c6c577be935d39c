"""What is drawn, as it is sent to a server."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from town.offering.market import Draft, Evening
from town.reference.wanting import Budget, Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def body_of(draft: Draft) -> dict[str, Any]:
    """An offer as it is sent."""
    body: dict[str, Any] = {
        "title": draft.title,
        "text": "Nobody gives this: it is there to try the gate.",
        "topics": sorted(draft.topics),
        "area": shapely.geometry.mapping(draft.area.shape),
        "position": draft.at.to_geojson(),
        "activities": sorted(draft.activities),
        "starts_at": iso(draft.starts),
        "ends_at": iso(draft.ends),
        "hold_out": draft.hold_out,
    }
    if draft.quantity:
        body |= {"quantity": draft.quantity, "per_person": draft.per_person}
    if draft.returning:
        body["returning"] = draft.returning
    if draft.week:
        body |= {"hours": [hours_given(each) for each in draft.week.hours], "time_zone": draft.week.time_zone}
    return body


def evening_given(evening: Evening, time_zone: str) -> dict[str, Any]:
    """An event as it is sent."""
    zone = ZoneInfo(time_zone)
    starts, ends = (datetime.fromtimestamp(each, zone) for each in (evening.starts, evening.ends))
    seats = {"capacity": evening.seats} if evening.seats else {}
    return {
        "title": "A made-up evening",
        "position": evening.at.to_geojson(),
        "starts_at": starts.replace(tzinfo=None).isoformat(),
        "ends_at": ends.replace(tzinfo=None).isoformat(),
        "time_zone": time_zone,
        **seats,
    }


def hours_given(hours: Hours) -> dict[str, Any]:
    """Hours as they are sent."""
    since, until = (f"{each // 60:02}:{each % 60:02}" for each in (hours.since, hours.until))
    return {"days": [_DAYS[day] for day in sorted(hours.days)], "since": since, "until": until}


def said_of(budget: Budget) -> dict[str, int]:
    """A budget as it is sent."""
    names = ("an_hour", "a_day", "a_community", "a_business")
    return {name: getattr(budget, name) for name in names}


def as_given(shown: dict[str, Any]) -> dict[str, Any]:
    """A term as it is sent that was shown; those of everybody's first contract name nobody."""
    kept = ("purpose", "exactness", "lasts", "identity")
    return {**{name: shown[name] for name in kept}, "who": {"group": shown["who"]["group"]}}


def iso(seconds: float) -> str:
    """A moment as it is sent."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
