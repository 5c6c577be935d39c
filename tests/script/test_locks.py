"""Two scripts at once, and what is left of a lock whose holder was killed."""

import subprocess
import sys
from pathlib import Path

from script.setup import locks

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from script.setup import locks
with locks.alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with locks.opened(lock) as mine:
            assert not locks.nobody_else(mine)
            holder.kill()
            holder.wait()
            assert locks.nobody_else(mine)


def test_whoever_waits_is_told_so(tmp_path: Path, capsys) -> None:
    with locks.alone(tmp_path / "lock", "Waiting."):
        pass
    assert capsys.readouterr().out == ""
    with locks.opened(tmp_path / "lock") as other:
        locks.join(other)
        with locks.opened(tmp_path / "lock") as mine:
            locks.join(mine)
            assert not locks.nobody_else(mine)


def test_the_last_of_those_who_joined_is_alone(tmp_path: Path) -> None:
    with locks.opened(tmp_path / "lock") as last:
        locks.join(last)
        with locks.opened(tmp_path / "lock") as first:
            locks.join(first)
            assert not locks.nobody_else(first)
        assert locks.nobody_else(last)
