"""The project's own PostgreSQL cluster: made once, shared by the scripts, stopped by the last of them."""

import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import quote

from . import locks, postmaster
from .cluster_files import FURNISHING, SUPERUSER, USER, configuration
from .machine import being, run_as
from .place import Place
from .postgres import Programs
from .say import NotReady, end_of, say

START_S, STOP_S = 300, 60
TEXT = ("--encoding", "UTF8", "--locale", "C.UTF-8")


@dataclass(frozen=True)
class Cluster:
    """A cluster in its place, run by PostgreSQL's programs."""

    place: Place
    programs: Programs

    @property
    def url(self) -> str:
        """For SQLAlchemy. There is no secret in it: the kernel tells the server who comes."""
        return f"postgresql+psycopg2://{USER}@/{USER}?host={quote(str(self.place.sockets), safe='')}"

    @contextmanager
    def shared(self) -> Iterator[str]:
        """Its URL, and the cluster running until the last who is in such a block has left it or died."""
        self.place.make()
        with locks.opened(self.place.folder / "users.lock") as users:
            try:
                with self._coming_or_going():
                    locks.join(users)
                    self._start()
                yield self.url
            finally:
                with self._coming_or_going():
                    if locks.nobody_else(users):
                        self._stop()

    def _coming_or_going(self) -> AbstractContextManager[None]:
        return locks.alone(self.place.folder / "door.lock")

    def _start(self) -> None:
        """Adopt the server that runs, or start one; one that is just going down is waited for."""
        if not self.place.data.exists():
            self._make()
        patience = time.monotonic() + START_S
        while not self._answers():
            if not self._runs():
                self._launch()
            elif time.monotonic() > patience:
                raise NotReady(f"PostgreSQL has not answered for {START_S} s. It says:\n{end_of(self._log)}")
            time.sleep(0.05)
        self._furnish()

    def _stop(self) -> None:
        stop = ("stop", "-D", str(self.place.data), "-m", "fast", "-t", str(STOP_S))
        # One that dies by itself meanwhile has stopped as well.
        if self._runs() and self._try("pg_ctl", *stop).returncode and self._runs():
            raise NotReady(f"PostgreSQL did not stop within {STOP_S} s. It says:\n{end_of(self._log)}")

    def _runs(self) -> bool:
        with being(self.place.account):
            return postmaster.runs(self.place.data)

    def _answers(self) -> bool:
        return self._try("pg_isready", "-q", "-h", str(self.place.sockets)).returncode == 0

    def _make(self) -> None:
        """Make the cluster beside its place, so that what is in its place is whole."""
        making = self.place.folder / "making"
        say(f"Making a database cluster in {self.place.folder}.")
        with being(self.place.account):
            shutil.rmtree(making, ignore_errors=True)
        self._run("initdb", "-D", str(making), "-U", SUPERUSER, "--auth", "peer", *TEXT, "--no-instructions")
        with being(self.place.account):
            making.rename(self.place.data)

    def _launch(self) -> None:
        data = self.place.data
        with being(self.place.account):
            postmaster.make_way(data, self.place.sockets)
            if self._log.exists():
                self._log.replace(self._log.with_suffix(".before"))
            for name, text in configuration(self.place.sockets, self.place.account.pw_name).items():
                (data / name).write_text(text)
        self._run("pg_ctl", "start", "-D", str(data), "-l", str(self._log), "-w", "-t", str(START_S))

    def _furnish(self) -> None:
        """Make the role and the database of Hereabouts, once; cut short, it goes on where it stopped."""
        done = self.place.data / "furnished"
        if done.exists():
            return
        for database, statements in FURNISHING.items():
            connection = ("-h", str(self.place.sockets), "-U", SUPERUSER, "-d", database)
            self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *connection, given=statements)
        with being(self.place.account):
            done.touch()

    @property
    def _log(self) -> Path:
        return self.place.folder / "postgres.log"

    def _run(self, program: str, *arguments: str, given: str | None = None) -> None:
        done = self._try(program, *arguments, given=given)
        if done.returncode:
            log = f"\n{end_of(self._log)}" if self._log.exists() else ""
            raise NotReady(f"PostgreSQL's {program} failed: {done.stderr.strip()}{log}")

    def _try(self, program: str, *arguments: str, given: str | None = None) -> CompletedProcess[str]:
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **self.programs.env}
        return run_as(self.place.account, [str(self.programs.folder / program), *arguments], env, given)
