"""The project's own cluster, really run: shared, stopped by the last, and started again after any crash."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg2
import psycopg2.extras
import pytest

from script.setup import machine, place, postgres, postmaster
from script.setup.cluster import Cluster
from script.setup.place import Place
from script.setup.say import NotReady

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from urllib.parse import unquote
from script.setup import place, postgres
from script.setup.cluster import Cluster
with Cluster(place.choose(Path(sys.argv[1])), postgres.programs()).shared():
    print("shared", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def programs() -> postgres.Programs:
    try:
        return postgres.programs()
    except NotReady:
        pytest.skip("no PostgreSQL on this machine: the database of this run is elsewhere")


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder that the cluster's account may enter, as pytest's own are for one user alone."""
    with tempfile.TemporaryDirectory(prefix="hereabouts-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def cluster(var: Path, programs: postgres.Programs) -> Iterator[Cluster]:
    """A stopped cluster whose making had been cut short once."""
    where = place.choose(var)
    where.make()
    with machine.being(where.account):
        (where.folder / "making").mkdir()
        (where.folder / "making/PG_VERSION").write_text("15\n")
    made = Cluster(where, programs)
    with made.shared():
        pass
    yield made
    with machine.being(where.account):
        assert not postmaster.runs(where.data)


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def server(cluster: Cluster) -> int:
    return int((cluster.place.data / "postmaster.pid").read_text().split("\n")[0])


def runs(cluster: Cluster) -> bool:
    with machine.being(cluster.place.account):
        return postmaster.runs(cluster.place.data)


def test_hereabouts_has_postgis_and_may_make_databases_but_is_no_superuser(cluster: Cluster) -> None:
    with cluster.shared() as url:
        assert ask(url, "SELECT ST_Distance('POINT(0 0)'::geography, 'POINT(0 1)'::geography) > 110000")
        assert ask(url, "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = current_user")
        ask(url, "CREATE DATABASE another")
        assert ask(url.replace("/hereabouts?", "/another?"), "SELECT postgis_lib_version()")
        ask(url, "DROP DATABASE another")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_of_the_machine_does_not_get_in(cluster: Cluster, programs: postgres.Programs) -> None:
    psql = [
        str(programs.folder / "psql"),
        "-h",
        str(cluster.place.sockets),
        "-U",
        "hereabouts",
        "-c",
        "SELECT 1",
    ]
    with cluster.shared():
        # Even with the folders opened, the server itself asks the kernel who comes.
        for folder in (cluster.place.folder, cluster.place.sockets, cluster.place.sockets / ".s.PGSQL.5432"):
            folder.chmod(0o777)
        refused = machine.run_as(pwd.getpwnam("nobody"), psql, {**os.environ, **programs.env})
    assert refused.returncode != 0
    assert 'Peer authentication failed for user "hereabouts"' in refused.stderr


def test_the_last_to_leave_stops_it(cluster: Cluster) -> None:
    with cluster.shared() as url:
        with cluster.shared() as other:
            assert other == url
        assert ask(url, "SELECT 1") == 1
    assert not runs(cluster)


def test_one_that_a_killed_script_left_running_is_adopted_and_then_stopped(
    cluster: Cluster, var: Path
) -> None:
    command = [sys.executable, "-c", HOLD, str(var)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "shared\n"
        before = server(cluster)
        holder.kill()
    with cluster.shared() as url:
        assert ask(url, "SELECT 1") == 1
        assert server(cluster) == before
    assert not runs(cluster)


def test_after_the_server_was_killed_the_next_one_has_all_that_was_committed(cluster: Cluster) -> None:
    with cluster.shared() as url:
        ask(url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
        busy = psycopg2.connect(url.replace("+psycopg2", ""))
        os.kill(server(cluster), signal.SIGKILL)
        busy.close()
    with cluster.shared() as url:
        assert ask(url, "SELECT answer FROM kept") == 42


def test_a_backend_that_outlived_its_server_is_ended(cluster: Cluster) -> None:
    with cluster.shared() as url:
        busy = psycopg2.connect(url.replace("+psycopg2", ""), async_=True)
        psycopg2.extras.wait_select(busy)
        busy.cursor().execute("SELECT count(*) FROM generate_series(1, 1e12)")
        os.kill(server(cluster), signal.SIGKILL)
    with cluster.shared() as url:
        assert ask(url, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1e12%'") == 1
        assert not Path(f"/proc/{busy.info.backend_pid}/exe").exists()
    busy.close()


@pytest.fixture
def somebody(cluster: Cluster) -> Iterator[int]:
    """A process of the cluster's own account, which PostgreSQL alone would take for a server of its own."""
    account = cluster.place.account
    other = account.pw_uid if account.pw_uid != os.geteuid() else None
    with subprocess.Popen(["sleep", "60"], user=other) as process:
        yield process.pid
        process.kill()


def test_a_number_that_is_somebody_elses_since_a_reboot_stops_nothing(
    cluster: Cluster, somebody: int
) -> None:
    with cluster.shared():
        _, *others = (cluster.place.data / "postmaster.pid").read_text().split("\n")
    with machine.being(cluster.place.account):
        for left in (cluster.place.data / "postmaster.pid", cluster.place.sockets / ".s.PGSQL.5432.lock"):
            left.write_text("\n".join([str(somebody), *others]))
    with cluster.shared() as url:
        assert ask(url, "SELECT 1") == 1


def test_in_a_deep_folder_the_socket_is_elsewhere_and_the_address_says_where(cluster: Cluster) -> None:
    deep = place.sockets_for(cluster.place.folder / ("deep" * 30))
    moved = Cluster(Place(cluster.place.folder, deep, cluster.place.account), cluster.programs)
    with moved.shared() as url:
        assert ask(url, "SELECT 1") == 1
        assert str(deep) in unquote(url)
        assert (deep / ".s.PGSQL.5432").is_socket()
    deep.rmdir()


def test_what_postgresql_says_is_passed_on_when_it_does_not_start(cluster: Cluster) -> None:
    with machine.being(cluster.place.account):
        (cluster.place.data / "postgresql.auto.conf").write_text("shared_buffers = 'a lot'\n")
    try:
        with pytest.raises(NotReady, match="shared_buffers"), cluster.shared():
            pass
    finally:
        with machine.being(cluster.place.account):
            (cluster.place.data / "postgresql.auto.conf").write_text("")
