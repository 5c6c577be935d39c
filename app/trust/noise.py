"""How a number of people is rounded by chance before it is published, so that nobody is singled out by it. The formulas
and where they come from: `docs/statistics.md`."""

import bisect
import functools
import hashlib
import hmac
import itertools
import math
from collections.abc import Sequence

#: Of fewer people nothing is said, whatever chance has drawn.
FEWEST = 5
#: By how many standard deviations a number must lie above that, so that whether it is said tells next to nothing.
MARGIN = 3
#: So many standard deviations from the middle, chance draws nothing any more (less than once in 10^32).
FARTHEST = 12
_OCTETS = 8
WORDS = 1 << 8 * _OCTETS


def said(key: bytes, identity: bytes, people: int, sigma: int) -> int | None:
    """The number that is said of so many people; None where nothing is. Some 5 µs.

    Drawn from the key and what tells this number from every other, so it is the same whenever it is drawn again.
    """
    if people < FEWEST:
        return None
    word = int.from_bytes(hmac.digest(key, identity, hashlib.sha256)[:_OCTETS])
    number = people + bisect.bisect_right(steps(sigma), word) - FARTHEST * sigma
    return number if number >= least_said(sigma) else None


def least_said(sigma: int) -> int:
    """The smallest number that is ever said."""
    return FEWEST + MARGIN * sigma


@functools.cache
def steps(sigma: int) -> Sequence[int]:
    """Below which of all words each value of a discrete Gaussian lies, from the smallest on; true to 2^-50.

    Whole numbers throughout, for the last bits of fractions would tell what was added to what (Mironov 2012).
    """
    reach = FARTHEST * sigma
    weights = [math.exp(-value * value / (2 * sigma * sigma)) for value in range(-reach, reach + 1)]
    total = math.fsum(weights)
    return [int(share / total * WORDS) for share in itertools.accumulate(weights)][:-1]
