"""What is to be played: who checks in when and how openly, who joins what, which offers there are. No server yet."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from town.categories import activity_in, is_private, topic_of
from town.files import CheckInRow

#: Of all check-ins: for whom they are, and how exactly those outside the author's communities may know where.
_VISIBILITIES = {"public": 80, "communities": 14, "me": 6}
_EXACTNESSES = {"exact": 75, "quarter": 25}
#: Less than the smallest neighbourhood is large, so that no membership fails for want of certainty.
_ACCURACIES_M = (5.0, 60.0)
_CONSENTING = 0.6
#: Who went to one kind of place this often belongs to its community; to that of an activity, twice as often. In a
#: short play nobody would be a regular.
_REGULAR, _SHORT_ROWS = 2, 1000
_MOST_TOPICS = 10
#: Enough to see something happen all the time, and what a machine can do that plays, serves and stores alone.
_LIVELY_A_SECOND = 20

Visibility = Literal["public", "communities", "me"]
Exactness = Literal["exact", "quarter"]


@dataclass(frozen=True, slots=True)
class Act:
    """One row as a phone will say it, so many seconds after the play began."""

    number: int
    row: CheckInRow
    due_s: float
    topics: tuple[str, ...]
    activity: str
    accuracy_m: float
    visibility: Visibility
    exactness: Exactness


@dataclass(frozen=True, slots=True)
class Circle:
    """A community to be: its name, the topics it shares, the users who will belong, first the founder."""

    name: str
    topics: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided before a server is asked for anything."""

    acts: tuple[Act, ...]
    users: tuple[str, ...]
    circles: tuple[Circle, ...]
    consenting: frozenset[str]

    @property
    def topics(self) -> list[str]:
        """All topics spoken of."""
        return sorted({topic for act in self.acts for topic in act.topics})

    @property
    def lasts_s(self) -> float:
        """Seconds from the first check-in to the last."""
        return self.acts[-1].due_s if self.acts else 0.0


def lively_speed(rows: Sequence[CheckInRow]) -> float:
    """How many times as fast as it was rows in the order of time are played, that so many come each second."""
    lasted_s = (rows[-1].fixed_at - rows[0].fixed_at).total_seconds()
    return max(1.0, round(lasted_s * _LIVELY_A_SECOND / len(rows)))


def plan_of(rows: Sequence[CheckInRow], speed: float, chance: Random) -> Plan:
    """A plan for rows in the order of time; the same for the same chance."""
    after_s = [(row.fixed_at - rows[0].fixed_at).total_seconds() / speed for row in rows]
    acts = tuple(_act(number, row, after_s[number], chance) for number, row in enumerate(rows))
    users = tuple(dict.fromkeys(row.user for row in rows))
    consenting = frozenset(user for user in users if chance.random() < _CONSENTING)
    return Plan(acts, users, (*_of_topics(acts), *_of_activities(acts)), consenting)


def _act(number: int, row: CheckInRow, due_s: float, chance: Random) -> Act:
    topic = topic_of(row.category)
    visibility = _one_of(_VISIBILITIES, chance)
    return Act(
        number=number,
        row=row,
        due_s=due_s,
        topics=(topic,) if topic else (),
        activity=activity_in(row.category),
        accuracy_m=round(chance.uniform(*_ACCURACIES_M), 1),
        visibility="me" if is_private(row.category) else visibility,  # type: ignore[arg-type]
        exactness=_one_of(_EXACTNESSES, chance),  # type: ignore[arg-type]
    )


def _one_of(shares: Mapping[str, int], chance: Random) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _regular(acts: Sequence[Act]) -> int:
    return _REGULAR if len(acts) >= _SHORT_ROWS else 1


def _of_topics(acts: Sequence[Act]) -> list[Circle]:
    """A community for each topic that several people keep coming back to."""
    regulars: dict[str, list[str]] = defaultdict(list)
    for (topic, user), times in Counter(
        (topic, act.row.user) for act in acts for topic in act.topics
    ).items():
        if times >= _regular(acts):
            regulars[topic].append(user)
    return [
        Circle(f"{topic.partition(':')[2]} regulars", (topic,), tuple(members))
        for topic, members in sorted(regulars.items())
        if len(members) > 1
    ]


def _of_activities(acts: Sequence[Act]) -> list[Circle]:
    """A community for each activity, of those who do it often; it shares the most frequent of its topics."""
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for act in acts:
        topics[act.activity].update(act.topics)
    times = Counter((act.activity, act.row.user) for act in acts)
    devoted: dict[str, list[str]] = defaultdict(list)
    for (activity, user), count in times.items():
        if count >= 2 * _regular(acts):
            devoted[activity].append(user)
    return [
        Circle(
            f"people {activity}",
            tuple(topic for topic, _ in topics[activity].most_common(_MOST_TOPICS)),
            tuple(members),
        )
        for activity, members in sorted(devoted.items())
        if len(members) > 1 and topics[activity]
    ]
