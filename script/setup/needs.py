"""What Hereabouts needs of Debian: announced with its reason, installed or unpacked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from . import debs, machine
from .folders import LOG, VAR
from .say import NotReady, say

MACHINE = Path("/")


def _as_unpacked(_: Path) -> None:
    """Most packages work as they are unpacked."""


@dataclass(frozen=True)
class Need:
    """Debian packages: why, how to tell that they are there, how to make them work if only unpacked."""

    packages: tuple[str, ...]
    what: str
    why: str
    #: The path that is looked for below a root folder, or None.
    find: Callable[[Path], Path | None]
    #: Packages that are not worth unpacking, though Debian says that these depend on them.
    spare: re.Pattern[str] = debs.NEVER_UNPACKED
    mend: Callable[[Path], None] = _as_unpacked

    @property
    def private(self) -> Path:
        """The root folder of the packages when they are unpacked for this checkout alone."""
        return VAR / "debs" / self.packages[0]

    def found(self) -> Path | None:
        """Where it is, on the machine or below `var/`."""
        return self.find(MACHINE) or self.find(self.private)


def obtain(needs: Iterable[Need]) -> None:
    """Bring what is missing: through root for the whole machine, otherwise for this checkout alone."""
    missing = [need for need in needs if not need.found()]
    if not missing:
        return
    if not machine.has_apt():
        raise NotReady(_elsewhere(missing))
    root = machine.becoming_root()
    if root is None:
        say("You may install nothing here, so Debian's packages are unpacked into var/, for this checkout:")
        _unpack(missing)
    else:
        say("Installing Debian's packages:")
        _install(missing, root)


def _elsewhere(missing: list[Need]) -> str:
    wanted = "\n".join(f"  {need.what}: {need.why}" for need in missing)
    return (
        f"This is not Debian or a child of it, so you must install by yourself:\n{wanted}\n"
        "For the database alone, HEREABOUTS_DATABASE_URL may point at any PostgreSQL with PostGIS."
    )


def _install(missing: list[Need], root: tuple[str, ...]) -> None:
    apt = debs.Apt(LOG, ("-oDPkg::Lock::Timeout=600",), as_root=root)
    apt.refresh()
    for need in missing:
        _announce(need, apt.to_bring(need.packages))
    with machine.without_a_cluster_of_its_own(root):
        apt.install([package for need in missing for package in need.packages])


def _unpack(missing: list[Need]) -> None:
    with debs.private_apt(VAR / "debs", LOG) as apt:
        for need in missing:
            brought = apt.to_bring(need.packages, need.spare)
            _announce(need, brought)
            apt.unpack(brought, need.private, need.mend)


def _announce(need: Need, brought: list[debs.Deb]) -> None:
    count = f"{len(brought)} packages" if len(brought) > 1 else "1 package"
    megabytes = round(sum(deb.bytes for deb in brought) / 1e6)
    say(f"  {need.what}: {need.why}. {count}, {megabytes or 'less than 1'} MB.")
