"""Where the public data lie: beside the checkout, or where HEREABOUTS_DATA says. None of it is in the project."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("HEREABOUTS_DATA", Path(__file__).parents[3] / "shared" / "data"))
NEIGHBOURHOODS = DATA / "nyc" / "neighbourhoods.geojson.gz"
HISTORIES = DATA / "sample" / "nyc_foursquare_5k.csv"

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"NO PUBLIC DATA at {DATA}: set HEREABOUTS_DATA to where they are"
)
