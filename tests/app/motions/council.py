"""A community of some people, and what they decide."""

from tests.world import Json, Someone, World


class Council:
    """A community of some people, and what they decide."""

    def __init__(self, world: World, people: int = 5, kind: str = "interest") -> None:
        self.world = world
        self.community = world.community(kind=kind)
        self.people = [world.person() for _ in range(people)]
        for each in self.people:
            each.joins(self.community)
        self.path = f"/communities/{self.community['id']}"

    def moves(self, who: Someone | None = None, **proposal: object) -> Json:
        return (who or self.people[0]).posts(f"{self.path}/motions", {"proposal": proposal})

    def votes(self, motion: Json, *choices: str) -> None:
        for person, choice in zip(self.people, choices, strict=False):
            person.puts(f"{self.path}/motions/{motion['id']}/vote", {"choice": choice})

    def sees(self, motion: Json) -> Json:
        return self.people[0].gets(f"{self.path}/motions/{motion['id']}")

    @property
    def shown(self) -> Json:
        found: Json = self.people[0].gets(self.path)
        return found
