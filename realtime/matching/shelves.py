"""Where watches stand by what they are about: kinds, a community and a topic, each of which may be left open."""

from collections.abc import Collection, Sequence
from itertools import product
from operator import attrgetter
from typing import Any
from uuid import UUID

from realtime.matching.quadtree import Quadtree
from realtime.matching.watch import Watch

# Integers, for Python hashes a UUID in slow code of its own; None stands for any community or topic.
Subject = tuple[frozenset[str], int | None, int | None]

_NUMBER = attrgetter("int")

# Twenty communities and twenty topics would make four hundred.
MOST_SUBJECTS = 32


def subjects_of(watch: Watch) -> tuple[Subject, ...]:
    """All that a watch is to be posted under; its topics are left open where they would make too many."""
    topics = frozenset[UUID]() if leaves_topics_open(watch) else watch.topics
    return tuple(product((watch.kinds,), _each_or_any(watch.communities), _each_or_any(topics)))


def leaves_topics_open(watch: Watch) -> bool:
    """Tell whether a watch is found by its communities alone, so that its topics remain to be compared."""
    return len(watch.communities) > 1 and len(watch.communities) * len(watch.topics) > MOST_SUBJECTS


def _each_or_any(named: frozenset[UUID]) -> Sequence[int | None]:
    return [each.int for each in named] or (None,)


class Shelves:
    """A tree for each subject; the sets of kinds are few, as there are only a few kinds."""

    def __init__(self) -> None:
        self._by_kinds: dict[frozenset[str], dict[int | None, dict[int | None, Quadtree]]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_kinds)

    def of(self, subject: Subject) -> Quadtree:
        """The tree of a subject, new and empty if there is none."""
        kinds, community, topic = subject
        by_topic = self._by_kinds.setdefault(kinds, {}).setdefault(community, {})
        if topic not in by_topic:
            by_topic[topic] = Quadtree()
        return by_topic[topic]

    def tidy(self, subject: Subject) -> None:
        """Forget the tree of a subject if it is empty."""
        _tidy(self._by_kinds, *subject)

    def about(self, kind: str, topics: Collection[UUID], communities: Collection[UUID]) -> list[Quadtree]:
        """The trees of all subjects that a message of a kind, on topics and in communities fits."""
        found = []
        open_or_topics = (None, *map(_NUMBER, topics))
        open_or_communities = (None, *map(_NUMBER, communities))
        for kinds, by_community in self._by_kinds.items():
            if kinds and kind not in kinds:
                continue
            for community in open_or_communities:
                if (by_topic := by_community.get(community)) is not None:
                    found += [by_topic[topic] for topic in open_or_topics if topic in by_topic]
        return found


def _tidy(nested: dict[Any, Any], key: object, *path: object) -> None:
    """Cut what is empty along a path of nested dictionaries."""
    if path:
        _tidy(nested[key], *path)
    if not nested[key]:
        del nested[key]
