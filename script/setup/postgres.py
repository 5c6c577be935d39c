"""PostgreSQL with PostGIS: its programs, on the machine or unpacked, and how to run them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .debs import NEVER_UNPACKED, library_folders
from .needs import MACHINE, Need
from .say import NotReady

# Raster images, 3D solids and the wrappers for clusters of the machine's own: far larger than all the rest.
SPARE = re.compile(rf"{NEVER_UNPACKED.pattern}|libgdal.*|libsfcgal.*|postgresql(-client)?-common|ssl-cert")


@dataclass(frozen=True)
class Programs:
    """A folder of programs, and what has to be in the environment for them to run."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)


def _newest(root: Path) -> Path | None:
    """The programs of the newest version below `root` that has PostGIS."""
    extended = root.glob("usr/share/postgresql/*/extension/postgis.control")
    versions = sorted((int(control.parts[-3]) for control in extended), reverse=True)
    folders = (root / f"usr/lib/postgresql/{version}/bin" for version in versions)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _mend(root: Path) -> None:
    """Name the extensions as Debian's installation scripts would have."""
    for control in root.glob("usr/share/postgresql/*/extension/*-3.control"):
        control.with_name(control.name.replace("-3.control", ".control")).symlink_to(control.name)


POSTGRES = Need(
    ("postgresql-postgis",),
    "PostgreSQL with PostGIS",
    "keeps people, places and check-ins",
    _newest,
    SPARE,
    _mend,
)


def programs() -> Programs:
    """The programs that are there; NotReady if none are."""
    if there := POSTGRES.find(MACHINE):
        return Programs(there)
    if unpacked := POSTGRES.find(POSTGRES.private):
        return Programs(unpacked, _unpacked_env(POSTGRES.private))
    raise NotReady("There is no PostgreSQL with PostGIS yet; script/server brings one.")


def _unpacked_env(root: Path) -> dict[str, str]:
    libraries = ":".join(str(root / folder) for folder in library_folders(root))
    proj = str(root / "usr/share/proj")
    return {"LD_LIBRARY_PATH": libraries, "PROJ_LIB": proj, "PROJ_DATA": proj}


def prompt(url: str, env: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command that talks to a database of SQLAlchemy's URL, and its environment."""
    there = programs()
    return [str(there.folder / "psql"), url.replace("+psycopg2", "", 1)], {**env, **there.env}
