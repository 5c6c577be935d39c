"""Hiding what a business says from all but its staff, as moderators decided, and showing it again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversation.line import next_id
from app.db import announce
from app.peers.models import BusinessPost
from app.peers.signals import BusinessUnheard


def hide(session: Session, post_id: UUID) -> bool:
    """Whether it was there and seen until now."""
    post = _held(session, post_id)
    if post is None or post.hidden:
        return False
    post.hidden, post.changed_id = True, next_id(session)
    session.flush()
    announce(session, BusinessUnheard(post.community_id, post.business_id, post_id, post.changed_id))
    return True


def unhide(session: Session, post_id: UUID) -> bool:
    """Whether it was hidden until now. Members find it in their list again."""
    post = _held(session, post_id)
    if post is None or not post.hidden:
        return False
    post.hidden = False
    session.flush()
    return True


def _held(session: Session, post_id: UUID) -> BusinessPost | None:
    """One that was not taken back, which nobody else changes until the commit."""
    asked = select(BusinessPost).where(BusinessPost.id == post_id, BusinessPost.gone.is_(False))
    held = asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(held).one_or_none()
