"""Reading what was taken back."""

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.checkins.feeds import Asked, removals_statement
from app.checkins.signals import CheckInRemoved
from app.db import prepared
from app.ids import NOBODY
from app.trust.rules import Exactness, Visibility
from geo import Position


def removals(session: Session, asked: Asked) -> list[CheckInRemoved]:
    """Removals of check-ins found where and in what is asked for, newest first; who may know is not decided here."""
    sql, values = removals_statement(asked)
    return [_removed(row) for row in prepared(session, sql, values)]


def _removed(row: Row[Any]) -> CheckInRemoved:
    values = row._mapping
    return CheckInRemoved(
        id=values["id"],
        check_in_id=values["check_in_id"],
        person_id=NOBODY,
        found_at=Position(values["lat"], values["lon"]),
        topic_ids=tuple(values["topic_ids"]),
        location_ids=tuple(values["location_ids"]),
        community_ids=tuple(values["community_ids"]),
        visibility=Visibility(values["visibility"]),
        exactness=Exactness(values["exactness"]),
    )
