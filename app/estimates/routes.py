"""Estimates over HTTP."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app import clock
from app.businesses import queries as businesses
from app.errors import BadAreaGiven, NotAllowed, NotFound, UnknownPlace, UnknownTopic
from app.estimates import service
from app.estimates.schemas import ReachShown
from app.http.calls import Call
from app.http.operations import Operations
from app.offers import making, queries
from app.offers import service as offers
from app.offers.given import DraftGiven
from app.topics.known import known_topics
from geo import Area

estimates = Operations("estimates")
ONLY_STAFF = "Only the staff of a business learn how many its offers may reach."


@estimates.post(
    "/businesses/<uuid:business_id>/offers/reach",
    status=200,
    refuses=(BadAreaGiven, NotAllowed, UnknownPlace, UnknownTopic),
)
def reach_of_what_is_planned(call: Call, business_id: UUID, body: DraftGiven) -> ReachShown:
    """About how many people an offer would reach. Nothing is made; what could not be made is refused."""
    if not businesses.may_act_for(call.session, call.me, business_id):
        raise NotAllowed(ONLY_STAFF)
    call.house.limits.of_estimate(business_id)
    now = clock.now()
    wanted = body.wanted(known_topics().ids(body.topics, call.session), now)
    area = offers.judged(call.session, business_id, wanted, now).area
    return _shown(call.session, business_id, area, wanted.topic_ids)


@estimates.get(
    "/offers/<uuid:offer_id>/reach", direct=True, gives=ReachShown, refuses=(BadAreaGiven, NotAllowed)
)
def reach_of_offer(call: Call, offer_id: UUID) -> ReachShown:
    """About how many people an offer of a business I act for may reach, be it a draft."""
    # What is told first is kept, so that it is never drawn again: this reads, and yet it writes.
    with call.house.database.transaction() as session:
        found = queries.offer(session, offer_id, call.me)
        if found is None:
            raise NotFound("There is no such offer.")
        offer, _, keys = found
        if not businesses.may_act_for(session, call.me, offer.business_id):
            raise NotAllowed(ONLY_STAFF)
        call.house.limits.of_estimate(offer.business_id)
        return _shown(session, offer.business_id, offer.area, known_topics().ids(keys, session))


def _shown(session: Session, business_id: UUID, area: Area, topic_ids: Sequence[UUID]) -> ReachShown:
    made = service.estimate(session, business_id, area, topic_ids, clock.now())
    if any(each.about.communities for each in made.topics):
        return ReachShown.of(made, None)
    return ReachShown.of(made, making.nobody_shares(session, [each.about.key for each in made.topics]))
