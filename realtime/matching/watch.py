"""What somebody asked to hear."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from geo import Area, Position


@dataclass(frozen=True, slots=True)
class Watch:
    """An area, topics, communities and kinds of message; whatever is left out does not matter.

    A watch that leaves out all of them hears everything.
    """

    area: Area | None = None
    topics: frozenset[UUID] = frozenset()
    communities: frozenset[UUID] = frozenset()
    kinds: frozenset[str] = frozenset()

    def hears(
        self, kind: str, at: Position | None, topics: Collection[UUID], communities: Collection[UUID]
    ) -> bool:
        """Tell whether a message of a kind, from a position, on topics and in communities is to be heard.

        One shared topic and one shared community are enough. What is nowhere (`at` is None) is in no area.
        """
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.communities or not self.communities.isdisjoint(communities))
            and (not self.topics or not self.topics.isdisjoint(topics))
            and (self.area is None or (at is not None and self.area.contains(at)))
        )
