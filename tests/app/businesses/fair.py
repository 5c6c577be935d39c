"""A shop that says it is fair, and those who doubt it."""

from uuid import UUID

from sqlalchemy import text

from app.businesses.rules import DOUBT_COUNTS_AFTER
from app.db import Database
from tests.app.businesses.shop import a_shop
from tests.world import Json, Someone, World

PAGE = "https://fair.example/members/42"


class Fair:
    """A shop that says it is fair, and those to whom that matters."""

    def __init__(self, world: World) -> None:
        self.world, self.shop = world, a_shop(world)
        self.value = world.topic("value:fair-trade")
        self.community = world.community("Fair", "value", [self.value])
        self.claims()

    def claims(self, url: str = PAGE, **more: object) -> None:
        self.stands_for({"key": self.value, "evidence": {"url": url, **more}})

    def stands_for(self, *topics: Json) -> Json:
        return self.shop.owner.puts(f"{self.shop.path}/topics", {"topics": list(topics)})

    @property
    def claim(self) -> Json:
        (found,) = (each for each in self.read()["topics"] if each["key"] == self.value)
        return dict(found)

    def read(self, by: Someone | None = None) -> Json:
        return (by or self.world.founder).gets(self.shop.path)

    def member(self) -> Someone:
        """Somebody who has belonged for so long that what they say counts."""
        made = self.newcomer()
        settles(self.world, made)
        return made

    def newcomer(self) -> Someone:
        made = self.world.person("Mia")
        made.joins(self.community)
        return made

    @property
    def doubting(self) -> str:
        return f"{self.shop.path}/topics/{self.value}/doubt"

    def doubted_by(self, count: int, reason: str = "") -> list[Someone]:
        people = [self.member() for _ in range(count)]
        for each in people:
            each.puts(self.doubting, {"reason": reason})
        return people

    def told(self) -> tuple[int, bool]:
        return self.claim["doubts"], self.claim["doubted"]

    def reasons(self) -> list[str]:
        return list(self.shop.owner.gets(f"{self.doubting}s")["reasons"])


def settles(world: World, *people: Someone) -> None:
    """As if these had been here and belonged wherever they do for so long that what they doubt counts."""
    database: Database = world.client.application.extensions["hereabouts"].database
    values = {"people": [UUID(each.id) for each in people], "long": DOUBT_COUNTS_AFTER}
    with database.transaction() as session:
        session.execute(text("UPDATE people SET new_since = NULL WHERE id = ANY (:people)"), values)
        session.execute(
            text("UPDATE memberships SET joined_at = joined_at - :long WHERE person_id = ANY (:people)"),
            values,
        )
