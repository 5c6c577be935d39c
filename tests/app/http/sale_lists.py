"""The lists of what was redeemed and bought: both kinds in one order."""

from collections.abc import Callable
from itertools import cycle
from uuid import UUID

from app import clock
from app.db import Database
from app.ids import new_id
from app.offers.models import Offer
from app.redemptions.models import Purchase, Redemption
from tests.app.http.lists import List
from tests.world import FAR_AWAY, Json, Someone, World


def _adding(world: World, of: Someone, offer: Json) -> Callable[[], str]:
    kinds = cycle((Redemption, Purchase))
    database: Database = world.client.application.extensions["hereabouts"].database

    def add() -> str:
        kind, made, now = next(kinds), new_id(), clock.now()
        with database.transaction() as session:
            business = session.get_one(Offer, UUID(offer["id"])).business_id
            row = kind(
                id=made,
                business_id=business,
                person_id=UUID(of.id),
                nonce=made.bytes,
                at=now,
                received_at=now,
            )
            if isinstance(row, Redemption):
                row.offer_id, row.community_id, row.topic_id = UUID(offer["id"]), made, made
            session.add(row)
        return str(made)

    return add


def my_redemptions(world: World) -> List:
    ana, offer = world.person("Ana"), world.offer([world.topic()], FAR_AWAY)
    return List(ana, "/me/redemptions", _adding(world, ana, offer), newest_first=True)


def redemptions_of_business(world: World) -> List:
    offer = world.offer([world.topic()], FAR_AWAY)
    path = f"/businesses/{offer['properties']['business_id']}/redemptions"
    return List(world.founder, path, _adding(world, world.person("Ana"), offer), newest_first=True)


SALE_LISTS = {
    "one's own redemptions": my_redemptions,
    "redemptions of a business": redemptions_of_business,
}
