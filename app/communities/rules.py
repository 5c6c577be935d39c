"""Decisions about communities on plain values."""

from datetime import timedelta

#: Beyond this a location community is no place where people meet: the largest cities are smaller.
MOST_LOCATION_M2 = 10_000 * 1_000_000.0
#: What has not grown by then is forgotten.
FORMING_LASTS = timedelta(days=30)
#: How many one person may have forming at a time.
MOST_FORMING = 10
#: Of a location community that is about to go: no fix is as sure as that, so nobody comes in any more.
REACHED_BY_NOBODY = -1.0
CHOSEN = ("interest", "goal", "value")


def topics_fit(kind: str, topic_keys: list[str]) -> bool:
    """A community of interest, goal or value shares at least one topic of that kind; a location needs none."""
    return kind == "location" or any(key.startswith(f"{kind}:") for key in topic_keys)
