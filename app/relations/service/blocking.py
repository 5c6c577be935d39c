"""Blocking and making up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.db import announce
from app.errors import Conflict, Invalid
from app.relations import queries
from app.relations.models import Block
from app.relations.rules import MOST_BLOCKS
from app.relations.service import consenting, following
from app.relations.service.pairs import hold
from app.relations.signals import Blocked, Unblocked


def block(session: Session, blocker: Person, blocked: Person, now: datetime) -> datetime:
    """Have nothing to do with somebody, and they not with me: since when. Nothing changes for who does already.

    Neither follows the other any more, stands in a circle of theirs, or may check them in.
    """
    if blocker.id == blocked.id:
        raise Invalid("You cannot block yourself.")
    if queries.blocks_of(session, blocker.id) >= MOST_BLOCKS:
        raise Conflict(f"You block {MOST_BLOCKS:,} people, which is the most. Unblock one first.")
    hold(session, blocker.id, blocked.id)
    values = {"blocker_id": blocker.id, "blocked_id": blocked.id, "made_at": now}
    session.execute(insert(Block).values(**values).on_conflict_do_nothing())
    following.part(session, blocker, blocked)
    consenting.part(session, blocker.id, blocked.id)
    announce(session, Blocked(blocker.id, blocker.handle, blocked.id, blocked.handle))
    return session.scalars(
        select(Block.made_at).where(Block.blocker_id == blocker.id, Block.blocked_id == blocked.id)
    ).one()


def unblock(session: Session, blocker_id: UUID, blocked_id: UUID) -> None:
    """Take a block back; nothing changes where there is none."""
    hold(session, blocker_id, blocked_id)
    session.execute(delete(Block).where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id))
    if not queries.are_apart(session, blocker_id, blocked_id):
        announce(session, Unblocked(blocker_id, blocked_id))
