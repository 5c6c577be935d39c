"""A check-in as others see it: one shape for answers, feeds and messages, one payload per disclosure."""

from typing import Any

from app.checkins.signals import CheckedIn
from app.trust.terms import Level, disclosed_at


def feature(seen: CheckedIn, disclosed: Level) -> dict[str, Any]:
    """A GeoJSON Feature (RFC 7946). Nothing in it tells more of where than the level that is disclosed."""
    exact = disclosed is Level.EXACT
    at = disclosed_at(seen.position, disclosed)
    return {
        "type": "Feature",
        "id": seen.id,
        "geometry": {"type": "Point", "coordinates": (at.lon, at.lat)},
        "properties": {
            "handle": seen.handle,
            "text": seen.text,
            "activity": seen.activity,
            "topics": seen.topics,
            "place_id": seen.place_id if exact else None,
            "communities": seen.location_ids if exact else (),
            "disclosed": disclosed.word,
            "accuracy_m": seen.accuracy_m if exact else None,
            "fixed_at": seen.fixed_at,
            "received_at": seen.received_at,
            "planned_for": seen.planned_for,
            "unverified": seen.doubts,
            "said_by": seen.said_by,
        },
    }
