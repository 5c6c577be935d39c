"""Passwords, hashed with argon2id off the main thread, where a quarter of a second would stop every socket."""

import functools
from collections.abc import Callable

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent.lock import BoundedSemaphore

_hasher = PasswordHasher()
#: Each takes 64 MiB and all the processor it gets; what else people do must go on meanwhile.
_at_once = BoundedSemaphore(4)


def hashed(password: str) -> str:
    """An argon2id hash (RFC 9106) with its own salt; some 50 ms of another thread."""
    return str(_in_a_thread(_hasher.hash, password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; takes the same time where there is no such person."""
    known = password_hash or _nobodys()
    right = bool(_in_a_thread(_verified, known, password))
    return right and password_hash is not None


def _in_a_thread(work: Callable[..., object], *given: str) -> object:
    with _at_once:
        return gevent.get_hub().threadpool.apply(work, given)


def _verified(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys() -> str:
    return hashed("nobody has this password")
