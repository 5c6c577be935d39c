"""Which events to choose: a score made of what may be known, and its reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log1p
from types import MappingProxyType

#: What each reason counts, at most: as fitted on real visits, but for those that these cannot tell (docs/events.md).
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "followed": 6.0,
        "place": 5.0,
        "many": 3.0,
        "near": 2.0,
        "host": 1.5,
        "fellows": 1.0,
        "been": 0.75,
        "topics": 0.5,
        "soon": 0.5,
    }
)
#: At so many the crowd one knows is complete; one more changes nothing.
_A_CROWD = 10
_MANY = 100
#: How far is half as near as here, and how late half as soon as now.
_NEAR_M = 1000.0
_SOON_S = 2 * 86_400.0
_AWAY_AT_MOST_M = 20_000.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date that somebody could choose, and all that they may know of it."""

    starts_at: datetime
    metres: float | None = None
    #: Who goes of those one follows, by handle, as far as they let one know.
    followed: Sequence[str] = ()
    #: How many go of those one shares a community with, likewise.
    fellows: int = 0
    #: The community of which most go, and how many.
    community: tuple[str, int] | None = None
    #: Topics it shares with one's communities, and with which.
    topics: Sequence[tuple[str, str]] = ()
    #: How often one was at this place, at something of this host, and at something on one of its topics.
    at_place: int = 0
    of_host: int = 0
    on_topic: int = 0
    #: How many go, where that is shown to everybody.
    going: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """How much speaks for a date, and what, the weightiest first."""

    score: float
    reasons: tuple[str, ...]


def choice(candidate: Candidate, now: datetime) -> Choice:
    """What speaks for a date."""
    parts = {name: WEIGHTS[name] * value for name, value in features(candidate, now).items()}
    words = _words(candidate, now)
    telling = sorted((name for name in words if parts[name] > 0), key=lambda name: -parts[name])
    return Choice(round(sum(parts.values()), 3), tuple(words[name] for name in telling))


def features(candidate: Candidate, now: datetime) -> dict[str, float]:
    """How much there is of each reason, from nought to one. Some 2 µs."""
    return {
        "place": _often(candidate.at_place),
        "followed": _crowd(len(candidate.followed)),
        "near": 0.0 if candidate.metres is None else _NEAR_M / (_NEAR_M + candidate.metres),
        "fellows": _crowd(candidate.fellows),
        "host": _often(candidate.of_host),
        "been": _often(candidate.on_topic),
        "topics": min(1.0, len(candidate.topics) / 2),
        "soon": exp(-max(0.0, (candidate.starts_at - now).total_seconds()) / _SOON_S),
        "many": min(1.0, log1p(candidate.going or 0) / log1p(_MANY)),
    }


def _crowd(people: int) -> float:
    """The first counts most."""
    return min(1.0, log1p(people) / log1p(_A_CROWD))


def _often(times: int) -> float:
    return times / (1.0 + times)


def _words(candidate: Candidate, now: datetime) -> dict[str, str]:
    """What can be said of it, by the name of what it is counted as."""
    said: dict[str, str] = {}
    if candidate.followed:
        said["followed"] = _go(candidate.followed)
    if candidate.community:
        name, people = candidate.community
        said["fellows"] = f"{people} of your community {name} {'goes' if people == 1 else 'go'}"
    if candidate.topics:
        topic, community = candidate.topics[0]
        said["topics"] = f"about {_named(topic)}, as your community {community}"
    if candidate.metres is not None and candidate.metres <= _AWAY_AT_MOST_M:
        said["near"] = f"{distance(candidate.metres)} away"
    if candidate.at_place:
        said["place"] = "you were at this place before"
    if candidate.of_host:
        said["host"] = "you went to what this host holds before"
    if candidate.on_topic:
        said["been"] = "you went to such before"
    if candidate.going:
        said["many"] = f"{candidate.going} go"
    if (hours := (candidate.starts_at - now).total_seconds() / 3600) < 48:
        said["soon"] = "it is on now" if hours <= 0 else f"begins {_in(hours)}"
    return said


def _go(handles: Sequence[str]) -> str:
    if len(handles) == 1:
        return f"{handles[0]}, whom you follow, goes"
    if len(handles) <= 3:
        return f"{', '.join(handles[:-1])} and {handles[-1]}, whom you follow, go"
    return f"{handles[0]}, {handles[1]} and {len(handles) - 2} more whom you follow go"


def _named(topic: str) -> str:
    return topic.partition(":")[2].replace("-", " ")


def distance(metres: float) -> str:
    """In words, as exactly as anybody walks.

    >>> distance(12), distance(640), distance(2449)
    ('10 m', '640 m', '2.4 km')
    """
    return f"{round(metres, -1):.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def _in(hours: float) -> str:
    if hours < 1:
        return "within the hour"
    return f"in {hours:.0f} hour{'' if round(hours) == 1 else 's'}"
