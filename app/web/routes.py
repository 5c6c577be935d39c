"""The page at /, its files, and the cells that it draws."""

import functools
from typing import Any
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Response, render_template, request, send_file, url_for

from app.errors import NotFound
from app.http.calls import house
from app.web.assets import MEDIA_TYPES, edition, file_of, modules
from geo import QUARTER, Cell, box_from_bbox, centre_of, cover, outline_of

web = Blueprint("web", __name__)
A_DAY, A_YEAR = 86_400, 31_536_000
#: As many as a large screen shows before single cells are too small to see.
MOST_QUARTERS = 600


@web.get("/")
def page() -> str:
    """The page for the phone."""
    return render_template("page.html", map_style_url=house().settings.map_style_url or "", modules=modules())


@web.get("/link")
def link() -> str:
    """The page behind the links of letters; what the link is worth stands behind the #, and is never sent here."""
    return render_template("link.html")


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
    return response


@web.get("/quarters.geojson")
def quarters() -> Response:
    """The quarters (H3 cells) of a `bbox` as GeoJSON: what is meant by "somewhere around here"."""
    box = box_from_bbox(request.args.get("bbox", ""))
    cells = sorted(cover(box, QUARTER, MOST_QUARTERS).cells)
    body = {"type": "FeatureCollection", "features": [_quarter(cell) for cell in cells]}
    response = Response(msgspec.json.encode(body), mimetype="application/geo+json")
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@web.app_template_global()
def asset_url(name: str) -> str:
    """The address of a file of the page."""
    return url_for("web.asset", named=edition(), name=name)


@web.after_app_request
def fence_in(response: Response) -> Response:
    """Let pages load nothing but what is ours, and the background map an operator chose."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy(house().settings.map_style_url)
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
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


@functools.lru_cache(maxsize=10_000)
def _quarter(cell: Cell) -> dict[str, Any]:
    centre = centre_of(cell)
    return {
        "type": "Feature",
        "id": f"{cell:x}",
        "geometry": outline_of(cell).to_geojson(),
        "properties": {"centre": (centre.lon, centre.lat)},
    }
