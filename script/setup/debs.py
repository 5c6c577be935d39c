"""Debian packages: what one brings along, and how to unpack them where nothing may be installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .say import NotReady, say, work

NOTHING = re.compile(r"(?!)")
# A second C library would not fit the machine's own loader; the rest are daemons, compilers and pictures.
NEVER_UNPACKED = re.compile(
    r"libc6|libc-bin|locales|perl.*|systemd.*|dbus.*|adwaita-.*|x11-.*|xdg-.*|libllvm.*|libgl1-mesa-dri"
)
NO_MERE_WISHES = tuple(
    f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
)


@dataclass(frozen=True)
class Deb:
    """A package that is not on the machine yet, and the size of its download in bytes."""

    name: str
    bytes: int


@dataclass(frozen=True)
class Apt:
    """Debian's package manager with some options."""

    log: Path
    options: tuple[str, ...] = ()
    #: What makes a command root's, where the machine itself may be changed.
    as_root: tuple[str, ...] = ()

    def refresh(self) -> None:
        """Read the lists of packages anew. One that fails matters only if a package is not found then."""
        try:
            work(
                "reading the lists of packages",
                [*self.as_root, "apt-get", *self.options, "-q", "update"],
                self.log,
            )
        except NotReady:
            say(f"  Some lists of packages could not be read (see {self.log}); going on with the others.")

    def to_bring(self, packages: Sequence[str], spare: re.Pattern[str] = NOTHING) -> list[Deb]:
        """What has to be downloaded for the packages, without the spare ones and what only those need."""
        answer = self._ask(
            "apt-get", "-qq", "-y", "--no-install-recommends", "--print-uris", "install", *packages
        )
        # A line of it: 'http://host/pool/f/foo/foo_1.0-1_amd64.deb' foo_1.0-1_amd64.deb 14780 SHA256:…
        found = re.findall(r"^'\S+' ([^_\s]+)_\S+ (\d+) ", answer, re.MULTILINE)
        every = {name: Deb(name, int(size)) for name, size in found}
        kept = reachable(packages, self._dependencies(sorted(every)), spare)
        return [deb for name, deb in every.items() if name in kept]

    def unpack(self, debs: Sequence[Deb], into: Path, mend: Callable[[Path], None]) -> None:
        """Download the packages and lay their files out below `into`, which appears only when all is done."""
        making = into.with_name(f"{into.name}.making")
        downloads = making / "downloads"
        shutil.rmtree(making, ignore_errors=True)
        downloads.mkdir(parents=True)
        names = [deb.name for deb in debs]
        work("downloading", ["apt-get", *self.options, "-q", "download", *names], self.log, folder=downloads)
        for number, deb in enumerate(sorted(downloads.glob("*.deb")), start=1):
            work(f"unpacking {number} of {len(debs)}", ["dpkg-deb", "-x", str(deb), str(making)], self.log)
        shutil.rmtree(downloads)
        mend(making)
        making.rename(into)

    def install(self, packages: Sequence[str]) -> None:
        """Install packages on the machine; an installation that was interrupted earlier is mended first."""
        subprocess.run([*self.as_root, "dpkg", "--configure", "-a"], check=False, capture_output=True)
        apt = [*self.as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *self.options, "-q", "-y"]
        work("installing", [*apt, "install", "--no-install-recommends", *packages], self.log)

    def _dependencies(self, names: Sequence[str]) -> dict[str, set[str]]:
        return dependencies(self._ask("apt-cache", "depends", *NO_MERE_WISHES, *names)) if names else {}

    def _ask(self, program: str, *question: str) -> str:
        english = {**os.environ, "LC_ALL": "C.UTF-8"}
        asked = subprocess.run(
            [program, *self.options, *question], check=False, capture_output=True, text=True, env=english
        )
        if asked.returncode:
            raise NotReady(f"Debian's package manager cannot bring {question[-1]}:\n{asked.stderr}")
        return asked.stdout


@contextmanager
def private_apt(folder: Path, log: Path) -> Iterator[Apt]:
    """A package manager for anybody: its lists are in `folder`, and it knows what the machine has."""
    keep = folder / "apt"
    for needed in ("lists/partial", "cache/archives/partial"):
        (keep / needed).mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State::lists": keep / "lists",
        "Dir::Cache": keep / "cache",
        "Debug::NoLocking": "true",
        "Acquire::Languages": "none",
    }
    apt = Apt(log, tuple(f"-o{name}={value}" for name, value in settings.items()))
    try:
        apt.refresh()
        yield apt
    finally:
        shutil.rmtree(keep)


def dependencies(answer: str) -> dict[str, set[str]]:
    """What `apt-cache depends` said: what each package depends on, with alternatives and providers."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in answer.splitlines():
        if line.startswith((" ", "|")):
            found[name].add(line.split(":", 1)[-1].strip(" <>"))
        else:
            name = line
            found[name] = set()
    return found


def reachable(packages: Sequence[str], needed_by: Mapping[str, set[str]], spare: re.Pattern[str]) -> set[str]:
    """The packages and all that they need, directly or not, never going through a spare one."""
    reached: set[str] = set()
    next_up = list(packages)
    while next_up:
        name = next_up.pop()
        if name not in reached and not spare.fullmatch(name):
            reached.add(name)
            next_up.extend(needed_by.get(name, ()))
    return reached


def library_folders(root: Path) -> list[Path]:
    """The folders below an unpacked root where programs look for shared libraries, relative to it."""
    places = [place for top in ("usr/lib", "lib") for place in root.glob(f"{top}/*-linux-gnu*")]
    inner = [
        path
        for place in places
        for path in sorted(place.iterdir())
        if path.is_dir() and any(path.glob("lib*.so*"))
    ]
    return [place.relative_to(root) for place in [*places, *inner]]
