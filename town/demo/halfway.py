"""What there is in Halfway: streets, quarters, communities, shops and people, all of them invented."""

from dataclasses import dataclass
from math import cos, radians

from geo import Position

#: Nobody lives here: the sea is three kilometres deep.
MIDDLE = Position(45.0, -30.0)
#: Streets and avenues cross every so many metres, so many times each way.
BLOCK_M = 110.0
CROSSINGS = 11
MADE_UP = "(made up)"
_METRES_A_DEGREE = 111_195.0

Crossing = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A location community between two crossings, south-west and north-east."""

    name: str
    south_west: Crossing
    north_east: Crossing


@dataclass(frozen=True, slots=True)
class Circle:
    """A community that people choose."""

    kind: str
    name: str
    purpose: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Haunt:
    """A place at a crossing where people stop, what they do there and what it is about."""

    name: str
    category: str
    at: Crossing
    activity: str
    topics: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """A business at one of the haunts, and what it offers within so many metres."""

    name: str
    haunt: str
    title: str
    text: str
    topics: tuple[str, ...]
    activities: tuple[str, ...]
    radius_m: float


QUARTERS = (
    Quarter("Halfway", (0, 0), (10, 10)),
    Quarter("Harbour", (0, 0), (10, 3)),
    Quarter("Old Town", (0, 3), (5, 7)),
    Quarter("Lamp Street", (5, 3), (10, 7)),
    Quarter("Windmill Hill", (0, 7), (10, 10)),
)
CIRCLES = (
    Circle("interest", "Ring riders", "Round the island before breakfast.", ("interest:cycling",)),
    Circle("interest", "Bean counters", "Where the coffee is good today.", ("interest:coffee",)),
    Circle("interest", "Harbour swimmers", "All year, in any water.", ("interest:swimming",)),
    Circle("interest", "Chess under the mill", "A board, two chairs, no clock.", ("interest:chess",)),
    Circle(
        "goal",
        "A bike workshop for Halfway",
        "Twelve of us, a room and tools.",
        ("goal:bike-workshop", "interest:cycling"),
    ),
    Circle("value", "Fair trade first", "We ask where it comes from.", ("value:fair-trade",)),
)
HAUNTS = (
    Haunt("Ferry pier", "Ferry", (5, 0), "waiting", (), ("The ferry is late.", "Whales off the pier!")),
    Haunt(
        "Sea pool", "Pool", (2, 1), "swimming", ("interest:swimming",), ("16 degrees, lovely.", "Who is in?")
    ),
    Haunt(
        "Second Cup",
        "Coffee Shop",
        (6, 4),
        "drinking",
        ("interest:coffee",),
        ("A table is free.", "New beans today."),
    ),
    Haunt(
        "Old Roastery",
        "Coffee Shop",
        (2, 5),
        "drinking",
        ("interest:coffee", "value:fair-trade"),
        ("Queue to the door.",),
    ),
    Haunt(
        "Spoke & Saddle", "Bike Shop", (8, 5), "shopping", ("interest:cycling",), ("A new chain at last.",)
    ),
    Haunt(
        "Lighthouse bend",
        "Scenic Lookout",
        (10, 2),
        "riding",
        ("interest:cycling",),
        ("Headwind all the way.", "Ten laps."),
    ),
    Haunt(
        "Under the mill",
        "Park",
        (4, 9),
        "playing",
        ("interest:chess",),
        ("A game, anyone?", "Lost my queen again."),
    ),
    Haunt("Blue Lantern", "Bookstore", (7, 6), "reading", ("interest:chess",), ("Second-hand openings!",)),
    Haunt("Saturday market", "Market", (3, 4), "shopping", ("value:fair-trade",), ("Honey from the hill.",)),
    Haunt(
        "Workshop door",
        "Building",
        (9, 8),
        "building",
        ("goal:bike-workshop",),
        ("Who brings a vice?", "We have a key!"),
    ),
)
SHOPS = (
    Shop(
        "Second Cup",
        "Second Cup",
        "Second cup free",
        "Show this and the second one is on us.",
        ("interest:coffee",),
        ("drinking",),
        250.0,
    ),
    Shop(
        "Spoke & Saddle",
        "Spoke & Saddle",
        "Free brake check",
        "Ten minutes, while you wait.",
        ("interest:cycling", "goal:bike-workshop"),
        (),
        400.0,
    ),
    Shop(
        "Blue Lantern",
        "Blue Lantern",
        "Any chess book at half price",
        "Until the shelf is empty.",
        ("interest:chess",),
        (),
        300.0,
    ),
    Shop(
        "Old Roastery",
        "Old Roastery",
        "A bag of fair beans",
        "For those who ask where it comes from.",
        ("value:fair-trade",),
        (),
        350.0,
    ),
)
NAMES = (
    "Ada",
    "Bela",
    "Cai",
    "Dora",
    "Edo",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jun",
    "Kira",
    "Leo",
    "Mira",
    "Nils",
    "Oona",
    "Pia",
    "Quin",
    "Rui",
    "Sol",
    "Tess",
    "Udo",
    "Vera",
    "Wim",
    "Xenia",
    "Yara",
)


def position_of(across: float, up: float) -> Position:
    """Where a point of the street grid is, counted in blocks east and north of the south-western crossing."""
    half = (CROSSINGS - 1) / 2
    lat = MIDDLE.lat + (up - half) * BLOCK_M / _METRES_A_DEGREE
    return Position(
        lat, MIDDLE.lon + (across - half) * BLOCK_M / (_METRES_A_DEGREE * cos(radians(MIDDLE.lat)))
    )


def area_of(quarter: Quarter) -> dict[str, object]:
    """The quarter as a GeoJSON Polygon, half a block wider than its crossings."""
    (west, south), (east, north) = quarter.south_west, quarter.north_east
    return square(west - 0.5, south - 0.5, east + 0.5, north + 0.5)


def area_around(at: Crossing, radius_m: float) -> dict[str, object]:
    """A square around a crossing, as far to each side as the radius."""
    blocks = radius_m / BLOCK_M
    return square(at[0] - blocks, at[1] - blocks, at[0] + blocks, at[1] + blocks)


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    """A GeoJSON Polygon between two points of the street grid."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[_lon_lat(across, up) for across, up in corners]]}


def _lon_lat(across: float, up: float) -> list[float]:
    at = position_of(across, up)
    return [at.lon, at.lat]
