"""Secrets at rest: sealed with the operator's key where there is one, so that a copy of the database signs nothing."""

import hashlib
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: As Standard Webhooks wants it: 24 to 64 octets.
_OCTETS = 32
_NONCE = 12
_AS_IT_IS, _SEALED = b"\x00", b"\x01"


class Unreadable(Exception):
    """A secret was sealed with another key than is set now."""


class Seal:
    """Keeps secrets of webhooks, each for its own alone."""

    def __init__(self, key: str | None) -> None:
        self._sealing = AESGCM(hashlib.sha256(b"webhooks" + key.encode()).digest()) if key else None

    def kept(self, webhook_id: UUID, secret: bytes) -> bytes:
        """A secret as it is kept."""
        if self._sealing is None:
            return _AS_IT_IS + secret
        nonce = secrets.token_bytes(_NONCE)
        return _SEALED + nonce + self._sealing.encrypt(nonce, secret, webhook_id.bytes)

    def opened(self, webhook_id: UUID, kept: bytes) -> bytes:
        """A secret as it is used; raises Unreadable."""
        if kept[:1] == _AS_IT_IS:
            return kept[1:]
        if self._sealing is None:
            raise Unreadable
        try:
            return self._sealing.decrypt(kept[1 : 1 + _NONCE], kept[1 + _NONCE :], webhook_id.bytes)
        except InvalidTag:
            raise Unreadable from None


def new_secret() -> bytes:
    """One that nobody can guess (256 bits)."""
    return secrets.token_bytes(_OCTETS)
