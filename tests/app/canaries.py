"""What is said, where and with what, in forms that nothing else in a log can have."""

from collections.abc import Sequence
from typing import Any

from geo import Position
from tests.world import Json, point

SAID = "a-canary-in-the-text"
HERE = Position(12.3456789, 98.7654321)
FORGED, WORD = "hb1_a-canary-of-a-token", "a-canary-of-a-password"
PRIVATE = (SAID, FORGED, WORD, "12.34567", "98.76543")


def a_check_in(**more: Any) -> Json:
    return {"position": point(HERE), "text": SAID, **more}


def about_requests(lines: Sequence[Json]) -> list[Json]:
    """Those of all lines that tell of a request."""
    return [line for line in lines if line["event"] == "request"]
