"""The virtual environment: made once, mended when broken, renewed when the pins change."""

from pathlib import Path

import pytest

from script.setup import python
from script.setup.python import Venv

PINS = "requirements.txt"


@pytest.fixture(scope="module")
def pins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pins")
    (folder / PINS).write_text("# Nothing is pinned.\n")
    return folder


@pytest.fixture(scope="module")
def venv(pins: Path) -> Venv:
    """A real one, that holds nothing but pip."""
    made = Venv(pins / "venv", pins)
    made.hold(PINS)
    return made


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run from now on, and is not."""
    done: list[str] = []
    monkeypatch.setattr(python, "work", lambda what, command, log: done.append(" ".join(command)))
    return done


def test_the_second_time_nothing_is_run(venv: Venv, commands: list[str]) -> None:
    venv.hold(PINS)
    assert commands == []


def test_other_pins_are_installed_with_their_hashes_and_without_a_compiler(venv, pins, commands) -> None:
    (pins / "requirements-dev.txt").write_text("ruff==1 --hash=sha256:0\n")
    venv.hold(PINS, "requirements-dev.txt")
    (command,) = commands
    assert command.endswith(f"--require-hashes --only-binary :all: -r {pins}/requirements-dev.txt")


@pytest.mark.parametrize("broken", ["unfinished", "no python", "moved"])
def test_a_broken_one_is_made_anew(
    venv: Venv, pins: Path, commands: list[str], tmp_path: Path, broken: str
) -> None:
    other = Venv(tmp_path / "venv", pins)
    other.programs.mkdir(parents=True)
    home = venv.folder if broken == "moved" else other.folder
    (other.programs / "pip").write_text(f"#!{home}/bin/python\n")
    if broken != "no python":
        (other.programs / "python").symlink_to(venv.programs / "python")
    if broken == "unfinished":
        (other.folder / "unfinished").touch()
    other.hold()
    assert [command.split()[1:3] for command in commands[:1]] == [["-m", "venv"]]


def test_only_pins_are_counted(tmp_path: Path) -> None:
    (tmp_path / PINS).write_text(
        "# a==1\nalembic==1.20.1 \\\n    --hash=sha256:00==\n    # via b==2\nzope==2\n"
    )
    assert python.count(tmp_path / PINS) == 2
