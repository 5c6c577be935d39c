"""Whether someone may hear what is said in a community: the same over HTTP and on sockets."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.communities import queries
from app.errors import NotAMember, NotFound


def check(session: Session, viewer: UUID | None, community_ids: Sequence[UUID]) -> None:
    """Raise NotFound or NotAMember unless the viewer may hear all of them.

    Being heard in a chosen community tells that the author belongs to it, so only those who belong, too, may know.
    Location communities are heard by everybody.
    """
    kinds = queries.kinds_of(session, community_ids)
    if len(kinds) < len(set(community_ids)):
        raise NotFound(queries.NOT_THERE)
    mine = set(queries.community_ids_of(session, viewer)) if viewer else set()
    if any(kind != "location" and each not in mine for each, kind in kinds.items()):
        raise NotAMember("Only members hear what is said in a community. Join first, if it is for you.")
