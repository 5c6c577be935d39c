"""One JSON line for each request and each thing worth knowing; never a position, a text or a token."""

import logging
import random
import sys
import time
import traceback
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

log = structlog.get_logger()


def configure() -> None:
    """Write structured lines to standard output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_failed,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )


def _as_json(logger: Any, method: str, line: EventDict) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)


def request_id_of(given: str) -> str:
    """What a request is called: as its sender said, if that can stand in a line, else by an id of its own."""
    if given.isascii() and given.isprintable() and 0 < len(given) <= 64:
        return given
    return f"{random.getrandbits(128):032x}"


def _where_it_failed(logger: Any, method: str, line: EventDict) -> EventDict:
    """An exception as its type and the places it passed. Its message may quote what a person sent."""
    error = line.pop("exc_info", None)
    error = sys.exc_info()[1] if error is True else error
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        line["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return line


def init_app(app: Flask) -> None:
    """Give each request an id and write its line. The route is named, not the address: that may hold a position."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = request_id_of(request.headers.get("X-Request-Id", ""))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
    )
    return response
