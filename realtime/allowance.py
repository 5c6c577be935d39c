"""How much one socket may say: a burst, then a steady rate (a token bucket)."""

import time
from collections.abc import Callable
from typing import Any

from app.errors import TooMany

BURST = 60.0
A_SECOND = 20.0


class Allowance:
    """What is left to one socket."""

    __slots__ = ("_left", "_when")

    def __init__(self) -> None:
        self._left = BURST
        self._when = time.monotonic()

    def spent(self, say: Callable[..., Any]) -> Callable[..., Any]:
        """What to do with the next thing said: do it, or refuse because it is too much."""
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._when) * A_SECOND)
        self._when = now
        if self._left < 1:
            return _refuse
        self._left -= 1
        return say


def _refuse(*_: object) -> Any:
    raise TooMany(
        f"This socket says more than {A_SECOND:.0f} things a second. Slow down; nothing was changed.",
        retry_after_s=1,
    )
