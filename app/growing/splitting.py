"""Whether a community has grown into two, decided on a graph of who answers and meets whom.

Louvain's method (Blondel, Guillaume, Lambiotte and Lefebvre 2008) finds the parts; that they are any is judged by
modularity (Newman and Girvan 2004). The graph is made of people and leaves neither this process nor the call.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

#: How far back is looked; and for so long after a community was looked at, or decided about a split, it is left alone.
SPLITS_LOOKED_BACK = timedelta(days=90)
#: So many members must have taken part; more than `MOST_ACTIVE` are not looked at, as it would take minutes.
LEAST_ACTIVE, MOST_ACTIVE = 20, 2_000
#: Nor are more ties, of which a hundred thousand take five seconds, for which the process has less time for others.
MOST_TIES = 100_000
#: Newman and Girvan 2004: in practice what has structure lies above about 0.3.
LEAST_MODULARITY = 0.3
#: What is smaller is no half: of those who took part, and of people.
LEAST_SHARE, LEAST_OF_A_PART = 0.25, 5
#: Both halves together hold so many, or it has grown into something else than two.
LEAST_OF_BOTH = 0.75
#: More than so many in one spot on one day are a crowd, which says nothing about who is there with whom.
MOST_TOGETHER = 50
#: Of a part so many do what tells it from the other, of whom so few do.
DOES, DOES_NOT = 0.5, 0.2
_SEED = 1
_LONGEST_NAME, _LONGEST_PURPOSE = 80, 280


class Tie(NamedTuple):
    """Two people, and how much they have to do with each other: days on which one answered, and meetings."""

    one: UUID
    other: UUID
    weight: float


class Trait(NamedTuple):
    """Something that somebody does who took part: speak of a topic, or check in around a place."""

    person: UUID
    #: `topic` or `place`.
    kind: str
    name: str


class Halves(NamedTuple):
    """The two parts of a community, the smaller first."""

    smaller: frozenset[UUID]
    larger: frozenset[UUID]


def halves(people: Collection[UUID], ties: Collection[Tie]) -> Halves | None:
    """The two that a community has grown into; None where it is one, or many, or too few or too many took part.

    The same for the same graph. 0.1 s for 500 people, 1 s for 2,000 with 60,000 ties.
    """
    if not LEAST_ACTIVE <= len(people) <= MOST_ACTIVE or len(ties) > MOST_TIES:
        return None
    # It takes half a second to import, and is wanted once a day.
    import networkx  # noqa: PLC0415
    from networkx.algorithms import community  # noqa: PLC0415

    graph = networkx.Graph()
    graph.add_nodes_from(sorted(people))
    graph.add_weighted_edges_from(sorted(ties))
    if not graph.number_of_edges():
        return None
    found = community.louvain_communities(graph, seed=_SEED)
    least = max(LEAST_OF_A_PART, LEAST_SHARE * len(people))
    parts = sorted(
        (frozenset(each) for each in found if len(each) >= least), key=lambda each: (len(each), min(each))
    )
    if len(parts) != 2 or sum(map(len, parts)) < LEAST_OF_BOTH * len(people):
        return None
    return Halves(*parts) if community.modularity(graph, found) > LEAST_MODULARITY else None


def distinguishing(
    part: Collection[UUID], other: Collection[UUID], traits: Iterable[Trait]
) -> tuple[str, str] | None:
    """What most of a part do, at least five of them, and few of the other: its kind and name. None if nothing does."""
    doing: dict[tuple[str, str], set[UUID]] = {}
    for person, kind, name in traits:
        doing.setdefault((kind, name), set()).add(person)
    best = []
    for trait, people in doing.items():
        here, there = len(people.intersection(part)), len(people.intersection(other)) / len(other)
        if here >= max(LEAST_OF_A_PART, DOES * len(part)) and there <= DOES_NOT:
            best.append((there - here / len(part), trait))
    return min(best)[1] if best else None


def second_name(name: str) -> str:
    """What the second community is called at first.

    >>> second_name("Ring riders"), len(second_name("x" * 80))
    ('Ring riders II', 80)
    """
    return f"{name[: _LONGEST_NAME - 3].rstrip()} II"


def purpose_of(name: str, trait: tuple[str, str] | None) -> str:
    """Whom the second community is for.

    >>> purpose_of("Ring riders", None)
    'For those of Ring riders who mostly answer and meet one another.'
    >>> purpose_of("Ring riders", ("place", "Gràcia"))
    'For those of Ring riders who meet around Gràcia.'
    """
    does = {"place": "meet around {}", "topic": "speak of {}"}
    said = does[trait[0]].format(trait[1]) if trait else "mostly answer and meet one another"
    return f"For those of {name} who {said}"[: _LONGEST_PURPOSE - 1] + "."


def why_two(active: int, smaller: int) -> str:
    """Why it is offered, by numbers in steps that the caller made."""
    return (
        f"In the last {SPLITS_LOOKED_BACK.days} days at least {active} of us took part, and it looks like two groups: "
        f"at least {smaller} mostly answer and meet one another, and so do the others. Nobody proposed this, and "
        "nobody is moved by it: whoever likes goes to the second community, or belongs to both."
    )
