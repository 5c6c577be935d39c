"""What time it is: the one place that asks, so that tests may travel and a town may be relived in its own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: Ten years in five minutes.
FASTEST = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Another time than the present: it stands at `begins` until `since`, then goes so many times as fast."""

    begins: datetime
    times: float
    since: datetime

    @classmethod
    def of(cls, said: str) -> "Pace":
        """As in `2012-04-03T18:00:00+00:00 x7200 since 2026-11-22T22:30:00+00:00`; ValueError where it is none.

        >>> str(Pace.of("2012-04-03T18:00:00Z x1 since 2026-11-22T22:30:00Z"))
        '2012-04-03T18:00:00+00:00 x1.0 since 2026-11-22T22:30:00+00:00'
        """
        begins, times, word, since = said.split()
        pace = cls(
            datetime.fromisoformat(begins), float(times.removeprefix("x")), datetime.fromisoformat(since)
        )
        if (
            word != "since"
            or not 0 < pace.times <= FASTEST
            or None in {pace.begins.tzinfo, pace.since.tzinfo}
        ):
            raise ValueError(said)
        return pace

    def __str__(self) -> str:
        return f"{self.begins.isoformat()} x{self.times} since {self.since.isoformat()}"

    def at(self, moment: datetime) -> datetime:
        """What time it is there at a moment of ours, to the microsecond."""
        return self.begins + max(moment - self.since, timedelta()) * self.times


_ahead = timedelta()
_pace: Pace | None = None


def now() -> datetime:
    """The present, aware and in UTC."""
    present = datetime.now(UTC)
    return (_pace.at(present) if _pace else present) + _ahead


def run(pace: Pace | None) -> None:
    """Live in another time from now on; None for the present."""
    global _pace  # noqa: PLW0603 - one clock for the process is the point of this module.
    _pace = pace


def really_s(seconds: float) -> float:
    """How many seconds pass for us while so many pass on this clock."""
    return seconds / _pace.times if _pace else seconds


@contextmanager
def travelling(by: timedelta) -> Iterator[None]:
    """While inside, the present is `by` later than outside; journeys nest."""
    global _ahead  # noqa: PLW0603 - as above.
    _ahead += by
    try:
        yield
    finally:
        _ahead -= by
