"""A check-in as others see it: one shape for answers, feeds and messages, one payload per disclosure."""

from typing import Any

from app.checkins.signals import CheckedIn
from app.trust.rules import Disclosure


def feature(seen: CheckedIn, disclosed: Disclosure) -> dict[str, Any]:
    """A GeoJSON Feature (RFC 7946). With the disclosure AREA nothing in it tells more than the quarter does."""
    exact = disclosed is Disclosure.EXACT
    at = seen.position if exact else seen.found_at
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
            "disclosed": disclosed,
            "accuracy_m": seen.accuracy_m if exact else None,
            "fixed_at": seen.fixed_at,
            "received_at": seen.received_at,
        },
    }
