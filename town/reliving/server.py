"""A server that lives in the time of a file, on a database of its own."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from app.clock import Pace
from town.api import Api, NoServer, Refused

ROOT = Path(__file__).parents[2]
_START_S, _STOP_S = 60.0, 15.0
_MORTAL = ("setpriv", "--pdeathsig", "TERM", "--")


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """An empty database beside the one that the URL names; dropped with the block."""
    name = f"relived_{secrets.token_hex(4)}"
    _administer(server_url, f"CREATE DATABASE {name}")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is to listen, what it stores its town in, and where it says what goes wrong."""

    port: int
    database_url: str
    log: Path
    #: What it is told beside where, when and with whom it lives.
    settings: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def living(self, pace: Pace) -> Iterator[Api]:
        """Have it live in another time until the block ends; NoServer where it does not start."""
        api = Api(f"http://127.0.0.1:{self.port}")
        environment = os.environ | {
            "HEREABOUTS_DATABASE_URL": self.database_url,
            "HEREABOUTS_CLOCK": str(pace),
            "HEREABOUTS_ORIGIN": f"http://localhost:{self.port}",
            # Everybody's phone is on this one machine, and says in an hour what it would in a year.
            "HEREABOUTS_LIMITS": "no",
            **self.settings,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "script/gunicorn.conf.py"]
        with self.log.open("ab") as said:
            process = subprocess.Popen(
                [*_MORTAL, *command, "-b", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=environment,
                stdout=said,
                stderr=said,
            )
            try:
                self._wait_for(process, api)
                yield api
            finally:
                api.close()
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_STOP_S)
                process.kill()

    def _wait_for(self, process: "subprocess.Popen[bytes]", api: Api) -> None:
        patience = time.monotonic() + _START_S
        while process.poll() is None:
            try:
                api.reach()
                return
            except (NoServer, Refused) as error:
                if time.monotonic() > patience:
                    raise NoServer(f"The server is not ready after {_START_S:.0f} s: {error}") from None
                time.sleep(0.2)
        raise NoServer(
            f"The server did not start: see {self.log}. Is port {self.port} taken? --port takes another."
        )
