"""A community of some people, and a shop that would belong to it."""

import pytest

from tests.app.peers.shops import Shop
from tests.world import World


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)
