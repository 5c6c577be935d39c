"""How much somebody may do: a burst, then a steady rate (a token bucket)."""


class Allowance:
    """What is left to one of them. Time is given in seconds of any clock that never goes back."""

    __slots__ = ("_a_second", "_burst", "_left", "_when")

    def __init__(self, burst: float, a_second: float, now: float) -> None:
        self._burst = burst
        self._a_second = a_second
        self._left = burst
        self._when = now

    def spend(self, now: float) -> float:
        """Take one: 0.0. Where there is none nothing is taken: the seconds until there is."""
        self._fill(now)
        if self._left < 1:
            return (1 - self._left) / self._a_second
        self._left -= 1
        return 0.0

    def give_back(self) -> None:
        """Have it as if the last one had not been taken."""
        self._left = min(self._burst, self._left + 1)

    def _fill(self, now: float) -> None:
        self._left = min(self._burst, self._left + (now - self._when) * self._a_second)
        self._when = now
