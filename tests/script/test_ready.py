"""Whoever names a database gets that one, and nothing is started."""

import pytest

from script.setup import ready as module
from script.setup.ready import ready

ELSEWHERE = "postgresql+psycopg2://ana@db.example/hereabouts"


class Held:
    """Stands for the virtual environment of this run, which is in use."""

    folder = module.VAR / "venv"
    programs = folder / "bin"

    def hold(self, *files: str) -> None:
        """Nothing is installed while tests run."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the machine is asked for, instead of being changed."""
    wanted: list[object] = []
    monkeypatch.setattr(module.needs, "obtain", wanted.extend)
    monkeypatch.setattr(module.python, "Venv", Held)
    monkeypatch.setattr(module, "stop_when_asked", lambda: None)
    monkeypatch.setattr(module, "Cluster", lambda *_: pytest.fail("a database was started"))
    return wanted


def test_a_database_that_is_named_is_used_and_none_is_installed_or_started(asked, monkeypatch) -> None:
    monkeypatch.setenv("HEREABOUTS_DATABASE_URL", ELSEWHERE)
    with ready() as env:
        assert env["HEREABOUTS_DATABASE_URL"] == ELSEWHERE
    assert module.postgres.POSTGRES not in asked


def test_a_script_that_needs_no_database_starts_none(asked, monkeypatch) -> None:
    monkeypatch.delenv("HEREABOUTS_DATABASE_URL", raising=False)
    with ready(database=False) as env:
        assert "HEREABOUTS_DATABASE_URL" not in env
    assert module.postgres.POSTGRES not in asked


def test_the_programs_of_the_virtual_environment_come_first(asked) -> None:
    with ready(database=False) as env:
        assert env["PATH"].split(":")[0] == str(Held.programs)
