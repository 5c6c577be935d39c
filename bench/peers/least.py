"""The least that tells of a check-in: reads the request, keeps one row, and writes to those who watch.

It asks nobody who they are, checks nothing and has no other table, so whatever does more takes longer. To its clients
it speaks as Hereabouts does. python least.py PORT '{"host": …, "dbname": …}'
"""

import gc
import json
import math
import select
import socket
import sys
from collections import defaultdict
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn

EARTH_RADIUS_M = 6371008.7714150598
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
TABLE = """
CREATE TABLE check_ins (id bigserial PRIMARY KEY, lat float8, lon float8, said text, topics text[]);
PREPARE keep (float8, float8, text, text[]) AS INSERT INTO check_ins (lat, lon, said, topics) VALUES ($1, $2, $3, $4)
"""


class Client:
    """One connection: of a phone until it asks for a WebSocket, of a watcher from then on."""

    def __init__(self, accepted: socket.socket, house: "House") -> None:
        self.socket, self.house = accepted, house
        self.is_watcher = False
        self.received = b""

    def receive(self) -> bool:
        """Does what has been asked for as a whole; False at the end."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.received += data
        while self._watch() if self.is_watcher else self._request():
            pass
        return bool(data)

    def tell(self, text: bytes) -> None:
        """Writes one frame."""
        size = bytes((len(text),)) if len(text) < 126 else b"\x7e" + len(text).to_bytes(2, "big")
        self.socket.sendall(b"\x81" + size + text)

    def _request(self) -> bool:
        head, end, rest = self.received.partition(b"\r\n\r\n")
        if not end:
            return False
        if b"Upgrade: websocket" in head:
            self.is_watcher, self.received = True, rest
            self.socket.sendall(UPGRADED)
            self.tell(b'0{"sid":""}')
            return True
        size = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        if len(rest) < size:
            return False
        self.received = rest[size:]
        self.house.check_in(json.loads(rest[:size]))
        self.socket.sendall(CREATED)
        return True

    def _watch(self) -> bool:
        if (message := self._message()) is None:
            return False
        if message.startswith(b"40"):
            self.tell(b'40{"sid":""}')
        elif message.startswith(b"42"):
            number, _, rest = message[2:].partition(b"[")
            self.house.watch(self, json.loads(b"[" + rest)[1])
            self.tell(b"43%s[{}]" % number)
        return True

    def _message(self) -> bytes | None:
        """The next frame's payload, whose mask is zero as those of the benchmark's clients are (RFC 6455, 5.2)."""
        if len(self.received) < 4:
            return None
        size, first = self.received[1] & 0x7F, 6
        if size == 126:
            size, first = int.from_bytes(self.received[2:4], "big"), 8
        if len(self.received) < first + size:
            return None
        message, self.received = self.received[first : first + size], self.received[first + size :]
        return message


class House:
    """Who watches what, and the one row."""

    def __init__(self, parameters: dict[str, str]) -> None:
        connection = psycopg2.connect(make_dsn(**parameters))
        connection.autocommit = True
        self._cursor = connection.cursor()
        self._cursor.execute(TABLE)
        self._watchers: dict[str, list[tuple[Client, dict[str, float]]]] = defaultdict(list)

    def watch(self, client: Client, wanted: dict[str, Any]) -> None:
        """From now on, until it leaves."""
        for topic in wanted["topics"]:
            self._watchers[topic].append((client, wanted["circle"]))

    def leave(self, client: Client) -> None:
        """Forget what it watches."""
        for topic, watchers in self._watchers.items():
            self._watchers[topic] = [each for each in watchers if each[0] is not client]

    def check_in(self, given: dict[str, Any]) -> None:
        """Committed when it returns, and told."""
        lon, lat = given["position"]["coordinates"]
        self._cursor.execute("EXECUTE keep (%s, %s, %s, %s)", (lat, lon, given["text"], given["topics"]))
        audience = {
            client: None
            for topic in given["topics"]
            for client, circle in self._watchers[topic]
            if metres_between(lat, lon, circle["lat"], circle["lon"]) <= circle["radius_m"]
        }
        message = b'42["check_in",%s]' % json.dumps(given).encode()
        for client in audience:
            client.tell(message)


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """On PostGIS's sphere, by the cosine rule."""
    one, two, between = math.radians(lat), math.radians(other_lat), math.radians(other_lon - lon)
    cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(between)
    return EARTH_RADIUS_M * math.acos(min(1.0, cosine))


def serve(port: int, house: House) -> None:
    """For ever."""
    door = socket.create_server(("127.0.0.1", port), backlog=4096)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    clients: dict[int, Client] = {}
    poll = select.epoll()
    poll.register(door, select.EPOLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == door.fileno():
                accepted, _ = door.accept()
                clients[accepted.fileno()] = Client(accepted, house)
                poll.register(accepted, select.EPOLLIN)
            elif not clients[descriptor].receive():
                gone = clients.pop(descriptor)
                gone.socket.close()
                house.leave(gone)


gc.disable()
serve(int(sys.argv[1]), House(json.loads(sys.argv[2])))
