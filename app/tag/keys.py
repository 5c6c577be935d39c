"""The keys of codes, one for each day: made ahead, and erased when no code of that day can be read any more."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.tag.codes import KEY_OCTETS
from app.tag.models import CodeKey
from app.tag.rules import days_readable


def code_keys(session: Session, now: datetime) -> dict[int, bytes]:
    """By day, for all days of which codes are made or may be read now; one statement where the chore made them."""
    days = days_readable(now)
    asked = select(CodeKey).where(CodeKey.day.between(days[0], days[-1]))
    found = {each.day: bytes(each.key) for each in session.scalars(asked)}
    if len(found) == len(days):
        return found
    make_ahead(session, now)
    return {each.day: bytes(each.key) for each in session.scalars(asked)}


def make_ahead(session: Session, now: datetime) -> None:
    """Make those that are not there, the next day's too, so that nobody has to wait for them."""
    days = days_readable(now)
    wanted = [
        {"day": day, "key": secrets.token_bytes(KEY_OCTETS)} for day in range(days.start, days.stop + 1)
    ]
    session.execute(insert(CodeKey).on_conflict_do_nothing(), wanted)


def erase_old(session: Session, now: datetime) -> None:
    """Erase those by which nothing can be read any more: what readers have kept of codes is noise from then on."""
    session.execute(delete(CodeKey).where(CodeKey.day < days_readable(now)[0]))
