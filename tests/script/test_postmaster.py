"""What a killed server leaves must not be taken for a running one."""

import os
from pathlib import Path

import pytest

from script.setup import postmaster


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The data folder of a server that was killed; its number now belongs to this process."""
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n/data\n1700000000\n5432\n/run\n\n  8716  12\n")
    return tmp_path


def test_a_number_that_somebody_else_has_now_is_no_server(left: Path) -> None:
    assert not postmaster.runs(left)


def test_such_a_number_is_made_unmistakable_and_the_memory_to_look_for_is_kept(left: Path) -> None:
    postmaster.make_way(left, left)
    number, *others = (left / "postmaster.pid").read_text().split("\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)
    assert others == ["/data", "1700000000", "5432", "/run", "", "  8716  12", ""]


@pytest.mark.parametrize("text", ["", "12x4\n", "\n"])
def test_a_pid_file_that_was_cut_short_is_removed(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert not postmaster.runs(tmp_path)
    postmaster.make_way(tmp_path, tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_sockets_that_nobody_listens_on_are_removed(left: Path) -> None:
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock", "kept"):
        (left / name).touch()
    postmaster.make_way(left, left)
    assert sorted(path.name for path in left.iterdir()) == ["kept", "postmaster.pid"]
