"""Hands each signal to those of this process's sockets that may hear it. Runs no SQL, and costs nothing for sockets
that nothing happens near to."""

from collections.abc import Callable, Sequence
from datetime import datetime

from prometheus_client import Counter, Gauge

from app import clock
from app.accounts.signals import SessionRevoked
from app.checkins.signals import CheckedIn, CheckInRemoved
from app.errors import NotSignedIn
from app.offers.signals import OfferDelivered, OfferWithdrawn
from app.relations.signals import Blocked
from app.signals import Signals
from app.trust.rules import Disclosure, Exactness, Relation, Visibility, disclosure, relation
from realtime import messages
from realtime.cursors import Heard
from realtime.roster import Listener, Roster

MESSAGES = Counter("hereabouts_messages", "Messages handed to sockets", ["kind"])
SOCKETS = Gauge("hereabouts_sockets", "Open sockets", multiprocess_mode="livesum")


class Fanout:
    """Listens to signals and writes to sockets."""

    def __init__(self, roster: Roster, heard: Heard, hang_up: Callable[[Listener], None]) -> None:
        self.roster = roster
        self.heard = heard
        self._hang_up = hang_up
        self._sent = {
            kind: MESSAGES.labels(kind) for kind in (messages.CHECK_IN, messages.REMOVED, messages.OFFER)
        }

    def follow(self, signals: Signals) -> None:
        """Hear of everything that sockets may hear of, from this and from other processes."""
        self.roster.follow(signals)
        signals.listen(CheckedIn, self._checked_in, everywhere=True)
        signals.listen(CheckInRemoved, self._removed, everywhere=True)
        signals.listen(OfferDelivered, self._delivered, everywhere=True)
        signals.listen(OfferWithdrawn, self._withdrawn, everywhere=True)
        signals.listen(SessionRevoked, self._revoked, everywhere=True)
        signals.listen(Blocked, self._blocked, everywhere=True)

    def _checked_in(self, signals: Sequence[CheckedIn]) -> None:
        now = clock.now()
        for signal in signals:
            self.heard.hear(signal.id)
            audience = _audience(self.roster, messages.CHECK_IN, signal, now)
            frames: dict[Disclosure, bytes] = {}
            for listener, disclosed in audience:
                frame = frames.get(disclosed)
                if frame is None:
                    frame = frames[disclosed] = messages.check_in(signal, disclosed, self.heard)
                listener.hear(signal.id, frame)
            self._sent[messages.CHECK_IN].inc(len(audience))

    def _removed(self, signals: Sequence[CheckInRemoved]) -> None:
        now = clock.now()
        for signal in signals:
            self.heard.hear(signal.id)
            audience = _audience(self.roster, messages.REMOVED, signal, now)
            if not audience:
                continue
            frame = messages.removed(signal, self.heard)
            for listener, _ in audience:
                listener.hear(signal.id, frame)
            self._sent[messages.REMOVED].inc(len(audience))

    def _delivered(self, signals: Sequence[OfferDelivered]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.offer(signal))

    def _withdrawn(self, signals: Sequence[OfferWithdrawn]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.withdrawn(signal))

    def _to_all(self, listeners: Sequence[Listener], frame: bytes) -> None:
        allowed = [each for each in listeners if each.bearer.may("offers:read")]
        for listener in allowed:
            listener.outbox.write(frame)
        self._sent[messages.OFFER].inc(len(allowed))

    def _blocked(self, signals: Sequence[Blocked]) -> None:
        """What either shows of the other is taken back."""
        for signal in signals:
            for person_id, other in (
                (signal.blocker_id, signal.blocked),
                (signal.blocked_id, signal.blocker),
            ):
                for listener in self.roster.of_person(person_id):
                    listener.tell(messages.forget(other))

    def _revoked(self, signals: Sequence[SessionRevoked]) -> None:
        for signal in signals:
            for listener in self.roster.of_session(signal):
                listener.outbox.write(messages.signed_out(_SIGNED_OUT))
                self._hang_up(listener)


Audience = list[tuple[Listener, Disclosure]]
_SIGNED_OUT = NotSignedIn("You signed out, or signed this device out from another. Sign in again to go on.")


def _audience(roster: Roster, kind: str, signal: CheckedIn | CheckInRemoved, now: datetime) -> Audience:
    """Who hears of a check-in, and how exactly each may know where."""
    feeds = signal.location_ids + signal.community_ids
    matched: set[Listener] = roster.watches.audience(kind, signal.found_at, signal.topic_ids, feeds)
    if signal.visibility is Visibility.PUBLIC and signal.exactness is Exactness.EXACT:
        return [(each, Disclosure.EXACT) for each in matched if signal.person_id not in each.person.apart]
    audience: Audience = [
        (listener, disclosed)
        for listener in matched
        if (disclosed := disclosed_to(listener, signal, now)) is not Disclosure.NOTHING
    ]
    if all(disclosed is Disclosure.EXACT for _, disclosed in audience):
        return audience
    # That it is heard in a small location's feed would tell more than a quarter does.
    elsewhere = roster.watches.audience(kind, signal.found_at, signal.topic_ids, signal.community_ids)
    return [(each, known) for each, known in audience if known is Disclosure.EXACT or each in elsewhere]


def disclosed_to(listener: Listener, signal: CheckedIn | CheckInRemoved, now: datetime) -> Disclosure:
    """What the person behind a socket comes to know."""
    return disclosure(signal.visibility, signal.exactness, _relation(listener, signal, now))


def _relation(listener: Listener, signal: CheckedIn | CheckInRemoved, now: datetime) -> Relation:
    somebody = listener.person
    return relation(
        author=somebody.id == signal.person_id,
        apart=signal.person_id in somebody.apart,
        fellow=not somebody.chosen.isdisjoint(signal.community_ids),
        neighbour=any(somebody.here.get(each, now) > now for each in signal.location_ids),
    )
