"""Signs what we say to somebody who may want to show it to others: JWS (RFC 7515) with Ed25519 (RFC 8037)."""

import base64
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.ids import new_id
from app.leaving.models import SigningKey

#: Whoever makes the first key holds it, so that there is one.
_MAKING = 7_243_002


def signed(session: Session, said: dict[str, object], now: datetime) -> str:
    """In compact form, with the newest key; the first is made where there is none."""
    key = _key(session, now)
    header = {"alg": "EdDSA", "kid": str(key.id), "typ": "JOSE"}
    parts = [_base64url(msgspec.json.encode(each)) for each in (header, said)]
    signature = Ed25519PrivateKey.from_private_bytes(key.private).sign(".".join(parts).encode())
    return ".".join((*parts, _base64url(signature)))


def public_keys(session: Session) -> list[dict[str, str]]:
    """Every key by which something of ours can be checked, the oldest first, as JWKs (RFC 7517)."""
    return [_jwk(each) for each in session.scalars(select(SigningKey).order_by(SigningKey.id))]


def _key(session: Session, now: datetime) -> SigningKey:
    newest = select(SigningKey).order_by(SigningKey.id.desc()).limit(1)
    if found := session.scalars(newest).first():
        return found
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
    if found := session.scalars(newest).first():
        return found
    made = SigningKey(id=new_id(), private=Ed25519PrivateKey.generate().private_bytes_raw(), made_at=now)
    session.add(made)
    session.flush()
    return made


def _jwk(key: SigningKey) -> dict[str, str]:
    public = Ed25519PrivateKey.from_private_bytes(key.private).public_key()
    x = _base64url(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": str(key.id), "x": x}


def _base64url(held: bytes) -> str:
    return base64.urlsafe_b64encode(held).decode().rstrip("=")
