"""Reading what people muted, with what it is called."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.businesses.models import Business
from app.communities.models import Community
from app.relations.models import Mute
from app.relations.rules import MuteKind
from app.topics.models import Topic


class Muted(NamedTuple):
    """What a person muted: `which` is a handle, a key or an id, as its address has it."""

    kind: str
    target: UUID
    which: str
    name: str
    since: datetime


def mutes_after(session: Session, person_id: UUID, cursor: UUID | None, limit: int | None) -> Sequence[Muted]:
    """What a person muted, in the order of the ids."""
    which = func.coalesce(Person.handle, Topic.key, cast(Mute.target, String))
    name = func.coalesce(Person.name, Topic.name, Community.name, Business.name, "")
    asked = (
        select(Mute.kind, Mute.target, which, name, Mute.since)
        .outerjoin(Person, Person.id == Mute.muted_person_id)
        .outerjoin(Topic, and_(Mute.kind == MuteKind.TOPIC, Topic.id == Mute.target))
        .outerjoin(Community, and_(Mute.kind == MuteKind.COMMUNITY, Community.id == Mute.target))
        .outerjoin(Business, and_(Mute.kind == MuteKind.BUSINESS, Business.id == Mute.target))
        .where(Mute.person_id == person_id)
        .order_by(Mute.target)
        .limit(limit)
    )
    return [Muted(*row) for row in session.execute(asked.where(Mute.target > cursor) if cursor else asked)]
