"""Somebody with a tag that answers everybody, and a till."""

import pytest
from flask import Flask

from app.trust.terms import Identity
from tests.app.tag.tags import Till, a_till, lets_know
from tests.world import Someone, World


@pytest.fixture
def ana(world: World, app: Flask) -> Someone:
    """Who lets every business know her handle."""
    ana = world.person("Ana")
    lets_know(app, ana, Identity.HANDLE)
    return ana


@pytest.fixture
def till(world: World) -> Till:
    return a_till(world)
