"""Reading topics."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.http.schemas import TOPIC_KEY
from app.topics.models import Topic


def topics_named(session: Session, keys: Sequence[str]) -> Sequence[Topic]:
    """Those of the keys that exist."""
    possible = [key for key in keys if re.fullmatch(TOPIC_KEY, key)]
    return session.scalars(select(Topic).where(Topic.key.in_(possible))).all() if possible else []


def topics_after(
    session: Session, key: str | None, kind: str | None, limit: int, part: str = ""
) -> Sequence[Topic]:
    """Topics in the order of their keys; with `part` those that have it in their names or keys."""
    asked = select(Topic).order_by(Topic.key).limit(limit)
    if kind:
        asked = asked.where(Topic.key.startswith(f"{kind}:"))
    if part:
        named = Topic.name.icontains(part, autoescape=True)
        # The kind before the colon is no part of what people call it.
        slug = func.split_part(Topic.key, ":", 2).icontains("-".join(part.split()), autoescape=True)
        asked = asked.where(or_(named, slug))
    return session.scalars(asked.where(Topic.key > key) if key else asked).all()


def keys_of(session: Session, topic_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The keys of topics."""
    rows = session.execute(select(Topic.id, Topic.key).where(Topic.id.in_(topic_ids)))
    return dict(rows.all())
