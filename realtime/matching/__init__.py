"""Who hears a message: the watches of this process's listeners, found by cell, topic and community."""

from realtime.matching.index import WatchIndex
from realtime.matching.watch import Watch

__all__ = ["Watch", "WatchIndex"]
