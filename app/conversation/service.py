"""Answering check-ins, and taking answers back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from app.checkins.signals import CheckedIn
from app.conversation import naming, queries, reacting
from app.conversation.feeds import REPLY, TO_NAME
from app.conversation.line import next_id
from app.conversation.models import Reply
from app.conversation.naming import Words
from app.conversation.resharing import about, take_back
from app.conversation.rules import audiences_of
from app.conversation.signals import About, Reacted, Replied
from app.conversation.values import For, Reaction
from app.db import announce
from app.errors import NotAllowed, NotFound
from app.ids import first_id_at
from app.presence import service as presence
from app.trust import queries as trust
from app.trust.shares import is_open, still
from app.trust.terms import Level

#: How long it is kept that a reply was taken back, without its words: only to tell those who were away.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewReply:
    """What somebody answers, and for whom it is at most."""

    check_in_id: UUID
    text: str
    whom: For


def reply(session: Session, person_id: UUID, new: NewReply, now: datetime) -> Replied:
    """Answer a check-in; raises NotFound or NotAllowed.

    Known to whoever may know of the check-in and of its author's words; the contract stays as it is until the commit.
    """
    presence.lock(session, person_id)
    row = answerable(session, new.check_in_id, person_id, now)
    contract = trust.contract_of(session, person_id)
    audiences = audiences_of(contract, new.whom, now, row.mine, row.person_id)
    made = Replied(next_id(session), about(row), person_id, row.handle, new.text, now, audiences)
    values = {
        "id": made.id,
        "check_in": row.id,
        "cell": row.cell,
        "person": person_id,
        "text": new.text,
        "visibility": new.whom.value,
        "now": now,
        "openly": is_open(still(made.about.shares, now)),
        "audiences": [each.id for each in audiences],
        "untils": [each.until for each in audiences],
    }
    session.execute(text(REPLY), values)
    words = Words(made.about, made.id, person_id, made.handle, made.text, now, audiences)
    announce(session, made, *naming.name(session, words))
    return made


def name_in(session: Session, made: CheckedIn) -> None:
    """Write down who is named in a check-in, and tell them."""
    words = Words(_about_told(made), None, made.person_id, made.handle, made.text, made.received_at)
    announce(session, *naming.name(session, words))


def name_in_what_was_passed_over(session: Session, check_in_ids: Sequence[UUID]) -> None:
    """Write down who is named in those of these check-ins where nobody is yet, and tell them. A statement for each that
    names somebody."""
    for row in session.execute(text(TO_NAME), {"check_ins": list(check_in_ids)}):
        words = Words(about(row), None, row.person_id, row.handle, row.text, row.received_at)
        announce(session, *naming.name(session, words))


def answerable(session: Session, check_in_id: UUID, person_id: UUID, now: datetime) -> Any:
    """A check-in that a person may answer, as the tables have it; it stays until the transaction ends.

    Raises NotFound where they may not know of it, and NotAllowed where they may only because of where they are: an
    answer would say so.
    """
    row = queries.to_answer(session, check_in_id, person_id, now)
    if row is None or row.level == Level.NOTHING:
        raise NotFound("There is no such check-in, or it is not for you.")
    if row.person_id != person_id and row.level_anywhere == Level.NOTHING:
        raise NotAllowed(
            "You may know of this check-in only because you are here, and an answer would tell that. "
            "Join a community it is heard in, or ask its author to follow you back."
        )
    return row


def remove(session: Session, check_in_id: UUID, reply_id: UUID, by: UUID) -> None:
    """Take back a reply of one's own, or one to a check-in of one's own; raises NotFound."""
    naming.take_back(session, check_in_id, reply_id)
    if not take_back(session, check_in_id, reply_id, by):
        raise NotFound(
            "You have no such reply, nor is it to a check-in of yours; perhaps it is removed already."
        )


def react(session: Session, check_in_id: UUID, person_id: UUID, kind: Reaction, now: datetime) -> None:
    """React to a check-in; nothing changes where one did already. Raises NotFound or NotAllowed."""
    row = answerable(session, check_in_id, person_id, now)
    _tell(session, row, reacting.react(session, row, person_id, kind, now))


def take_reaction_back(
    session: Session, check_in_id: UUID, person_id: UUID, kind: Reaction, now: datetime
) -> None:
    """React so no more, also where one may know of the check-in no more; nothing changes where one did not."""
    row = queries.to_answer(session, check_in_id, person_id, now)
    if row is not None:
        _tell(session, row, reacting.take_back(session, row, person_id, kind))


def _tell(session: Session, row: Any, counted: reacting.Counted | None) -> None:
    if counted:
        counts, changes = counted
        announce(session, Reacted(about(row), tuple(counts), changes))


def _about_told(made: CheckedIn) -> About:
    """A check-in as it was told."""
    return About(
        id=made.id,
        person_id=made.person_id,
        found_at=made.found_at,
        topic_ids=made.topic_ids,
        location_ids=made.location_ids,
        community_ids=made.community_ids,
        shares=made.shares,
    )


def forget_old(session: Session, now: datetime) -> None:
    """Let go of what nobody can be told of any more."""
    over = Reply.changed_id < first_id_at(now - KEPT)
    session.execute(delete(Reply).where(over, Reply.gone))
    session.execute(update(Reply).where(over).values(changed_id=None, audiences_before=[]))
