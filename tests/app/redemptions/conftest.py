"""A shop, and somebody who has its offer."""

import pytest
from flask import Flask

from tests.app.redemptions.selling import Shop, a_shop
from tests.world import Someone, World


@pytest.fixture
def shop(app: Flask, world: World) -> Shop:
    """There are two of what it offers, and people may have one each."""
    return a_shop(app, world, quantity=2)


@pytest.fixture
def ana(shop: Shop) -> Someone:
    return shop.member("Ana")
