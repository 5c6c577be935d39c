"""Lists in parts: an opaque cursor, and the address of the next part in the Link header (RFC 8288)."""

import base64
import binascii
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from pydantic import BeforeValidator, Field

from app.http.schemas import Query

MOST = 100


def shown(cursor: UUID) -> str:
    """A cursor as clients see it."""
    return base64.urlsafe_b64encode(cursor.bytes).decode().rstrip("=")


def _read(said: object) -> object:
    if not isinstance(said, str):
        return said
    try:
        return UUID(bytes=base64.urlsafe_b64decode(said + "=="))
    except (ValueError, binascii.Error):
        raise ValueError("this is not a cursor; take it from the Link header of the page before") from None


Cursor = Annotated[UUID, BeforeValidator(_read, json_schema_input_type=str)]


class Paged(Query):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 20
    cursor: Cursor | None = None


def link_to_next(name: str, place: str) -> str:
    """The Link header's value for the part after this one: the same query with another place to begin."""
    query = urlencode([*((key, said) for key, said in request.args.items() if key != name), (name, place)])
    return f'<{request.path}?{query}>; rel="next"'
