"""Tells how often people react: at most once a second for each check-in, to whoever may know of it. Runs no SQL."""

from collections.abc import Sequence
from uuid import UUID

import gevent
from gevent.event import Event

from app import clock
from app.conversation.signals import Reacted
from app.signals import Signals
from realtime import messages
from realtime.fanout import MESSAGES, audience_of
from realtime.roster import Roster

EVERY_S = 1.0
#: Of how many it is remembered what was told last; beyond, of none.
_MOST = 10_000


class Tallying:
    """One greenlet that tells what changed since it last did. Signals of other processes may come late: the one with
    the most changes holds."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._newest: dict[UUID, Reacted] = {}
        self._told: dict[UUID, int] = {}
        self._work = Event()
        self._greenlet: gevent.Greenlet[[], None] | None = None

    def follow(self, signals: Signals) -> None:
        """Hear of all reactions, from this and from other processes."""
        signals.listen(Reacted, self._reacted, everywhere=True)

    def _reacted(self, signals: Sequence[Reacted]) -> None:
        for signal in signals:
            before = self._newest.get(signal.about.id)
            known = before.changes if before else self._told.get(signal.about.id, 0)
            if signal.changes > known:
                self._newest[signal.about.id] = signal
                self._work.set()
        if self._greenlet is None:
            self._greenlet = gevent.spawn(self._tell_for_ever)

    def _tell_for_ever(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            newest, self._newest = self._newest, {}
            for signal in newest.values():
                self._tell(signal)
            gevent.sleep(EVERY_S)

    def _tell(self, signal: Reacted) -> None:
        if len(self._told) >= _MOST:
            self._told.clear()
        self._told[signal.about.id] = signal.changes
        if audience := audience_of(self._roster, messages.REACTION, signal.about, clock.now()):
            frame = messages.reaction(signal)
            for listener, _ in audience:
                listener.tell(frame)
            MESSAGES.labels(messages.REACTION).inc(len(audience))
