"""The browser of the tests: Debian's Chromium, made to run also where it is only unpacked."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .debs import library_folders
from .needs import Need, obtain
from .say import NotReady

CHROMIUM_PATH = "HEREABOUTS_CHROMIUM"
# All paths are below the folder it stands in, so that the checkout may move.
STARTER = """#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
export LD_LIBRARY_PATH="{libraries}" FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/usr/lib/chromium/chromium" "$@"
"""
FONTS = '<fontconfig><dir prefix="relative">usr/share/fonts</dir></fontconfig>\n'
QUIETLY = ("--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking")


def _program(root: Path) -> Path | None:
    path = root / "usr/bin/chromium"
    return path if path.exists() else None


def _library(root: Path) -> Path | None:
    return next(root.glob("usr/lib/*-linux-gnu*/libatomic.so.1"), None)


def _mend(root: Path) -> None:
    libraries = ":".join(f"$root/{folder}" for folder in library_folders(root))
    starter = root / "usr/bin/chromium"
    starter.write_text(STARTER.format(libraries=libraries))
    starter.chmod(0o755)
    (root / "fonts.conf").write_text(FONTS)


CHROMIUM = Need(
    ("chromium", "fonts-dejavu-core"),
    "Chromium",
    "the tests look at the web page with it",
    _program,
    mend=_mend,
)
ATOMIC = Need(("libatomic1",), "libatomic", "what drives the browser links to it", _library)


def ready(env: Mapping[str, str]) -> dict[str, str]:
    """What to add to the environment for a browser that starts; NotReady, with the reason, if none does."""
    obtain([CHROMIUM, ATOMIC])
    program, library = CHROMIUM.found(), ATOMIC.found()
    if not program or not library:
        raise NotReady(f"{CHROMIUM.what} was installed, but is not where Debian puts it.")
    _try(program)
    found = {CHROMIUM_PATH: str(program)}
    if not library.is_relative_to(ATOMIC.private):
        return found
    others = env.get("LD_LIBRARY_PATH", "")
    return {**found, "LD_LIBRARY_PATH": f"{library.parent}{os.pathsep}{others}".rstrip(os.pathsep)}


def _try(program: Path) -> None:
    blank = [str(program), *QUIETLY, "--dump-dom", "about:blank"]
    try:
        tried = subprocess.run(blank, check=False, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        raise NotReady(f"{program} did not show an empty page within a minute.") from None
    if "<html>" not in tried.stdout:
        raise NotReady(f"{program} does not start. It says: {tried.stderr.strip() or 'nothing'}")
