"""Where something is: a latitude and a longitude that are known to be on the globe."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from geo.errors import NotOnTheGlobe


@dataclass(frozen=True, slots=True)
class Position:
    """A point of the globe in WGS 84 decimal degrees; refuses everything else with NotOnTheGlobe.

    >>> Position(40.7484, -73.9857).to_geojson()
    {'type': 'Point', 'coordinates': [-73.9857, 40.7484]}
    >>> Position(lat=139.7, lon=35.7)
    Traceback (most recent call last):
    geo.errors.NotOnTheGlobe: latitude 139.7 is not between -90 and 90; GeoJSON is [longitude, latitude], \
are they swapped?
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        lat, lon = self.lat, self.lon
        if not (type(lat) is float and type(lon) is float and -90 <= lat <= 90 and -180 <= lon <= 180):
            self._accept_or_refuse()

    def _accept_or_refuse(self) -> None:
        """Turn whole numbers into floats; refuse what is no number, not finite or off the globe."""
        lat, lon = degrees_of(self.lat, "latitude"), degrees_of(self.lon, "longitude")
        if abs(lat) > 90:
            hint = "; GeoJSON is [longitude, latitude], are they swapped?" if _would_swap(lat, lon) else ""
            raise NotOnTheGlobe(f"latitude {lat:g} is not between -90 and 90{hint}")
        if abs(lon) > 180:
            raise NotOnTheGlobe(
                f"longitude {lon:g} is not between -180 and 180; add or subtract 360 until it is"
            )
        object.__setattr__(self, "lat", lat)
        object.__setattr__(self, "lon", lon)

    @classmethod
    def from_geojson(cls, geometry: object) -> "Position":
        """Read a GeoJSON Point (RFC 7946); an altitude is accepted and dropped."""
        match geometry:
            case {"type": "Point", "coordinates": [lon, lat] | [lon, lat, _]}:
                return cls(lat, lon)
        raise NotOnTheGlobe(
            'a position is {"type": "Point", "coordinates": [longitude, latitude]}, '
            f"not {_short(geometry)}; see RFC 7946, section 3.1.2"
        )

    def to_geojson(self) -> dict[str, Any]:
        """Write a GeoJSON Point (RFC 7946)."""
        return {"type": "Point", "coordinates": [self.lon, self.lat]}


def degrees_of(value: object, name: str) -> float:
    """Give a number of degrees as a float; whole numbers will do, true, text and NaN will not.

    >>> degrees_of(12, "latitude")
    12.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotOnTheGlobe(f"{name} {_short(value)} is not a number; give decimal degrees")
    try:
        degrees = float(value)
    except OverflowError:
        degrees = inf
    if not isfinite(degrees):
        raise NotOnTheGlobe(f"{name} {degrees} is not a finite number; leave out a fix that has none")
    return degrees


def _would_swap(lat: float, lon: float) -> bool:
    return abs(lat) <= 180 and abs(lon) <= 90


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
