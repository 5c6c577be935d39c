"""Hands each signal to those of this process's sockets that may hear it. Runs no SQL, and costs nothing for sockets
that nothing happens near to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from prometheus_client import Counter, Gauge

from app import clock
from app.accounts.signals import SessionRevoked
from app.checkins.signals import CheckedIn, CheckedInByFriend, CheckInRemoved
from app.conversation.signals import About
from app.errors import NotSignedIn
from app.notices.signals import NoticeGiven
from app.offers.signals import OfferDelivered, OfferWithdrawn
from app.relations.signals import Blocked, CircleLeft
from app.search.signals import Found, MoreFound
from app.signals import Signals
from app.tag.signals import TagRead
from app.trust.contract import Way
from app.trust.shares import Share, is_heard_around, is_open, known
from app.trust.terms import Level
from realtime import messages
from realtime.cursors import Heard
from realtime.matching import Watch
from realtime.roster import Listener, Roster, Somebody

MESSAGES = Counter("hereabouts_messages", "Messages handed to sockets", ["kind"])
SOCKETS = Gauge("hereabouts_sockets", "Open sockets", multiprocess_mode="livesum")


class Fanout:
    """Listens to signals and writes to sockets."""

    def __init__(self, roster: Roster, heard: Heard, hang_up: Callable[[Listener], None]) -> None:
        self.roster = roster
        self.heard = heard
        self._hang_up = hang_up
        self._sent = {
            kind: MESSAGES.labels(kind)
            for kind in (
                messages.CHECK_IN,
                messages.REMOVED,
                messages.OFFER,
                messages.READING,
                messages.NOTICE,
                messages.FOUND,
            )
        }

    def follow(self, signals: Signals) -> None:
        """Hear of everything that sockets may hear of, from this and from other processes."""
        self.roster.follow(signals)
        signals.listen(CheckedIn, self._checked_in, everywhere=True)
        signals.listen(CheckInRemoved, self._removed, everywhere=True)
        signals.listen(OfferDelivered, self._delivered, everywhere=True)
        signals.listen(OfferWithdrawn, self._withdrawn, everywhere=True)
        signals.listen(TagRead, self._tag_read, everywhere=True)
        signals.listen(NoticeGiven, self._given_notice, everywhere=True)
        signals.listen(Found, self._found, everywhere=True)
        signals.listen(MoreFound, self._more_found, everywhere=True)
        signals.listen(SessionRevoked, self._revoked, everywhere=True)
        signals.listen(Blocked, self._blocked, everywhere=True)
        signals.listen(CircleLeft, self._uncircled, everywhere=True)
        signals.listen(CheckedInByFriend, self._checked_in_by, everywhere=True)

    def _checked_in(self, signals: Sequence[CheckedIn]) -> None:
        now = clock.now()
        for signal in signals:
            self.heard.hear(signal.id)
            audience = audience_of(self.roster, messages.CHECK_IN, signal, now)
            frames: dict[Level, bytes] = {}
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
            audience = audience_of(self.roster, messages.REMOVED, signal, now)
            if not audience:
                continue
            frame = messages.removed(signal, self.heard)
            for listener, _ in audience:
                listener.hear(signal.id, frame)
            self._sent[messages.REMOVED].inc(len(audience))

    def _delivered(self, signals: Sequence[OfferDelivered]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.offer(signal), messages.OFFER, "offers:read")

    def _withdrawn(self, signals: Sequence[OfferWithdrawn]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.withdrawn(signal), messages.OFFER, "offers:read")

    def _tag_read(self, signals: Sequence[TagRead]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.reading(signal), messages.READING, "tag:read")

    def _given_notice(self, signals: Sequence[NoticeGiven]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.notice(signal), messages.NOTICE, "notices:read")

    def _found(self, signals: Sequence[Found]) -> None:
        """But for what is of somebody who is apart or muted since it was found."""
        for signal in signals:
            listeners = self.roster.of_person(signal.person_id)
            if listeners and _still_wants(listeners[0].person, signal.author_id):
                self._to_all(listeners, messages.found(signal), messages.FOUND, "check-ins:read")

    def _more_found(self, signals: Sequence[MoreFound]) -> None:
        for signal in signals:
            if listeners := self.roster.of_person(signal.person_id):
                self._to_all(listeners, messages.more_found(signal), messages.FOUND, "check-ins:read")

    def _to_all(self, listeners: Sequence[Listener], frame: bytes, kind: str, scope: str) -> None:
        allowed = [each for each in listeners if each.bearer.may(scope)]
        for listener in allowed:
            listener.outbox.write(frame)
        self._sent[kind].inc(len(allowed))

    def _blocked(self, signals: Sequence[Blocked]) -> None:
        """What either shows of the other is taken back."""
        for signal in signals:
            for person_id, other in (
                (signal.blocker_id, signal.blocked),
                (signal.blocked_id, signal.blocker),
            ):
                for listener in self.roster.of_person(person_id):
                    listener.tell(messages.forget(other))

    def _checked_in_by(self, signals: Sequence[CheckedInByFriend]) -> None:
        """Nobody's whereabouts are said without their hearing of it."""
        for signal in signals:
            for listener in self.roster.of_person(signal.person_id):
                if listener.bearer.may("check-ins:read"):
                    listener.tell(messages.checked_in_by(signal))

    def _uncircled(self, signals: Sequence[CircleLeft]) -> None:
        """Who stands in a circle no more may know less of its owner: they forget, and find the rest by asking again."""
        for signal in signals:
            for listener in self.roster.of_person(signal.member_id):
                listener.tell(messages.forget(signal.owner))

    def _revoked(self, signals: Sequence[SessionRevoked]) -> None:
        for signal in signals:
            for listener in self.roster.of_session(signal):
                listener.outbox.write(messages.signed_out(_SIGNED_OUT))
                self._hang_up(listener)


#: What happened to a check-in, or around one.
Told = CheckedIn | CheckInRemoved | About
Audience = list[tuple[Listener, Level]]
_SIGNED_OUT = NotSignedIn("You signed out, or signed this device out from another. Sign in again to go on.")


def audience_of(roster: Roster, kind: str, signal: Told, now: datetime) -> Audience:
    """Who hears of a check-in or of what is around it, and how exactly each may know where.

    Of its removal: how exactly they knew.
    """
    feeds = signal.location_ids + signal.community_ids
    matched: set[Listener] = roster.watches.audience(kind, signal.found_at, signal.topic_ids, feeds)
    if _is_for_all(signal):
        return [
            (each, Level.EXACT)
            for each in matched
            if signal.person_id not in each.person.apart
            and (each.person.mutes is None or _will_hear(each.person, kind, signal))
        ]
    return [
        (listener, level)
        for listener in matched
        if _will_hear(listener.person, kind, signal)
        and (
            level := max(
                told_by(watch, listener, kind, signal, now) for watch, _ in listener.watches.values()
            )
        )
        > Level.NOTHING
    ]


def _still_wants(somebody: Somebody, author: UUID | None) -> bool:
    return author is None or (author not in somebody.apart and somebody.hears_of(author, (), ()))


def _will_hear(somebody: Somebody, kind: str, signal: Told) -> bool:
    """Whether they muted nothing that this is about; what they were told once they are told to forget even so."""
    return kind in messages.TO_FORGET or somebody.hears_of(
        signal.person_id, signal.topic_ids, signal.community_ids
    )


def _is_for_all(signal: Told) -> bool:
    if isinstance(signal, CheckInRemoved):
        return signal.gone and is_open(signal.before)
    return is_open(signal.shares)


def told_by(watch: Watch, listener: Listener, kind: str, signal: Told, now: datetime) -> Level:
    """How exactly a watch of a socket tells where: nothing, where it does not hear of it."""
    level = disclosed_to(listener, signal, Way.FEED if watch.area is None else Way.NEAR, now)
    if level is Level.NOTHING:
        return level
    # That it is heard in a small location's feed would tell more than a street does.
    around = signal.location_ids if level is Level.EXACT and _is_heard_around(signal) else ()
    feeds = signal.community_ids + around
    return level if watch.hears(kind, signal.found_at, signal.topic_ids, feeds) else Level.NOTHING


def _is_heard_around(signal: Told) -> bool:
    shares = signal.before if isinstance(signal, CheckInRemoved) else signal.shares
    return is_heard_around(shares, signal.location_ids + signal.community_ids)


def disclosed_to(listener: Listener, signal: Told, way: Way, now: datetime) -> Level:
    """What the person behind a socket comes to know in one way; of a removal, what they knew if they may know less."""
    somebody = listener.person
    if not isinstance(signal, CheckInRemoved):
        return known_to(somebody, signal.person_id, signal.shares, now)[way is Way.NEAR]
    if somebody.id == signal.person_id and not signal.gone:
        return Level.NOTHING
    before = known_to(somebody, signal.person_id, signal.before, now)[way is Way.NEAR]
    after = known(signal.after, lambda each: somebody.belongs_to(each, now))[way is Way.NEAR]
    return before if before > after else Level.NOTHING


def known_to(somebody: Somebody, author: UUID, shares: Sequence[Share], now: datetime) -> tuple[Level, Level]:
    """What somebody may know of a check-in by following, and by looking around."""
    if somebody.id == author:
        return Level.EXACT, Level.EXACT
    if author in somebody.apart:
        return Level.NOTHING, Level.NOTHING
    return known(shares, lambda each: somebody.belongs_to(each, now))
