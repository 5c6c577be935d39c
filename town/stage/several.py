"""Asking a server for several things at once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from gevent.pool import Pool

from town.api import NoServer, Refused

T = TypeVar("T")
#: Signing up costs a server a twentieth of a second of a processor; more at once would only queue there.
AT_ONCE = 4


def several(do: Callable[[Any], T], things: Iterable[Any]) -> Iterator[T]:
    """Do it with each, a few at once; the results as they come. Raises the first Refused or NoServer."""

    def done(thing: Any) -> T | Refused | NoServer:
        try:
            return do(thing)
        # Raised in a greenlet it would be printed there, too.
        except (Refused, NoServer) as error:
            return error

    for result in Pool(AT_ONCE).imap_unordered(done, things):
        if isinstance(result, Refused | NoServer):
            raise result
        yield result
