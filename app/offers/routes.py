"""Offers over HTTP."""

from dataclasses import asdict, replace
from uuid import UUID

from app import clock
from app.businesses import queries as businesses
from app.errors import (
    BadAreaGiven,
    Enough,
    NoneLeft,
    NotAllowed,
    NotFound,
    NotOpen,
    UnknownPlace,
    UnknownTopic,
)
from app.http.calls import Call
from app.http.operations import Operations
from app.http.pages import Paged
from app.http.schemas import Feature, FeatureCollection, Page
from app.offers import gate, linking, queries, receiving, service, tally
from app.offers.given import DraftGiven, NewOfferGiven
from app.offers.rules import Budget, Opinion
from app.offers.schemas import (
    AnswerGiven,
    OfferShown,
    feature_of,
)
from app.offers.shown import (
    BudgetShown,
    DeliveryShown,
    HoldShown,
    OpinionGiven,
    delivery_shown,
)
from app.offers.withheld import WithheldDays, WithheldShown, days_shown, withheld_shown
from app.topics.known import known_topics

offers = Operations("offers")


@offers.post(
    "/businesses/<uuid:business_id>/offers",
    refuses=(BadAreaGiven, NotAllowed, NotOpen, UnknownPlace, UnknownTopic),
)
def make_offer(call: Call, business_id: UUID, body: NewOfferGiven) -> Feature[OfferShown]:
    """Make an offer. It reaches people only through communities that share one of its topics."""
    new = replace(_wanted(call, body), wish_id=body.wish_id, is_draft=body.draft)
    made = service.make(call.session, business_id, new, call.me, clock.now())
    call.made(f"/v1/offers/{made.id}")
    return _shown(call, made.id)


@offers.get("/businesses/<uuid:business_id>/offers", refuses=(NotAllowed,))
def offers_of_business(call: Call, business_id: UUID, query: Paged) -> FeatureCollection[OfferShown]:
    """The offers of a business I act for, newest first, as they stand now; drafts, too."""
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed("Only the staff of a business see all of its offers.")
    found = queries.offers_of(call.session, business_id, query.cursor, query.limit + 1)
    following = found[query.limit - 1][0].id if len(found) > query.limit else None
    shown, now = found[: query.limit], clock.now()
    beside = linking.beside(call.session, [each.id for each, *_ in shown], call.me)
    return FeatureCollection[OfferShown](
        features=[feature_of(each, beside[each[0].id], now) for each in shown], next_cursor=following
    )


@offers.put(
    "/offers/<uuid:offer_id>", refuses=(BadAreaGiven, NotAllowed, NotOpen, UnknownPlace, UnknownTopic)
)
def change_draft(call: Call, offer_id: UUID, body: DraftGiven) -> Feature[OfferShown]:
    """Have a draft be another offer. What was published is changed no more."""
    service.redraft(call.session, offer_id, _wanted(call, body), call.me, clock.now())
    return _shown(call, offer_id)


@offers.put("/offers/<uuid:offer_id>/publication", refuses=(BadAreaGiven, NotAllowed, UnknownPlace))
def publish_offer(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    """Publish a draft."""
    service.publish(call.session, offer_id, call.me, clock.now())
    return _shown(call, offer_id)


@offers.put("/offers/<uuid:offer_id>/pause", refuses=(NotAllowed, NotOpen))
def pause_offer(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    """Let an offer reach nobody more for now; whoever has it keeps it."""
    service.pause(call.session, offer_id, call.me, clock.now())
    return _shown(call, offer_id)


@offers.delete("/offers/<uuid:offer_id>/pause", refuses=(NotAllowed, NotOpen))
def resume_offer(call: Call, offer_id: UUID) -> None:
    """Let a paused offer reach people again."""
    service.resume(call.session, offer_id, call.me, clock.now())


@offers.put("/wishes/<uuid:wish_id>/answer", refuses=(NotAllowed, NotOpen))
def answer_wish(call: Call, wish_id: UUID, body: AnswerGiven) -> Feature[OfferShown]:
    """Answer a wish with an offer that has not begun. It then reaches none but those who pledged."""
    service.answer(call.session, wish_id, body.offer_id, call.me, clock.now())
    return _shown(call, body.offer_id)


@offers.get("/offers/<uuid:offer_id>", anyone=True)
def offer(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    """One offer. A draft is there for the staff of its business alone."""
    return _shown(call, offer_id)


@offers.delete("/offers/<uuid:offer_id>", refuses=(NotAllowed,))
def withdraw_offer(call: Call, offer_id: UUID) -> None:
    """Withdraw an offer: it leaves every inbox. A draft is gone."""
    service.withdraw(call.session, offer_id, call.me, clock.now())


@offers.get("/offers/<uuid:offer_id>/withheld", refuses=(NotAllowed,))
def withheld_from(call: Call, offer_id: UUID) -> WithheldDays:
    """From about how many people a day an offer of mine was withheld, by the first reason.

    For the staff of its business. Nobody is singled out: numbers are rounded by chance, and of few nothing is said.
    """
    found = queries.offer(call.session, offer_id, call.me)
    if found is None:
        raise NotFound("There is no such offer.")
    if not businesses.may_act_for(call.session, call.me, found[0].business_id):
        raise NotAllowed("Only the staff of its business learn from how many people an offer is withheld.")
    return days_shown(tally.figures_of(call.session, offer_id))


@offers.get("/me/offers", scope="offers:read")
def inbox(call: Call, query: Paged) -> Page[DeliveryShown]:
    """The offers that reached me and still stand, newest first, each with the reason."""
    found = queries.inbox(call.session, call.me, query.cursor, query.limit + 1, clock.now())
    following = found[query.limit - 1].id if len(found) > query.limit else None
    items = linking.completed(call.session, found[: query.limit])
    return Page(items=[delivery_shown(each) for each in items], next_cursor=following)


@offers.get("/me/offers/withheld", scope="offers:read")
def withheld(call: Call) -> Page[WithheldShown]:
    """The offers where I am that did not reach me, the nearest first, and why not. None where I am nowhere known."""
    found = gate.around(call.session, call.me, clock.now())
    return Page(items=[withheld_shown(each) for each in found])


@offers.get("/me/offers/budget", scope="offers:read")
def my_budget(call: Call) -> BudgetShown:
    """How many offers may reach me."""
    return BudgetShown(**asdict(queries.budget_of(call.session, call.me)))


@offers.put("/me/offers/budget", scope="offers:write")
def set_my_budget(call: Call, body: BudgetShown) -> BudgetShown:
    """Have no more offers reach me than that, from now on. What is left out is as for whoever has said nothing."""
    service.set_budget(call.session, call.me, Budget(**body.model_dump()))
    return body


@offers.put("/me/offers/<uuid:offer_id>/opinion", scope="offers:write")
def say_of_offer(call: Call, offer_id: UUID, body: OpinionGiven) -> None:
    """Say that an offer was useful or noise. Who said so nobody learns; a community's members learn how many did."""
    receiving.say_of(call.session, call.me, offer_id, Opinion(body.opinion))


@offers.delete("/me/offers/<uuid:offer_id>/opinion", scope="offers:write")
def take_back_opinion(call: Call, offer_id: UUID) -> None:
    """Say nothing of it any more."""
    receiving.say_of(call.session, call.me, offer_id, None)


@offers.put("/me/offers/<uuid:offer_id>/seen", scope="offers:write")
def see_offer(call: Call, offer_id: UUID) -> None:
    """Say that I have seen it; the first time stays. Who saw it its business does not learn, but how many did."""
    receiving.see(call.session, call.me, offer_id, clock.now())


@offers.put("/me/offers/<uuid:offer_id>/hold", refuses=(Enough, NoneLeft), scope="offers:write")
def hold_offer(call: Call, offer_id: UUID) -> HoldShown:
    """Have one kept for me for 15 minutes, if I have the offer.

    It goes back by itself; while it is kept nothing changes.
    """
    return HoldShown(held_until=receiving.hold(call.session, call.me, offer_id, clock.now()))


@offers.delete("/me/offers/<uuid:offer_id>/hold", scope="offers:write")
def let_go_of_offer(call: Call, offer_id: UUID) -> None:
    """Give back the one that is kept for me."""
    receiving.let_go(call.session, call.me, offer_id)


def _wanted(call: Call, given: DraftGiven) -> service.NewOffer:
    return given.wanted(known_topics().ids(given.topics, call.session), clock.now())


def _shown(call: Call, offer_id: UUID) -> Feature[OfferShown]:
    found = queries.offer(call.session, offer_id, call.viewer)
    if found is None:
        raise NotFound("There is no such offer.")
    beside = linking.beside(call.session, [offer_id], call.viewer)
    return feature_of(found, beside[offer_id], clock.now())
