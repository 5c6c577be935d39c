"""What may be told where, what an answer means, and when to try again: decisions on plain values."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network


class Kind(StrEnum):
    """What is told."""

    WISH_OPENED = "wish.opened"
    WISH_KEPT = "wish.kept"
    WISH_BROKEN = "wish.broken"
    WELCOMED = "community.welcomed"
    SENT_OFF = "community.sent_off"
    #: Withdrawn, or over by its time.
    OFFER_ENDED = "offer.ended"
    #: Also of a purchase without an offer.
    REDEEMED = "redemption.made"
    ROLLED_BACK = "redemption.rolled_back"
    #: Whenever its staff ask for one, whatever else it wants.
    TEST = "webhook.test"


class Reason(StrEnum):
    """Why a message was not taken."""

    NO_ADDRESS = "no-address"
    INTERNAL = "internal-address"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    SLOW = "too-slow"
    NOT_HTTP = "not-http"
    ANSWERED = "answered"
    #: The secret it is signed with cannot be opened here.
    UNSIGNED = "unsigned"
    PAUSED = "paused"


class Because(StrEnum):
    """Why a webhook is paused."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


WANTED = [each.value for each in Kind if each is not Kind.TEST]
MOST_WEBHOOKS = 5
#: One new secret, and those that sign along with it until everybody knows the new one.
MOST_SECRETS = 3
OLD_SIGNS_ALONG = timedelta(hours=24)
MOST_TESTS_AN_HOUR = 10
LONGEST_URL = 500
KEPT = timedelta(days=30)
#: How long after a message failed for the first time, nothing having been taken since, its webhook is paused.
FAILS_FOR = timedelta(days=5)
GIVEN_UP_AFTER = timedelta(hours=24)
#: How long after each try the next one comes: nine tries within 22.3 hours.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
#: By how much of it each wait may be shorter, so that what failed together is not tried again together.
JITTER = 0.1
LONGEST_RETRY_AFTER = timedelta(hours=1)
_ASKS_TO_WAIT = {429, 503}

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter, so that no spelling of an address passes for a name; and what is no part of the
# name, such as a password, does not fit at all.
_URL = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?)(?::(?P<port>443|8443))?"
    r"(?P<path>/[a-z0-9._~:/?@!$&'()*+,;=%-]*)?",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_NAME = 253


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go: the parts of an https address."""

    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """Read from a URL; ValueError, with what to do, where it is none that we call.

        >>> str(Target.of("HTTPS://Shop.example:443/Hooks?of=us"))
        'https://shop.example/Hooks?of=us'
        """
        found = _URL.fullmatch(url)
        if found is None or len(url) > LONGEST_URL or len(found["host"]) > _LONGEST_NAME:
            raise ValueError(
                "give an address such as https://shop.example/hooks: https, a name in ASCII (no number), "
                f"port 443 or 8443, no user, password or fragment, at most {LONGEST_URL} characters"
            )
        return cls(found["host"].lower(), int(found["port"] or 443), found["path"] or "/")

    def __str__(self) -> str:
        return f"https://{self.host}{'' if self.port == 443 else f':{self.port}'}{self.path}"


_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
#: What `is_global` lets through, or did in some version of Python, and is nobody's server on the Internet.
_MISSED = [
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "100.64.0.0/10",  # behind carriers' NAT (RFC 6598)
        "240.0.0.0/4",  # reserved (RFC 1112)
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which says any IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
]


def is_public(said: str) -> bool:
    """Whether an address is one of the Internet, which we may call; not for what is none."""
    try:
        address = ip_address(said)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address in _NAT64 and address.scope_id is None:
        # What a network without IPv4 makes of an IPv4 address: as good or bad as that.
        return is_public(str(IPv4Address(int(address) & 0xFFFFFFFF)))
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _GLOBAL_UNICAST):
        return False
    missed = any(address in each for each in _MISSED if each.version == address.version)
    return address.is_global and not address.is_multicast and not missed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try."""

    reason: Reason | None
    status: int | None = None
    #: The Retry-After header, as it was said.
    retry_after: str | None = None

    @classmethod
    def of(cls, status: int, retry_after: str | None = None) -> "Outcome":
        """Of an answer: taken if 2xx, and only then. Redirects are not followed, so they are refusals."""
        return cls(None if 200 <= status < 300 else Reason.ANSWERED, status, retry_after)

    @property
    def is_taken(self) -> bool:
        """Whether the message arrived."""
        return self.reason is None

    @property
    def is_gone(self) -> bool:
        """Whether whoever is there wants nothing any more (RFC 9110, section 15.5.11)."""
        return self.status == 410

    @property
    def counted_as(self) -> str:
        """A word for metrics: the class of the status, or why there is none."""
        return f"{self.status // 100}xx" if self.status else str(self.reason)


@dataclass(frozen=True, slots=True)
class Tried:
    """A message that was tried so many times since it was first to be sent."""

    tries: int
    begun_at: datetime


def next_try(tried: Tried, outcome: Outcome, now: datetime, chance: float) -> datetime | None:
    """When to try again what was not taken; None where it is given up. `chance` is from 0 to 1.

    Whoever asks us to wait is given up to an hour more than the schedule has.
    """
    if not 1 <= tried.tries <= len(SCHEDULE):
        return None
    wait = SCHEDULE[tried.tries - 1] * (1 - JITTER * chance)
    if outcome.status in _ASKS_TO_WAIT:
        wait = max(wait, min(_asked_to_wait(outcome.retry_after, now), LONGEST_RETRY_AFTER))
    return now + wait if now + wait <= tried.begun_at + GIVEN_UP_AFTER else None


def _asked_to_wait(said: str | None, now: datetime) -> timedelta:
    """What Retry-After says (RFC 9110, section 10.2.3), in seconds or as a date; nothing where it cannot be read."""
    said = (said or "").strip()
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=min(int(said[:9]), int(GIVEN_UP_AFTER.total_seconds())))
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return timedelta()
    try:
        return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except OverflowError:
        return timedelta()


def is_failing(since: datetime | None, now: datetime) -> bool:
    """Whether nothing was taken for so long that it is no use to go on."""
    return since is not None and now - since >= FAILS_FOR
