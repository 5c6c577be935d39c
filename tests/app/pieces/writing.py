"""A community whose members and businesses write what to look for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.db import Database
from tests.world import Json, Someone, World

TEXT = "# Seams\n\nLook for *taped* seams; [why](https://seams.example/why)."


@dataclass
class Club:
    """Walkers who get wet."""

    world: World
    community: Json
    topic: str
    ana: Someone

    @property
    def path(self) -> str:
        """Where its pieces are."""
        return f"/communities/{self.community['id']}/pieces"

    def member(self, name: str = "Member") -> Someone:
        """One more."""
        made = self.world.person(name)
        made.joins(self.community)
        return made

    def piece(self, **more: Any) -> Json:
        """What is sent to write one."""
        title = "What to look for in a waterproof jacket"
        return {"title": title, "text": TEXT, "topics": [self.topic], "language": "en", **more}

    def written(self, by: Someone | None = None, **more: Any) -> str:
        """One of Ana's, or of another; its id."""
        return str((by or self.ana).posts(self.path, self.piece(**more))["id"])

    def shop(self, database: Database, is_welcome: bool = True) -> tuple[Someone, str]:
        """Somebody who acts for a business that the community welcomed, or sent off, and its id."""
        owner = self.world.person("Owner")
        business = str(owner.posts("/businesses", {"name": "Rain & Sons"})["id"])
        self.decides(database, business, is_welcome)
        return owner, business

    def decides(self, database: Database, business: str, is_welcome: bool) -> None:
        """How it stands to a business from now on."""
        sql = """INSERT INTO standings VALUES (:community, :business, :is_welcome, now())
            ON CONFLICT (community_id, business_id) DO UPDATE SET is_welcome = excluded.is_welcome"""
        values = {"community": self.community["id"], "business": business, "is_welcome": is_welcome}
        with database.transaction() as session:
            session.execute(text(sql), values)


def club(world: World) -> Club:
    """A community with a topic of its own, and Ana in it."""
    topic = world.topic("interest:rain")
    made = Club(world, world.community("Rain walkers", "interest", [topic]), topic, world.person("Ana"))
    made.ana.joins(made.community)
    return made


def ids(reader: Someone, path: str) -> list[str]:
    """The ids of a list, in its order."""
    return [each["id"] for each in reader.gets(path)["items"]]
