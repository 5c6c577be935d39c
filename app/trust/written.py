"""A trust contract as JSON knows it, and back: the same contract is always written in the same way."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.trust.contract import Contract
from app.trust.terms import KEPT, Group, Hours, Identity, Lasts, Level, Purpose, QuietPlace, Term, Who
from geo import Circle, Position


def contract_read(version: int, written: Mapping[str, Any]) -> Contract:
    """A contract from what `contract_written` gave."""
    return Contract(
        version,
        tuple(_term(each) for each in written["terms"]),
        tuple(_quiet_place(each) for each in written["quiet_places"]),
        written["time_zone"],
    )


def contract_written(contract: Contract) -> dict[str, Any]:
    """All of it but the version."""
    return {
        "terms": [term_written(term) for term in contract.terms],
        "quiet_places": [_quiet_place_written(place) for place in contract.quiet],
        "time_zone": contract.time_zone,
    }


def _term(written: Mapping[str, Any]) -> Term:
    who, hours, days = written["who"], written.get("hours"), written.get("days")
    return Term(
        Purpose(written["purpose"]),
        Who(Group(who["group"]), UUID(who["id"]) if who.get("id") else None),
        Level.of(written["level"]),
        hours and Hours(frozenset(hours["days"]), hours["since"], hours["until"]),
        KEPT if days is None else Lasts(days),
        Identity[written["identity"].upper()],
    )


def term_written(term: Term) -> dict[str, Any]:
    """One term."""
    hours = term.hours
    return {
        "purpose": term.purpose.value,
        "who": {"group": term.who.group.value, "id": str(term.who.id) if term.who.id else None},
        "level": term.level.word,
        "hours": hours and {"days": sorted(hours.days), "since": hours.since, "until": hours.until},
        "days": None if term.lasts == KEPT else term.lasts.days,
        "identity": term.identity.word,
    }


def _quiet_place(written: Mapping[str, Any]) -> QuietPlace:
    middle = Position(written["lat"], written["lon"])
    return QuietPlace(written["name"], Circle(middle, written["radius_m"]))


def _quiet_place_written(place: QuietPlace) -> dict[str, Any]:
    middle = place.circle.centre
    return {"name": place.name, "lat": middle.lat, "lon": middle.lon, "radius_m": place.circle.radius_m}
