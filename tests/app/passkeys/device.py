"""A device that keeps passkeys, as WebAuthn (level 3) has it; and one may tell it to do each step wrong."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)

Json = dict[str, Any]
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def text(octets: bytes) -> str:
    """As base64url without padding."""
    return urlsafe_b64encode(octets).decode().rstrip("=")


def octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """Keeps one passkey."""

    origin: str
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    owner: bytes = b""
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def makes(self, options: Json, **other: Any) -> Json:
        """The answer to navigator.credentials.create()."""
        self.owner = octets(options["user"]["id"])
        head = self._head(options["rp"]["id"], self.flags | HAS_KEY)
        number = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: number.x.to_bytes(32, "big"), -3: number.y.to_bytes(32, "big")}
        known = (
            bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        )
        attested = {"fmt": "none", "attStmt": {}, "authData": head + known}
        said = self._said("webauthn.create", options["challenge"], other)
        return self._answer({"clientDataJSON": text(said), "attestationObject": text(cbor2.dumps(attested))})

    def signs(self, options: Json, **other: Any) -> Json:
        """The answer to navigator.credentials.get()."""
        head = self._head(options["rpId"], self.flags)
        said = self._said("webauthn.get", options["challenge"], other)
        signature = self.key.sign(head + hashlib.sha256(said).digest(), ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(said),
                "authenticatorData": text(head),
                "signature": text(signature),
                "userHandle": text(self.owner),
            }
        )

    def _head(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str, other: Json) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | other).encode()

    def _answer(self, response: Json) -> Json:
        known = text(self.credential_id)
        return {
            "id": known,
            "rawId": known,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
