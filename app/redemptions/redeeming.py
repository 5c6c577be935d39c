"""Redeeming, one or many at once: each once, and never more than there are.

Whoever redeems takes the nonces first, then locks the offers, and people after that: in this order neither the gate nor
whoever changes a contract, holds or leaves waits for a redemption that waits for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import announce, prepared
from app.ids import new_id
from app.offers import receiving
from app.redemptions import queries, rules
from app.redemptions.models import RedemptionAnswer
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


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the redemption of what is in an inbox, or a purchase, where nothing is."""

    id: UUID
    of: Redeeming
    theirs: Theirs | None

    def told(self, business_id: UUID) -> Redeemed:
        """What others hear of it."""
        return Redeemed(self.id, business_id, self.of.offer_id, self.of.person_id, self.of.at)


@dataclass(frozen=True, slots=True)
class Judged:
    """What each nonce is answered, what is to be written, and how many are taken of which offers."""

    answers: dict[Nonce, Answer]
    made: list[Made]
    stocks: Mapping[UUID, Stock]


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


def in_stock(
    session: Session, business_id: UUID, wanted: Mapping[UUID, int], now: datetime
) -> dict[UUID, Stock]:
    """Those of these offers that are a business's and were published, locked, as everybody who wants one waits for it.

    Where fewer are left than are wanted, what was held too long is given back.
    """
    rows = prepared(session, _STOCK, {"offers": list(wanted), "business": business_id})
    stocks = {row.id: Stock(row.starts_at, row.until, row.per_person, row.remaining) for row in rows}
    short = [each for each, stock in stocks.items() if stock.left is not None and stock.left < wanted[each]]
    for offer_id, left in receiving.give_back_lapsed(session, short, now).items():
        stocks[offer_id].left = left
    return stocks


#: Not against references to them: they may reach people meanwhile.
_STOCK = """
SELECT id, starts_at, least(ends_at, withdrawn_at) AS until, per_person, remaining FROM offers
WHERE id = ANY (CAST(:offers AS uuid[])) AND business_id = CAST(:business AS uuid) AND published_at IS NOT NULL
ORDER BY id FOR NO KEY UPDATE
"""


def judge(
    session: Session, wanted: Sequence[Redeeming], stocks: Mapping[UUID, Stock], now: datetime
) -> Judged:
    """Judge these one after the other. Their offers are locked: `in_stock`."""
    pairs = {(each.person_id, each.offer_id) for each in wanted if each.offer_id}
    inboxes = queries.theirs(session, pairs)
    judged = Judged({}, [], stocks)
    for each in wanted:
        theirs = inboxes.get((each.person_id, each.offer_id)) if each.offer_id else None
        outcome = rules.redeem(stocks[each.offer_id], theirs, each.at) if each.offer_id else Outcome.OK
        judged.answers[each.nonce] = Answer(outcome)
        if outcome is Outcome.OK:
            judged.made.append(Made(new_id(), each, theirs))
            judged.answers[each.nonce] = Answer(outcome, judged.made[-1].id)
    return judged


def write(session: Session, business_id: UUID, judged: Judged, now: datetime) -> None:
    """Write what is redeemed or bought, count it for each person and of each offer, hold it for them no more, and keep
    what is answered for those who ask again.

    It is one statement, as everybody else who wants one of these offers waits for it.
    """
    answers = judged.answers
    taken = {offer_id: stock.taken for offer_id, stock in judged.stocks.items() if stock.taken}
    values = {
        "business": business_id,
        "now": now,
        **_columns_of(judged.made),
        "stocks": list(taken),
        "taken": list(taken.values()),
        "answered": list(answers),
        "outcomes": [each.outcome.value for each in answers.values()],
        "results": [each.made_id for each in answers.values()],
        "learnt": [each.learnt.id if each.learnt else None for each in answers.values()],
    }
    prepared(session, _WRITE, values)
    announce(session, *(each.told(business_id) for each in judged.made))


def _columns_of(made: Sequence[Made]) -> dict[str, list[object]]:
    return {
        "ids": [each.id for each in made],
        "people": [each.of.person_id for each in made],
        "offers": [each.of.offer_id for each in made],
        "communities": [each.theirs.community_id if each.theirs else None for each in made],
        "topics": [each.theirs.topic_id if each.theirs else None for each in made],
        "readers": [each.of.reader_id for each in made],
        "readings": [each.of.reading_id for each in made],
        "nonces": [each.of.nonce for each in made],
        "moments": [each.of.at for each in made],
        "amounts": [each.of.money.amount if each.of.money else None for each in made],
        "currencies": [each.of.money.currency if each.of.money else None for each in made],
    }


_COLUMNS = "id, business_id, person_id, reader_id, reading_id, nonce, at, received_at, amount, currency"
_VALUES = """m.id, CAST(:business AS uuid), m.person_id, m.reader_id, m.reading_id, m.nonce, m.at,
    CAST(:now AS timestamptz), m.amount, m.currency"""
_WRITE = f"""
WITH made AS (
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:offers AS uuid[]), CAST(:communities AS uuid[]),
        CAST(:topics AS uuid[]), CAST(:readers AS uuid[]), CAST(:readings AS uuid[]), CAST(:nonces AS bytea[]),
        CAST(:moments AS timestamptz[]), CAST(:amounts AS numeric[]), CAST(:currencies AS text[]))
        AS m (id, person_id, offer_id, community_id, topic_id, reader_id, reading_id, nonce, at, amount, currency)
),
redeemed AS (
    INSERT INTO redemptions ({_COLUMNS}, offer_id, community_id, topic_id)
    SELECT {_VALUES}, m.offer_id, m.community_id, m.topic_id FROM made m WHERE m.offer_id IS NOT NULL
),
bought AS (INSERT INTO purchases ({_COLUMNS}) SELECT {_VALUES} FROM made m WHERE m.offer_id IS NULL),
used AS (
    SELECT person_id, offer_id, count(*) AS often FROM made WHERE offer_id IS NOT NULL
    GROUP BY person_id, offer_id ORDER BY person_id, offer_id
),
let_go AS (DELETE FROM holds h USING used u WHERE h.offer_id = u.offer_id AND h.person_id = u.person_id),
counted AS (
    UPDATE approaches a SET redeemed = a.redeemed + u.often FROM used u
    WHERE a.person_id = u.person_id AND a.offer_id = u.offer_id
),
taken AS (SELECT * FROM unnest(CAST(:stocks AS uuid[]), CAST(:taken AS int[])) AS t (offer_id, count)),
took AS ({receiving.TAKE})
UPDATE redemption_answers AS n SET outcome = u.outcome, made_id = u.made_id, reading_id = u.reading_id
FROM unnest(CAST(:answered AS bytea[]), CAST(:outcomes AS text[]), CAST(:results AS uuid[]), CAST(:learnt AS uuid[]))
    AS u (nonce, outcome, made_id, reading_id)
WHERE n.business_id = CAST(:business AS uuid) AND n.nonce = u.nonce
RETURNING n.nonce
"""
