"""Saving searches, to find again what is new."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.errors import TooMany
from app.search import preparing
from app.search.models import Finding, SavedSearch
from app.search.rules import MOST_SAVED


def save(session: Session, person_id: UUID, name: str, query: dict[str, Any], now: datetime) -> None:
    """Keep a search under a name, in place of what was there and was found of it. Raises TooMany."""
    # One at a time, or several at once would be too many.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    others = select(func.count()).where(SavedSearch.person_id == person_id, SavedSearch.name != name)
    if (session.scalar(others) or 0) >= MOST_SAVED:
        raise TooMany(f"You have {MOST_SAVED} saved searches; delete one that you need no more.")
    saved = insert(SavedSearch).values(person_id=person_id, name=name, query=query, saved_at=now)
    anew = {"query": saved.excluded.query, "saved_at": saved.excluded.saved_at}
    before = session.get(SavedSearch, (person_id, name))
    if before and before.query != query:
        session.execute(delete(Finding).where(Finding.person_id == person_id, Finding.name == name))
    session.execute(saved.on_conflict_do_update(index_elements=["person_id", "name"], set_=anew))
    preparing.read(session, person_id, name, query)


def unsave(session: Session, person_id: UUID, name: str) -> None:
    """Keep it no more; nothing changes where there is none."""
    mine = (SavedSearch.person_id == person_id) & (SavedSearch.name == name)
    session.execute(delete(SavedSearch).where(mine))
