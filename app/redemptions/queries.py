"""Reading redemptions, and what stands in the inbox of who redeems."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import Business
from app.db import prepared
from app.ids import LAST, first_id_at
from app.offers.models import Offer
from app.redemptions.models import Purchase, Redemption
from app.redemptions.rules import Theirs
from app.tag.models import Reading
from app.tag.queries import HANDLE
from app.tag.rules import KEPT
from app.trust.terms import Identity

Pair = tuple[UUID, UUID]


def whose_till(session: Session, person_id: UUID, offer_id: UUID) -> tuple[UUID, bytes | None] | None:
    """The business of an offer that somebody has, or redeemed before, and what its till makes codes of."""
    found = prepared(session, _WHOSE_TILL, {"person": person_id, "offer": offer_id})
    return (found[0].business_id, found[0].key and bytes(found[0].key)) if found else None


_WHOSE_TILL = """
SELECT o.business_id, t.key FROM approaches a JOIN offers o ON o.id = a.offer_id
LEFT JOIN till_secrets t ON t.business_id = o.business_id
WHERE a.person_id = CAST(:person AS uuid) AND a.offer_id = CAST(:offer AS uuid)
  AND (a.redeemed > 0 OR EXISTS (SELECT FROM deliveries d WHERE d.offer_id = a.offer_id AND d.person_id = a.person_id))
"""


def theirs(session: Session, pairs: Collection[Pair]) -> dict[Pair, Theirs]:
    """Which of these people (first) have which of these offers (second) in their inbox, or had when it ended.

    What was kept for them is theirs until it is given back, however long that takes.
    """
    if not pairs:
        return {}
    people, offers = zip(*pairs, strict=True)
    rows = prepared(session, _THEIRS, {"people": list(people), "offers": list(offers)})
    return {(row.person_id, row.offer_id): Theirs(*tuple(row)[2:]) for row in rows}


_THEIRS = """
SELECT d.person_id, d.offer_id, d.delivered_at, d.community_id, d.topic_id, a.redeemed, h.person_id IS NOT NULL
FROM unnest(CAST(:people AS uuid[]), CAST(:offers AS uuid[])) AS asked (person_id, offer_id)
JOIN deliveries d ON d.person_id = asked.person_id AND d.offer_id = asked.offer_id
JOIN approaches a ON a.person_id = asked.person_id AND a.offer_id = asked.offer_id
JOIN offers o ON o.id = asked.offer_id
LEFT JOIN holds h ON h.offer_id = asked.offer_id AND h.person_id = asked.person_id
WHERE NOT EXISTS (SELECT FROM standings s WHERE s.community_id = d.community_id AND s.business_id = o.business_id
                  AND NOT s.is_welcome)
"""


@dataclass(frozen=True, slots=True)
class Sale:
    """A redemption, or a purchase without an offer."""

    id: UUID
    business_id: UUID
    business: str
    offer_id: UUID | None
    title: str | None
    language: str | None
    at: datetime
    received_at: datetime
    amount: Decimal | None
    currency: str | None
    rolled_back_at: datetime | None
    #: What the business learnt of whose it is with it, as long as it may look at that.
    disclosed: Identity | None = None
    pseudonym: str | None = None
    handle: str | None = None


_Kind = type[Redemption] | type[Purchase]


def sales_of_person(session: Session, person_id: UUID, cursor: UUID | None, limit: int) -> list[Sale]:
    """What somebody redeemed and bought by their tag, newest first."""
    return _both(session, cursor, limit, lambda kind: _sales(kind).where(kind.person_id == person_id))


def sales_of_business(
    session: Session, business_id: UUID, cursor: UUID | None, limit: int, now: datetime
) -> list[Sale]:
    """What was redeemed and bought at a business, newest first, and by whom as far as a reader learnt that with it."""

    def asked(kind: _Kind) -> Select[*tuple[Any, ...]]:
        may_see = (Reading.id == kind.reading_id) & (Reading.id >= first_id_at(now - KEPT))
        learnt = _sales(kind).add_columns(Reading.disclosed, Reading.pseudonym, HANDLE)
        learnt = learnt.outerjoin(Reading, may_see).outerjoin(Person, Person.id == Reading.person_id)
        return learnt.where(kind.business_id == business_id)

    return _both(session, cursor, limit, asked)


def sale(session: Session, sale_id: UUID) -> Sale:
    """One that is there."""
    rows = [session.execute(_sales(kind).where(kind.id == sale_id)).one_or_none() for kind in _KINDS]
    return next(_sale(row) for row in rows if row is not None)


def _both(session: Session, cursor: UUID | None, limit: int, asked: Any) -> list[Sale]:
    """Of both kinds as many as are wanted, as either may be newer."""
    found: list[Sale] = []
    for kind in _KINDS:
        page = asked(kind).where(kind.id < (cursor or LAST)).order_by(kind.id.desc()).limit(limit)
        found += [_sale(row) for row in session.execute(page)]
    return sorted(found, key=lambda each: each.id, reverse=True)[:limit]


_KINDS: tuple[_Kind, ...] = (Redemption, Purchase)


def _sales(kind: _Kind) -> Select[*tuple[Any, ...]]:
    is_of_an_offer = kind is Redemption
    offer: tuple[Any, ...] = (
        (Redemption.offer_id, Offer.title, Offer.language) if is_of_an_offer else (null(), null(), null())
    )
    asked = select(
        kind.id,
        kind.business_id,
        Business.name,
        *offer,
        kind.at,
        kind.received_at,
        kind.amount,
        kind.currency,
        kind.rolled_back_at,
    ).join(Business, Business.id == kind.business_id)
    return asked.join(Offer, Offer.id == Redemption.offer_id) if is_of_an_offer else asked


def _sale(row: Sequence[Any]) -> Sale:
    disclosed = [Identity(each) if each is not None else None for each in row[11:12]]
    return Sale(*row[:11], *disclosed, *row[12:])


def count_of(session: Session, offer_id: UUID) -> int:
    """How often an offer was redeemed, without what was rolled back."""
    stands = (Redemption.offer_id == offer_id, Redemption.rolled_back_at.is_(None))
    return session.scalar(select(func.count()).select_from(Redemption).where(*stands)) or 0
