"""Hands what businesses say to the members of a community to those of this process's sockets that watch it.

Runs no SQL. What it tells is of the same stream as check-ins, but that a business was sent off: that is found again by
its time.
"""

from collections.abc import Sequence
from uuid import UUID

from app.motions.signals import SentOff
from app.peers.signals import BusinessPosted, BusinessUnheard
from app.relations.rules import MuteKind
from app.signals import Signals
from realtime import messages
from realtime.fanout import MESSAGES, Fanout
from realtime.roster import Listener, Somebody


class Speaking:
    """Listens to signals and writes to sockets."""

    def __init__(self, fanout: Fanout) -> None:
        self._roster = fanout.roster
        self._heard = fanout.heard

    def follow(self, signals: Signals) -> None:
        """Hear of everything that sockets may hear of, from this and from other processes."""
        signals.listen(BusinessPosted, self._posted, everywhere=True)
        signals.listen(BusinessUnheard, self._unheard, everywhere=True)
        signals.listen(SentOff, self._sent_off, everywhere=True)

    def _posted(self, signals: Sequence[BusinessPosted]) -> None:
        for signal in signals:
            self._heard.hear(signal.id)
            feeds = (signal.community_id,)
            found = self._roster.watches.audience(messages.BUSINESS_POST, None, signal.topic_ids, feeds)
            wanting = [each for each in found if will_hear(each.person, signal)]
            if wanting:
                frame = messages.business_post(signal, self._heard)
                _tell(messages.BUSINESS_POST, wanting, signal.id, frame)

    def _unheard(self, signals: Sequence[BusinessUnheard]) -> None:
        for signal in signals:
            self._forget(signal)

    def _sent_off(self, signals: Sequence[SentOff]) -> None:
        for signal in signals:
            self._forget(BusinessUnheard(signal.community_id, signal.business_id))

    def _forget(self, signal: BusinessUnheard) -> None:
        """Told also to those who muted it since, and whatever topics they watch."""
        if signal.id is not None:
            self._heard.hear(signal.id)
        watching = self._roster.watching(signal.community_id, messages.BUSINESS_POST_REMOVED)
        members = [each for each in watching if signal.community_id in each.person.chosen]
        if members:
            frame = messages.business_post_removed(signal, self._heard)
            _tell(messages.BUSINESS_POST_REMOVED, members, signal.id, frame)


def will_hear(somebody: Somebody, said: BusinessPosted) -> bool:
    """Whether they belong to the community, and muted neither it nor the business nor a topic of this."""
    if said.community_id not in somebody.chosen:
        return False
    muted = somebody.mutes
    if muted is None:
        return True
    return (
        said.business_id not in muted[MuteKind.BUSINESS]
        and said.community_id not in muted[MuteKind.COMMUNITY]
        and muted[MuteKind.TOPIC].isdisjoint(said.topic_ids)
    )


def _tell(kind: str, listeners: Sequence[Listener], told: UUID | None, frame: bytes) -> None:
    for listener in listeners:
        if told is None:
            listener.tell(frame)
        else:
            listener.hear(told, frame)
    MESSAGES.labels(kind).inc(len(listeners))
