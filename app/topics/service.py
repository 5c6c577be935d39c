"""Adding topics."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import AlreadyThere
from app.ids import new_id
from app.topics.models import Topic


def add_topic(session: Session, key: str, name: str, by: UUID | None, now: datetime) -> Topic:
    """A new topic; raises AlreadyThere."""
    topic = Topic(id=new_id(), key=key, name=name or key.partition(":")[2], added_by=by, created_at=now)
    values = {column.name: getattr(topic, column.name) for column in Topic.__table__.columns}
    written = session.execute(insert(Topic).values(**values).on_conflict_do_nothing().returning(Topic.id))
    if written.first() is None:
        raise AlreadyThere(f"The topic {key} is there already; use it as it is.")
    return topic
