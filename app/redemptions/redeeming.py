"""Redeeming, one or many at once: each once, and never more than there are.

Whoever redeems takes the nonces first, then locks the offers, and people after that: in this order neither the gate nor
whoever changes a contract, holds or leaves waits for a redemption that waits for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.db import announce, prepared
from app.ids import new_id
from app.offers import receiving
from app.offers.models import Offer
from app.redemptions import queries, rules
from app.redemptions.models import Purchase, Redemption, RedemptionAnswer
from app.redemptions.queries import Pair
from app.redemptions.rules import Money, Outcome, Stock, Theirs
from app.redemptions.signals import Redeemed
from app.tag.queries import Learnt

Nonce = bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it."""

    outcome: Outcome
    #: The redemption or purchase.
    made_id: UUID | None = None
    learnt: Learnt | None = None


@dataclass(frozen=True, slots=True)
class Redeeming:
    """Somebody redeems an offer, or buys without one: what is judged and written."""

    nonce: Nonce
    person_id: UUID
    offer_id: UUID | None
    at: datetime
    money: Money | None = None
    reader_id: UUID | None = None
    reading_id: UUID | None = None


def claim(session: Session, business_id: UUID, prints: Mapping[Nonce, bytes], now: datetime) -> set[Nonce]:
    """The nonces that come for the first time. Who sends the same ones at once waits here, in one order for all."""
    nonces = sorted(prints)
    values = {
        "business": business_id,
        "nonces": nonces,
        "prints": [prints[each] for each in nonces],
        "now": now,
    }
    return {bytes(row[0]) for row in prepared(session, _CLAIM, values)}


#: What was redeemed is never redeemed again, however long ago its answer was forgotten.
_CLAIM = """
INSERT INTO redemption_answers (business_id, nonce, fingerprint, received_at)
SELECT CAST(:business AS uuid), u.nonce, u.print, CAST(:now AS timestamptz)
FROM unnest(CAST(:nonces AS bytea[]), CAST(:prints AS bytea[])) AS u (nonce, print)
WHERE NOT EXISTS (SELECT FROM redemptions r WHERE r.business_id = :business AND r.nonce = u.nonce)
  AND NOT EXISTS (SELECT FROM purchases p WHERE p.business_id = :business AND p.nonce = u.nonce)
ON CONFLICT DO NOTHING RETURNING nonce
"""


def answered(session: Session, business_id: UUID, nonces: Sequence[Nonce]) -> dict[Nonce, RedemptionAnswer]:
    """What was answered to these before, as far as that is kept."""
    mine = (RedemptionAnswer.business_id == business_id, RedemptionAnswer.nonce.in_(nonces))
    return {bytes(each.nonce): each for each in session.scalars(select(RedemptionAnswer).where(*mine))}


def in_stock(session: Session, business_id: UUID, offer_ids: set[UUID], now: datetime) -> dict[UUID, Stock]:
    """Those of these offers that are a business's and were published, locked; what was held too long is given back."""
    offers = receiving.counted(session, offer_ids, now)
    return {
        each.id: Stock(each.starts_at, _until(each), each.per_person, each.remaining)
        for each in offers.values()
        if each.business_id == business_id and each.published_at
    }


def _until(offer: Offer) -> datetime:
    return min(offer.ends_at, offer.withdrawn_at) if offer.withdrawn_at else offer.ends_at


def redeem(
    session: Session,
    business_id: UUID,
    wanted: Sequence[Redeeming],
    stocks: Mapping[UUID, Stock],
    now: datetime,
) -> dict[Nonce, Answer]:
    """Judge these one after the other, and write what is redeemed or bought. Their offers are locked: `in_stock`."""
    pairs = {(each.person_id, each.offer_id) for each in wanted if each.offer_id}
    inboxes = queries.theirs(session, pairs, now)
    answers: dict[Nonce, Answer] = {}
    made: list[tuple[UUID, Redeeming]] = []
    for each in wanted:
        outcome = _judged(each, stocks, inboxes)
        answers[each.nonce] = Answer(outcome)
        if outcome is Outcome.OK:
            made.append((new_id(), each))
            answers[each.nonce] = Answer(outcome, made[-1][0])
    _write(session, business_id, made, inboxes, now)
    _take(session, stocks, inboxes)
    announce(
        session,
        *(Redeemed(made_id, business_id, each.offer_id, each.person_id, each.at) for made_id, each in made),
    )
    return answers


def _judged(wanted: Redeeming, stocks: Mapping[UUID, Stock], inboxes: Mapping[Pair, Theirs]) -> Outcome:
    if wanted.offer_id is None:
        return Outcome.OK
    theirs = inboxes.get((wanted.person_id, wanted.offer_id))
    return rules.redeem(stocks[wanted.offer_id], theirs, wanted.at)


def _write(
    session: Session,
    business_id: UUID,
    made: Sequence[tuple[UUID, Redeeming]],
    inboxes: Mapping[Pair, Theirs],
    now: datetime,
) -> None:
    redemptions, purchases = list[dict[str, object]](), list[dict[str, object]]()
    for made_id, each in made:
        row: dict[str, object] = {
            "id": made_id,
            "business_id": business_id,
            "person_id": each.person_id,
            "reader_id": each.reader_id,
            "reading_id": each.reading_id,
            "nonce": each.nonce,
            "at": each.at,
            "received_at": now,
            "amount": each.money.amount if each.money else None,
            "currency": each.money.currency if each.money else None,
        }
        if each.offer_id is None:
            purchases.append(row)
        else:
            of = inboxes[each.person_id, each.offer_id]
            through = {"community_id": of.community_id, "topic_id": of.topic_id}
            redemptions.append({**row, "offer_id": each.offer_id, **through})
    for kind, rows in ((Redemption, redemptions), (Purchase, purchases)):
        if rows:
            session.execute(insert(kind), rows)


def _take(session: Session, stocks: Mapping[UUID, Stock], inboxes: Mapping[Pair, Theirs]) -> None:
    """Count what was redeemed: for each person, and of each offer. What was held for them is held no more."""
    used = [(*pair, each.used_up) for pair, each in sorted(inboxes.items()) if each.used_up]
    if not used:
        return
    people, offers, often = zip(*used, strict=True)
    prepared(session, _USED, {"people": list(people), "offers": list(offers), "often": list(often)})
    for offer_id, stock in stocks.items():
        if stock.taken:
            assert receiving.take(session, offer_id, stock.taken), "the offer is locked"


_USED = """
WITH used AS (
    SELECT * FROM unnest(CAST(:people AS uuid[]), CAST(:offers AS uuid[]), CAST(:often AS int[]))
        AS u (person_id, offer_id, often)
),
gone AS (DELETE FROM holds h USING used u WHERE h.offer_id = u.offer_id AND h.person_id = u.person_id)
UPDATE approaches a SET redeemed = a.redeemed + u.often FROM used u
WHERE a.person_id = u.person_id AND a.offer_id = u.offer_id
RETURNING a.redeemed
"""


def keep(session: Session, business_id: UUID, answers: Mapping[Nonce, Answer]) -> None:
    """Keep what was answered, for those who ask again."""
    values = {
        "business": business_id,
        "nonces": list(answers),
        "outcomes": [each.outcome.value for each in answers.values()],
        "made": [each.made_id for each in answers.values()],
        "readings": [each.learnt.id if each.learnt else None for each in answers.values()],
    }
    session.execute(_KEEP, values)


_KEEP = text("""
UPDATE redemption_answers AS n SET outcome = u.outcome, made_id = u.made_id, reading_id = u.reading_id
FROM unnest(CAST(:nonces AS bytea[]), CAST(:outcomes AS text[]), CAST(:made AS uuid[]), CAST(:readings AS uuid[]))
    AS u (nonce, outcome, made_id, reading_id)
WHERE n.business_id = :business AND n.nonce = u.nonce
""")
