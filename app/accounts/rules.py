"""What a token and a handle look like: decisions on plain values."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Self
from uuid import UUID

SESSION_LASTS = timedelta(days=90)
#: What a token can be for that does not come from signing in.
SCOPES = {
    "check-ins:read": "hear and read check-ins as you may",
    "check-ins:write": "check in, and take check-ins back",
    "positions:read": "know where you are",
    "positions:write": "say where you are, and check out",
    "communities:read": "see what you joined and who else did",
    "communities:write": "found, join and leave communities",
    "searches:write": "save searches",
    "wishes:read": "see the wishes of your communities, and of businesses you act for",
    "wishes:write": "state wishes, pledge, and say whether an answer was kept",
    "pieces:read": "read what was written for communities, and what you said of it",
    "pieces:write": "write for communities, and for businesses you act for, and say what is useful or noise",
    "events:read": "see events as you may, and what you said to them",
    "events:write": "hold and change events, and say whether you go",
    "notices:read": "see what you are told of events, wishes and reports, and that something of yours is hidden",
    "moderation:read": "see what you reported, and what of yours is hidden",
    "moderation:write": "report things, and object where something of yours is hidden",
    "offers:read": "see what reaches you",
    "offers:write": "say whether what reached you was useful or noise",
    "relations:read": "see your circles, whom you follow and what you muted",
    "relations:write": "change your circles, follow and mute",
    "tag:read": "see how your tag stands, and what read it, as it happens",
    "tag:write": "show your tag's codes, silence it, let it answer, and erase readings",
    "readers:read": "see the readers of businesses you act for, and what they learnt",
    "readers:write": "add, change and end readers of businesses you act for",
    "businesses:write": "change the places and topics of businesses you act for, and doubt those of others",
    "businesses:read": "see who acts for businesses as you do, and what they did; and which ones invite you",
    "webhooks:read": "see the webhooks of businesses you act for, and what became of what they were told",
    "webhooks:write": "add, change, test, replay and end webhooks of businesses you act for",
}
MOST_DAYS = 365
#: A new account may do less for a day at least; then until its person has confirmed an address or checked in on so many
#: days; and for no longer than that in any case.
NEW_FOR = timedelta(days=1)
ENOUGH_DAYS = 2
NEW_FOR_AT_MOST = timedelta(days=30)
#: How long it is remembered where somebody has signed in.
NETWORKS_LAST = timedelta(days=90)
#: A person with more signed-in devices than this loses the oldest.
MOST_SESSIONS = 50
_SECRET_BYTES = 24
_PREFIX = "hb1_"
# Two ids and the secret are 56 octets, which are 75 letters of base64url without padding.
_TOKEN = re.compile(f"{_PREFIX}[A-Za-z0-9_-]{{75}}")
# An id and the secret are 40 octets.
_SECRET = re.compile("[A-Za-z0-9_-]{54}")
HANDLE = r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"
_HANDLE = re.compile(HANDLE)


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
        if not _TOKEN.fullmatch(said):
            return None
        held = base64.urlsafe_b64decode(said.removeprefix(_PREFIX) + "=")
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


@dataclass(frozen=True, slots=True)
class Secret:
    """Something only its holder knows, and which row tells whether it is right.

    Kinds of it differ by what they begin with, so that none is taken for another.
    """

    prefix: ClassVar[str] = ""

    id: UUID
    said: bytes

    @classmethod
    def new(cls, row_id: UUID) -> Self:
        """One that nobody can guess (192 bits)."""
        return cls(row_id, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def read(cls, said: str) -> Self | None:
        """None where it cannot be one of ours."""
        if not said.startswith(cls.prefix) or not _SECRET.fullmatch(said, len(cls.prefix)):
            return None
        held = base64.urlsafe_b64decode(said[len(cls.prefix) :] + "==")
        return cls(UUID(bytes=held[:16]), held[16:])

    def __str__(self) -> str:
        return self.prefix + base64.urlsafe_b64encode(self.id.bytes + self.said).decode().rstrip("=")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id})"

    def kept(self, about: str = "") -> bytes:
        """What we keep of it. With `about` it is right only as long as that is as it was."""
        return hashlib.sha256(self.said + about.encode()).digest()

    def is_kept_as(self, kept: bytes, about: str = "") -> bool:
        """Whether this is the secret of which that was kept; takes the same time either way."""
        return hmac.compare_digest(self.kept(about), kept)


@dataclass(frozen=True, slots=True)
class Proved:
    """A person whose password was right, and what was kept of it then."""

    person_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be opened: on which device or for which program, what for, how long."""

    device: str
    #: All that its token may do; None for everything.
    scopes: frozenset[str] | None = None
    lasts: timedelta = SESSION_LASTS
    #: How long its first token lasts, where it is renewed from time to time.
    token_lasts: timedelta | None = None


def kept_handle(said: str) -> str | None:
    """A handle as it is kept, in lower case; None where nobody can be called so."""
    return said.lower() if _HANDLE.fullmatch(said) else None


def masked(address: str) -> str:
    """An e-mail address as its person knows it again and whoever looks over their shoulder does not learn it."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def is_new(age: timedelta, has_address: bool, days_checked_in: int) -> bool:
    """Whether an account is to be treated as one that somebody made to annoy others."""
    if age < NEW_FOR:
        return True
    return age < NEW_FOR_AT_MOST and not has_address and days_checked_in < ENOUGH_DAYS
