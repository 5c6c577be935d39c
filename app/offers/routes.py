"""Offers over HTTP."""

from uuid import UUID

from app import clock
from app.errors import BadAreaGiven, NotAllowed, NotFound, NotOpen, UnknownTopic
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Feature, Page
from app.offers import queries, service
from app.offers.rules import Opinion
from app.offers.schemas import (
    AnswerGiven,
    DeliveryShown,
    NewOfferGiven,
    OfferShown,
    OpinionGiven,
    delivery_shown,
    feature_of,
)
from app.topics.known import known_topics

offers = Operations("offers")


@offers.post(
    "/businesses/<uuid:business_id>/offers", refuses=(BadAreaGiven, NotAllowed, NotOpen, UnknownTopic)
)
def make_offer(call: Call, business_id: UUID, body: NewOfferGiven) -> Feature[OfferShown]:
    """Make an offer. It reaches people only through communities that share one of its topics."""
    area = body.area.area()
    new = service.NewOffer(
        title=body.title,
        text=body.text,
        topic_ids=tuple(known_topics().ids(body.topics, call.session)),
        area=area,
        position=body.position.position() if body.position else area.centre,
        activities=tuple(body.activities),
        starts_at=body.starts_at or clock.now(),
        ends_at=body.ends_at,
        quantity=body.quantity,
        wish_id=body.wish_id,
    )
    made = service.make(call.session, business_id, new, call.me, clock.now())
    call.made(f"/v1/offers/{made.id}")
    return _shown(call, made.id)


@offers.put("/wishes/<uuid:wish_id>/answer", refuses=(NotAllowed, NotOpen))
def answer_wish(call: Call, wish_id: UUID, body: AnswerGiven) -> Feature[OfferShown]:
    """Answer a wish with an offer that has not begun. It then reaches none but those who pledged."""
    service.answer(call.session, wish_id, body.offer_id, call.me, clock.now())
    return _shown(call, body.offer_id)


@offers.get("/offers/<uuid:offer_id>", anyone=True)
def offer(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    """One offer."""
    return _shown(call, offer_id)


@offers.delete("/offers/<uuid:offer_id>", refuses=(NotAllowed,))
def withdraw_offer(call: Call, offer_id: UUID) -> None:
    """Withdraw an offer: it leaves every inbox."""
    service.withdraw(call.session, offer_id, call.me, clock.now())


@offers.get("/me/offers", scope="offers:read")
def inbox(call: Call, query: Paged) -> Page[DeliveryShown]:
    """The offers that reached me and still stand, newest first, each with the reason."""
    found = queries.inbox(call.session, call.me, query.cursor, query.limit + 1, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    return Page(items=[delivery_shown(each) for each in found[: query.limit]], next_cursor=following)


@offers.put("/me/offers/<uuid:offer_id>/opinion", scope="offers:write")
def say_of_offer(call: Call, offer_id: UUID, body: OpinionGiven) -> None:
    """Say that an offer was useful or noise. Who said so nobody learns; a community's members learn how many did."""
    service.say_of(call.session, call.me, offer_id, Opinion(body.opinion))


@offers.delete("/me/offers/<uuid:offer_id>/opinion", scope="offers:write")
def take_back_opinion(call: Call, offer_id: UUID) -> None:
    """Say nothing of it any more."""
    service.say_of(call.session, call.me, offer_id, None)


def _shown(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    found = queries.offer(call.session, offer_id)
    if found is None:
        raise NotFound("There is no such offer.")
    return feature_of(*found)
