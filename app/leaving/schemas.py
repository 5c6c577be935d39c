"""Leaving as JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.schemas import Moment, Schema


class Leaving(Schema):
    """Whoever leaves for good says their password once more."""

    password: Annotated[str, Field(max_length=200)]


class Receipt(Schema):
    """What is gone. Keep it: nobody else has it."""

    person: UUID
    handle: str
    erased_at: Moment
    #: How many rows of each kind.
    removed: dict[str, int]
    #: All of the above as a JWS (RFC 7515), to be checked with a key of GET /v1/keys.
    signature: str


class Key(Schema):
    """A public key (RFC 7517, RFC 8037)."""

    kty: str
    crv: str
    alg: str
    use: str
    kid: str
    x: str


class Keys(Schema):
    """A JWK Set."""

    keys: list[Key]


class Zip:
    """A file."""

    media_type = "application/zip"
