"""Hiding a piece from everybody but its author, as moderators decided, and showing it again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.pieces.models import Piece


def hide(session: Session, piece_id: UUID) -> bool:
    """Whether it was there and seen until now. What members said of it stays."""
    return _turn(session, piece_id, True)


def unhide(session: Session, piece_id: UUID) -> bool:
    """Whether it was hidden until now."""
    return _turn(session, piece_id, False)


def _turn(session: Session, piece_id: UUID, hidden: bool) -> bool:
    asked = select(Piece).where(Piece.id == piece_id).with_for_update(key_share=True)
    piece = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if piece is None or piece.hidden == hidden:
        return False
    piece.hidden = hidden
    session.flush()
    return True
