"""The files the page is made of: our own, and those of its libraries as npm put them beside it."""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
OURS = HERE / "static"
#: What the page loads of its libraries, as addresses below `lib/`.
LIBRARIES = {
    "lib/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "lib/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "lib/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "lib/socket.io.mjs": "socket.io-client/dist/socket.io.esm.min.js",
    "lib/qr.mjs": "qr/index.js",
    "lib/swagger-ui.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "lib/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
}
MEDIA_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


def file_of(name: str) -> Path | None:
    """The file at an address below /assets; None if there is none."""
    return _files().get(name)


def modules() -> Iterator[str]:
    """The modules of the page, so that a browser can fetch them all at once instead of one after the other."""
    return (
        name
        for name in sorted(_files())
        if name.endswith(".mjs") and not name.startswith(("lib/", "docs", "pages/"))
    )


@functools.cache
def edition() -> str:
    """A name for these files as they are now: other contents, other name. The lock file stands for the libraries."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes())
    for name, path in sorted(_files().items()):
        if name not in LIBRARIES:
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@functools.cache
def _files() -> dict[str, Path]:
    ours = {str(path.relative_to(OURS)): path for path in OURS.rglob("*.*")}
    return ours | {name: HERE / "node_modules" / path for name, path in LIBRARIES.items()}
