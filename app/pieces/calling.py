"""Members say of a piece that it is useful or noise; how many do is counted as they say it.

Locks are taken in one order: the person, the piece, what is said of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, or_, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.errors import NotAllowed, NotAMember, NotFound
from app.pieces.models import Piece, PieceOpinion
from app.pieces.queries import NOT_THERE
from app.pieces.rules import Opinion
from app.pieces.sight import member_sql, theirs_sql, visible_sql

_MAY = text(f"""
SELECT {theirs_sql(":viewer")} AS mine, {member_sql(":viewer")} AS belongs
FROM pieces p WHERE p.id = :piece AND {visible_sql(":viewer")}
""")
_COUNT_OUT = text("""
UPDATE pieces p SET useful = p.useful - CAST(o.opinion = 'useful' AS int),
                    noise = p.noise - CAST(o.opinion = 'noise' AS int)
FROM piece_opinions o WHERE o.piece_id = p.id AND o.person_id = :person
""")


def say(session: Session, piece_id: UUID, by: UUID, opinion: Opinion, now: datetime) -> None:
    """Say what it is, in place of what one said before; again is nothing. Raises NotFound, NotAllowed, NotAMember."""
    _stay(session, by)
    _ensure_may(session.execute(_MAY, {"piece": piece_id, "viewer": by}).one_or_none())
    piece, said = _held(session, piece_id, by)
    if piece is None:
        raise NotFound(NOT_THERE)
    _count(piece, said, -1)
    if said is None:
        said = PieceOpinion(person_id=by, piece_id=piece_id)
        session.add(said)
    said.opinion, said.said_at = opinion, now
    _count(piece, said, 1)
    session.flush()


def take_back(session: Session, piece_id: UUID, by: UUID) -> None:
    """Say nothing of it any more, also where one may not know of it any more; nothing changes for who did not."""
    _stay(session, by)
    piece, said = _held(session, piece_id, by)
    if piece is not None and said is not None:
        _count(piece, said, -1)
        session.delete(said)
        session.flush()


def begin_anew(session: Session, piece: Piece) -> None:
    """Have nobody have called it useful: what they read it says no more. The piece is held.

    That it is noise stays said until they say otherwise, as a comma would else be enough to be rid of it.
    """
    of_it = PieceOpinion.piece_id == piece.id
    session.execute(delete(PieceOpinion).where(of_it, PieceOpinion.opinion == Opinion.USEFUL))
    piece.useful = 0


def forget(session: Session, person_id: UUID) -> None:
    """Take a person who leaves for good out of all counts; their own row is held."""
    said = select(PieceOpinion.piece_id).where(PieceOpinion.person_id == person_id)
    # Those that go with them as well, so that two who leave at once wait for one another in one order.
    touched = select(Piece.id).where(or_(Piece.id.in_(said), Piece.person_id == person_id))
    session.execute(touched.order_by(Piece.id).with_for_update())
    session.execute(_COUNT_OUT, {"person": person_id})
    session.execute(delete(PieceOpinion).where(PieceOpinion.person_id == person_id))


def _stay(session: Session, person_id: UUID) -> None:
    """They do not leave for good before the commit; raises NotFound where they have."""
    held = select(Person.id).where(Person.id == person_id).with_for_update(read=True, key_share=True)
    if session.scalar(held) is None:
        raise NotFound("You have left; there is nobody to say it.")


def _ensure_may(found: Row[Any] | None) -> None:
    if found is None:
        raise NotFound(NOT_THERE)
    if found.mine:
        raise NotAllowed("You or your business wrote this; what it is worth is for others to say.")
    if not found.belongs:
        raise NotAMember("Only members say what is useful to their community. Join first, if it is for you.")


def _held(session: Session, piece_id: UUID, by: UUID) -> tuple[Piece | None, PieceOpinion | None]:
    """A piece that nobody else counts in until the commit, and what somebody says of it."""
    asked = select(Piece).where(Piece.id == piece_id).with_for_update(key_share=True)
    piece = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    return piece, session.get(PieceOpinion, (by, piece_id), populate_existing=True)


def _count(piece: Piece, said: PieceOpinion | None, by: int) -> None:
    if said is not None and said.opinion == Opinion.USEFUL:
        piece.useful += by
    elif said is not None:
        piece.noise += by
