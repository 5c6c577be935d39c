"""Having another contract hold: in one transaction, with all that follows from it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.checkins import fading, recounting, resharing
from app.conversation import resharing as replies
from app.errors import Conflict
from app.offers import service as offers
from app.presence import service as presence
from app.relations.service import circles
from app.trust import queries as trust
from app.trust import service
from app.trust.contract import Contract
from app.trust.terms import EVERYONE, MOST_TERMS, Group, Level, Purpose, Term, Who
from app.trust.welcome import welcome

OFFERS = "offers"
_WELCOME = Term(Purpose.OFFERS, EVERYONE, Level.EXACT)


def begin(session: Session, person_id: UUID, naming: Collection[str] = ()) -> Contract:
    """The contract that holds, and will until the commit: nobody else changes it, or writes by it, meanwhile.

    Nor does any of those who are to be named, by their handles, leave for good without its being told of the next one.
    """
    presence.lock(session, person_id)
    if naming:
        named = select(Person.id).where(Person.handle.in_({each.lower() for each in naming}))
        session.execute(named.order_by(Person.id).with_for_update(read=True, key_share=True))
    return trust.contract_of(session, person_id)


def agree(session: Session, person_id: UUID, contract: Contract, now: datetime) -> Contract:
    """Have a contract hold from the commit on, as the next after the version it says; raises Outdated.

    What was said before is shared as it says: feeds, counts, sockets and what waits in the inbox follow at once.
    Some 100 µs for each check-in there is. Call `begin` first.
    """
    if contract.needs_circle:
        contract = contract.with_circle(circles.circles_of_follow_back(session, person_id)[person_id])
    made = service.agree(session, person_id, contract, now)
    # Before what would move replies of others along with their check-ins, while others may wait to be told of theirs.
    replies.share_anew(session, person_id, made, now)
    resharing.share_anew(session, person_id, made, now)
    if made.ends_with_leaving:
        # What was said where they are no more is not to be known once again.
        fading.follow(session, person_id, now)
    presence.be_quiet(session, person_id, made.is_quiet_at, now)
    recounting.count_anew(session, person_id, now)
    wanted = welcome(made)
    if wanted is not None:
        offers.hold_inbox(session, person_id)
        service.consent(session, person_id, OFFERS, now, wanted)
        offers.withdraw_unwelcome(session, person_id)
    elif trust.consent_of(session, person_id, OFFERS):
        service.withdraw(session, person_id, OFFERS)
    return made


def welcome_offers(session: Session, person_id: UUID, now: datetime) -> None:
    """Open the contract to offers; nothing changes where it is open to any."""
    contract = begin(session, person_id)
    if welcome(contract) is None:
        agree(session, person_id, replace(contract, terms=(*_without_offers(contract), _WELCOME)), now)


def refuse_offers(session: Session, person_id: UUID, now: datetime) -> None:
    """Close the contract to offers; nothing changes where it is closed to all."""
    contract = begin(session, person_id)
    if welcome(contract) is not None:
        agree(session, person_id, replace(contract, terms=_without_offers(contract)), now)


def never(session: Session, person_id: UUID, business_id: UUID, now: datetime) -> None:
    """Refuse a business's offers, as a term of the contract that goes before what is said of all businesses; nothing
    changes where it is refused. Raises Conflict where there is no room for a term."""
    contract = begin(session, person_id)
    if business_id in refused(contract):
        return
    terms = (*_without_offers_of(contract, business_id), _refusal(business_id))
    if len(terms) > MOST_TERMS:
        raise Conflict(f"Your contract has {MOST_TERMS} terms, which is the most. Take one out first.")
    agree(session, person_id, replace(contract, terms=terms), now)


def no_more_never(session: Session, person_id: UUID, business_id: UUID, now: datetime) -> None:
    """Take that back: from then on holds for it what is said of all businesses."""
    contract = begin(session, person_id)
    if business_id in refused(contract):
        agree(session, person_id, replace(contract, terms=_without_offers_of(contract, business_id)), now)


def refused(contract: Contract) -> set[UUID]:
    """The businesses whose offers a contract refuses by name."""
    return {term.who.id for term in contract.terms if _is_of_offers(term) and term.who.id and not term.opens}


def _refusal(business_id: UUID) -> Term:
    return Term(Purpose.OFFERS, Who(Group.BUSINESS, business_id), Level.NOTHING)


def _is_of_offers(term: Term) -> bool:
    return term.purpose is Purpose.OFFERS


def _without_offers_of(contract: Contract, business_id: UUID) -> tuple[Term, ...]:
    return tuple(term for term in contract.terms if not (_is_of_offers(term) and term.who.id == business_id))


def _without_offers(contract: Contract) -> tuple[Term, ...]:
    return tuple(term for term in contract.terms if term.purpose is not Purpose.OFFERS)
