"""Hands what is said around check-ins to those of this process's sockets that may hear of both. Runs no SQL."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from app import clock
from app.conversation.signals import About, Mentioned, Replied, ReplyRemoved
from app.conversation.values import may_know
from app.relations.rules import MuteKind
from app.signals import Signals
from app.trust.terms import Level
from realtime import messages
from realtime.cursors import Heard
from realtime.fanout import MESSAGES, Fanout, audience_of, known_to
from realtime.roster import Listener, Somebody

S = TypeVar("S", Replied, ReplyRemoved)


class Conversing:
    """Listens to signals and writes to sockets; what it tells is of the same stream as check-ins."""

    def __init__(self, fanout: Fanout) -> None:
        self._roster = fanout.roster
        self._heard = fanout.heard

    def follow(self, signals: Signals) -> None:
        """Hear of everything that sockets may hear of, from this and from other processes."""
        signals.listen(Replied, self._replied, everywhere=True)
        signals.listen(ReplyRemoved, self._removed, everywhere=True)
        signals.listen(Mentioned, self._mentioned, everywhere=True)

    def _replied(self, signals: Sequence[Replied]) -> None:
        now = clock.now()
        for signal in signals:
            self._heard.hear(signal.id)
            those = self._those(messages.REPLY, signal.about, now)
            self._tell(
                signal, messages.reply, [each for each in those if will_know(each.person, signal, now)]
            )

    def _removed(self, signals: Sequence[ReplyRemoved]) -> None:
        now = clock.now()
        for signal in signals:
            self._heard.hear(signal.id)
            those = self._those(messages.REPLY_REMOVED, signal.about, now)
            self._tell(
                signal,
                messages.reply_removed,
                [each for each in those if must_forget(each.person, signal, now)],
            )

    def _mentioned(self, signals: Sequence[Mentioned]) -> None:
        """To all sockets of whoever is named, watch they or not."""
        now = clock.now()
        for signal in signals:
            for listener in self._roster.of_person(signal.person_id):
                if listener.bearer.may("check-ins:read") and is_for(listener.person, signal, now):
                    listener.tell(messages.mention(signal))
                    MESSAGES.labels(messages.MENTION).inc()

    def _those(self, kind: str, about: About, now: datetime) -> Iterator[Listener]:
        return (listener for listener, _ in audience_of(self._roster, kind, about, now))

    def _tell(self, signal: S, message: Callable[[S, Heard], bytes], listeners: Sequence[Listener]) -> None:
        if not listeners:
            return
        frame = message(signal, self._heard)
        for listener in listeners:
            listener.hear(signal.id, frame)
        MESSAGES.labels(message.__name__).inc(len(listeners))


def will_know(somebody: Somebody, reply: Replied, now: datetime) -> bool:
    """Whether somebody who may know of the check-in may know of the reply as well, and wants to."""
    if somebody.id == reply.person_id:
        return True
    if somebody.mutes and reply.person_id in somebody.mutes[MuteKind.PERSON]:
        return False
    return reply.person_id not in somebody.apart and may_know(reply.audiences, _belongs(somebody, now), now)


def is_for(somebody: Somebody, mention: Mentioned, now: datetime) -> bool:
    """Whether somebody who is named may know of the words, and wants to hear of whose they are."""
    about = mention.about
    if mention.by_id in somebody.apart or (
        somebody.mutes and mention.by_id in somebody.mutes[MuteKind.PERSON]
    ):
        return False
    if max(known_to(somebody, about.person_id, about.shares, now)) is Level.NOTHING:
        return False
    return mention.reply_id is None or may_know(mention.audiences, _belongs(somebody, now), now)


def must_forget(somebody: Somebody, removal: ReplyRemoved, now: datetime) -> bool:
    """Whether somebody could know of a reply and may no more."""
    if somebody.id == removal.person_id:
        return removal.gone
    belongs = _belongs(somebody, now)
    could = any(belongs(each.id) for each in removal.before)
    return could and removal.person_id not in somebody.apart and not may_know(removal.after, belongs, now)


def _belongs(somebody: Somebody, now: datetime) -> Callable[..., bool]:
    return lambda audience: somebody.belongs_to(audience, now)
