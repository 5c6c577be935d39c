"""A community of some people, and a shop that would belong to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from app import clock
from app.housekeeping import Housekeeping
from app.ids import new_id
from app.motions.models import Standing
from app.peers.models import BusinessPost
from tests.app.motions.council import Council
from tests.world import Json, Someone, World

DAYS = timedelta(days=3, minutes=1)


class Shop:
    """A business, its one member of staff, and the community it would belong to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.council = Council(world)
        self.staff = world.person("shopkeeper")
        self.id = self.staff.posts("/businesses", {"name": "Bike Bar"})["id"]
        self.path = f"/businesses/{self.id}/communities"
        self.here = f"{self.path}/{self.council.community['id']}"
        self._keeping = Housekeeping(world.client.application.extensions["hereabouts"].database)

    def asks(self, why: str = "We repair what you ride.") -> Json:
        return self.staff.posts(self.path, {"community": self.council.community["id"], "why": why})

    def is_refused(self, why: str = "We repair what you ride.") -> Json:
        body = {"community": self.council.community["id"], "why": why}
        return self.staff.is_refused("POST", self.path, body)

    def members_say(self, *choices: str) -> None:
        """Vote on the newest open motion, and let it close."""
        asked = self.council.people[0].gets(f"{self.council.path}/motions?state=open")
        self.council.votes(asked["items"][0], *choices)
        self.time_passes(DAYS)

    def time_passes(self, after: timedelta) -> None:
        chore = next(each for each in self._keeping.chores if each.name == "motions")
        with clock.travelling(after):
            self._keeping.do(chore)

    def is_welcomed(self) -> None:
        self.asks()
        self.members_say("for", "for", "for")

    def is_sent_off(self) -> None:
        self.council.moves(kind="send-off", business=self.id)
        self.members_say("for", "for", "for")

    @contextmanager
    def later(self, after: timedelta) -> Iterator[None]:
        """So long ahead that the shopkeeper has to sign in again."""
        with clock.travelling(after):
            again = {"handle": self.staff.handle, "password": "correct horse"}
            self.staff.token = self.staff.client.post("/v1/sessions", json=again).get_json()["token"]
            yield

    @property
    def member(self) -> Someone:
        return self.council.people[0]

    @property
    def stands(self) -> Json:
        return self.staff.gets(self.here)


def is_welcome(world: World, business: str, community: str) -> None:
    """As if members had decided it a moment ago."""
    standing = Standing(
        community_id=UUID(community), business_id=UUID(business), is_welcome=True, since=clock.now()
    )
    with world.client.application.extensions["hereabouts"].database.transaction() as session:
        session.add(standing)


def says_something(world: World, business: str, community: str) -> str:
    """As if the day's bound were not reached yet; the id of what it says."""
    made = BusinessPost(
        id=new_id(),
        community_id=UUID(community),
        business_id=UUID(business),
        text="hello",
        topic_ids=[],
        said_at=clock.now(),
    )
    with world.client.application.extensions["hereabouts"].database.transaction() as session:
        session.add(made)
    return str(made.id)
