"""How many passkeys, how long a challenge, and for which site."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 20


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: a browser signs for no other."""

    origin: str

    @property
    def id(self) -> str:
        """The relying party's id (WebAuthn, section 4): the host."""
        return urlsplit(self.origin).hostname or ""
