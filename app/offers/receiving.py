"""What people do with offers that reached them: see them, say what they think of them, and have one kept.

Who takes one of an offer, or gives one back, has its row locked. It is locked before any row of a person, as the gate
does; who locks a person by `presence.lock` does so before that.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.db import announce, prepared
from app.errors import Enough, NoneLeft, NotFound
from app.offers import queries
from app.offers.models import Approach, Hold, Offer
from app.offers.rules import HOLD_LASTS, Opinion
from app.offers.signals import Held
from app.peers import service as peers
from app.presence import service as presence

#: As many offers a chore takes in one transaction.
_AT_ONCE = 100
_NEVER = "No such offer ever reached you."


def say_of(session: Session, person_id: UUID, offer_id: UUID, opinion: Opinion | None) -> None:
    """Say whether an offer was useful or noise, or nothing any more; also once it has left the inbox.

    Raises NotFound where it never reached them.
    """
    approach, business_id = _reached(session, person_id, offer_id)
    before, approach.opinion = approach.opinion, opinion.value if opinion else None
    session.flush()
    peers.called(session, business_id, approach.community_id, before, approach.opinion)


def see(session: Session, person_id: UUID, offer_id: UUID, now: datetime) -> None:
    """Say that they have seen it; the first time stays. Raises NotFound where it never reached them."""
    approach, _ = _reached(session, person_id, offer_id)
    approach.seen_at = approach.seen_at or now
    session.flush()


def business_of(session: Session, person_id: UUID, offer_id: UUID) -> UUID:
    """Whose an offer is that once reached somebody. Raises NotFound where it never did."""
    found = session.execute(_asked(person_id, offer_id)).one_or_none()
    if found is None:
        raise NotFound(_NEVER)
    return found[1]


def _reached(session: Session, person_id: UUID, offer_id: UUID) -> tuple[Approach, UUID]:
    """That an offer once reached a person, held until the commit; and whose it is."""
    found = session.execute(_asked(person_id, offer_id).with_for_update(of=Approach)).one_or_none()
    if found is None:
        raise NotFound(_NEVER)
    return found[0], found[1]


def _asked(person_id: UUID, offer_id: UUID) -> Select[Approach, UUID]:
    asked = select(Approach, Offer.business_id).join(Offer, Offer.id == Approach.offer_id)
    return asked.where(
        Approach.person_id == person_id, Approach.offer_id == offer_id, Approach.held_out.is_(False)
    )


def hold(session: Session, person_id: UUID, offer_id: UUID, now: datetime) -> datetime:
    """Have one kept for a while: until when. Nothing changes while one is. Raises NotFound, Enough, NoneLeft."""
    # Whoever leaves for good gives back what they hold, and holds nothing after that.
    presence.lock(session, person_id)
    offer = lock_in_inbox(session, person_id, offer_id, now)
    kept = session.get(Hold, (offer_id, person_id), populate_existing=True)
    if kept is not None:
        return kept.expires_at
    approach, _ = _reached(session, person_id, offer_id)
    if approach.redeemed >= offer.per_person:
        raise Enough("You have redeemed it as often as one person may.")
    if not take(session, offer_id):
        raise NoneLeft(
            "None of it is left. Some may come back: what is held and not redeemed does in 15 minutes."
        )
    until = now + HOLD_LASTS
    session.add(Hold(offer_id=offer_id, person_id=person_id, held_at=now, expires_at=until))
    approach.held_at = approach.held_at or now
    session.flush()
    announce(session, Held(person_id, offer_id, offer.business_id, now, until))
    return until


def let_go(session: Session, person_id: UUID, offer_id: UUID) -> None:
    """Give back the one that is kept for somebody; nothing changes where none is."""
    presence.lock(session, person_id)
    lock(session, [offer_id])
    _give_back(
        session,
        "person_id = CAST(:person AS uuid) AND offer_id = CAST(:offer AS uuid)",
        person=person_id,
        offer=offer_id,
    )


def let_all_go(session: Session, person_id: UUID) -> int:
    """Give back all that is kept for somebody who leaves for good, and is locked; how many that is."""
    held = session.scalars(select(Hold.offer_id).where(Hold.person_id == person_id)).all()
    lock(session, held)
    _give_back(session, "person_id = CAST(:person AS uuid)", person=person_id)
    return len(held)


def sweep_holds(session: Session, now: datetime) -> bool:
    """Give back what was kept long enough; whether there may be more."""
    lapsed = select(Hold.offer_id).where(Hold.expires_at <= now).order_by(Hold.expires_at).limit(_AT_ONCE)
    offers = set(session.scalars(lapsed))
    counted(session, offers, now)
    return len(offers) == _AT_ONCE


def lock_in_inbox(session: Session, person_id: UUID, offer_id: UUID, now: datetime) -> Offer:
    """An offer that somebody has and that still stands, locked until the commit. Raises NotFound."""
    found = counted(session, [offer_id], now).get(offer_id)
    if found is None or not queries.is_in_inbox(session, person_id, offer_id, now):
        raise NotFound("No such offer is in your inbox. GET /v1/me/offers has those that are.")
    return found


def counted(session: Session, offer_ids: Collection[UUID], now: datetime) -> dict[UUID, Offer]:
    """These offers as they stand, locked, and what was kept of them long enough given back."""
    if not offer_ids:
        return {}
    offers = {each.id: each for each in lock(session, offer_ids)}
    for offer_id, left in give_back_lapsed(session, offer_ids, now).items():
        set_committed_value(offers[offer_id], "remaining", left)
    return offers


def give_back_lapsed(session: Session, offer_ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """Give back what was kept long enough of these offers, which are locked: how many are left where there are more."""
    more = _give_back(session, _LAPSED, offers=list(offer_ids), now=now) if offer_ids else []
    return {each.id: each.remaining for each in more}


_LAPSED = "offer_id = ANY (CAST(:offers AS uuid[])) AND expires_at <= CAST(:now AS timestamptz)"


def lock(session: Session, offer_ids: Collection[UUID]) -> Sequence[Offer]:
    """Have nobody else take of these offers, or end them, until the commit; in one order for all."""
    asked = select(Offer).where(Offer.id.in_(offer_ids)).order_by(Offer.id)
    # Not against references to them: they may reach people meanwhile.
    locked = asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()


def take(session: Session, offer_id: UUID, count: int = 1) -> bool:
    """Take so many of an offer, which is locked; whether there were as many. Less than none gives back."""
    enough = (Offer.remaining.is_(None)) | (Offer.remaining >= count)
    taken = update(Offer).where(Offer.id == offer_id, enough).values(remaining=Offer.remaining - count)
    return session.scalar(taken.returning(Offer.id).execution_options(synchronize_session=False)) is not None


#: Takes of offers that are locked what `taken` (offer_id, count) says. A check of the table keeps it from taking more.
TAKE = """
UPDATE offers o SET remaining = o.remaining - taken.count FROM taken
WHERE o.id = taken.offer_id AND o.remaining IS NOT NULL
"""


def _give_back(session: Session, which: str, **values: object) -> Sequence[Row[Any]]:
    """Let go of these holds: of which offers there is more now, and how many are left."""
    return prepared(session, _GIVE_BACK.format(which=which), values)


_GIVE_BACK = """
WITH gone AS (DELETE FROM holds WHERE {which} RETURNING offer_id)
UPDATE offers o SET remaining = o.remaining + n
FROM (SELECT offer_id, count(*) AS n FROM gone GROUP BY offer_id) AS g
WHERE o.id = g.offer_id AND o.remaining IS NOT NULL
RETURNING o.id, o.remaining
"""
