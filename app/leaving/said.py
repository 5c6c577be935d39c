"""What is kept of what a person said around check-ins, and wrote for communities."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import InstrumentedAttribute, Session

from app.conversation import queries as conversation
from app.conversation.models import Mention
from app.conversation.values import Reaction
from app.leaving.archive import Row, Table
from app.pieces import queries as pieces

_A_PAGE = 500


def tables_of(session: Session, person_id: UUID) -> list[Table]:
    """What a person said to others, and they to them."""
    whose = session, person_id
    return [
        Table("replies", "What you answered, newest first.", list(_replies(*whose))),
        Table("reactions", "How you reacted to what.", list(_reactions(*whose))),
        Table("mentions", "Where others named or answered you.", list(_mentions(*whose, Mention.person_id))),
        Table(
            "mentions_of_others",
            "Where you named or answered others.",
            list(_mentions(*whose, Mention.by_id)),
        ),
        Table("pieces", "What you wrote for communities.", list(_pieces(*whose))),
        Table("piece_opinions", "What you say of pieces; nobody else knows.", list(_opinions(*whose))),
    ]


def _replies(session: Session, person_id: UUID) -> Iterator[Row]:
    before = None
    while page := conversation.replies_of(session, person_id, before, _A_PAGE):
        for each in page:
            yield {
                "id": each.id,
                "check_in_id": each.check_in_id,
                "text": each.text,
                "visibility": each.visibility,
                "said_at": each.said_at,
            }
        before = page[-1].id


def _reactions(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in conversation.reactions_of(session, person_id):
        yield {"check_in_id": each.check_in_id, "kind": Reaction(each.kind).word, "at": each.reacted_at}


def _mentions(session: Session, person_id: UUID, column: InstrumentedAttribute[UUID]) -> Iterator[Row]:
    for each in conversation.mentions_kept(session, column, person_id):
        yield {"id": each.id, "check_in_id": each.check_in_id, "reply_id": each.reply_id, "at": each.said_at}


def _pieces(session: Session, person_id: UUID) -> Iterator[Row]:
    named = "id community_id title text language created_at changed_at"
    for each in pieces.pieces_by(session, person_id):
        yield {name: getattr(each, name) for name in named.split()}


def _opinions(session: Session, person_id: UUID) -> Iterator[Row]:
    for each in pieces.opinions_of(session, person_id):
        yield {"piece_id": each.piece_id, "opinion": each.opinion, "at": each.said_at}
