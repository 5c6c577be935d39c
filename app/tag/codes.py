"""How a code is made and read: a block that only this installation can open, so that no two codes look related.

A code is 28 letters of base32 (RFC 4648), which QR codes hold in their dense alphanumeric mode. The first two are the
day of its window, the same for everybody's; the other 26 are one block of AES-256, used as what it is, a permutation
of 128 bits that nobody can tell from one made by chance without the key of that day:

    64 bits  the tag's number, by chance      24 bits  the window       8 bits  nothing, always nought
    16 bits  its generation                   16 bits  the salt, by chance

No block is sealed twice but for the same four values, so one block needs no mode of operation and no nonce, and two
codes of one tag are as unlike each other as two of different tags. Opening costs one block, whosever it is; then the
tag is found by its number's index.

Forging: whoever tries letters by chance hits a block whose noughts, day and number are right once in 2**68.8 tries
where there are a million tags (8 bits nought, 144 windows of 2**24 a day, one number in 2**44), and only then is the
answer another than "unknown"; a tag answers once in 2**90.4 (three windows, one generation). A reader that may ask ten
times a second, a thousand codes each time, tries 2**38 in a year.

The keys are by chance, one a day, and erased when no code of that day can be read any more: what a reader has kept of
codes then says nothing even to whoever holds the whole database. Compared with others: Google's EID seals time alone
under a key of each beacon, so a resolver must hold a table of all; Apple's Find My and Exposure Notification rotate
identifiers that the phone derives itself, and resolve by publishing keys or by trying many. Here the resolver is the
installation, which may know its own tags, and nobody else is to; hence one key for all, and nothing to search.
"""

import base64
import re
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from app.tag.rules import Shown, day_of

KEY_OCTETS = 32
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_DAYS = len(_LETTERS) ** 2
# 26 letters hold two bits more than a block; only with those nought is it the one way to write it.
_CODE = re.compile("[A-Z2-7]{27}[AEIMQUY4]")


def sealed(shown: Sequence[Shown], keys: Mapping[int, bytes]) -> list[str]:
    """The codes that say this, each under the key of its window's day."""
    sealers = {day: _cipher(key).encryptor() for day, key in keys.items()}
    return [_sealed(each, sealers) for each in shown]


def opened(codes: Sequence[str], keys: Mapping[int, bytes]) -> list[Shown | None]:
    """What each code says; None for what is no code under any of the keys. Some microseconds each."""
    openers = {day % _DAYS: (day, _cipher(key).decryptor()) for day, key in keys.items()}
    return [_opened(each, openers) for each in codes]


def _sealed(shown: Shown, sealers: Mapping[int, CipherContext]) -> str:
    day = day_of(shown.window)
    block = shown.number << 64 | shown.generation << 48 | shown.window << 24 | shown.salt << 8
    high, low = divmod(day % _DAYS, len(_LETTERS))
    return (
        _LETTERS[high]
        + _LETTERS[low]
        + base64.b32encode(sealers[day].update(block.to_bytes(16))).decode().rstrip("=")
    )


def _opened(code: str, openers: Mapping[int, tuple[int, CipherContext]]) -> Shown | None:
    if not _CODE.fullmatch(code):
        return None
    day, opener = openers.get(_LETTERS.index(code[0]) * len(_LETTERS) + _LETTERS.index(code[1]), (None, None))
    if opener is None:
        return None
    block = int.from_bytes(opener.update(base64.b32decode(code[2:] + "======")))
    shown = Shown(block >> 64, block >> 48 & 0xFFFF, block >> 24 & 0xFFFFFF, block >> 8 & 0xFFFF)
    # Numbers have 63 bits, as many as a column holds.
    fits = block & 0xFF == 0 and shown.number < 1 << 63 and day_of(shown.window) == day
    return shown if fits else None


def _cipher(key: bytes) -> Cipher[ECB]:
    return Cipher(AES256(key), ECB())
