"""A server of a hundred lines that speaks to phones and watchers as ours does, and can be made to do it wrong."""

import asyncio
import json
import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.ours import Hereabouts

EARTH_RADIUS_M = 6371008.7714150598
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def honestly(audience: list[Any]) -> list[Any]:
    """Tells everyone who should hear, once."""
    return audience


@dataclass
class Hamlet:
    """What it was told, and by `tells` whom of those due it tells."""

    tells: Callable[[list[Any]], list[Any]] = honestly
    status: int = 201
    kept: list[dict[str, Any]] = field(default_factory=list)
    watches: list[tuple[asyncio.StreamWriter, dict[str, Any]]] = field(default_factory=list)

    def number(self, _: str) -> int:
        """As a database counts."""
        return len(self.kept)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b"websocket" in head:
                    return await self._talk(reader, writer)
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self._take(json.loads(await reader.readexactly(size)))
                writer.write(b"HTTP/1.1 %d Done\r\nContent-Length: 2\r\n\r\n{}" % self.status)
        except asyncio.IncompleteReadError:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(UPGRADED + _frame(b'0{"sid":"a"}'))
        while said := await _said(reader):
            if said.startswith(b"40"):
                writer.write(_frame(b'40{"sid":"b"}') + _frame(b"2"))
            elif said.startswith(b"42"):
                number, _, rest = said[2:].partition(b"[")
                self.watches.append((writer, json.loads(b"[" + rest)[1]))
                writer.write(_frame(b'43%s[{"snapshot":["bench 00000001"],"cursor":"c"}]' % number))

    def _take(self, check_in: dict[str, Any]) -> None:
        if self.status == 201:
            self.kept.append(check_in)
        message = _frame(b'42["check_in",%s]' % json.dumps({"properties": check_in}).encode())
        for writer in self.tells([writer for writer, watch in self.watches if _hears(watch, check_in)]):
            writer.write(message)


def _hears(watch: dict[str, Any], check_in: dict[str, Any]) -> bool:
    lon, lat = check_in["position"]["coordinates"]
    circle = watch["circle"]
    near = _metres(lat, lon, circle["lat"], circle["lon"]) <= circle["radius_m"]
    return near and bool({*watch["topics"]} & {*check_in["topics"]})


def _metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """By the cosine rule, which the harness does not use."""
    one, two, between = math.radians(lat), math.radians(other_lat), math.radians(other_lon - lon)
    cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(between)
    return EARTH_RADIUS_M * math.acos(min(1.0, cosine))


def _frame(text: bytes) -> bytes:
    size = bytes((len(text),)) if len(text) < 126 else b"\x7e" + len(text).to_bytes(2, "big")
    return b"\x81" + size + text


async def _said(reader: asyncio.StreamReader) -> bytes:
    _, size = await reader.readexactly(2)
    size &= 0x7F
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    return bytes(octet ^ mask[place % 4] for place, octet in enumerate(await reader.readexactly(size)))


@contextmanager
def inhabited(hamlet: Hamlet) -> Iterator[Hereabouts]:
    """The hamlet, served by a thread of this process, as the contestant that the harness takes it for."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(hamlet.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        address = server.sockets[0].getsockname()
        yield Hereabouts("hamlet", address, hamlet, os.getpid(), ["a token"])  # type: ignore[arg-type]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
