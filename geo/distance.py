"""How far apart things are, and where a walk ends: great circles on a sphere."""

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from geo.position import Position

# PostGIS's own sphere, so that ST_DistanceSphere in SQL and Python agree.
EARTH_RADIUS_M = 6371008.7714150598


def metres_between(a: Position, b: Position) -> float:
    """Great-circle metres; the same both ways, exact to nanometres from no distance up to antipodes.

    >>> round(metres_between(Position(40.7484, -73.9857), Position(40.6892, -74.0445)))
    8240
    """
    cos_cos = cos(radians(a.lat)) * cos(radians(b.lat))
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    near = sin(half_lat) ** 2 + cos_cos * sin(half_lon) ** 2
    if near < 0.5:
        return 2 * EARTH_RADIUS_M * asin(sqrt(near))
    # The haversine loses its digits towards the antipode; the one to b's antipode has them.
    far = sin(radians(a.lat + b.lat) / 2) ** 2 + cos_cos * cos(half_lon) ** 2
    return EARTH_RADIUS_M * (pi - 2 * asin(min(1.0, sqrt(far))))


def bearing(a: Position, b: Position) -> float:
    """Degrees clockwise from north in which the shortest way from a to b sets out, in [0, 360).

    >>> bearing(Position(0, 0), Position(0, 1))
    90.0
    """
    lat_a, lat_b, lon = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    east = sin(lon) * cos(lat_b)
    north = cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(lon)
    return degrees(atan2(east, north)) % 360


def destination(start: Position, bearing_degrees: float, metres: float) -> Position:
    """Where one arrives who sets out at a bearing (degrees clockwise from north) and keeps straight on.

    >>> round(destination(Position(0, 179.5), 90, 111_195).lon, 3)
    -179.5
    """
    angle, lat, turn = metres / EARTH_RADIUS_M, radians(start.lat), radians(bearing_degrees)
    north = sin(angle) * cos(turn)
    up, east = cos(angle) * cos(lat) - north * sin(lat), sin(angle) * sin(turn)
    poleward = cos(angle) * sin(lat) + north * cos(lat)
    return Position(degrees(atan2(poleward, hypot(up, east))), wrapped(start.lon + degrees(atan2(east, up))))


def offset(start: Position, metres_north: float, metres_east: float) -> Position:
    """Where one arrives who walks the straight line that leads so far north and so far east.

    >>> round(metres_between(Position(52.5, 13.4), offset(Position(52.5, 13.4), 300, -400)))
    500
    """
    turn = degrees(atan2(metres_east, metres_north))
    return destination(start, turn, hypot(metres_north, metres_east))


def metres_to_way(position: Position, start: Position, end: Position) -> float:
    """Metres from a position to the nearest point of the shortest way from start to end.

    >>> round(metres_to_way(Position(0.001, 0.5), Position(0, 0), Position(0, 1)))
    111
    """
    to_position = metres_between(start, position) / EARTH_RADIUS_M
    turn = radians(bearing(start, position) - bearing(start, end))
    along = EARTH_RADIUS_M * atan2(sin(to_position) * cos(turn), cos(to_position))
    if not 0 < along < metres_between(start, end):
        return min(metres_between(position, start), metres_between(position, end))
    return EARTH_RADIUS_M * abs(asin(sin(to_position) * sin(turn)))


def wrapped(lon: float) -> float:
    """Longitude brought into [-180, 180]; what is in already stays as it is.

    >>> wrapped(190.0), wrapped(-180.0), wrapped(180.0)
    (-170.0, -180.0, 180.0)
    """
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
