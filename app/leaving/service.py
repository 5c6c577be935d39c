"""Erasing a person, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.rules import Proved
from app.businesses import staffing
from app.checkins import removals
from app.checkins import service as checkins
from app.clients import service as clients
from app.conversation import naming as mentions
from app.conversation import reacting as reactions
from app.conversation import resharing as replies
from app.events import service as events
from app.http import idempotency
from app.ids import new_id
from app.leaving import queries, signing
from app.leaving.models import Erasure
from app.motions import service as motions
from app.offers import receiving
from app.offers import service as offers
from app.peers import service as peers
from app.pieces import calling as pieces
from app.presence import service as presence
from app.returns import service as returns
from app.search import filling as search
from app.tag import service as readers
from app.trust import queries as trust
from app.trust import service as contracts
from app.wishes import service as wishes


def erase(session: Session, proved: Proved, handle: str, now: datetime) -> dict[str, object]:
    """Erase whoever has proved who they are: what the receipt says.

    Their sockets close; those of others are told to forget each check-in. What others made with them stays without
    them: communities and topics they founded, what they moved, places they added, what they wrote for a business,
    events they made for it or for a community, wishes that others pledged. Contracts of others that name them name
    nobody instead.
    """
    person_id = proved.person_id
    _close_what_nobody_is_left_for(session, person_id, now)
    # Nobody moves them or writes for them from here on; what was on its way finds nobody.
    presence.lock(session, person_id, *trust.those_naming(session, person_id))
    # What they hold goes back before any row of theirs is held, as whoever redeems locks offers before people.
    held = receiving.let_all_go(session, person_id)
    seats = events.hold(session, person_id, now)
    wishes.hold(session, person_id)
    accounts.still(session, proved)
    # Now that nobody can name them any more: those who did a moment ago are locked, too.
    naming = trust.those_naming(session, person_id)
    presence.lock(session, *naming)
    removed = {**queries.held_of(session, person_id), "holds": held}
    _take_opinions_back(session, person_id)
    _forget_words(session, person_id, handle)
    events.forget(session, person_id, seats, now)
    checkins.forget(session, person_id)
    presence.check_out(session, person_id, now)
    # Among what was taken back may be something of theirs. Who was away begins anew and needs none of it.
    removals.forget_all(session)
    idempotency.forget(session, person_id, f"/v1/people/{handle}")
    clients.forget(session, person_id)
    motions.forget(session, person_id)
    wishes.forget(session, person_id)
    pieces.forget(session, person_id)
    if naming:
        _forget_where_named(session, person_id, naming, now)
    returns.forget(session, person_id)
    accounts.forget(session, person_id)
    session.add(Erasure(id=new_id(), erased_at=now))
    receipt = {"person": person_id, "handle": handle, "erased_at": now, "removed": removed}
    return {**receipt, "signature": signing.signed(session, receipt, now)}


def _forget_where_named(session: Session, person_id: UUID, naming: Sequence[UUID], now: datetime) -> None:
    """In contracts of others, and in what these others let be known by them."""
    contracts.forget_named(session, person_id, now)
    checkins.forget_named(session, person_id, naming)
    replies.forget_named(session, person_id, naming)


def _take_opinions_back(session: Session, person_id: UUID) -> None:
    """Counted no more, one business and community after the other in an order that is everybody's."""
    for (business_id, community_id, opinion), often in sorted(
        queries.opinions_of(session, person_id).items()
    ):
        where = business_id, community_id
        peers.count(session, where, -often * (opinion == "useful"), -often * (opinion == "noise"))


def _forget_words(session: Session, person_id: UUID, handle: str) -> None:
    """What they answered and how they reacted, and their name in the words of others, also where these are found."""
    replies.forget(session, person_id)
    reactions.forget(session, person_id)
    search.reword(session, mentions.forget(session, person_id, handle))


def _close_what_nobody_is_left_for(session: Session, person_id: UUID, now: datetime) -> None:
    """Businesses get another owner, or end what they do. Before any row of a person is held (see seats of events)."""
    for closed in staffing.hand_over(session, person_id, now):
        events.cancel_all_of(session, closed, now)
        readers.end_readers_of(session, closed, now)
        offers.withdraw_all_of(session, closed, now)


def forget_old(session: Session, before: datetime) -> None:
    """Let go of erasures that nobody was away for."""
    session.execute(delete(Erasure).where(Erasure.erased_at < before))
