"""A shop with an offer and a till, and people who have the offer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.db import Database
from app.offers.models import Offer
from app.trust.terms import EVERYONE, Identity, Level, Purpose, Term
from tests.app.tag.tags import Till, a_till, codes_of, lets_know
from tests.world import CAFE, Json, Someone, World, eventually, square

_OFFERS = Term(Purpose.OFFERS, EVERYONE, Level.EXACT)


@dataclass
class Shop:
    """A business of the founder's with a till, an offer of it, and the community through which that comes."""

    app: Flask
    world: World
    till: Till
    topic: str
    riders: Json
    offer: Json

    @property
    def staff(self) -> Someone:
        return self.world.founder

    @property
    def business(self) -> str:
        return str(self.till.business["id"])

    @property
    def offer_id(self) -> str:
        return str(self.offer["id"])

    def makes(self, **more: Any) -> Json:
        """Another offer."""
        body = {
            "title": "A free coffee",
            "language": "en",
            "topics": [self.topic],
            "area": square(CAFE),
            "ends_at": (clock.now() + timedelta(days=2)).isoformat(),
            "hold_out": 0,
            **more,
        }
        return self.staff.posts(f"/businesses/{self.business}/offers", body)

    def member(self, name: str = "Ana", lets: Identity = Identity.PSEUDONYM) -> Someone:
        """Somebody who has the offer, whose tag answers."""
        made = self.world.person(name)
        made.joins(self.riders)
        made.welcomes_offers()
        lets_know(self.app, made, lets, _OFFERS)
        made.moves(CAFE)
        eventually(lambda: made.inbox)
        return made

    def asks(self, items: Sequence[Json], till: Till | None = None) -> TestResponse:
        by = till or self.till
        head = {"Authorization": f"Bearer {by.key}"}
        return self.staff.client.post(
            f"/v1/readers/{by.id}/redemptions", json={"redemptions": list(items)}, headers=head
        )

    def tells(self, *items: Json, till: Till | None = None) -> list[Json]:
        answer = self.asks(items, till)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        answers: list[Json] = answer.get_json()["answers"]
        return answers

    def redeems(self, code: str, nonce: str | None = None, till: Till | None = None, **more: Any) -> Json:
        """The answer to one."""
        item = {"code": code, "nonce": nonce or secrets.token_hex(8), "offer_id": self.offer_id, **more}
        return self.tells(item, till=till)[0]

    def outcome(self, code: str, **more: Any) -> str:
        return str(self.redeems(code, **more)["outcome"])

    @property
    def code(self) -> str:
        """What the till shows."""
        return str(self.staff.gets(f"/businesses/{self.business}/till-code")["code"])

    @property
    def sold(self) -> list[Json]:
        items: list[Json] = self.staff.gets(f"/businesses/{self.business}/redemptions?limit=100")["items"]
        return items

    @property
    def left(self) -> int | None:
        """How many there are still, by the table."""
        with self.database.reading() as session:
            return session.scalar(select(Offer.remaining).where(Offer.id == UUID(self.offer_id)))

    @property
    def database(self) -> Database:
        found: Database = self.app.extensions["hereabouts"].database
        return found


def a_shop(app: Flask, world: World, **offer: Any) -> Shop:
    topic = world.topic()
    riders = world.community(topics=[topic])
    shop = Shop(app, world, a_till(world), topic, riders, {})
    shop.offer = shop.makes(**offer)
    return shop


def types(person: Someone, shop: Shop, code: str | None = None, nonce: str | None = None) -> TestResponse:
    """Redeem with the code of the till."""
    body = {"code": shop.code if code is None else code, "nonce": nonce or secrets.token_hex(8)}
    return person.asks("POST", f"/me/offers/{shop.offer_id}/redemptions", body)


def adds_up(session: Session, offer_id: UUID) -> bool:
    """Whether what is left, held and redeemed of an offer is all there was."""
    return bool(session.scalar(_ADDS_UP, {"offer": offer_id}))


_ADDS_UP = text("""
SELECT quantity = remaining + (SELECT count(*) FROM holds WHERE offer_id = o.id)
    + (SELECT count(*) FROM redemptions WHERE offer_id = o.id AND rolled_back_at IS NULL)
FROM offers o WHERE id = :offer
""")


def code_of(person: Someone) -> str:
    """Another one each time."""
    return secrets.choice(codes_of(person))


def redeems_and_buys(zoe: Someone, world: World, offer: Json) -> str:
    """She redeems one, holds another, and buys something; what the business knows her by."""
    till = a_till(world, {"id": offer["properties"]["business_id"]})
    path, head = f"/v1/readers/{till.id}/redemptions", {"Authorization": f"Bearer {till.key}"}
    items = [
        {
            "code": code_of(zoe),
            "nonce": secrets.token_hex(8),
            "offer_id": each,
            "amount": "2",
            "currency": "EUR",
        }
        for each in (offer["id"], None)
    ]
    answers = world.client.post(path, json={"redemptions": items}, headers=head).get_json()["answers"]
    assert [each["outcome"] for each in answers] == ["ok", "ok"]
    zoe.puts(f"/me/offers/{offer['id']}/seen")
    zoe.puts(f"/me/offers/{offer['id']}/hold")
    return str(answers[0]["reading"]["pseudonym"])
