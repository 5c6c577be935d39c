"""What a token and a handle look like: decisions on plain values."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

SESSION_LASTS = timedelta(days=90)
#: A person with more signed-in devices than this loses the oldest.
MOST_SESSIONS = 50
_SECRET_BYTES = 24
_PREFIX = "hb1_"


@dataclass(frozen=True, slots=True)
class Token:
    """What a client sends: whose session it is, and the secret that proves it."""

    person_id: UUID
    session_id: UUID
    secret: bytes

    @classmethod
    def new(cls, person_id: UUID, session_id: UUID) -> "Token":
        """A token nobody can guess (192 bits)."""
        return cls(person_id, session_id, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def read(cls, said: str) -> "Token | None":
        """None where it cannot be one of ours."""
        if not said.startswith(_PREFIX) or len(said) != len(_PREFIX) + 75:
            return None
        try:
            held = base64.urlsafe_b64decode(said.removeprefix(_PREFIX) + "=")
        except (ValueError, binascii.Error):
            return None
        return cls(UUID(bytes=held[:16]), UUID(bytes=held[16:32]), held[32:])

    def __str__(self) -> str:
        held = self.person_id.bytes + self.session_id.bytes + self.secret
        return _PREFIX + base64.urlsafe_b64encode(held).decode().rstrip("=")

    def __repr__(self) -> str:
        return f"Token(session_id={self.session_id})"

    @property
    def secret_hash(self) -> bytes:
        """What we keep of it. The secret is random, so a plain hash is enough."""
        return hashlib.sha256(self.secret).digest()
