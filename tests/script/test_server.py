"""script/server as people run it: it says where it is once it answers, and leaves nothing when it ends."""

import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PORT = 21080
URL = f"http://127.0.0.1:{PORT}"
Server = subprocess.Popen[str]


@pytest.fixture
def start(database_url: str) -> Iterator[Callable[[], Server]]:
    """Starts the server on a database of this test, and returns when it says that it answers."""
    started: list[Server] = []

    def begin() -> Server:
        env = {**os.environ, "HEREABOUTS_DATABASE_URL": database_url}
        command = [str(ROOT / "script/server"), "--port", str(PORT)]
        process = subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert f"Hereabouts is at {URL} (Ctrl-C stops it)\n" in iter(process.stdout.readline, "")
        return process

    yield begin
    for each in started:
        each.terminate()
        each.communicate()


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{URL}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def test_a_kill_leaves_nothing_in_the_way_and_ctrl_c_stops_it_without_complaint(
    start: Callable[[], Server],
) -> None:
    killed = start()
    assert answers()
    killed.kill()
    server = start()
    assert answers()
    server.send_signal(signal.SIGINT)
    assert server.wait(20) == 0
    assert server.stdout
    assert server.stdout.read().endswith("Stopped.\n")
    assert not answers()


def test_without_its_server_the_script_ends_and_says_so(start: Callable[[], Server]) -> None:
    server = start()
    (gunicorn,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    os.kill(int(gunicorn), signal.SIGKILL)
    assert server.wait(20) == 1
    assert not answers()
