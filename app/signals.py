"""What happened, told after the commit: frozen values in the past tense, and who listens to them.

A signal reaches the listeners of its own process right after the commit, and those of other processes through a
*carrier* that writes it inside the same transaction, so that it is told if and only if it became true.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, Protocol, TypeVar

import structlog

S = TypeVar("S")
Listener = Callable[[Sequence[Any]], None]
log = structlog.get_logger()


class Carrier(Protocol):
    """Takes signals to other processes."""

    def carry(self, execute: Callable[[str, dict[str, Any]], object], signals: Sequence[object]) -> None:
        """Write the signals by `execute(sql, values)`, in psycopg2's style, inside the transaction they tell of."""


class Signals:
    """The listeners of one process."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Listener]] = defaultdict(list)
        self._everywhere: dict[type[Any], list[Listener]] = defaultdict(list)
        self._after_gap: list[Callable[[], None]] = []
        self.carrier: Carrier | None = None

    def listen(
        self, kind: type[S], listener: Callable[[Sequence[S]], None], everywhere: bool = False
    ) -> None:
        """Call `listener` with each run of signals of exactly this kind, in the order of their commits.

        With `everywhere` it hears those of other processes as well; else what it causes is caused once, by the
        process in which the thing happened.
        """
        self._listeners[kind].append(listener)
        if everywhere:
            self._everywhere[kind].append(listener)

    def after_gap(self, mend: Callable[[], None]) -> None:
        """Call `mend` when signals of other processes may have been lost, and again once they come anew."""
        self._after_gap.append(mend)

    def gap(self) -> None:
        """Say that signals of other processes may have been lost."""
        for mend in self._after_gap:
            try:
                mend()
            # As for signals: the others mend what they can.
            except Exception:
                log.exception("a gap was not mended")

    def tell(self, signals: Sequence[object]) -> None:
        """Hand on signals of this process; neighbours of one kind go together."""
        _tell(self._listeners, signals)

    def tell_carried(self, signals: Sequence[object]) -> None:
        """Hand on signals that came from another process."""
        _tell(self._everywhere, signals)


def _tell(listeners: dict[type[Any], list[Listener]], signals: Sequence[object]) -> None:
    for kind, run in groupby(signals, type):
        together = list(run)
        for listener in listeners.get(kind, ()):
            try:
                listener(together)
            # What is committed is true whether or not one listener copes with it; the others still hear.
            except Exception:
                log.exception("listener failed", signal=kind.__name__)
