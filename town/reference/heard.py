"""Who should have heard which check-in, how exactly, and each once: every listener is asked about every check-in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from geo import Position
from town.reference.ground import Ground, quarter_of
from town.reference.stays import Stays

Visibility = Literal["public", "communities", "me"]
Disclosed = Literal["exact", "quarter"]


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in that was accepted, when the server received it (seconds), and where it is heard."""

    id: str
    author: str
    at: Position
    when: float
    topics: frozenset[str]
    visibility: Visibility
    exactness: Disclosed
    #: Location communities around it.
    locations: frozenset[str]
    #: The author's chosen communities that share one of its topics.
    communities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Watching:
    """What a socket asked to hear; what is left out does not matter."""

    ground: Ground | None = None
    topics: frozenset[str] = frozenset()
    communities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket, and whose it is."""

    number: int
    person: str
    #: The communities the person chose.
    chosen: frozenset[str]
    watches: tuple[Watching, ...]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A message as it came."""

    id: str
    disclosed: str
    at: Position
    communities: tuple[str, ...] = ()


@dataclass(slots=True)
class Findings:
    """How what was heard agrees with what should have been: counts, and a line for each disagreement."""

    #: How many messages should have come, leaving out those that might have or not.
    expected: int = 0
    right: int = 0
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    #: Heard or not, both would have been right: somebody moved in the very moment.
    either_way: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every listener got exactly what they should."""
        return not (self.missing or self.twice or self.extra or self.wrong)


def compare(
    listeners: Iterable[Listener],
    everything: Sequence[Said],
    stays: Stays,
    heard: Mapping[int, Sequence[Hearing]],
) -> Findings:
    """Hold what every listener heard against what they should have heard."""
    findings = Findings()
    for listener in listeners:
        got: dict[str, list[Hearing]] = {}
        for hearing in heard.get(listener.number, ()):
            got.setdefault(hearing.id, []).append(hearing)
        for said in everything:
            _judge(findings, listener, said, disclosures(listener, said, stays), got.pop(said.id, []))
        for unknown in got:
            findings.extra.append(f"listener {listener.number} heard {unknown}, which nobody said")
    return findings


def disclosures(listener: Listener, said: Said, stays: Stays) -> set[Disclosed | None]:
    """What may rightly come to a listener: one thing, or several where somebody moved in the very moment."""
    if said.author == listener.person:
        return {_heard(listener, said, "exact")}
    if listener.chosen & said.communities:
        return {_heard(listener, said, _to_a_fellow(said))}
    known = {
        _to_a_neighbour(said) if is_here else _to_a_stranger(said)
        for is_here in stays.shares(listener.person, said.locations, said.when)
    }
    return {_heard(listener, said, each) for each in known}


def _to_a_fellow(said: Said) -> Disclosed | None:
    return None if said.visibility == "me" else "exact"


def _to_a_neighbour(said: Said) -> Disclosed | None:
    return None if said.visibility == "me" else said.exactness


def _to_a_stranger(said: Said) -> Disclosed | None:
    return said.exactness if said.visibility == "public" else None


def _heard(listener: Listener, said: Said, known: Disclosed | None) -> Disclosed | None:
    """What is known, if one of the watches is for it."""
    if known is None or not any(_fits(watch, said, known) for watch in listener.watches):
        return None
    return known


def _fits(watch: Watching, said: Said, known: Disclosed) -> bool:
    # To be heard in a small location's community would tell more than the quarter does.
    feeds = said.communities | (said.locations if known == "exact" else frozenset())
    found_at = said.at if said.exactness == "exact" else quarter_of(said.at)
    return (
        _one_shared(watch.topics, said.topics)
        and _one_shared(watch.communities, feeds)
        and (watch.ground is None or watch.ground.holds(found_at))
    )


def _one_shared(wanted: Collection[str], there: Collection[str]) -> bool:
    return not wanted or any(each in there for each in wanted)


def _judge(
    findings: Findings, listener: Listener, said: Said, right: set[Disclosed | None], got: list[Hearing]
) -> None:
    who = f"listener {listener.number}, check-in {said.id}"
    if len(got) > 1:
        findings.twice.append(f"{who}: {len(got)} times")
    elif not got and None not in right:
        findings.missing.append(who)
    elif got and right == {None}:
        findings.extra.append(who)
    elif got and (fault := _fault(said, right, got[0])):
        findings.wrong.append(f"{who}: {fault}")
    elif got:
        findings.right += 1
    findings.expected += None not in right
    findings.either_way += len(right) > 1


def _fault(said: Said, right: set[Disclosed | None], got: Hearing) -> str | None:
    if got.disclosed not in right:
        return f"{got.disclosed} was disclosed, not {' or '.join(str(each) for each in right)}"
    exact = got.disclosed == "exact"
    if got.at != (said.at if exact else quarter_of(said.at)):
        return f"it came with {got.at}, which is not its {'position' if exact else 'quarter'}"
    if frozenset(got.communities) != (said.locations if exact else frozenset()):
        return "it came with other location communities than those around it"
    return None
