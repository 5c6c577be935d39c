"""Writing, changing and taking back pieces.

Locks are taken in one order: the person, how the community stands to the business, the piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses import queries as businesses
from app.businesses.recording import note
from app.businesses.rules import Act
from app.communities import queries as communities
from app.communities.models import CommunityTopic
from app.db import announce
from app.errors import Invalid, NotAllowed, NotFound, TooMany
from app.ids import new_id
from app.motions.models import Standing
from app.pieces import calling, queries
from app.pieces.models import Piece, PieceChange, PieceTopic
from app.pieces.rendering import RENDERER, Rendered, render, render_again
from app.pieces.rules import MOST_BY_ONE
from app.pieces.sight import theirs_sql, visible_sql
from app.pieces.signals import PieceChanged

#: Some 10 ms each.
A_BATCH = 200


@dataclass(frozen=True, slots=True)
class NewPiece:
    """What somebody writes; for a business, if one is named."""

    title: str
    text: str
    topic_ids: tuple[UUID, ...]
    language: str
    business_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be otherwise; what is None stays as it is."""

    title: str | None = None
    text: str | None = None
    topic_ids: tuple[UUID, ...] | None = None
    language: str | None = None


def write(session: Session, community_id: UUID, new: NewPiece, by: UUID, now: datetime) -> Piece:
    """A new piece for a community, by one of its members, or by a business that it welcomed.

    Raises NotFound, NotAMember, NotAllowed, Invalid, TooMany.
    """
    communities.existing(session, community_id)
    rendered = render(new.text)
    _hold_author(session, community_id, new.business_id, by)
    _check_topics(session, community_id, new.topic_ids)
    author = {"person_id": None if new.business_id else by, "business_id": new.business_id}
    _check_room(session, community_id, author)
    piece = Piece(
        id=new_id(),
        community_id=community_id,
        **author,
        written_by=by if new.business_id else None,
        title=new.title,
        text=new.text,
        language=new.language,
        created_at=now,
        changed_at=now,
    )
    _show(piece, rendered)
    session.add(piece)
    session.flush()
    session.add_all(PieceTopic(piece_id=piece.id, topic_id=each) for each in new.topic_ids)
    _note(session, piece.business_id, by, Act.WROTE_PIECE, piece.id)
    return piece


def change(session: Session, piece_id: UUID, changes: Changes, by: UUID, now: datetime) -> None:
    """Change a piece of one's own, or of the business one acts for, while one could write it still; again is nothing.

    Raises NotFound, NotAMember, NotAllowed, Invalid.
    """
    rendered = None if changes.text is None else render(changes.text)
    was = _theirs(session, piece_id, by)
    _hold_author(session, was.community_id, was.business_id, by)
    piece = _locked(session, piece_id)
    reworded = _reword(piece, changes, rendered)
    moved = _move(session, piece, changes)
    if not (reworded or moved):
        return
    if reworded:
        calling.begin_anew(session, piece)
    piece.revision, piece.changed_at = piece.revision + 1, now
    made = PieceChange(id=new_id(), piece_id=piece_id, revision=piece.revision)
    made.changed_by = by if piece.business_id else None
    made.reworded, made.changed_at = reworded, now
    session.add(made)
    _note(session, piece.business_id, by, Act.CHANGED_PIECE, piece_id)
    announce(session, PieceChanged(piece_id))


def take_back(session: Session, piece_id: UUID, by: UUID) -> None:
    """Take back a piece of one's own, or of the business one acts for; raises NotFound, NotAllowed."""
    _hold(session, by)
    was = _theirs(session, piece_id, by)
    session.delete(_locked(session, piece_id))
    _note(session, was.business_id, by, Act.TOOK_BACK_PIECE, piece_id)


def render_what_is_old(session: Session) -> None:
    """Make anew, of a batch of pieces, what an earlier edition made of their texts."""
    # Before and after instead of otherwise, which no index finds.
    sides = [Piece.rendered_by < RENDERER, Piece.rendered_by > RENDERER]
    for side in sides:
        old = select(Piece).where(side).order_by(Piece.rendered_by).limit(A_BATCH)
        for piece in session.scalars(old.with_for_update(skip_locked=True, key_share=True)):
            _show(piece, render_again(piece.text))
    session.flush()


def _show(piece: Piece, rendered: Rendered) -> None:
    piece.html, piece.excerpt, piece.rendered_by = rendered.html, rendered.excerpt, RENDERER


def _note(session: Session, business_id: UUID | None, by: UUID, act: Act, piece_id: UUID) -> None:
    if business_id is not None:
        note(session, business_id, by, act, piece_id)
    session.flush()


def _reword(piece: Piece, changes: Changes, rendered: Rendered | None) -> bool:
    """Whether it now says something else."""
    before = piece.title, piece.text
    if changes.title is not None:
        piece.title = changes.title
    if rendered is not None and changes.text is not None:
        piece.text = changes.text
        _show(piece, rendered)
    return before != (piece.title, piece.text)


def _move(session: Session, piece: Piece, changes: Changes) -> bool:
    """Whether it is now about something else, or said to be in another language."""
    before = piece.language
    if changes.language is not None:
        piece.language = changes.language
    return _change_topics(session, piece, changes.topic_ids) or before != piece.language


def _change_topics(session: Session, piece: Piece, topic_ids: Sequence[UUID] | None) -> bool:
    kept = {
        each.topic_id: each
        for each in session.scalars(select(PieceTopic).where(PieceTopic.piece_id == piece.id))
    }
    if topic_ids is None or kept.keys() == set(topic_ids):
        return False
    _check_topics(session, piece.community_id, topic_ids)
    for topic_id in kept.keys() - set(topic_ids):
        session.delete(kept[topic_id])
    session.add_all(PieceTopic(piece_id=piece.id, topic_id=each) for each in set(topic_ids) - kept.keys())
    return True


def _check_topics(session: Session, community_id: UUID, topic_ids: Sequence[UUID]) -> None:
    shared = select(CommunityTopic.topic_id).where(
        CommunityTopic.community_id == community_id, CommunityTopic.topic_id.in_(topic_ids)
    )
    if session.scalar(shared.limit(1)) is None:
        raise Invalid("/topics: at least one must be a topic that the community shares.")


def _check_room(session: Session, community_id: UUID, author: dict[str, UUID | None]) -> None:
    theirs = select(func.count()).select_from(Piece).filter_by(community_id=community_id, **author)
    if (session.scalar(theirs) or 0) >= MOST_BY_ONE:
        raise TooMany(
            f"{MOST_BY_ONE} pieces of one author in a community are all. Change one, or take one back."
        )


def _hold(session: Session, person_id: UUID) -> None:
    """They write one thing at a time, and do not leave for good before the commit. Raises NotFound where they have."""
    if (
        session.scalar(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
        is None
    ):
        raise NotFound("You have left; there is nobody to write for.")


def _hold_author(session: Session, community_id: UUID, business_id: UUID | None, by: UUID) -> None:
    """Hold whoever may write for a community: a member; staff of a business while it is welcome there.

    Raises NotFound, NotAMember, NotAllowed.
    """
    _hold(session, by)
    if business_id is None:
        otherwise = (
            "Only members write for a community, and businesses it welcomed. Join first, if it is for you."
        )
        communities.belonging_since(session, by, community_id, otherwise)
        return
    businesses.existing(session, business_id)
    if not businesses.may_act_for(session, by, business_id):
        raise NotAllowed("Only the staff of a business write for it.")
    stands = select(Standing.is_welcome).where(
        Standing.community_id == community_id, Standing.business_id == business_id
    )
    if not session.scalar(stands.with_for_update(key_share=True)):
        raise NotAllowed(
            "A business writes for communities that welcomed it; this one has not. Its members decide."
        )


def _theirs(session: Session, piece_id: UUID, by: UUID) -> Row[Any]:
    """The community and the business of a piece that a person may change.

    Raises NotFound where they may not know of it, NotAllowed where it is another's.
    """
    sql = f"""SELECT p.community_id, p.business_id, {theirs_sql(":viewer")} AS mine FROM pieces p
        WHERE p.id = :piece AND {visible_sql(":viewer")}"""
    found = session.execute(text(sql), {"piece": piece_id, "viewer": by}).one_or_none()
    if found is None:
        raise NotFound(queries.NOT_THERE)
    if not found.mine:
        raise NotAllowed("Only its author changes a piece or takes it back; of a business, its staff.")
    return found


def _locked(session: Session, piece_id: UUID) -> Piece:
    asked = select(Piece).where(Piece.id == piece_id).with_for_update(key_share=True)
    piece = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if piece is None:
        raise NotFound(queries.NOT_THERE)
    return piece
