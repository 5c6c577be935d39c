"""Where a client may have people sent back to, and how long what it gets is good."""

import base64
import re
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

CODE_LASTS = timedelta(seconds=60)
TOKEN_LASTS = timedelta(hours=1)
#: How long a client may stay away before it has to ask its person again.
STAYS = timedelta(days=90)
MOST_CLIENTS = 20
MOST_URIS = 10
LONGEST_URI = 500
#: As RFC 6749 has it for what is repeated in errors: without quotes and backslashes.
PLAIN = r"^[\x20-\x21\x23-\x5B\x5D-\x7E]*$"
_VISIBLE = re.compile(r"[\x20-\x7E]*")
_URI = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
#: A private-use scheme is a domain name turned round (RFC 8252, section 7.1): so nobody means javascript: or data:.
_PRIVATE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def unreadable(said: Iterable[tuple[str, list[str]]], authorization: str) -> str | None:
    """Why what a client sent cannot be read, in words; None where it can (RFC 6749, sections 3.2 and appendix A)."""
    for _, values in said:
        if len(values) > 1:
            return "Nothing may be said twice."
        if not _VISIBLE.fullmatch(values[0]):
            return "Only visible ASCII may be said."
    scheme, _, held = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return None if base64.b64decode(held, validate=True).isascii() else "Only ASCII may stand in Basic."
    except ValueError:
        return "What stands after Basic is no base64."


def what_is_wrong_with(uri: str) -> str | None:
    """Why people cannot be sent back there, in words; None where they can."""
    said = _parts(uri)
    if said is None or said.fragment or "#" in uri:
        return "is no address without a fragment"
    if said.username is not None or said.password is not None:
        return "holds a user or a password"
    if said.scheme == "https":
        return None if said.hostname else "names no host"
    if said.scheme == "http":
        return None if said.hostname in _LOOPBACK else "is not encrypted; only http://127.0.0.1 may be so"
    if _PRIVATE.fullmatch(said.scheme) and not said.netloc:
        return None
    return "must begin with https:, http://127.0.0.1, or an app's own scheme such as org.example.app:/"


def is_registered(said: str, registered: list[str]) -> bool:
    """Whether an address is one of these, letter for letter; on this machine the port may be any (RFC 8252, 7.3)."""
    return said in registered or any(_is_same_but_for_port(said, each) for each in registered)


def host_of(uri: str) -> str | None:
    """Whom a person deals with, as far as an address tells; None for a program on their own device."""
    said = urlsplit(uri)
    return said.hostname if said.scheme == "https" else None


def _is_same_but_for_port(said: str, registered: str) -> bool:
    one, other = _parts(said), _parts(registered)
    if one is None or other is None or other.scheme != "http" or other.hostname not in _LOOPBACK:
        return False
    return one.username is None and _without_port(one) == _without_port(other)


def _without_port(uri: SplitResult) -> tuple[str, str | None, str, str, str]:
    return uri.scheme, uri.hostname, uri.path, uri.query, uri.fragment


def _parts(uri: str) -> SplitResult | None:
    """None where it cannot be read, or only by guessing."""
    if not _URI.fullmatch(uri) or len(uri) > LONGEST_URI:
        return None
    try:
        said = urlsplit(uri)
        _ = said.port
    except ValueError:
        return None
    return said
