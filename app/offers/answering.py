"""Answers a wish with an offer, which is from then on for those who pledged and nobody else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.offers import conditions
from app.offers.models import Offer, OfferTopic
from app.wishes import service as wishes
from app.wishes.service import Answer


def answer(session: Session, wish_id: UUID, offer: Offer, now: datetime) -> None:
    """Tie an offer, which must be held and have reached nobody, to a wish. The offer is locked before the wish.

    Raises NotFound, NotOpen, Invalid.
    """
    carried = session.scalars(select(OfferTopic.topic_id).where(OfferTopic.offer_id == offer.id))
    given = Answer(offer.business_id, offer.id, tuple(carried), offer.ends_at)
    wish = wishes.lock_to_answer(session, wish_id, given, now)
    conditions.check(session, offer.conditions, offer.area, answers_wish=True)
    # Whoever pledged was promised it.
    offer.wish_id, offer.hold_out = wish_id, 0
    session.flush()
    wishes.answered(session, wish, given, now)
