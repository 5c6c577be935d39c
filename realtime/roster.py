"""Who is connected to this process, and what of them decides who may know what."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.accounts.signals import SessionRevoked
from app.allowance import Allowance, Rate
from app.communities.signals import Joined, Left
from app.http.callers import Bearer
from app.ids import NOBODY
from app.presence.signals import Moved
from app.relations.rules import MuteKind
from app.relations.signals import Blocked, CircleJoined, CircleLeft, Muted, Unblocked, Unmuted
from app.signals import Signals
from app.trust.shares import ANYONE, MEMBERS
from realtime.cursors import Heard
from realtime.matching import Watch, WatchIndex
from realtime.outbox import Outbox

Mutes = dict[MuteKind, set[UUID]]
#: How much a socket may say.
SAYING = Rate(60, 20)


@dataclass(slots=True, eq=False)
class Somebody:
    """A person with at least one open socket."""

    id: UUID
    #: Their chosen communities.
    chosen: set[UUID] = field(default_factory=set)
    #: Their location communities, and until when they are part of each.
    here: dict[UUID, datetime] = field(default_factory=dict)
    #: Those of others in which they are.
    circles: set[UUID] = field(default_factory=set)
    #: Whom they blocked, and who blocked them.
    apart: set[UUID] = field(default_factory=set)
    #: What they will not hear of; None where that is nothing.
    mutes: Mutes | None = None
    #: How often a signal changed them; tells a reader of the tables whether to read again.
    changes: int = 0
    listeners: "set[Listener]" = field(default_factory=set)

    @property
    def heeds_what(self) -> bool:
        """Whether they muted a topic or a community."""
        return bool(self.mutes and (self.mutes[MuteKind.TOPIC] or self.mutes[MuteKind.COMMUNITY]))

    def hears_of(self, author: UUID, topics: Collection[UUID], communities: Collection[UUID]) -> bool:
        """Whether they muted neither who says something, nor a topic of it, nor all communities they hear it in."""
        muted = self.mutes
        if muted is None or author == self.id:
            return True
        if author in muted[MuteKind.PERSON] or not muted[MuteKind.TOPIC].isdisjoint(topics):
            return False
        shut = muted[MuteKind.COMMUNITY].intersection(communities)
        return not shut or not self.chosen.isdisjoint(set(communities) - shut)

    def belongs_to(self, audience: UUID, now: datetime) -> bool:
        """Whether what is shared with an audience is shared with them."""
        return (
            audience in (ANYONE, MEMBERS, self.id)
            or audience in self.chosen
            or audience in self.circles
            or self.here.get(audience, now) > now
        )


@dataclass(slots=True, eq=False)
class Listener:
    """One open socket."""

    sid: str
    bearer: Bearer
    person: Somebody
    outbox: Outbox
    allowance: Allowance = field(default_factory=lambda: Allowance(SAYING, time.monotonic()))
    #: Each watch, and what this process had heard when it was set: what came later reached it live.
    watches: dict[str, tuple[Watch, Heard]] = field(default_factory=dict)
    #: Messages that came while the missed ones are being sent; None while nothing is held back.
    held: list[tuple[UUID, bytes]] | None = None
    #: How many are here, as it was last told.
    counts: dict[UUID, int] = field(default_factory=dict)
    #: What was sent from the tables and may still come live.
    sent: set[UUID] = field(default_factory=set)

    def hear(self, told: UUID, frame: bytes) -> None:
        """Send a message of the stream, once."""
        if told in self.sent:
            self.sent.discard(told)
        elif self.held is not None:
            self.held.append((told, frame))
        else:
            self.outbox.write(frame)

    def tell(self, frame: bytes) -> None:
        """Send a message that is of no stream, in its turn."""
        if self.held is not None:
            self.held.append((NOBODY, frame))
        else:
            self.outbox.write(frame)

    def release(self) -> None:
        """Send what was held back, save what the tables gave already."""
        held, self.held = self.held or [], None
        for told, frame in held:
            self.hear(told, frame)


class Roster:
    """The sockets of one process, found by connection, person, session and by what they watch."""

    def __init__(self) -> None:
        self.watches: WatchIndex[Listener] = WatchIndex()
        self._by_sid: dict[str, Listener] = {}
        self._people: dict[UUID, Somebody] = {}
        self._presence: dict[UUID, set[Listener]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._by_sid)

    def follow(self, signals: Signals) -> None:
        """Keep what decides who may know what as it is in the tables."""
        signals.listen(Joined, self._joined, everywhere=True)
        signals.listen(Left, self._left, everywhere=True)
        signals.listen(Moved, self._moved, everywhere=True)
        signals.listen(Blocked, self._blocked, everywhere=True)
        signals.listen(Unblocked, self._unblocked, everywhere=True)
        signals.listen(CircleJoined, self._circled, everywhere=True)
        signals.listen(CircleLeft, self._uncircled, everywhere=True)
        signals.listen(Muted, self._muted, everywhere=True)
        signals.listen(Unmuted, self._unmuted, everywhere=True)

    def somebody(self, person_id: UUID) -> Somebody | None:
        """A person with an open socket."""
        return self._people.get(person_id)

    def enter(self, listener: Listener) -> None:
        """A socket opened."""
        self._by_sid[listener.sid] = listener
        self._people[listener.person.id] = listener.person
        listener.person.listeners.add(listener)

    def exit(self, sid: str) -> None:
        """A socket closed; nothing of it stays."""
        listener = self._by_sid.pop(sid, None)
        if listener is None:
            return
        for name in list(listener.watches):
            self.unwatch(listener, name)
        listener.person.listeners.discard(listener)
        if not listener.person.listeners:
            self._people.pop(listener.person.id, None)

    def listener(self, sid: str) -> Listener:
        """The socket of a connection."""
        return self._by_sid[sid]

    def watch(self, listener: Listener, name: str, watch: Watch, heard: Heard) -> None:
        """Have a socket hear what fits."""
        self.unwatch(listener, name)
        listener.watches[name] = watch, heard
        self.watches.add(listener, name, watch)
        if not watch.kinds or "presence" in watch.kinds:
            for community_id in watch.communities:
                self._presence[community_id].add(listener)

    def unwatch(self, listener: Listener, name: str) -> None:
        """Have it hear that no more; nothing happens if it did not."""
        watch, _ = listener.watches.pop(name, (None, None))
        if watch is None:
            return
        self.watches.remove(listener, name)
        still = {each for other, _ in listener.watches.values() for each in other.communities}
        for community_id in watch.communities - still:
            self._presence[community_id].discard(listener)
            if not self._presence[community_id]:
                del self._presence[community_id]

    def counted(self, community_ids: Iterable[UUID]) -> set[UUID]:
        """Those whose presence somebody wants to hear of."""
        return {each for each in community_ids if each in self._presence}

    def counting(self, community_id: UUID) -> Iterator[Listener]:
        """Who wants to hear how many are here."""
        return iter(tuple(self._presence.get(community_id, ())))

    def watching(self, community_id: UUID, kind: str) -> Sequence[Listener]:
        """Who watches a community, wherever and whatever it is about, for messages of a kind. Looks at every socket."""
        return [
            each
            for each in self._by_sid.values()
            if any(
                community_id in watch.communities and (not watch.kinds or kind in watch.kinds)
                for watch, _ in each.watches.values()
            )
        ]

    def of_person(self, person_id: UUID) -> Sequence[Listener]:
        """All sockets of a person."""
        somebody = self._people.get(person_id)
        return tuple(somebody.listeners) if somebody else ()

    def of_session(self, revoked: SessionRevoked) -> Sequence[Listener]:
        """The sockets that came with a token which is worth nothing any more."""
        return [
            each for each in self.of_person(revoked.person_id) if each.bearer.session_id == revoked.session_id
        ]

    def everyone(self) -> Sequence[Listener]:
        """All sockets."""
        return tuple(self._by_sid.values())

    def _joined(self, signals: Sequence[Joined]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.person_id):
                somebody.chosen.add(signal.community_id)
                somebody.changes += 1

    def _left(self, signals: Sequence[Left]) -> None:
        """Whoever left a community hears it no more, from the next message on."""
        for signal in signals:
            if somebody := self._people.get(signal.person_id):
                somebody.chosen.discard(signal.community_id)
                somebody.changes += 1
                for listener in somebody.listeners:
                    self._stop_hearing(listener, signal.community_id)

    def _stop_hearing(self, listener: Listener, community_id: UUID) -> None:
        for name, (watch, heard) in list(listener.watches.items()):
            if community_id not in watch.communities:
                continue
            rest = watch.communities - {community_id}
            self.unwatch(listener, name)
            # With nothing left to narrow it, a watch of communities alone would hear the whole world.
            if rest:
                narrower = Watch(area=watch.area, topics=watch.topics, communities=rest, kinds=watch.kinds)
                self.watch(listener, name, narrower, heard)

    def _moved(self, signals: Sequence[Moved]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.person_id):
                somebody.here = dict.fromkeys(signal.here, signal.until) if signal.until else {}
                somebody.changes += 1

    def _blocked(self, signals: Sequence[Blocked]) -> None:
        for signal in signals:
            for somebody, other in self._both(signal):
                somebody.apart.add(other)
                somebody.changes += 1

    def _unblocked(self, signals: Sequence[Unblocked]) -> None:
        for signal in signals:
            for somebody, other in self._both(signal):
                somebody.apart.discard(other)
                somebody.changes += 1

    def _circled(self, signals: Sequence[CircleJoined]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.member_id):
                somebody.circles.add(signal.circle_id)
                somebody.changes += 1

    def _uncircled(self, signals: Sequence[CircleLeft]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.member_id):
                somebody.circles.discard(signal.circle_id)
                somebody.changes += 1

    def _muted(self, signals: Sequence[Muted]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.person_id):
                mutes = somebody.mutes or {kind: set() for kind in MuteKind}
                mutes[MuteKind(signal.kind)].add(signal.target)
                somebody.mutes = mutes
                somebody.changes += 1

    def _unmuted(self, signals: Sequence[Unmuted]) -> None:
        for signal in signals:
            if somebody := self._people.get(signal.person_id):
                if somebody.mutes:
                    somebody.mutes[MuteKind(signal.kind)].discard(signal.target)
                somebody.changes += 1

    def _both(self, signal: Blocked | Unblocked) -> Iterator[tuple[Somebody, UUID]]:
        """Those of the two who are connected, each with the other's id."""
        pair = signal.blocker_id, signal.blocked_id
        for one, other in (pair, pair[::-1]):
            if somebody := self._people.get(one):
                yield somebody, other
