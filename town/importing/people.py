"""People made from the user ids of a file: they have a handle, and nobody can sign in as them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import Person
from app.ids import new_id
from app.trust.models import ContractVersion
from app.trust.ready import READY
from app.trust.written import contract_written
from town.importing.house import CannotImport

#: No argon2id hash looks like this, so no password fits.
NO_PASSWORD = "!"
LONGEST_HANDLE = 30


@dataclass(frozen=True, slots=True)
class Imported:
    """A person made from a user id."""

    id: UUID
    handle: str
    #: Whether they were there before this import, perhaps with check-ins.
    known: bool


def people_of(session: Session, users: Iterable[str], source: str) -> dict[str, Imported]:
    """By user id, the people they are, new ones where they were never met; CannotImport where a handle is taken."""
    handles = {user: handle_of(user, source) for user in users}
    values = [_values(user, handle, source) for user, handle in handles.items()]
    added = insert(Person).values(values).on_conflict_do_nothing().returning(Person.id)
    new = set(session.scalars(added))
    _open_house(session, new)
    there = session.scalars(select(Person).where(Person.handle.in_(handles.values())))
    by_handle = {person.handle: person for person in there}
    for person in by_handle.values():
        if person.password_hash != NO_PASSWORD:
            raise CannotImport(f"{person.handle} is somebody's own account. Import with another --source.")
    return {
        user: Imported(by_handle[handle].id, handle, by_handle[handle].id not in new)
        for user, handle in handles.items()
    }


def _open_house(session: Session, people: Collection[UUID]) -> None:
    """What is in a published file is known to everybody already."""
    if people:
        terms = contract_written(READY["open-house"])
        rows = [{"person_id": each, "version": 1, "made_at": clock.now(), "terms": terms} for each in people]
        session.execute(insert(ContractVersion).values(rows))


def handle_of(user: str, source: str) -> str:
    """A handle for a user id of a source.

    >>> handle_of("445", "foursquare"), handle_of("Jo Ann", "walks")
    ('foursquare-445', 'walks-jo-ann')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", f"{source}-{user}".lower()).strip("-")
    if len(plain) > LONGEST_HANDLE:
        raise CannotImport(f"{plain} is too long for a handle. Import with a shorter --source.")
    return plain


def _values(user: str, handle: str, source: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "handle": handle,
        "name": f"{user} of {source}",
        "password_hash": NO_PASSWORD,
        "created_at": clock.now(),
        "contract_version": 1,
    }
