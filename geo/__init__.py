"""Where things are and what is near: plain geometry on the globe."""

from geo.area import Area, Box, Circle, Polygon, area_from_geojson, box_from_bbox, circle_around
from geo.areas import AreaIndex
from geo.cells import (
    CITY,
    DISTRICT,
    QUARTER,
    REGION,
    SPOT,
    Cell,
    Cover,
    blur,
    cell_named,
    cell_of,
    centre_of,
    children,
    cover,
    finest_cover,
    outline_of,
    parent,
    resolution_for,
    resolution_of,
)
from geo.distance import EARTH_RADIUS_M, bearing, destination, metres_between, offset
from geo.errors import BadArea, GeoError, NotOnTheGlobe
from geo.fence import Crossing, Fence, Standing, crossing, sure_enough, swept
from geo.moving import MovingPoints
from geo.position import Position

__all__ = [
    "CITY",
    "DISTRICT",
    "EARTH_RADIUS_M",
    "QUARTER",
    "REGION",
    "SPOT",
    "Area",
    "AreaIndex",
    "BadArea",
    "Box",
    "Cell",
    "Circle",
    "Cover",
    "Crossing",
    "Fence",
    "GeoError",
    "MovingPoints",
    "NotOnTheGlobe",
    "Polygon",
    "Position",
    "Standing",
    "area_from_geojson",
    "bearing",
    "blur",
    "box_from_bbox",
    "cell_named",
    "cell_of",
    "centre_of",
    "children",
    "circle_around",
    "cover",
    "crossing",
    "destination",
    "finest_cover",
    "metres_between",
    "offset",
    "outline_of",
    "parent",
    "resolution_for",
    "resolution_of",
    "sure_enough",
    "swept",
]
