"""Takes signals from process to process over PostgreSQL's LISTEN/NOTIFY: written inside the transaction they tell of,
so delivered if and only if it commits, to every process in the order of the commits."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import gevent
import msgspec
import psycopg2
import structlog
from gevent.socket import wait_read
from sqlalchemy import make_url

from app.accounts.signals import SessionRevoked
from app.checkins.signals import CheckedIn, CheckedInByFriend, CheckInRemoved
from app.communities.signals import Joined, Left
from app.conversation.signals import Mentioned, Reacted, Replied, ReplyRemoved
from app.notices.signals import NoticeGiven
from app.offers.signals import OfferDelivered, OfferPublished, OfferWithdrawn
from app.presence.signals import Faded, Moved
from app.relations.signals import Blocked, CircleJoined, CircleLeft, Muted, Unblocked, Unmuted
from app.search.signals import Found, MoreFound
from app.signals import Signals
from app.tag.signals import ReadersChanged, TagRead

CHANNEL = "hereabouts"
#: PostgreSQL takes less than 8000 bytes in one notification, and one check-in may tell of more.
PIECE_BYTES = 7_900
CARRIED: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        CheckedIn,
        CheckedInByFriend,
        CheckInRemoved,
        Replied,
        ReplyRemoved,
        Reacted,
        Mentioned,
        Moved,
        Faded,
        Joined,
        Left,
        Found,
        MoreFound,
        NoticeGiven,
        OfferDelivered,
        OfferPublished,
        OfferWithdrawn,
        SessionRevoked,
        TagRead,
        ReadersChanged,
        Blocked,
        Unblocked,
        CircleJoined,
        CircleLeft,
        Muted,
        Unmuted,
    )
}
log = structlog.get_logger()


class PostgresBus:
    """The carrier of one process, and its ear."""

    def __init__(self, url: str, signals: Signals) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._signals = signals
        self._me = secrets.token_hex(8)
        #: Of signals whose last piece is still to come. Those of one transaction come one after the other.
        self._pieces: list[str] = []
        self.listening = False

    def carry(self, execute: Callable[[str, dict[str, Any]], object], signals: Sequence[object]) -> None:
        """Write what other processes may want to hear, in as few notifications as hold it."""
        if said := pieces(self._me, signals):
            execute(
                "SELECT pg_notify(%(channel)s, said) FROM unnest(%(said)s::text[]) WITH ORDINALITY AS s (said, place) "
                "ORDER BY place",
                {"channel": CHANNEL, "said": said},
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
            self._pieces.clear()
            self._signals.gap()
            connection = self._reconnected()
            # Whoever came meanwhile did not hear of it either.
            self._signals.gap()

    def _listen(self, connection: Any) -> None:
        while True:
            connection.poll()
            while connection.notifies:
                self._understand(connection.notifies.pop(0).payload)
            wait_read(connection.fileno())

    def _understand(self, payload: str) -> None:
        try:
            self._hear(payload)
        # Of another release's process, or of somebody's hand; the next ones must be heard.
        except (ValueError, msgspec.MsgspecError) as error:
            log.error("a notification was not understood", error=type(error).__name__)
            self._pieces.clear()
            self._signals.gap()

    def _hear(self, payload: str) -> None:
        sender, left, piece = payload.split(" ", 2)
        if sender == self._me:
            return
        self._pieces.append(piece)
        if left == "0":
            said = "".join(self._pieces)
            self._pieces.clear()
            told = msgspec.json.decode(said, type=list[tuple[str, Any]])
            self._signals.tell_carried(
                [msgspec.convert(each, CARRIED[kind]) for kind, each in told if kind in CARRIED]
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


def pieces(sender: str, signals: Sequence[object]) -> list[str]:
    """The signals that are carried, as notifications: each its sender, how many are still to come, and a piece of JSON
    `[[kind, signal], …]`. No two are alike, for PostgreSQL would pass on one of them only.
    """
    told = [(type(each).__name__, each) for each in signals if type(each).__name__ in CARRIED]
    if not told:
        return []
    said = msgspec.json.encode(told)
    starts = [0]
    while (end := starts[-1] + PIECE_BYTES) < len(said):
        while said[end] & 0xC0 == 0x80:
            end -= 1  # In the middle of a character (UTF-8, RFC 3629).
        starts.append(end)
    cut = [said[start:end].decode() for start, end in zip(starts, [*starts[1:], len(said)], strict=True)]
    return [f"{sender} {left} {piece}" for left, piece in zip(reversed(range(len(cut))), cut, strict=True)]
