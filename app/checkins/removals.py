"""Reading what was taken back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete
from sqlalchemy.orm import Session

from app.checkins.feeds import Asked, removals_statement
from app.checkins.models import Removal
from app.checkins.signals import CheckInRemoved
from app.communities import queries as communities
from app.db import prepared
from app.ids import NOBODY, first_id_at
from app.trust.shares import Share

#: How long it is kept that a check-in was taken back, and in which part of which city: only to tell those who were
#: away.
KEPT = timedelta(days=1)


def removals(session: Session, asked: Asked) -> list[CheckInRemoved]:
    """Removals of check-ins found in the cities and in what is asked for, newest first; who may know is not decided
    here."""
    around = communities.areas_of(session, asked.communities) if asked.communities else []
    sql, values = removals_statement(asked, around)
    return [_removed(row) for row in prepared(session, sql, values)]


def forget_old(session: Session, now: datetime) -> None:
    """Let go of those that nobody can be told of any more."""
    session.execute(delete(Removal).where(Removal.id < first_id_at(now - KEPT)))


def forget_all(session: Session) -> None:
    """Let go of all: nobody may be told of any more."""
    session.execute(delete(Removal))


def _removed(row: Row[Any]) -> CheckInRemoved:
    values = row._mapping
    return CheckInRemoved(
        id=values["id"],
        check_in_id=values["check_in_id"],
        person_id=NOBODY,
        found_at=None,
        topic_ids=tuple(values["topic_ids"]),
        location_ids=(),
        community_ids=tuple(values["community_ids"]),
        before=tuple(map(Share, values["audiences"], values["codes_before"])),
        after=tuple(map(Share, values["audiences"], values["codes_after"])),
    )
