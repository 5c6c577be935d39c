"""The same POST sent again: `Idempotency-Key` gives the first answer for 24 hours, and nothing is done twice.

The row is written in the transaction of the act itself, so either both are there or neither is. Neither the key nor
the request is kept, only hashes; the answer, which may hold a token, is sealed with a key that only the same request
can make again.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, SmallInteger, delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Timestamp, Words
from app.errors import Invalid, KeyReused
from app.ids import NOBODY

LASTS = timedelta(hours=24)
LONGEST = 255
#: Says that an answer is the first one given again.
REPLAYED = {"Idempotency-Replayed": "true"}
_NONCE = 12
_REUSED = "This Idempotency-Key came with another request. Make a new key for every new request."


class IdempotencyKey(Base):
    """What was answered to a key. Check-ins keep no answer: it is made again from the check-in itself."""

    __tablename__ = "idempotency_keys"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Timestamp, index=True)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    place: Mapped[str | None] = mapped_column(Words)
    check_in_cell: Mapped[int | None] = mapped_column(BigInteger)
    check_in_id: Mapped[UUID | None]


@dataclass(frozen=True, slots=True)
class Retry:
    """A request that may come again."""

    person: UUID
    key: str
    asked: bytes

    @classmethod
    def of(cls, person: UUID | None, key: str, method: str, path: str, body: bytes) -> "Retry":
        """Of one request."""
        return cls(person or NOBODY, key, f"{method} {path}\n".encode() + body)

    @property
    def key_hash(self) -> bytes:
        """What the key is found by."""
        return hash_of_key(self.key)

    @property
    def fingerprint(self) -> bytes:
        """What tells this body from another; keyed, so that a password in it cannot be guessed from the row."""
        return fingerprint_of(self.key, self.asked)

    def sealed(self, answer: bytes) -> bytes:
        """The answer as it is kept."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._seal.encrypt(nonce, answer, None)

    def opened(self, kept: bytes) -> bytes:
        """The answer as it was given."""
        return self._seal.decrypt(kept[:_NONCE], kept[_NONCE:], None)

    @property
    def _seal(self) -> AESGCM:
        return AESGCM(hmac.digest(self.key.encode(), b"seal" + self.asked, "sha256"))


def checked(key: str) -> str:
    """A key as a client sent it; Invalid where it is empty, too long or not printable ASCII."""
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise Invalid(f"Idempotency-Key must be 1 to {LONGEST} printable ASCII characters, such as a UUID.")
    return key


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    body: bytes
    place: str | None


def hash_of_key(key: str) -> bytes:
    """What a key is found by."""
    return hashlib.sha256(key.encode()).digest()


def fingerprint_of(key: str, asked: bytes) -> bytes:
    """What tells one request under a key from another."""
    return hmac.digest(key.encode(), asked, "sha256")


def forget(session: Session, person_id: UUID, place: str) -> None:
    """Erase what was answered to somebody who leaves for good, and the answer that made what stands at a place."""
    theirs = or_(IdempotencyKey.person_id == person_id, IdempotencyKey.place == place)
    session.execute(delete(IdempotencyKey).where(theirs))


def first_answer(session: Session, retry: Retry, now: datetime) -> Answer | None:
    """The answer given before, or None if this is the first time; then the key is taken until the commit.

    Of two requests at once the second waits here for the first to end.
    """
    row = claim(session, retry, now)
    if row is None:
        return None
    if row.answer is None or row.status is None:
        raise KeyReused(_REUSED)
    return Answer(row.status, retry.opened(row.answer), row.place)


def claim(session: Session, retry: Retry, now: datetime) -> IdempotencyKey | None:
    """Take a key for a request; what is kept of the same request before, if any. Raises KeyReused for another."""
    if _take(session, retry, now):
        return None
    row = session.get(IdempotencyKey, (retry.person, retry.key_hash))
    if row is None:
        return None
    if row.created_at < now - LASTS:
        session.execute(delete(IdempotencyKey).where(*_same(retry)))
        session.expunge(row)
        return claim(session, retry, now)
    if not hmac.compare_digest(row.fingerprint, retry.fingerprint):
        raise KeyReused(_REUSED)
    return row


def keep(session: Session, retry: Retry, answer: Answer) -> None:
    """Keep the first answer."""
    session.execute(
        update(IdempotencyKey)
        .where(*_same(retry))
        .values(status=answer.status, answer=retry.sealed(answer.body), place=answer.place)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Forget the keys of more than 24 hours ago."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - LASTS))


def _take(session: Session, retry: Retry, now: datetime) -> bool:
    taken = session.execute(
        insert(IdempotencyKey)
        .values(
            person_id=retry.person, key_hash=retry.key_hash, fingerprint=retry.fingerprint, created_at=now
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.person_id)
    )
    return taken.first() is not None


def _same(retry: Retry) -> tuple[ColumnElement[bool], ...]:
    return (IdempotencyKey.person_id == retry.person, IdempotencyKey.key_hash == retry.key_hash)
