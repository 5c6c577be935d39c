"""Where script/server listens, and what it says when it cannot."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from script.setup import serving
from script.setup.say import NotReady
from script.setup.serving import Address

PORT = 21090


@pytest.fixture
def somebody() -> Iterator[socket.socket]:
    """Another program that listens where we would."""
    with socket.create_server(("127.0.0.1", PORT)) as listening:
        yield listening


@pytest.mark.parametrize(
    ("host", "bind", "url"),
    [
        ("127.0.0.1", "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("::", "[::]:8000", "http://[::1]:8000"),
        ("phone.example", "phone.example:8000", "http://phone.example:8000"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_here_can_open(host: str, bind: str, url: str) -> None:
    address = Address(host, 8000)
    assert (address.bind, address.url) == (bind, url)


def test_one_process_needs_nothing_to_hear_of_itself() -> None:
    with serving.together(1) as settings:
        assert settings == {}


def test_several_processes_hear_of_each_other_and_count_as_one() -> None:
    with serving.together(2) as settings:
        assert settings["HEREABOUTS_BUS"] == "postgres"
        counts = Path(settings["PROMETHEUS_MULTIPROC_DIR"])
        (counts / "counter_1.db").touch()
    assert not counts.exists()


def test_a_taken_port_is_named_with_what_to_do(somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PORT_S", 0)
    with pytest.raises(NotReady, match=rf"127.0.0.1:{PORT}: another program does.* --port {PORT + 1}"):
        serving.wait_for_port(Address("127.0.0.1", PORT))


def test_a_port_that_a_dying_server_still_holds_is_waited_for(somebody: socket.socket) -> None:
    Timer(0.3, somebody.close).start()
    serving.wait_for_port(Address("127.0.0.1", PORT))


def test_a_port_that_may_not_be_used_at_all_is_told_apart() -> None:
    with pytest.raises(NotReady, match=r"Cannot listen on 203\.0\.113\.1:21091: Cannot assign"):
        serving.wait_for_port(Address("203.0.113.1", PORT + 1))
