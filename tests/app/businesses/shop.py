"""A business and the people who act for it, or would."""

from dataclasses import dataclass
from typing import cast

from tests.world import Json, Someone, World


@dataclass
class Shop:
    """A business of the first owner's."""

    world: World
    owner: Someone
    id: str

    @property
    def path(self) -> str:
        return f"/businesses/{self.id}"

    def invites(self, somebody: Someone, role: str = "staff", by: Someone | None = None) -> Json:
        body = {"handle": somebody.handle, "role": role}
        return (by or self.owner).posts(f"{self.path}/invitations", body)

    def takes_on(self, name: str = "Sam", role: str = "staff") -> Someone:
        """Somebody new on the staff."""
        somebody = self.world.person(name)
        self.invites(somebody, role)
        somebody.puts(f"/me/invitations/{self.id}/acceptance")
        return somebody

    def staff(self, by: Someone | None = None) -> list[tuple[str, str]]:
        """Handles and roles, whoever served longest first."""
        items = (by or self.owner).gets(f"{self.path}/staff")["items"]
        return [(each["person"]["handle"], each["role"]) for each in items]

    def invited(self) -> list[str]:
        items = self.owner.gets(f"{self.path}/invitations")["items"]
        return [each["person"]["handle"] for each in items]

    def is_closed(self) -> bool:
        return bool(self.world.founder.gets(self.path)["closed"])


def a_shop(world: World, name: str = "Bike Bar") -> Shop:
    owner = world.person("Owner")
    return Shop(world, owner, cast(str, owner.posts("/businesses", {"name": name})["id"]))
