"""The web page's libraries: fetched when the lock file changed, and only then."""

from pathlib import Path

import pytest

from script.setup import node
from script.setup.python import Venv

NPM = """#!/bin/sh
mkdir -p node_modules
echo "$@" >> asked
"""


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a lock file, on a machine whose npm just notes what it is asked."""
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    monkeypatch.setattr(node, "LOG", tmp_path / "log")
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


def test_the_lock_file_is_followed_once_and_no_packages_script_is_run(web: Path) -> None:
    node.hold(Venv(web / "venv"), web)
    node.hold(Venv(web / "venv"), web)
    assert (web / "asked").read_text() == "ci --ignore-scripts --no-audit --no-fund\n"


def test_another_lock_file_is_followed_again(web: Path) -> None:
    node.hold(Venv(web / "venv"), web)
    (web / "package-lock.json").write_text('{"lockfileVersion": 3}')
    node.hold(Venv(web / "venv"), web)
    assert len((web / "asked").read_text().splitlines()) == 2


def test_a_machine_without_npm_gets_one_from_the_pins(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []
    venv = Venv(web / "venv")
    monkeypatch.setattr(venv, "hold", held.append)
    monkeypatch.setenv("PATH", "/nowhere")
    assert node.find_npm(venv) == str(web / "venv/bin/npm")
    assert held == ["requirements-node.txt"]
