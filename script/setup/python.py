"""The Python packages: a virtual environment in `var/venv` that holds what the requirement files pin."""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

from .folders import LOG, ROOT, VAR
from .needs import Need
from .say import say, work

REASONS = {
    "requirements.txt": "what Hereabouts runs on",
    "requirements-dev.txt": "the tests, linters and type checker",
    "requirements-node.txt": "Node.js, which this machine has not, to fetch the web page's libraries",
}


def _wheel(root: Path) -> Path | None:
    return next(iter(sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))), None)


PIP = Need(("python3-pip-whl",), "pip", "installs the Python packages; Debian's Python has none", _wheel)


def needs() -> list[Need]:
    """Debian leaves pip out of its Python; others bring it along."""
    return [] if importlib.util.find_spec("ensurepip") else [PIP]


class Venv:
    """The virtual environment in a folder, made by the Python that runs the scripts."""

    def __init__(self, folder: Path = VAR / "venv", pins: Path = ROOT) -> None:
        self.folder = folder
        self._pins = pins
        self.programs = folder / "bin"
        self._stamp = folder / "installed.json"
        self._unfinished = folder / "unfinished"

    def hold(self, *files: str) -> None:
        """Install what the requirement files pin, unless that was done; one that is broken is made anew."""
        if not self._is_sound():
            self._make()
        for name in files:
            if self._installed().get(name) != fingerprint(self._pins / name):
                self._install(name)

    def _is_sound(self) -> bool:
        """Whether it was finished, is where it was made, and its Python has not gone away under it."""
        try:
            here = str(self.folder) in (self.programs / "pip").read_text()
            pip = subprocess.run(
                [self.programs / "python", "-I", "-c", "import pip"], check=False, capture_output=True
            )
        except OSError:
            return False
        return here and pip.returncode == 0 and not self._unfinished.exists()

    def _make(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        # Not the one of a virtual environment, which may be the very one that has just been removed.
        python = str(Path(sys.executable).resolve())
        bare = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
        work("making a virtual environment", [python, "-m", "venv", *bare, str(self.folder)], LOG)
        if bare and (wheel := PIP.found()):
            self._pip("installing pip", "install", "--no-index", str(wheel), pip=f"{wheel}/pip")

    def _install(self, name: str) -> None:
        packages = count(self._pins / name)
        say(f"Installing Python packages into var/venv: {REASONS[name]} ({packages} packages).")
        self._unfinished.touch()
        strictly = ("--require-hashes", "--only-binary", ":all:")
        self._pip("installing", "install", *strictly, "-r", str(self._pins / name))
        self._stamp.write_text(json.dumps({**self._installed(), name: fingerprint(self._pins / name)}))
        self._unfinished.unlink()

    def _pip(self, what: str, *command: str, pip: str = "-mpip") -> None:
        python = str(self.programs / "python")
        work(what, [python, "-I", pip, "--disable-pip-version-check", "--no-input", *command], LOG)

    def _installed(self) -> dict[str, str]:
        """The fingerprint of each requirement file at the time when it was installed."""
        try:
            return dict(json.loads(self._stamp.read_text()))
        except (OSError, ValueError):
            return {}


def fingerprint(file: Path) -> str:
    """The same for the same content, and hardly ever for another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def count(requirements: Path) -> int:
    """How many packages a requirement file pins."""
    return sum("==" in line for line in requirements.read_text().splitlines() if line[:1].isalnum())
