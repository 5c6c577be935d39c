"""The phones of a play: each says its check-ins in order and at their time, and keeps what it was answered."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.event import Event
from gevent.queue import Queue

from town.api import Api, NoServer, Refused
from town.stage.cast import Cast, Player
from town.stage.plan import Act

PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one check-in, sent at a monotonic second."""

    act: Act
    sent_at: float
    #: Seconds after its time: a phone that is still talking says the next thing late.
    late_s: float
    #: The server's answer; None where it refused, then `refusal` names the problem.
    answer: dict[str, Any] | None
    refusal: str = ""


@dataclass(slots=True)
class Phones:
    """Everybody's phone. `answered` is called with each result, in the order they come."""

    api: Api
    cast: Cast
    #: Makes the keys of this play differ from those of any other.
    run: str
    answered: Callable[[Answered], None]
    #: Called with a person's last result before they say the next thing; may wait.
    before_next: Callable[[Answered], None]
    #: Between a person's answer and their next check-in, however hurried the play is.
    pause_s: float = PAUSE_S
    _waiting: dict[str, "Queue[Act]"] = field(default_factory=dict)
    _left: int = 0
    _done: Event = field(default_factory=Event)
    _began: float = 0.0

    def play(self, acts: Sequence[Act]) -> None:
        """Say everything at its time; returns when the last is answered."""
        self._left = len(acts)
        self._began = time.monotonic()
        for act in acts:
            gevent.sleep(max(0.0, self._began + act.due_s - time.monotonic()))
            self._phone(act.row.user).put(act)
        if acts:
            self._done.wait()

    def _phone(self, user: str) -> "Queue[Act]":
        if user not in self._waiting:
            self._waiting[user] = Queue()
            gevent.spawn(self._say_in_order, self.cast.users[user], self._waiting[user])
        return self._waiting[user]

    def _say_in_order(self, player: Player, waiting: "Queue[Act]") -> None:
        last: Answered | None = None
        for act in iter(waiting.get, None):
            if last:
                self.before_next(last)
            last = self._say(player, act)
            self.answered(last)
            self._left -= 1
            if not self._left:
                self._done.set()
            gevent.sleep(self.pause_s)

    def _say(self, player: Player, act: Act) -> Answered:
        sent_at = time.monotonic()
        late_s = sent_at - self._began - act.due_s
        try:
            answer = self.api.post("/v1/check-ins", body_of(act), player.token, f"{self.run}-{act.number}")
        except Refused as refused:
            return Answered(act, sent_at, late_s, None, refused.slug)
        except NoServer:
            return Answered(act, sent_at, late_s, None, "no-answer")
        return Answered(act, sent_at, late_s, answer)


def body_of(act: Act) -> dict[str, Any]:
    """A check-in as sent. Without fixed_at: it is now."""
    return {
        "position": act.row.position.to_geojson(),
        "accuracy_m": act.accuracy_m,
        "text": act.row.text or act.row.category or "",
        "topics": list(act.topics),
        "activity": act.activity,
        "visibility": act.visibility,
        "exactness": act.exactness,
    }
