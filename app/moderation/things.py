"""What can be reported, as far as somebody may know of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.businesses import queries as businesses
from app.checkins import queries as checkins
from app.communities import queries as communities
from app.conversation import queries as conversation
from app.events import queries as events
from app.moderation.rules import What
from app.peers import queries as peers
from app.pieces import queries as pieces
from app.relations import queries as relations


@dataclass(frozen=True, slots=True)
class Thing:
    """What is reported, as far as a report and muting need it."""

    what: What
    id: UUID
    #: Who said it, or is it; None for a community, an event, a piece and what a business says.
    person_id: UUID | None
    handle: str | None = None
    topics: tuple[str, ...] = ()
    #: Which community it is, or hosts it; or which business does.
    community_id: UUID | None = None
    business_id: UUID | None = None
    #: Whether it is an event, a piece or a business's words that are the viewer's to change.
    is_hosted: bool = False


def thing_seen(session: Session, what: What, which: UUID | str, viewer: UUID, now: datetime) -> Thing | None:
    """What somebody may report, by id, or a person by handle; None, or NotFound, if they may not know of it."""
    if isinstance(which, str):
        person = relations.person_seen(session, which, viewer)
        return Thing(what, person.id, person.id, person.handle) if person else None
    if what is What.CHECK_IN:
        seen = checkins.check_in(session, which, viewer, now)
        said = seen.check_in if seen else None
        return Thing(what, said.id, said.person_id, said.handle, said.topics) if said else None
    if what is What.REPLY:
        reply = conversation.reply_seen(session, which, viewer, now)
        return Thing(what, reply.id, reply.person_id, reply.handle) if reply else None
    if (seen_by := _SEEN.get(what)) is not None:
        return seen_by(session, which, viewer)
    return Thing(what, which, None, community_id=which) if communities.community(session, which) else None


def _event_seen(session: Session, event_id: UUID, viewer: UUID) -> Thing | None:
    found = events.event(session, event_id, viewer)
    if found is None:
        return None
    event = found.event
    host = accounts.person(session, event.person_id) if event.person_id else None
    return Thing(
        What.EVENT,
        event_id,
        None,
        host.handle if host else None,
        tuple(found.topics),
        event.community_id,
        event.business_id,
        found.hosting,
    )


def _piece_seen(session: Session, piece_id: UUID, viewer: UUID) -> Thing:
    seen = pieces.piece(session, piece_id, viewer).seen
    by = seen.author
    return Thing(
        What.PIECE,
        piece_id,
        None,
        by.label if by.person_id else None,
        tuple(seen.topics),
        business_id=by.business_id,
        is_hosted=seen.is_mine,
    )


def _post_seen(session: Session, post_id: UUID, viewer: UUID) -> Thing | None:
    said = peers.post_seen(session, post_id, viewer)
    if said is None:
        return None
    is_theirs = businesses.may_act_for(session, viewer, said.business_id)
    topics = tuple(said.topics)
    return Thing(
        What.BUSINESS_POST,
        post_id,
        None,
        None,
        topics,
        said.community_id,
        said.business_id,
        is_theirs,
    )


_SEEN: dict[What, Callable[[Session, UUID, UUID], Thing | None]] = {
    What.EVENT: _event_seen,
    What.PIECE: _piece_seen,
    What.BUSINESS_POST: _post_seen,
}
