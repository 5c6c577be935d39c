"""The page at /, its files, and the cells that it draws."""

import functools
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from flask import Blueprint, Response, render_template, request, send_file, url_for

from app.errors import Invalid, NotFound
from app.http.calls import house
from app.web.assets import MEDIA_TYPES, edition, file_of, modules
from geo import (
    CITY,
    QUARTER,
    SPOT,
    Cell,
    Position,
    box_from_bbox,
    cell_named,
    cell_of,
    centre_of,
    cover,
    outline_of,
)

web = Blueprint("web", __name__)
A_DAY, A_YEAR = 86_400, 31_536_000
#: It lies below /assets, and keeps the page at /.
WORKER = "worker.js"
#: As many as a large screen shows before single cells are too small to see.
MOST_QUARTERS = 600
#: As many as the page shows check-ins.
MOST_CELLS = 100
SIZES = {"street": SPOT, "quarter": QUARTER, "city": CITY}


@web.get("/")
def page() -> str:
    """The page for the phone."""
    return render_template("page.html", map_style_url=house().settings.map_style_url or "", modules=modules())


@web.get("/link")
def link() -> str:
    """The page behind the links of letters; what the link is worth stands behind the #, and is never sent here."""
    return render_template("link.html")


@web.get("/stories/<uuid:event_id>/<uuid:date_id>")
def story(event_id: UUID, date_id: UUID) -> str:
    """The story of a date of an event, for whoever has its address; its script reads what may be known as anybody."""
    feed = f"/v1/events/{event_id}/dates/{date_id}/story.atom"
    return render_template("story.html", map_style_url=house().settings.map_style_url or "", feed=feed)


@web.get("/p/<code>")
def post(code: str) -> str:
    """The page behind what a post shows; its script reads the code from the address."""
    return render_template("post.html")


@web.get("/t/<code>")
def shown_code(code: str) -> str:
    """The page behind what a tag shows, for whoever scans it without being a reader. It does not say whose it is."""
    return render_template("code.html")


@web.get("/oauth/authorize")
def authorize() -> str:
    """The page that asks a person whether a client may act for them; its script reads the request from the address."""
    return render_template("consent.html")


@web.get("/assets/<named>/<path:name>")
def asset(named: str, name: str) -> Response:
    """A file of the page. Its address changes with its contents, so browsers may keep it for good."""
    path = file_of(name)
    if path is None or not path.exists():
        raise NotFound(f"There is no file {name}.")
    response = send_file(path, MEDIA_TYPES[path.suffix], conditional=True)
    # While servers of two editions run side by side, neither's files may be kept under the other's name.
    kept = f"public, max-age={A_YEAR}, immutable" if named == edition() else "no-cache"
    response.headers["Cache-Control"] = kept
    response.headers["X-Content-Type-Options"] = "nosniff"
    if name == WORKER:
        response.headers["Service-Worker-Allowed"] = url_for("web.page")
    return response


@web.get("/quarters.geojson")
def quarters() -> Response:
    """The quarters (H3 cells) of a `bbox` as GeoJSON: what is meant by "somewhere around here"."""
    box = box_from_bbox(request.args.get("bbox", ""))
    return _collection(sorted(cover(box, QUARTER, MOST_QUARTERS).cells))


@web.get("/cells.geojson")
def cells() -> Response:
    """Cells (H3) in the order asked for, as GeoJSON: each `cell`, or one of a `size` (street …) around each `at`."""
    named = request.args.getlist("cell")
    if len(named) > MOST_CELLS:
        raise Invalid(f"Give {MOST_CELLS} times cell= at most.")
    return _collection([cell_named(each) for each in named] or _cells_around())


@web.app_template_global()
def asset_url(name: str) -> str:
    """The address of a file of the page."""
    return url_for("web.asset", named=edition(), name=name)


@web.after_app_request
def fence_in(response: Response) -> Response:
    """Let pages load nothing but what is ours, and the background map an operator chose."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy(house().settings.map_style_url)
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
    return response


def _policy(map_style_url: str | None) -> str:
    style = urlsplit(map_style_url or "")
    theirs = f" {style.scheme}://{style.netloc}" if style.netloc else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{theirs}",
            f"connect-src 'self'{theirs}",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _cells_around() -> list[Cell]:
    size = request.args.get("size", "")
    if size not in SIZES:
        raise Invalid(f"size must be one of: {', '.join(SIZES)}.")
    asked = request.args.getlist("at")
    if not 0 < len(asked) <= MOST_CELLS:
        raise Invalid(f"Give from 1 to {MOST_CELLS} times at=lon,lat.")
    return [cell_of(_position(each), SIZES[size]) for each in asked]


def _position(said: str) -> Position:
    try:
        lon, lat = (float(part) for part in said.split(","))
    except ValueError:
        raise Invalid("Give at=lon,lat in degrees, such as at=2.1561,41.4036.") from None
    return Position(lat, lon)


def _collection(cells: Iterable[Cell]) -> Response:
    body = {"type": "FeatureCollection", "features": [_drawn(cell) for cell in cells]}
    response = Response(msgspec.json.encode(body), mimetype="application/geo+json")
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@functools.lru_cache(maxsize=10_000)
def _drawn(cell: Cell) -> dict[str, Any]:
    centre = centre_of(cell)
    return {
        "type": "Feature",
        "id": f"{cell:x}",
        "geometry": outline_of(cell).to_geojson(),
        "properties": {"centre": (centre.lon, centre.lat)},
    }
