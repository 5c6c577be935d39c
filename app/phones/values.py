"""Single values out of what phones write: whatever cannot be one is None, and nothing raises."""

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from math import inf, isfinite

import msgspec

from geo import GeoError, Position


def decoded(body: bytes | str) -> object | None:
    """What JSON says; None where it is none."""
    try:
        said: object = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return said


def hash_of(said: str) -> bytes:
    """A short hash, for what need not be read again."""
    return hashlib.blake2b(said.encode(errors="replace"), digest_size=16).digest()


def number(said: object, least: float, most: float) -> float | None:
    """A number within bounds, also written as text; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        return None
    try:
        value = float(said)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) and least <= value <= most else None


#: The most that a position may be unsure by here.
MOST_UNSURE_M = 100_000.0


def metres(said: object) -> float | None:
    """How sure a fix is. Nought and less is what phones send that do not know; what is too much stays very unsure."""
    value = number(said, 0, inf)
    return min(value, MOST_UNSURE_M) if value else None


def is_no_fix(accuracy: object) -> bool:
    """Whether an iPhone says that there is no position: less than nought (CLLocation.horizontalAccuracy)."""
    return number(accuracy, -inf, 0) not in {None, 0}


def percent(said: object) -> int | None:
    """A battery."""
    value = number(said, 0, 100)
    return None if value is None else round(value)


def position_of(lat: object, lon: object) -> Position | None:
    """A position; None where it is none."""
    latitude, longitude = number(lat, -90, 90), number(lon, -180, 180)
    if latitude is None or longitude is None:
        return None
    try:
        return Position(latitude, longitude)
    except GeoError:
        return None


def moment(said: object) -> datetime | None:
    """A time from seconds since 1970, or from ISO 8601 text, UTC unless it says otherwise; None for anything else."""
    seconds = number(said, 0, 1e11)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        if not isinstance(said, str) or len(said) > 40:
            return None
        read = datetime.fromisoformat(said)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def words_of(said: object, most: int) -> str:
    """Text that can be kept: without what cannot be printed, and no longer than that."""
    if not isinstance(said, str):
        return ""
    kept = "".join(each for each in said if each in "\n\t" or unicodedata.category(each) not in {"Cc", "Cs"})
    return kept.strip()[:most].strip()


def slug_of(said: object) -> str | None:
    """A label as an activity, `Café ride` as `cafe-ride`; None where nothing of it is left."""
    if not isinstance(said, str):
        return None
    plain = unicodedata.normalize("NFKD", said[:200]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or None
