"""What clients may say on a socket, and the answer to each: a result, or the problem that HTTP would give."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel

from app import clock
from app.checkins.intake import Intake, shown
from app.checkins.shown import feature
from app.communities import hearing
from app.errors import Failed, Invalid, Refusal, TooMany
from app.http.callers import allow
from app.http.calls import House
from app.http.problems import OUR_FAULT, REFUSED, problem_of, refusal_of
from app.presence import service as presence
from app.presence.moved import moved
from app.presence.schemas import PositionGiven
from app.topics.known import KnownTopics
from realtime import messages, resuming
from realtime.counting import Counting
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.matching import Watch
from realtime.roster import SAYING, Listener
from realtime.watching import Nothing, UnwatchGiven, WatchGiven

MOST_WATCHES = 20
_MOST_SENT = 10_000
M = TypeVar("M", bound=BaseModel)
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """Understands what a listener says."""

    house: House
    intake: Intake
    topics: KnownTopics
    fanout: Fanout
    counting: Counting

    def watch(self, listener: Listener, said: object) -> Answer:
        """Hear from now on what fits; answers with what is there already, or sends what was missed."""
        given = _read(WatchGiven, said)
        if given.name not in listener.watches and len(listener.watches) >= MOST_WATCHES:
            raise TooMany(f"This socket has {MOST_WATCHES} watches, which is the most. Unwatch one first.")
        since = Heard.read(given.since) if given.since else None
        watch = self._understood(listener, given)
        held_here = listener.held is None
        if held_here:
            listener.held = []
        try:
            return self._begun(listener, given, watch, since)
        finally:
            if held_here:
                listener.release()

    def unwatch(self, listener: Listener, said: object) -> Answer:
        """Hear it no more."""
        self.fanout.roster.unwatch(listener, _read(UnwatchGiven, said).name)
        return {}

    def position(self, listener: Listener, said: object) -> Answer:
        """Be somewhere without a word."""
        given = _read(PositionGiven, said)
        with self.house.database.transaction() as session:
            memberships = moved(session, listener.bearer.person_id, given, self.house.settings)
        return {"memberships": [{"id": each, "name": name} for each, name in memberships]}

    def check_in(self, listener: Listener, said: object) -> Answer:
        """Check in."""
        if not isinstance(said, dict):
            raise Invalid("Send an object, as to POST /v1/check-ins.")
        key = said.get("key")
        if key is not None and not isinstance(key, str):
            raise Invalid("/key: must be text.")
        body = msgspec.json.encode({name: value for name, value in said.items() if name != "key"})
        return shown(self.intake.check_in(listener.bearer, body, key))

    def check_out(self, listener: Listener, said: object) -> Answer:
        """Be nowhere."""
        _read(Nothing, said)
        with self.house.database.transaction() as session:
            presence.check_out(session, listener.bearer.person_id, clock.now())
        return {}

    def _understood(self, listener: Listener, given: WatchGiven) -> Watch:
        if given.communities:
            with self.house.database.reading() as session:
                hearing.check(session, listener.bearer.person_id, given.communities)
        area = given.area()
        if area is not None:
            self.house.limits.of_look(listener.bearer.person_id, area.centre)
        return Watch(
            area=area,
            topics=frozenset(self.topics.ids(given.topics)),
            communities=frozenset(given.communities),
            kinds=frozenset(given.kinds or ()),
        )

    def _begun(self, listener: Listener, given: WatchGiven, watch: Watch, since: Heard | None) -> Answer:
        # Set first and read afterwards: whatever is committed in between comes at least one of the two ways.
        heard = self.fanout.heard.copy()
        before = listener.watches.get(given.name)
        self.fanout.roster.watch(listener, given.name, watch, heard)
        try:
            counts = self._counted(watch)
            listener.counts |= counts
            answer = self._caught_up(listener, given, watch, since, heard)
        except Refusal:
            self._as_it_was(listener, given.name, before)
            raise
        answer["presence"] = [{"id": each, "here": here} for each, here in counts.items()]
        return answer

    def _counted(self, watch: Watch) -> dict[UUID, int]:
        if not watch.communities or not resuming.hears(watch, messages.PRESENCE):
            return {}
        return self.counting.counts(list(watch.communities))

    def _as_it_was(self, listener: Listener, name: str, before: tuple[Watch, Heard] | None) -> None:
        self.fanout.roster.unwatch(listener, name)
        if before:
            self.fanout.roster.watch(listener, name, *before)

    def _caught_up(
        self, listener: Listener, given: WatchGiven, watch: Watch, since: Heard | None, heard: Heard
    ) -> Answer:
        now = clock.now()
        answer: Answer = {"watch": given.name, "snapshot": []}
        with self.house.database.reading() as session:
            missed = resuming.missed(session, listener, watch, since, now) if since else None
            if since:
                answer["recovered"] = missed is not None
            if missed is not None:
                for each in missed:
                    heard.hear(each.id)
                    listener.outbox.write(each.frame(since or heard))
                _remember(listener, [each.id for each in missed])
            else:
                seen = resuming.snapshot(session, listener, watch, given.snapshot, now)
                # Whoever was blocked while the tables were read.
                seen = [each for each in seen if each.check_in.person_id not in listener.person.apart]
                answer["snapshot"] = [feature(each.check_in, each.disclosed) for each in seen]
                _remember(listener, [each.check_in.id for each in seen])
        answer["cursor"] = str(heard)
        return answer


def answered(
    say: Callable[[Listener, object], Answer], listener: Listener, said: object, scope: str
) -> Answer:
    """The answer to something said: what came of it, or why not."""
    try:
        _spend(listener)
        allow(listener.bearer, scope)
        return say(listener, said)
    except REFUSED as error:
        return problem_of(refusal_of(error))


def _spend(listener: Listener) -> None:
    if wait_s := listener.allowance.spend(time.monotonic()):
        raise TooMany(
            f"This socket says more than {SAYING.a_second:.0f} things a second. Slow down; nothing was changed.",
            retry_after_s=math.ceil(wait_s),
        )


FAILED = problem_of(Failed(OUR_FAULT))


def _read(kind: type[M], said: object) -> M:
    # As JSON once more: ids and times are text there, and nothing but JSON is ever taken.
    return kind.model_validate_json(msgspec.json.encode({} if said is None else said))


def _remember(listener: Listener, told: list[Any]) -> None:
    if len(listener.sent) > _MOST_SENT:
        listener.sent.clear()
    listener.sent.update(told)
