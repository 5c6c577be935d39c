"""Making and withdrawing offers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.db import announce
from app.errors import BadAreaGiven, Invalid, NotAllowed, NotFound, NotOpen
from app.ids import new_id
from app.offers import answering, gate
from app.offers.models import Approach, Delivery, Offer, OfferBudget, OfferTopic
from app.offers.rules import LONGEST_WINDOW, MOST_OFFER_M2, Opinion
from app.offers.signals import OfferMade, OfferWithdrawn
from app.relations import queries as relations
from app.relations.rules import MuteKind
from app.wishes import service as wishes
from geo import Area, Position


@dataclass(frozen=True, slots=True)
class NewOffer:
    """What an offer is to be."""

    title: str
    text: str
    topic_ids: tuple[UUID, ...]
    area: Area
    position: Position
    activities: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    quantity: int | None
    #: The wish it answers, if it does.
    wish_id: UUID | None = None


def make(session: Session, business_id: UUID, new: NewOffer, by: UUID, now: datetime) -> Offer:
    """A new offer, live when its window opens. Only staff may.

    Raises NotAllowed, BadAreaGiven, Invalid; and where it is to answer a wish, NotFound or NotOpen.
    """
    if not businesses.may_act_for(session, by, business_id):
        raise NotAllowed("Only the staff of a business make its offers.")
    _check(new, now)
    offer = Offer(
        id=new_id(),
        business_id=business_id,
        title=new.title,
        text=new.text,
        area=new.area,
        position=new.position,
        activities=list(new.activities),
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        quantity=new.quantity,
        remaining=new.quantity,
        made_by=by,
        created_at=now,
    )
    session.add(offer)
    session.flush()
    session.add_all(OfferTopic(offer_id=offer.id, topic_id=each) for each in new.topic_ids)
    session.flush()
    if new.wish_id:
        answering.answer(session, new.wish_id, offer, now)
    announce(session, OfferMade(offer.id))
    return offer


def answer(session: Session, wish_id: UUID, offer_id: UUID, by: UUID, now: datetime) -> None:
    """Have an offer that has not begun answer a wish; nothing changes where it does. Only staff of its business may.

    Raises NotFound, NotAllowed, NotOpen, Invalid.
    """
    offer = _locked(session, offer_id)
    if not businesses.may_act_for(session, by, offer.business_id):
        raise NotAllowed("Only the staff of its business answer a wish with an offer.")
    if offer.wish_id == wish_id:
        return
    if offer.starts_at <= now or offer.withdrawn_at or offer.wish_id:
        raise NotOpen(
            "An offer that answers a wish is for those who pledged alone, so it must not have begun, been withdrawn or "
            "answer another: make a new one, with this wish_id."
        )
    answering.answer(session, wish_id, offer, now)


def withdraw(session: Session, offer_id: UUID, by: UUID, now: datetime) -> None:
    """End an offer now: it leaves every inbox. Raises NotFound, NotAllowed."""
    offer = _locked(session, offer_id)
    if not businesses.may_act_for(session, by, offer.business_id):
        raise NotAllowed("Only the staff of its business withdraw an offer.")
    offer.withdrawn_at = offer.withdrawn_at or now
    session.flush()
    if offer.wish_id:
        wishes.answer_ended(session, offer.wish_id, now)
    reached = session.scalars(
        delete(Delivery).where(Delivery.offer_id == offer_id).returning(Delivery.person_id)
    )
    announce(session, *(OfferWithdrawn(person_id, offer_id) for person_id in reached))


def say_of(session: Session, person_id: UUID, offer_id: UUID, opinion: Opinion | None) -> None:
    """Say whether an offer was useful or noise, or nothing any more; also once it has left the inbox.

    Raises NotFound where it never reached them.
    """
    reached = (Approach.person_id == person_id, Approach.offer_id == offer_id)
    saying = update(Approach).where(*reached).values(opinion=opinion.value if opinion else None)
    if session.execute(saying.returning(Approach.offer_id)).first() is None:
        raise NotFound("No such offer ever reached you.")


def hold_inbox(session: Session, person_id: UUID) -> None:
    """Let nothing reach a person that the gate lets through as yet. To be held before they mute anything."""
    held = insert(OfferBudget).values(person_id=person_id, recent=[], mutings=1)
    one_more = {"mutings": OfferBudget.mutings + 1}
    session.execute(held.on_conflict_do_update(index_elements=[OfferBudget.person_id], set_=one_more))


def withdraw_muted(session: Session, person_id: UUID) -> None:
    """Take out of a person's inbox, which must be held, what they muted meanwhile."""
    gone = session.execute(_WITHDRAW_MUTED, {"person": person_id})
    announce(session, *(OfferWithdrawn(person_id, offer_id) for (offer_id,) in gone))


def withdraw_unwelcome(session: Session, person_id: UUID) -> None:
    """Take out of a person's inbox, which must be held, what comes of businesses that are not welcome any more."""
    gone = session.execute(_WITHDRAW_UNWELCOME, {"person": person_id})
    announce(session, *(OfferWithdrawn(person_id, offer_id) for (offer_id,) in gone))


_WITHDRAW_UNWELCOME = text("""
DELETE FROM deliveries d USING offers o, consents s
WHERE o.id = d.offer_id AND d.person_id = :person AND s.person_id = d.person_id AND s.purpose = d.purpose
  AND (NOT o.business_id = ANY (s.businesses) OR o.business_id = ANY (s.refused))
RETURNING d.offer_id
""")
_MUTED = {kind: relations.muted_sql("d.person_id", kind) for kind in MuteKind}
_WITHDRAW_MUTED = text(f"""
DELETE FROM deliveries d USING offers o
WHERE o.id = d.offer_id AND d.person_id = :person
  AND ({gate.muted_sql("o", _MUTED[MuteKind.BUSINESS], _MUTED[MuteKind.TOPIC])}
       OR d.community_id = ANY ({_MUTED[MuteKind.COMMUNITY]}))
RETURNING d.offer_id
""")


def send_off(session: Session, community_id: UUID, business_id: UUID) -> None:
    """Take out of every inbox what came of a business through a community that sent it off."""
    came = delete(Delivery).where(
        Delivery.community_id == community_id,
        Delivery.offer_id.in_(select(Offer.id).where(Offer.business_id == business_id)),
    )
    rows = session.execute(came.returning(Delivery.person_id, Delivery.offer_id)).all()
    announce(session, *(OfferWithdrawn(person_id, offer_id) for person_id, offer_id in rows))


def _locked(session: Session, offer_id: UUID) -> Offer:
    offer = session.scalars(select(Offer).where(Offer.id == offer_id).with_for_update()).one_or_none()
    if offer is None:
        raise NotFound("There is no such offer.")
    return offer


def _check(new: NewOffer, now: datetime) -> None:
    if new.area.size_m2 > MOST_OFFER_M2:
        raise BadAreaGiven(
            f"This area has {new.area.size_m2 / 1e6:,.0f} km². Offers are local: at most "
            f"{MOST_OFFER_M2 / 1e6:,.0f} km²."
        )
    if not new.starts_at < new.ends_at:
        raise Invalid("ends_at must lie after starts_at.")
    if new.ends_at <= now:
        raise Invalid("ends_at lies in the past; this offer would never reach anyone.")
    if new.ends_at - new.starts_at > LONGEST_WINDOW:
        raise Invalid(f"An offer runs for at most {LONGEST_WINDOW.days} days; make a new one afterwards.")
