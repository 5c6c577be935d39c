"""The link that sets an app up, its QR code, and how both are kept until they have been used."""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
import segno
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from app.phones.rules import Credential

#: How often an app reports that has nothing new to say, in seconds, and how far one walks between reports.
INTERVAL_S, DISTANCE_M = 300, 75


@dataclass(frozen=True, slots=True)
class Setup:
    """All that an app must know, shown once to whoever asked."""

    app: str
    name: str
    letters: str
    #: Where we are, such as https://town.example; the doors stand below it.
    home: str
    token: str
    passphrase: str | None = None

    @property
    def credential(self) -> Credential:
        """What the device will prove itself with."""
        held = Credential.read(self.token)
        assert held is not None
        return held

    @property
    def url(self) -> str:
        """Where the app reports to."""
        return f"{self.home}/phones/{self.app}"

    @property
    def link(self) -> str:
        """What sets the app up when it is opened on the phone, or scanned."""
        return _LINKS[self.app](self)

    def sealed(self, secret: str) -> bytes:
        """For whoever knows the secret."""
        return seal(msgspec.json.encode(self), secret)

    @classmethod
    def opened(cls, held: bytes, secret: str) -> "Setup | None":
        """None for anybody else."""
        said = unseal(held, secret)
        return None if said is None else msgspec.json.decode(said, type=cls)


def _owntracks(setup: Setup) -> str:
    known = {
        "_type": "configuration",
        # Over HTTP, and significant changes of place only.
        "mode": 3,
        "monitoring": 1,
        "url": setup.url,
        "auth": True,
        "username": setup.credential.user,
        "password": setup.credential.password,
        "deviceId": setup.credential.user,
        "tid": setup.letters,
        "cmd": True,
    }
    if setup.passphrase:
        known["encryptionKey"] = setup.passphrase
    inline = base64.b64encode(msgspec.json.encode(known)).decode()
    return f"owntracks:///config?{urlencode({'inline': inline})}"


def _traccar(setup: Setup) -> str:
    known = {"id": setup.token, "accuracy": "medium", "distance": DISTANCE_M, "interval": INTERVAL_S}
    return f"{setup.url}?{urlencode({**known, 'buffer': 'true'})}"


def _overland(setup: Setup) -> str:
    known = {"url": setup.url, "token": setup.token, "device_id": setup.credential.user}
    return f"overland://setup?{urlencode(known)}"


_LINKS = {"owntracks": _owntracks, "traccar": _traccar, "overland": _overland}


def qr_svg(link: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG image."""
    return segno.make_qr(link).svg_inline(scale=4, border=4)


def qr_png(link: str) -> str:
    """The same as a PNG image, in a data URL."""
    return segno.make_qr(link).png_data_uri(scale=4, border=4)


def seal(said: bytes, secret: str) -> bytes:
    """Seal it so that nobody can read it who does not know the secret, which must be one that cannot be guessed."""
    return SecretBox(_key(secret)).encrypt(said)


def unseal(held: bytes, secret: str) -> bytes | None:
    """None with another secret."""
    try:
        return SecretBox(_key(secret)).decrypt(held)
    except CryptoError:
        return None


def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"devices").digest()
