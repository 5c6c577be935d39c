"""How script/server serves: the schema brought up to date, then gunicorn until somebody stops it."""

import argparse
import errno
import http.client
import resource
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from .children import Stopped, at_the_terminal, beside
from .ready import ready
from .say import NotReady, say

# Five seconds in which gunicorn finishes the requests in hand, and some to spare.
GRACE_S = 8
# As long as an earlier server that was killed may still hold the port.
PORT_S = 8
ANSWER_S = 60


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """As gunicorn writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def here(self) -> str:
        """A host by which this machine reaches it."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)

    @property
    def origin(self) -> str:
        """As a browser on this machine names it; passkeys need a name, not a number."""
        return f"http://localhost:{self.port}"

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        return f"http://{Address(self.here, self.port).bind}"


def serve(options: argparse.Namespace) -> None:
    """Serve until somebody stops it, which is no failure; NotReady or Stopped if it comes to that before."""
    address = Address(options.host, options.port)
    wait_for_port(address)
    with ready(web=True) as env:
        _bring_up_to_date(env)
        with together(options.workers) as settings:
            if options.demo:
                # A made-up town need not wait for its people to find one another.
                settings["HEREABOUTS_PEOPLE_TO_GROW"] = "0"
            _run_until_stopped(address, options, {"HEREABOUTS_ORIGIN": address.origin, **settings, **env})
    say("Stopped.")


@contextmanager
def together(workers: int) -> Iterator[dict[str, str]]:
    """Settings by which several processes hear of each other's signals and count as one."""
    if workers == 1:
        yield {}
        return
    with TemporaryDirectory(prefix="hereabouts-counts-") as counts:
        yield {"HEREABOUTS_BUS": "postgres", "PROMETHEUS_MULTIPROC_DIR": counts}


def _bring_up_to_date(env: Mapping[str, str]) -> None:
    for what, command in {
        "The schema could not be brought up to date": ("python", "-m", "alembic", "upgrade", "head"),
        "The partitions of the coming months could not be made": ("python", "-m", "app.partitions"),
    }.items():
        if at_the_terminal(command, env):
            raise NotReady(f"{what}: {' '.join(command)} failed, see above.")


def _run_until_stopped(address: Address, options: argparse.Namespace, env: Mapping[str, str]) -> None:
    _allow_many_sockets()
    gunicorn = ["gunicorn", "-c", "script/gunicorn.conf.py", "-b", address.bind, "-w", str(options.workers)]
    with beside(gunicorn, env, GRACE_S) as server:
        _wait_for_answer(server, address)
        say(f"Hereabouts is at {address.url} (Ctrl-C stops it)")
        with suppress(Stopped), _demo(address, env) if options.demo else nullcontext():
            server.wait()
            raise NotReady(f"The server ended by itself, with exit code {server.returncode}; see above.")


def _demo(address: Address, env: Mapping[str, str]) -> AbstractContextManager[object]:
    return beside(["python", "-m", "town.demo"], {**env, "HEREABOUTS_URL": address.url}, GRACE_S)


def wait_for_port(address: Address) -> None:
    """Return when the port is free; NotReady, with what to do, when it cannot be had."""
    patience = time.monotonic() + PORT_S
    while refusal := _refusal(address):
        if refusal.errno != errno.EADDRINUSE:
            raise NotReady(f"Cannot listen on {address.bind}: {refusal.strerror}.")
        if time.monotonic() > patience:
            raise NotReady(
                f"Cannot listen on {address.bind}: another program does. Stop it, or take another port: "
                f"script/server --port {address.port + 1}"
            )
        time.sleep(0.25)


def _refusal(address: Address) -> OSError | None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address.host, address.port))
        except OSError as error:
            return error
    return None


def _allow_many_sockets() -> None:
    """Let the server hold as many sockets as the machine allows, not the few that a shell starts with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _wait_for_answer(server: subprocess.Popen[bytes], address: Address) -> None:
    patience = time.monotonic() + ANSWER_S
    while (answer := _ask(address)) != http.client.OK:
        if server.poll() is not None:
            raise NotReady(f"The server did not start (exit code {server.returncode}); see above.")
        if time.monotonic() > patience:
            raise NotReady(
                f"The server is not ready after {ANSWER_S} s: /readyz answers {answer or 'nothing'}."
            )
        time.sleep(0.1)


def _ask(address: Address) -> int | None:
    """The status of /readyz, or None without an answer."""
    connection = http.client.HTTPConnection(address.here, address.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
