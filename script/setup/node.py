"""The web page's libraries: npm packages as the lock file pins them, none of whose own scripts is run."""

import os
import shutil
from pathlib import Path

from .folders import LOG, ROOT
from .python import Venv, fingerprint
from .say import say, work

WEB = ROOT / "app/web"


def hold(venv: Venv, folder: Path = WEB) -> None:
    """Fetch what the lock file pins, unless that was done."""
    stamp = folder / "node_modules/.installed"
    wanted = fingerprint(folder / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = find_npm(venv)
    say("Fetching the web page's libraries (map, sockets, API reader) into app/web/node_modules.")
    work(
        "fetching",
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        LOG,
        folder,
        npm_environment(npm),
    )
    stamp.write_text(wanted)


def find_npm(venv: Venv) -> str:
    """The machine's npm, or one of our own from PyPI."""
    if npm := shutil.which("npm"):
        return npm
    venv.hold("requirements-node.txt")
    return str(venv.programs / "npm")


def npm_environment(npm: str) -> dict[str, str]:
    """npm looks for the `node` beside it on the path."""
    return {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
