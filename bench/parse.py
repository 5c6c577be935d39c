"""The peer parse-server: the same check-ins and circles in its words. It asks nobody who they are."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import processes
from bench.city import EARTH_RADIUS_M, CheckIn, Watch, number_in
from bench.database import Database
from bench.install import installed, node
from bench.service import Address, Dealt, Refused


@dataclass(frozen=True)
class ParseDialogue:
    """LiveQuery: connect, then subscribe to one query after the other; its objects come whole."""

    dealt: Dealt
    path: str = "/parse"

    def hello(self, watcher: int) -> Sequence[bytes]:
        """Says which application speaks."""
        return (_json(op="connect", applicationId="bench", restAPIKey="bench-rest"),)

    def answer(self, watcher: int, message: bytes) -> Sequence[bytes]:
        """Subscribes once connected."""
        said = json.loads(message)
        if said["op"] == "error":
            raise Refused(message.decode())
        if said["op"] != "connected":
            return ()
        watches = enumerate(self.dealt[watcher], 1)
        return [_json(op="subscribe", requestId=number, query=_query(watch)) for number, watch in watches]

    def is_watching(self, watcher: int, message: bytes) -> bool:
        """Whether the last subscription stands."""
        said = json.loads(message)
        return bool(said["op"] == "subscribed" and said["requestId"] == len(self.dealt[watcher]))

    def number_heard(self, message: bytes) -> int | None:
        """Objects come in messages of the operation `create`."""
        return number_in(message) if b'"op":"create"' in message else None


@dataclass(frozen=True)
class ParseServer:
    """A running parse-server on a database of its own."""

    address: Address
    database: Database
    pid: int
    name: str = "parse-server"
    most_per_s: int = 3000

    def post(self, check_in: CheckIn) -> bytes:
        """Creates an object of the class CheckIn."""
        position = {"__type": "GeoPoint", "latitude": check_in.lat, "longitude": check_in.lon}
        body = _json(position=position, text=check_in.saying, topics=check_in.topics, accuracy_m=10)
        head = (
            f"POST /parse/classes/CheckIn HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
            "X-Parse-Application-Id: bench\r\nX-Parse-REST-API-Key: bench-rest\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def dialogue(self, dealt: Dealt) -> ParseDialogue:
        """A query a watch."""
        return ParseDialogue(dealt)

    def stored(self) -> int:
        """Its class is a table; before the first object there is none."""
        exists = self.database.number("SELECT count(*) FROM pg_tables WHERE tablename = 'CheckIn'")
        return self.database.number('SELECT count(*) FROM "CheckIn"') if exists else 0

    def cpu_s(self) -> float:
        """Of the one Node.js process."""
        return processes.cpu_s(self.pid)


@contextmanager
def running(database: Database) -> Iterator[ParseServer]:
    """Starts parse-server on that database and stops it with the block."""
    port = processes.free_port()
    folder = installed("parse_server")
    given = database.parameters
    options = json.dumps({"database": given["dbname"], **given})
    command = [node(), "server.mjs", str(port), options]
    # It writes its log into the folder where it starts.
    with processes.server("parse-server", command, port, {"NODE_ENV": "production"}, folder) as pid:
        yield ParseServer(("127.0.0.1", port), database, pid)


def _query(watch: Watch) -> dict[str, object]:
    centre = {"__type": "GeoPoint", "latitude": watch.lat, "longitude": watch.lon}
    within = {"$nearSphere": centre, "$maxDistance": watch.radius_m / EARTH_RADIUS_M}
    return {"className": "CheckIn", "where": {"position": within, "topics": watch.topic}}


def _json(**fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()
