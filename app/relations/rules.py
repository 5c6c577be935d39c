"""Decisions about what people are to one another, on plain values."""

from enum import StrEnum

#: How many people one person may block.
MOST_BLOCKS = 1_000
#: How many people one may follow.
MOST_FOLLOWS = 5_000
#: How many friends may check one in.
MOST_FRIENDS = 100
#: How many people, communities, businesses and topics together one may mute.
MOST_MUTES = 1_000
#: How many circles one may draw, and how many may stand in each.
MOST_CIRCLES = 100
MOST_MEMBERS = 1_000


class CircleKind(StrEnum):
    """Who stands in a circle: whom its owner put there, or whom they follow back."""

    NAMED = "named"
    FOLLOW_BACK = "follow_back"


class MuteKind(StrEnum):
    """What one may mute."""

    PERSON = "person"
    COMMUNITY = "community"
    BUSINESS = "business"
    TOPIC = "topic"
