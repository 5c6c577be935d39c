"""What time it is: the one place that asks, so that tests may travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The present, aware and in UTC."""
    return datetime.now(UTC) + _ahead


@contextmanager
def travelling(by: timedelta) -> Iterator[None]:
    """While inside, the present is `by` later than outside; journeys nest."""
    global _ahead  # noqa: PLW0603 - one clock for the process is the point of this module.
    _ahead += by
    try:
        yield
    finally:
        _ahead -= by
