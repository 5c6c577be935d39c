"""A million check-ins of the past, the same for every contestant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from bench.city import City, places

APART = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class Kept:
    """A check-in as it lies in a table: id (UUIDv7, so newer is greater), person, degrees and UTC time."""

    id: UUID
    person: int
    lat: float
    lon: float
    at: datetime


def kept(city: City, count: int, until: datetime) -> Iterator[Kept]:
    """`count` check-ins all over the city, oldest first, the last one at `until`."""
    chance = np.random.default_rng((city.seed, 4))
    begin = until - (count - 1) * APART
    for number, (lat, lon) in enumerate(places(chance, count, city.span_deg)):
        at = begin + number * APART
        yield Kept(uuid7(at, number), number % city.people, lat, lon, at)


def uuid7(at: datetime, number: int) -> UUID:
    """The UUIDv7 (RFC 9562) of that millisecond, with a number where others have a random part."""
    milliseconds = round(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | number)
