"""The numbers of a play while it runs: what was accepted, opened, delivered and withheld, and how fast."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from town.api import Api
from town.replay.phones import Answered
from town.stage.ears import Ear

_DELIVERED, _WITHHELD = "hereabouts_offers_delivered_total", "hereabouts_offers_withheld_total"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the server counted of offers since it started."""

    delivered: int = 0
    withheld: Counter[str] = field(default_factory=Counter)

    def since(self, before: "Offered") -> "Offered":
        """What came to that since an earlier reading."""
        return Offered(self.delivered - before.delivered, self.withheld - before.withheld)


def offered(api: Api) -> Offered:
    """The server's own counters, of all its processes."""
    delivered, withheld = 0, Counter[str]()
    for family in text_string_to_metric_families(api.text("/metrics")):
        for sample in family.samples:
            if sample.name == _DELIVERED:
                delivered += int(sample.value)
            elif sample.name == _WITHHELD:
                withheld[sample.labels["reason"]] += int(sample.value)
    return Offered(delivered, withheld)


@dataclass(slots=True)
class Score:
    """Kept up while phones answer and ears hear."""

    ears: Sequence[Ear]
    accepted: list[Answered] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    opened: int = 0
    #: Seconds from the first post to the last answer.
    lasted_s: float = 0.0
    offers: Offered = field(default_factory=Offered)
    #: Milliseconds from post to push, of each message that came, in no order.
    latencies_ms: list[float] = field(default_factory=list)
    _sent_at: dict[str, float] = field(default_factory=dict)
    _part_of: dict[str, frozenset[str]] = field(default_factory=dict)
    _read: list[int] = field(default_factory=list)
    _unknown: list[tuple[str, float]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many check-ins have been answered."""
        return len(self.accepted) + self.refused.total()

    @property
    def heard(self) -> int:
        """How many check-ins came to listeners."""
        return sum(len(ear.check_ins) for ear in self.ears)

    def note(self, answered: Answered) -> None:
        """One more answer."""
        if answered.answer is None:
            self.refused[answered.refusal] += 1
            return
        self.accepted.append(answered)
        self._sent_at[answered.answer["id"]] = answered.sent_at
        now = frozenset(each["id"] for each in answered.answer["memberships"])
        self.opened += len(now - self._part_of.get(answered.act.row.user, frozenset()))
        self._part_of[answered.act.row.user] = now

    def catch_up(self) -> None:
        """Time the messages that came since the last call; a push may be here before the answer to its post."""
        self._read = self._read or [0] * len(self.ears)
        came, self._unknown = self._unknown, []
        for number, ear in enumerate(self.ears):
            new = ear.check_ins[self._read[number] :]
            self._read[number] += len(new)
            came += [(check_in.id, at) for at, check_in in new]
        for check_in_id, at in came:
            sent_at = self._sent_at.get(check_in_id)
            if sent_at is None:
                self._unknown.append((check_in_id, at))
            else:
                self.latencies_ms.append((at - sent_at) * 1000)


def percentiles(values: Sequence[float], of: Sequence[int] = (50, 95, 99)) -> dict[str, float | None]:
    """The values that so many in a hundred do not exceed (nearest rank); None where there are none.

    >>> percentiles([3, 1, 2, 4], of=(50, 99))
    {'p50': 2, 'p99': 4}
    """
    ranked = sorted(values)
    ranks = {each: -(-len(ranked) * each // 100) for each in of}
    return {f"p{each}": ranked[rank - 1] if ranked else None for each, rank in ranks.items()}
