"""How many are here, as anybody may ask."""

from tests.world import Json, World


def counted(world: World, community: Json) -> int:
    """Of a community."""
    return int(world.client.get(f"/v1/communities/{community['id']}/presence").get_json()["here"])
