"""Making, publishing, pausing and withdrawing offers."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.recording import note
from app.businesses.rules import Act
from app.db import announce
from app.errors import Invalid, NotAllowed, NotFound, NotOpen
from app.ids import new_id
from app.offers import answering, conditions, making, reasons
from app.offers.models import Delivery, Offer, OfferBudget, OfferTopic
from app.offers.rules import HELD_OUT, ROLLBACK_MINUTES, Budget, Conditions, State
from app.offers.signals import OfferPublished, OfferWithdrawn
from app.relations import queries as relations
from app.relations.rules import MuteKind
from app.trust.week import Week
from app.wishes import service as wishes
from geo import Area, Position


@dataclass(frozen=True, slots=True)
class NewOffer:
    """What an offer is to be."""

    title: str
    text: str
    topic_ids: tuple[UUID, ...]
    #: None where it is to be had at places of its business instead.
    area: Area | None
    #: None for the middle of the area.
    position: Position | None
    activities: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    quantity: int | None
    #: From how many of a hundred it is held out.
    hold_out: int = HELD_OUT
    conditions: Conditions = field(default_factory=Conditions)
    #: When in the week it is to be had; None for always.
    week: Week | None = None
    #: The wish it answers, if it does.
    wish_id: UUID | None = None
    is_draft: bool = False
    #: How often one person may redeem it, and how long its business may take that back.
    per_person: int = 1
    rollback_minutes: int = ROLLBACK_MINUTES
    #: A tag of BCP 47; None for that of the last offer of its business.
    language: str | None = None
    place_ids: tuple[UUID, ...] = ()
    piece_ids: tuple[UUID, ...] = ()


def make(session: Session, business_id: UUID, new: NewOffer, by: UUID, now: datetime) -> Offer:
    """A new offer, live when its window opens; or a draft. Only staff may.

    Raises NotAllowed, BadAreaGiven, UnknownPlace, Invalid; and where it is to answer a wish, NotFound or NotOpen.
    """
    if not businesses.may_act_for(session, by, business_id):
        raise NotAllowed("Only the staff of a business make its offers.")
    if new.is_draft and new.wish_id:
        raise Invalid("What answers a wish is published at once: those who pledged are told of it.")
    offer = Offer(id=new_id(), business_id=business_id, made_by=by, created_at=now)
    _fill(session, offer, new, now)
    note(session, business_id, by, Act.MADE_OFFER, offer.id)
    if new.wish_id:
        answering.answer(session, new.wish_id, offer, now)
    if not new.is_draft:
        making.ensure_heard(session, offer.id)
        _stand(session, offer, now)
    return offer


def redraft(session: Session, offer_id: UUID, new: NewOffer, by: UUID, now: datetime) -> None:
    """Have a draft be another offer. What was published is changed no more, as people decided by what it said.

    Raises NotFound, NotAllowed, NotOpen, BadAreaGiven, UnknownPlace, Invalid.
    """
    offer = _draft(session, offer_id, by)
    session.execute(delete(OfferTopic).where(OfferTopic.offer_id == offer_id))
    _fill(session, offer, new, now)
    note(session, offer.business_id, by, Act.CHANGED_OFFER, offer_id)


def publish(session: Session, offer_id: UUID, by: UUID, now: datetime) -> None:
    """Have a draft stand from now on, or from when it starts, where its places are now. Nothing changes where it does.

    Raises NotFound, NotAllowed, BadAreaGiven, UnknownPlace, Invalid.
    """
    offer = _staffs(session, offer_id, by)
    if offer.published_at:
        return
    offer.starts_at = max(offer.starts_at, now)
    making.ensure_some_time(offer.starts_at, offer.ends_at, offer.week, now)
    making.ensure_heard(session, offer_id)
    making.lay_anew(session, offer)
    conditions.check(session, offer.conditions, offer.area, answers_wish=False)
    note(session, offer.business_id, by, Act.PUBLISHED_OFFER, offer_id)
    _stand(session, offer, now)


def pause(session: Session, offer_id: UUID, by: UUID, now: datetime) -> None:
    """Let it reach nobody more until it is resumed; whoever has it keeps it. Raises NotFound, NotAllowed, NotOpen."""
    offer = _staffs(session, offer_id, by)
    if offer.life.at(now) not in (State.SCHEDULED, State.LIVE, State.PAUSED):
        raise NotOpen("Only an offer that is scheduled or live can be paused.")
    if offer.paused_at is None:
        note(session, offer.business_id, by, Act.PAUSED_OFFER, offer_id)
        offer.paused_at = now
        session.flush()


def resume(session: Session, offer_id: UUID, by: UUID, now: datetime) -> None:
    """Let it reach people again. Nothing changes where it is not paused. Raises NotFound, NotAllowed, NotOpen."""
    offer = _staffs(session, offer_id, by)
    if offer.life.at(now) is State.ENDED:
        raise NotOpen("This offer has ended; make a new one.")
    if offer.paused_at:
        note(session, offer.business_id, by, Act.RESUMED_OFFER, offer_id)
        offer.paused_at = None
        _stand(session, offer, now)


def _fill(session: Session, offer: Offer, new: NewOffer, now: datetime) -> None:
    ground = judged(session, offer.business_id, new, now)
    making.lay(offer, ground)
    offer.title, offer.text = new.title, new.text
    offer.language = new.language or making.usual_language(session, offer.business_id)
    offer.activities = list(new.activities)
    offer.starts_at, offer.ends_at, offer.week = new.starts_at, new.ends_at, new.week
    offer.quantity = offer.remaining = new.quantity
    offer.per_person, offer.rollback_minutes = new.per_person, new.rollback_minutes
    offer.hold_out = new.hold_out
    conditions.check(session, new.conditions, ground.area, answers_wish=False)
    offer.conditions = new.conditions
    session.add(offer)
    session.flush()
    session.add_all(OfferTopic(offer_id=offer.id, topic_id=each) for each in new.topic_ids)
    making.tie(session, offer.id, ground.places, new.piece_ids)


def judged(session: Session, business_id: UUID, new: NewOffer, now: datetime) -> making.Ground:
    """Where an offer would be, if it could be made so. Raises BadAreaGiven, UnknownPlace, Invalid."""
    ground = making.ground(session, business_id, new.area, new.position, new.place_ids)
    making.ensure_some_time(new.starts_at, new.ends_at, new.week, now)
    return ground


def _stand(session: Session, offer: Offer, now: datetime) -> None:
    offer.published_at = now
    session.flush()
    announce(session, OfferPublished(offer.id))


def answer(session: Session, wish_id: UUID, offer_id: UUID, by: UUID, now: datetime) -> None:
    """Have an offer that has not begun answer a wish; nothing changes where it does. Only staff of its business may.

    Raises NotFound, NotAllowed, NotOpen, Invalid.
    """
    offer = _staffs(session, offer_id, by)
    if offer.wish_id == wish_id:
        return
    if offer.life.at(now) is not State.SCHEDULED or offer.wish_id:
        raise NotOpen(
            "An offer that answers a wish is for those who pledged alone, so it must be published, not have begun, and "
            "answer no other: make a new one, with this wish_id."
        )
    note(session, offer.business_id, by, Act.ANSWERED_WISH, wish_id)
    answering.answer(session, wish_id, offer, now)


def withdraw(session: Session, offer_id: UUID, by: UUID, now: datetime) -> None:
    """End an offer now: it leaves every inbox; a draft is gone. Raises NotFound, NotAllowed."""
    offer = _staffs(session, offer_id, by)
    if offer.withdrawn_at is None:
        note(session, offer.business_id, by, Act.WITHDREW_OFFER, offer_id)
    _end(session, offer, now)


def withdraw_all_of(session: Session, business_id: UUID, now: datetime) -> None:
    """End what a business that is closed offers."""
    standing = (Offer.business_id == business_id, Offer.withdrawn_at.is_(None), Offer.ends_at > now)
    for each in session.scalars(select(Offer).where(*standing).order_by(Offer.id).with_for_update()).all():
        _end(session, each, now)


def _end(session: Session, offer: Offer, now: datetime) -> None:
    if offer.published_at is None:
        session.delete(offer)
        session.flush()
        return
    offer.withdrawn_at = offer.withdrawn_at or now
    session.flush()
    if offer.wish_id:
        wishes.answer_ended(session, offer.wish_id, now)
    # Deliveries stay, as those of an offer that has ended by itself: a till may tell later of what was redeemed before.
    reached = session.scalars(select(Delivery.person_id).where(Delivery.offer_id == offer.id))
    announce(session, *(OfferWithdrawn(person_id, offer.id) for person_id in reached))


def set_budget(session: Session, person_id: UUID, budget: Budget) -> None:
    """Have no more offers reach them than that, from now on."""
    hold_inbox(session, person_id)
    session.execute(update(OfferBudget).where(OfferBudget.person_id == person_id).values(**asdict(budget)))


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
  AND ({reasons.muted_sql("o", _MUTED[MuteKind.BUSINESS], _MUTED[MuteKind.TOPIC])}
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


def _draft(session: Session, offer_id: UUID, by: UUID) -> Offer:
    offer = _staffs(session, offer_id, by)
    if offer.published_at:
        raise NotOpen("Only a draft can be changed: end this offer and make another.")
    return offer


def _staffs(session: Session, offer_id: UUID, by: UUID) -> Offer:
    """An offer that somebody may act on, locked. Of a draft nobody else learns that it is there."""
    offer = session.scalars(select(Offer).where(Offer.id == offer_id).with_for_update()).one_or_none()
    is_staff = offer is not None and businesses.may_act_for(session, by, offer.business_id)
    if offer is None or not (is_staff or offer.published_at):
        raise NotFound("There is no such offer.")
    if not is_staff:
        raise NotAllowed("Only the staff of its business do this with an offer.")
    return offer
