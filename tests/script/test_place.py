"""Where the cluster goes: below `var/`, unless its account or its socket does not fit there."""

import os
import pwd
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from script.setup import place
from script.setup.say import NotReady

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the cluster as somebody else")
SOCKET = "/.s.PGSQL.5432.lock"


def test_the_socket_is_in_the_clusters_own_folder() -> None:
    assert place.sockets_for(Path("/srv/hereabouts/var/pg")) == Path("/srv/hereabouts/var/pg/run")


@given(st.lists(st.sampled_from(["var", "Überall", "a" * 40, "日本"]), min_size=1, max_size=9))
def test_a_sockets_name_always_fits(parts: list[str]) -> None:
    sockets = place.sockets_for(Path("/", *parts))
    assert len(os.fsencode(f"{sockets}{SOCKET}")) <= 107


def test_two_deep_clusters_never_share_a_folder() -> None:
    deep = Path("/", *["deep" * 10] * 4)
    assert place.sockets_for(deep / "one") != place.sockets_for(deep / "two")


def test_a_cluster_is_below_var_and_nothing_need_be_remembered(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(place, "may_enter", lambda folder, account: True)
    assert place.choose(tmp_path, state=Path("/nowhere")).folder == tmp_path / "pg"
    assert not list(tmp_path.iterdir())


def test_where_its_account_may_not_go_it_lives_elsewhere_and_that_is_remembered(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(place, "may_enter", lambda folder, account: folder != tmp_path)
    away = place.choose(tmp_path, state=Path("/state")).folder
    assert away.parent == Path("/state")
    assert place.choose(tmp_path, state=Path("/another")).folder == away


def test_a_cluster_that_can_no_longer_be_reached_is_not_forgotten_for_an_empty_one(
    tmp_path, monkeypatch
) -> None:
    (tmp_path / "pg/data").mkdir(parents=True)
    monkeypatch.setattr(place, "may_enter", lambda folder, account: False)
    with pytest.raises(NotReady, match="may no longer enter"):
        place.choose(tmp_path, state=tmp_path)


@AS_ROOT
def test_root_hands_its_folders_to_the_account(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    place.Place(tmp_path / "pg", tmp_path / "run", nobody).make()
    for folder in (tmp_path / "pg", tmp_path / "run"):
        assert (folder.stat().st_uid, folder.stat().st_mode & 0o777) == (nobody.pw_uid, 0o700)


@AS_ROOT
def test_a_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    os.chown(tmp_path / "run", 12345, 12345)
    with pytest.raises(NotReady, match="somebody else made it"):
        place.Place(tmp_path / "pg", tmp_path / "run", pwd.getpwnam("nobody")).make()


@AS_ROOT
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to("/etc")
    with pytest.raises(NotReady, match="somebody else made it"):
        place.Place(tmp_path / "pg", tmp_path / "run", pwd.getpwnam("nobody")).make()
    assert Path("/etc").stat().st_uid == 0


@AS_ROOT
def test_root_keeps_on_running_somebodys_cluster_as_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "pg/data").mkdir(parents=True)
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path / "pg/data", nobody.pw_uid, nobody.pw_gid)
    assert place._account(tmp_path / "pg") == nobody
