"""Which set a file belongs to, by its name."""

import re
from pathlib import Path

_ENDINGS = re.compile(r"(\.(csv|tsv|geojson|json|gpx|gz))+$")
_PARTS = re.compile(r"[-_](check-?ins|places)$")


def source_of(file: Path) -> str:
    """The file's name without its endings, and without what only tells the parts of one set apart.

    >>> [source_of(Path(name)) for name in ("foursquare_checkins.csv.gz", "foursquare_places.csv.gz", "walk.gpx")]
    ['foursquare', 'foursquare', 'walk']
    """
    return _PARTS.sub("", _ENDINGS.sub("", file.name.lower()))
