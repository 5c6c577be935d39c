"""Takes signals from process to process over PostgreSQL's LISTEN/NOTIFY: written inside the transaction they tell of,
so delivered if and only if it commits, to every process in the order of the commits."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gevent
import msgspec
import psycopg2
import structlog
from gevent.socket import wait_read
from sqlalchemy import make_url

from app.accounts.signals import SessionRevoked
from app.checkins.signals import CheckedIn, CheckInRemoved
from app.communities.signals import Joined, Left
from app.offers.signals import OfferDelivered, OfferMade, OfferWithdrawn
from app.presence.signals import Faded, Moved
from app.signals import Signals

CHANNEL = "hereabouts"
#: PostgreSQL takes less than 8000 bytes in one notification.
MOST_BYTES = 7_800
CARRIED: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        CheckedIn,
        CheckInRemoved,
        Moved,
        Faded,
        Joined,
        Left,
        OfferDelivered,
        OfferMade,
        OfferWithdrawn,
        SessionRevoked,
    )
}
log = structlog.get_logger()


class PostgresBus:
    """The carrier of one process, and its ear."""

    def __init__(self, url: str, signals: Signals, lost: Callable[[], None]) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._signals = signals
        self._lost = lost
        self._me = secrets.token_hex(8)
        self.listening = False

    def carry(self, execute: Callable[[str, dict[str, Any]], object], signals: Sequence[object]) -> None:
        """Write what other processes may want to hear, in as few notifications as hold it."""
        payloads = list(batches(self._me, signals))
        if payloads:
            execute(
                "SELECT pg_notify(%(channel)s, said) FROM unnest(%(said)s::text[]) WITH ORDINALITY AS s (said, place) "
                "ORDER BY place",
                {"channel": CHANNEL, "said": payloads},
            )

    def start(self) -> None:
        """Listen from now on."""
        connection = self._connected()
        gevent.spawn(self._listen_for_ever, connection)

    def check(self) -> str | None:
        """A readiness check."""
        return None if self.listening else "not connected to the other processes"

    def _listen_for_ever(self, connection: Any) -> None:
        while True:
            try:
                self._listen(connection)
            except (psycopg2.Error, OSError) as error:
                log.warning("the bus was lost", error=type(error).__name__)
            self.listening = False
            # What was said meanwhile is lost to this process; clients that resume by cursor get it from the tables.
            self._lost()
            connection = self._reconnected()

    def _listen(self, connection: Any) -> None:
        while True:
            connection.poll()
            while connection.notifies:
                self._hear(connection.notifies.pop(0).payload)
            wait_read(connection.fileno())

    def _hear(self, payload: str) -> None:
        sender, told = msgspec.json.decode(payload)
        if sender != self._me:
            self._signals.tell_carried(
                [msgspec.convert(said, CARRIED[kind]) for kind, said in told if kind in CARRIED]
            )

    def _connected(self) -> Any:
        connection = psycopg2.connect(
            self._dsn, keepalives_idle=10, keepalives_interval=5, keepalives_count=3
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self.listening = True
        return connection

    def _reconnected(self) -> Any:
        pause_s = 0.1
        while True:
            gevent.sleep(pause_s)
            try:
                return self._connected()
            except psycopg2.Error:
                pause_s = min(pause_s * 2, 5.0)


def batches(sender: str, signals: Sequence[object]) -> Iterator[str]:
    """The signals that are carried, as JSON `[sender, [[kind, signal], …]]`, each less than 8000 bytes."""
    head = f'["{sender}",['
    parts: list[str] = []
    size = 0
    for signal in signals:
        kind = type(signal).__name__
        if kind not in CARRIED:
            continue
        part = msgspec.json.encode((kind, signal)).decode()
        length = len(part.encode()) + 1
        if parts and size + length > MOST_BYTES - len(head) - 2:
            yield f"{head}{','.join(parts)}]]"
            parts, size = [], 0
        parts.append(part)
        size += length
    if parts:
        yield f"{head}{','.join(parts)}]]"
