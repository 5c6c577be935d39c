"""A goal community with people in it, and what they wish for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app import clock
from tests.world import Json, Someone, World

A_MONTH = timedelta(days=30)


@dataclass
class Workshop:
    """Twelve of us want a bike workshop."""

    world: World
    community: Json
    topic: str
    members: list[Someone]

    @property
    def ana(self) -> Someone:
        """The first of its members."""
        return self.members[0]

    def member(self, name: str = "Member") -> Someone:
        """One more."""
        made = self.world.person(name)
        made.joins(self.community)
        self.members.append(made)
        return made

    def wish(self, **more: Any) -> Json:
        """What is sent to state a wish."""
        return {
            "text": "A repair café on Saturdays near the canal",
            "topics": [self.topic],
            "deadline": (clock.now() + A_MONTH).isoformat(),
            "threshold": 5,
            **more,
        }

    @property
    def wishes_path(self) -> str:
        """Where its wishes are."""
        return f"/communities/{self.community['id']}/wishes"

    def stated(self, **more: Any) -> str:
        """A wish of Ana's; its id."""
        return str(self.ana.posts(self.wishes_path, self.wish(**more))["id"])

    def opened(self, **more: Any) -> str:
        """One that the first five pledged; its id."""
        wish = self.stated(**more)
        while len(self.members) < 5:
            self.member()
        for each in self.members[1:5]:
            each.puts(f"/wishes/{wish}/pledge")
        return wish


def workshop(world: World, members: int = 1, topic: str = "") -> Workshop:
    """A goal community of so many members, with a topic that is there or one of its own."""
    topic = topic or world.topic("goal:bike-workshop")
    made = Workshop(world, world.community("Bike workshop", "goal", [topic]), topic, [])
    for _ in range(members):
        made.member()
    return made


def shown(person: Someone, wish: str) -> Json:
    """A wish as somebody sees it."""
    properties: Json = person.gets(f"/wishes/{wish}")["properties"]
    return properties
