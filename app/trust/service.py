"""Changing a contract, writing down what was disclosed under it; giving consent and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from uuid import UUID

import msgspec
from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.db import announce
from app.errors import Outdated
from app.ids import NOBODY, new_id
from app.trust.contract import Contract
from app.trust.models import Consent, ContractVersion
from app.trust.queries import naming
from app.trust.signals import ConsentGiven, ConsentWithdrawn, ContractChanged
from app.trust.terms import Purpose
from app.trust.welcome import Welcome
from app.trust.written import contract_written


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Something of a person that reached somebody, to be written down for them."""

    person_id: UUID
    at: datetime
    #: A business, a reader or a statistic.
    to_kind: str
    to_id: UUID
    purpose: Purpose
    what: str
    #: Of the contract under which it did.
    version: int


def disclosed(session: Session, made: Sequence[Disclosed]) -> None:
    """Write down what was disclosed, for those it is about; one statement."""
    if made:
        columns = zip(*((new_id(), *_row(each)) for each in made), strict=True)
        session.execute(_DISCLOSURES, dict(zip(_COLUMNS, map(list, columns), strict=True)))


_COLUMNS = ("id", "person_id", "at", "to_kind", "to_id", "purpose", "what", "version")
_row = attrgetter(*_COLUMNS[1:])
#: Columns as arrays: a thousand rows written one by one into the statement take three times as long.
_DISCLOSURES = text("""
INSERT INTO disclosures (id, person_id, at, to_kind, to_id, purpose, what, version)
SELECT * FROM unnest(CAST(:id AS uuid[]), CAST(:person_id AS uuid[]), CAST(:at AS timestamptz[]),
                     CAST(:to_kind AS text[]), CAST(:to_id AS uuid[]), CAST(:purpose AS text[]),
                     CAST(:what AS text[]), CAST(:version AS int[]))
""")


def agree(session: Session, person_id: UUID, contract: Contract, now: datetime) -> Contract:
    """Have another contract hold from the commit on, as the next version after its own; Outdated where that is taken.

    Whoever calls this has locked the person, and sees to it that what was said before follows.
    """
    changed = session.execute(
        update(Person)
        .where(Person.id == person_id, Person.contract_version == contract.version)
        .values(contract_version=Person.contract_version + 1)
        .returning(Person.contract_version)
    )
    version = changed.scalar_one_or_none()
    if version is None:
        raise Outdated("Your contract has changed since you read it. Read it again, and change that.")
    written = {
        "person_id": person_id,
        "version": version,
        "made_at": now,
        "terms": contract_written(contract),
    }
    session.execute(insert(ContractVersion).values(**written))
    announce(session, ContractChanged(person_id, version))
    return replace(contract, version=version)


def forget_named(session: Session, person_id: UUID, now: datetime) -> None:
    """Have no contract of others name somebody who leaves for good: nobody stands in their place, in every version.

    A term that is only taken out might have held others to the stricter. Where it holds now, another version follows,
    so that nobody writes by what is remembered of this one. Whoever calls this has locked those whose contracts they
    are.
    """
    values = {
        "naming": msgspec.json.encode(naming(person_id)).decode(),
        "person_id": str(person_id),
        "nobody": str(NOBODY),
        "now": now,
    }
    changed = session.execute(_NEXT, values).all()
    session.execute(_UNNAME, values)
    announce(session, *(ContractChanged(*each) for each in changed))


#: A contract as it holds, once more as the next version.
_NEXT = text("""
WITH again AS (
    UPDATE people p SET contract_version = contract_version + 1 FROM contracts c
    WHERE c.person_id = p.id AND c.version = p.contract_version AND c.terms @> CAST(:naming AS jsonb)
    RETURNING p.id, p.contract_version, c.terms
)
INSERT INTO contracts (person_id, version, made_at, terms)
SELECT id, contract_version, CAST(:now AS timestamptz), terms FROM again
RETURNING person_id, version
""")
_UNNAME = text("""
UPDATE contracts SET terms = CAST(replace(CAST(terms AS text), :person_id, :nobody) AS jsonb)
WHERE terms @> CAST(:naming AS jsonb)
""")


def consent(
    session: Session, person_id: UUID, purpose: str, now: datetime, welcome: Welcome | None = None
) -> None:
    """Allow it, or what of it is welcome; since when stays as it is if it is allowed already."""
    said = _said(welcome)
    given = insert(Consent).values(person_id=person_id, purpose=purpose, given_at=now, **said)
    session.execute(given.on_conflict_do_update(index_elements=["person_id", "purpose"], set_=said))
    announce(session, ConsentGiven(person_id, purpose))


def _said(welcome: Welcome | None) -> dict[str, object]:
    if welcome is None:
        return {"businesses": None, "refused": [], "minutes": None, "time_zone": "UTC"}
    return {
        "businesses": None if welcome.businesses is None else list(welcome.businesses),
        "refused": list(welcome.refused),
        "minutes": welcome.minutes,
        "time_zone": welcome.time_zone,
    }


def withdraw(session: Session, person_id: UUID, purpose: str) -> None:
    """Allow it no more; deliveries that stood on it go with it."""
    announce(session, ConsentWithdrawn(person_id, purpose))
    session.execute(delete(Consent).where(Consent.person_id == person_id, Consent.purpose == purpose))
