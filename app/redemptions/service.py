"""Redeeming with a code that a till shows, and taking back what was redeemed."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.businesses.recording import note
from app.businesses.rules import Act, Right
from app.db import announce
from app.errors import Enough, NonceReused, NoneLeft, NotFound, Refusal, TooLate, WrongTillCode
from app.offers import receiving
from app.offers.models import Offer
from app.offers.rules import State
from app.presence import service as presence
from app.redemptions import queries, rules
from app.redemptions.models import Purchase, Redemption, RedemptionAnswer, TillSecret
from app.redemptions.redeeming import Redeeming, answered, claim, in_stock, judge, write
from app.redemptions.rules import PURCHASE_ROLLBACK, Outcome, fingerprint
from app.redemptions.signals import RolledBack
from app.tag.models import Reader
from app.tag.rules import NONCES_LAST, hash_of_nonce

_NOT_IN_INBOX = "No such offer is in your inbox. GET /v1/me/offers has those that are."
_REFUSED: dict[Outcome, type[Refusal]] = {Outcome.ENOUGH: Enough, Outcome.NONE_LEFT: NoneLeft}
_SAYS = {
    Outcome.ENOUGH: "You have redeemed it as often as one person may.",
    Outcome.NONE_LEFT: "None of it is left. Ask at the till whether they give you one all the same.",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed from a till, and what tells this try from another."""

    code: str
    nonce: str


def redeem_here(session: Session, person_id: UUID, offer_id: UUID, typed: Typed, now: datetime) -> UUID:
    """Redeem an offer with the code that its business shows at the till: the redemption.

    The same nonce gives the same answer, also when the code has gone. Raises NotFound, WrongTillCode, NonceReused,
    Enough, NoneLeft.
    """
    presence.lock(session, person_id)
    whose = queries.whose_till(session, person_id, offer_id)
    if whose is None:
        raise NotFound(_NOT_IN_INBOX)
    business_id, secret = whose
    hashed, print_ = hash_of_nonce(typed.nonce), fingerprint(typed.nonce, (person_id, offer_id))
    if not claim(session, business_id, {hashed: print_}, now):
        return _as_before(answered(session, business_id, [hashed]).get(hashed), print_)
    if not rules.is_till_code(typed.code, secret or secrets.token_bytes(1), now):
        raise WrongTillCode(
            "This is not the code that the till shows. It changes every few minutes: look again."
        )
    stocks = in_stock(session, business_id, {offer_id: 1}, now)
    if offer_id not in stocks or not stocks[offer_id].was_on(now):
        raise NotFound(_NOT_IN_INBOX)
    wanted = Redeeming(hashed, person_id, offer_id, now)
    judged = judge(session, [wanted], stocks, now)
    if not judged.made:
        outcome = judged.answers[hashed].outcome
        raise _REFUSED.get(outcome, NotFound)(_SAYS.get(outcome, _NOT_IN_INBOX))
    write(session, business_id, judged, now)
    return judged.made[0].id


def _as_before(kept: RedemptionAnswer | None, print_: bytes) -> UUID:
    if kept is None or kept.made_id is None or bytes(kept.fingerprint) != print_:
        raise NonceReused(
            "This nonce came with something else before. Make a new one for everything you redeem."
        )
    return kept.made_id


def till_code(session: Session, business_id: UUID, by: UUID, now: datetime) -> tuple[str, datetime]:
    """What the till of a business shows, and until when. Raises NotFound, NotAllowed."""
    businesses.ensure(session, by, business_id, Right.ACT)
    secret = _secret_of(session, business_id)
    if secret is None:
        made = {"business_id": business_id, "key": secrets.token_bytes(rules.TILL_SECRET_OCTETS)}
        session.execute(insert(TillSecret).values(**made).on_conflict_do_nothing())
        secret = _secret_of(session, business_id)
        assert secret is not None
    window = rules.till_window(now)
    return rules.till_code(secret, window), rules.till_window_ends(window)


def _secret_of(session: Session, business_id: UUID) -> bytes | None:
    found = session.scalar(select(TillSecret.key).where(TillSecret.business_id == business_id))
    return None if found is None else bytes(found)


def roll_back(session: Session, sale_id: UUID, by: UUID, now: datetime) -> None:
    """Take a redemption, or a purchase, back, as somebody of its staff; nothing changes where it is taken back.

    Raises NotFound, TooLate.
    """
    found = _sale(session, sale_id)
    if found is None or not businesses.may_act_for(session, by, found.business_id):
        raise NotFound("There is no such redemption of a business that you act for.")
    if _taken_back(session, found, now):
        note(session, found.business_id, by, Act.ROLLED_BACK, sale_id)


def roll_back_at(session: Session, sale_id: UUID, reader: Reader, now: datetime) -> None:
    """The same, by a till of the business. Raises NotFound, TooLate."""
    found = _sale(session, sale_id)
    if found is None or found.business_id != reader.business_id:
        raise NotFound("There is no such redemption of this reader's business.")
    _taken_back(session, found, now)


def _sale(session: Session, sale_id: UUID) -> Redemption | Purchase | None:
    return session.get(Redemption, sale_id) or session.get(Purchase, sale_id)


def _taken_back(session: Session, found: Redemption | Purchase, now: datetime) -> bool:
    """Take it back; whether it was not before. The offer is locked before the person is, and looked at after that."""
    if found.person_id is not None:
        presence.lock(session, found.person_id)
    offer = _its_offer(session, found, now)
    session.refresh(found, with_for_update=True)
    if found.rolled_back_at is not None:
        return False
    term = timedelta(minutes=offer.rollback_minutes) if offer else PURCHASE_ROLLBACK
    if not rules.may_be_rolled_back(found.received_at, term, now):
        minutes = term // timedelta(minutes=1)
        raise TooLate(f"It could be rolled back for {minutes} minutes. Make it good at the till instead.")
    if offer is not None:
        _give_back(session, offer, found.person_id, now)
    found.rolled_back_at = now
    session.flush()
    of = offer.id if offer else None
    announce(session, RolledBack(found.id, found.business_id, of, found.person_id))
    return True


def _its_offer(session: Session, found: Redemption | Purchase, now: datetime) -> Offer | None:
    return (
        receiving.counted(session, [found.offer_id], now)[found.offer_id]
        if isinstance(found, Redemption)
        else None
    )


def _give_back(session: Session, offer: Offer, person_id: UUID | None, now: datetime) -> None:
    """One more of it is there, where it has not ended; and its person may redeem it once more."""
    if offer.life.at(now) is not State.ENDED:
        receiving.take(session, offer.id, -1)
    session.execute(_ONE_LESS, {"person": person_id, "offer": offer.id})


_ONE_LESS = text(
    "UPDATE approaches SET redeemed = redeemed - 1 WHERE person_id = :person AND offer_id = :offer"
)


def forget_old(session: Session, now: datetime) -> None:
    """Let go of answers that nobody asks for again. What was redeemed is known by its nonce for ever."""
    session.execute(delete(RedemptionAnswer).where(RedemptionAnswer.received_at < now - NONCES_LAST))
