"""What tills tell: one or many at once, also of what was redeemed while they were without a connection."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.redemptions import rules
from app.redemptions.redeeming import (
    Answer,
    Judged,
    Nonce,
    Redeeming,
    answered,
    claim,
    in_stock,
    judge,
    write,
)
from app.redemptions.rules import Money, Outcome, Stock, fingerprint
from app.tag import queries as tag
from app.tag import reading
from app.tag.models import Reader, Reading
from app.tag.reading import Seen
from app.tag.rules import code_in, hash_of_nonce


@dataclass(frozen=True, slots=True)
class Told:
    """What a till tells: a code was shown and an offer redeemed by it, or something bought without one."""

    code: str
    nonce: str
    offer_id: UUID | None = None
    at: datetime | None = None
    amount: str | None = None
    currency: str | None = None

    @property
    def fingerprint(self) -> bytes:
        """What tells it from another thing told under the same nonce."""
        parts = (code_in(self.code), self.offer_id, self.at, self.amount, self.currency)
        return fingerprint(self.nonce, parts)


def tell(session: Session, reader: Reader, told: Sequence[Told], now: datetime) -> list[Answer]:
    """What each is answered, in their order; the same nonce gives the same answer, and one redemption.

    Some two dozen statements, however many there are. Of what names no sum of money nothing is read or kept.
    """
    paid = [rules.money(each.amount, each.currency) for each in told]
    first: dict[Nonce, Told] = {}
    for each, sum_ in zip(told, paid, strict=True):
        if not isinstance(sum_, Outcome):
            first.setdefault(hash_of_nonce(each.nonce), each)
    new = claim(session, reader.business_id, {nonce: each.fingerprint for nonce, each in first.items()}, now)
    answers = _earlier(
        session, reader.business_id, {nonce: first[nonce] for nonce in first if nonce not in new}
    )
    answers |= _tell_new(session, reader, {nonce: first[nonce] for nonce in first if nonce in new}, now)
    return [
        Answer(sum_) if isinstance(sum_, Outcome) else _to_each(each, first, answers)
        for each, sum_ in zip(told, paid, strict=True)
    ]


def _to_each(told: Told, first: Mapping[Nonce, Told], answers: Mapping[Nonce, Answer]) -> Answer:
    nonce = hash_of_nonce(told.nonce)
    same = told.fingerprint == first[nonce].fingerprint
    return answers[nonce] if same else Answer(Outcome.NONCE_REUSED)


def _earlier(session: Session, business_id: UUID, told: Mapping[Nonce, Told]) -> dict[Nonce, Answer]:
    if not told:
        return {}
    kept = answered(session, business_id, list(told))
    read = [each.reading_id for each in kept.values() if each.reading_id]
    learnt = tag.learnt_with(session, read)
    answers = dict.fromkeys(told, Answer(Outcome.NONCE_REUSED))
    for nonce, each in kept.items():
        if bytes(each.fingerprint) == told[nonce].fingerprint and each.outcome is not None:
            with_it = learnt.get(each.reading_id) if each.reading_id else None
            answers[nonce] = Answer(Outcome(each.outcome), each.made_id, with_it)
    return answers


def _tell_new(
    session: Session, reader: Reader, told: Mapping[Nonce, Told], now: datetime
) -> dict[Nonce, Answer]:
    if not told:
        return {}
    wanted = Counter(each.offer_id for each in told.values() if each.offer_id)
    stocks = in_stock(session, reader.business_id, wanted, now)
    answers = {
        nonce: Answer(why) for nonce, each in told.items() if (why := _not_to_be_had(each, stocks, now))
    }
    to_judge = {nonce: told[nonce] for nonce in told if nonce not in answers}
    judged = _read_and_judge(session, reader, to_judge, stocks, now)
    judged.answers.update(answers)
    write(session, reader.business_id, judged, now)
    return judged.answers


def _not_to_be_had(told: Told, stocks: Mapping[UUID, Stock], now: datetime) -> Outcome | None:
    """Why nobody could redeem it: then nobody's tag is read for it."""
    if told.offer_id is None:
        return None
    stock = stocks.get(told.offer_id)
    if stock is None:
        return Outcome.UNKNOWN_OFFER
    return None if stock.was_on(told.at or now) else Outcome.ENDED


def _read_and_judge(
    session: Session, reader: Reader, told: Mapping[Nonce, Told], stocks: Mapping[UUID, Stock], now: datetime
) -> Judged:
    seen = [Seen(each.code, each.nonce, each.at or now) for each in told.values()]
    read = dict(zip(told, reading.read(session, reader, seen, now), strict=True))
    learnt = {nonce: each.learnt for nonce, each in read.items() if each.learnt}
    people = _people_of(session, [each.id for each in learnt.values()])
    wanted = [
        Redeeming(
            nonce=nonce,
            person_id=people[with_it.id],
            offer_id=told[nonce].offer_id,
            at=told[nonce].at or now,
            money=_money(told[nonce]),
            reader_id=reader.id,
            reading_id=with_it.id,
        )
        for nonce, with_it in learnt.items()
    ]
    judged = judge(session, wanted, stocks, now)
    for nonce, each in read.items():
        with_it = learnt.get(nonce)
        done = judged.answers[nonce] if with_it else Answer(Outcome(each.outcome))
        judged.answers[nonce] = Answer(done.outcome, done.made_id, with_it)
    return judged


def _money(told: Told) -> Money | None:
    found = rules.money(told.amount, told.currency)
    assert not isinstance(found, Outcome), "what names no sum of money is refused before"
    return found


def _people_of(session: Session, readings: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whose tags were read."""
    if not readings:
        return {}
    read = session.scalars(select(Reading).where(Reading.id.in_(readings)))
    return {each.id: each.person_id for each in read}
