"""What is missing is said with its reason; what is there costs no question."""

from pathlib import Path

import pytest

from script.setup import machine, needs
from script.setup.say import NotReady


def need(there: Path | None) -> needs.Need:
    return needs.Need(("postgresql-postgis",), "PostgreSQL", "keeps check-ins", lambda root: there)


def never(*_: object) -> None:
    raise AssertionError("nobody should have asked")


def test_what_is_there_is_not_brought_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "has_apt", never)
    needs.obtain([need(there=Path("/usr"))])


def test_the_machines_own_comes_before_the_unpacked() -> None:
    everywhere = needs.Need(("chromium",), "Chromium", "looks", lambda root: root)
    unpacked = needs.Need(("chromium",), "Chromium", "looks", lambda root: root if root.name else None)
    assert everywhere.found() == Path("/")
    assert unpacked.found() == unpacked.private


def test_elsewhere_than_on_debian_people_are_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "has_apt", lambda: False)
    with pytest.raises(NotReady, match=r"PostgreSQL: keeps check-ins\n.*HEREABOUTS_DATABASE_URL"):
        needs.obtain([need(there=None)])


@pytest.mark.parametrize(("rights", "way"), [((), "install"), (("sudo", "-n"), "install"), (None, "unpack")])
def test_whoever_may_not_install_gets_the_packages_unpacked(monkeypatch, rights, way) -> None:
    taken: list[str] = []
    monkeypatch.setattr(machine, "has_apt", lambda: True)
    monkeypatch.setattr(machine, "becoming_root", lambda: rights)
    monkeypatch.setattr(needs, "_install", lambda missing, root: taken.append("install"))
    monkeypatch.setattr(needs, "_unpack", lambda missing: taken.append("unpack"))
    needs.obtain([need(there=None)])
    assert taken == [way]
