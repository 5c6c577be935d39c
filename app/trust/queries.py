"""Reading contracts and consents; and who may know what, in SQL."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import prepared
from app.trust.contract import CLOSED, Contract
from app.trust.models import Consent, ContractVersion, DisclosureMade, Secret
from app.trust.rules import Exactness, Relation, Visibility, disclosure
from app.trust.terms import Identity
from app.trust.written import contract_read
from geo import Position


def consent_of(session: Session, person_id: UUID, purpose: str) -> Consent | None:
    """What a person allowed, if they did."""
    return session.get(Consent, (person_id, purpose))


_CONTRACTS = """
SELECT p.id, p.contract_version AS version, c.terms
FROM people p LEFT JOIN contracts c ON c.person_id = p.id AND c.version = p.contract_version
WHERE p.id = ANY (CAST(:people AS uuid[]))
"""
_PSEUDONYM_OCTETS = 15


def contracts_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, Contract]:
    """The contracts that hold, of those people that are there; one statement."""
    rows = prepared(session, _CONTRACTS, {"people": list(person_ids)})
    return {row.id: contract_read(row.version, row.terms) if row.terms else CLOSED for row in rows}


def contract_of(session: Session, person_id: UUID) -> Contract:
    """The contract that holds; the closed one for whoever is not there."""
    return contracts_of(session, [person_id]).get(person_id, CLOSED)


def versions_of(session: Session, person_id: UUID) -> Sequence[ContractVersion]:
    """Every contract a person ever had, the oldest first."""
    asked = select(ContractVersion).where(ContractVersion.person_id == person_id)
    return session.scalars(asked.order_by(ContractVersion.version)).all()


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person agreed that a business's readers may learn, and under which version of their contract."""

    identity: Identity
    #: A name that only this business knows them by.
    pseudonym: str
    version: int


def identities(
    session: Session,
    person_ids: Collection[UUID],
    business_id: UUID,
    position: Position | None,
    now: datetime,
) -> dict[UUID, Agreed]:
    """What readers of a business at a position may learn of each of these people; one statement, or two at first.

    Nobody in a quiet place of theirs lets anything be known. Who is not there is left out.
    """
    key = secret(session, "pseudonyms")
    return {
        person_id: Agreed(
            Identity.NOBODY
            if position is not None and contract.is_quiet_at(position)
            else contract.identity_for(business_id, now),
            pseudonym(key, person_id, business_id),
            contract.version,
        )
        for person_id, contract in contracts_of(session, person_ids).items()
    }


def pseudonym(key: bytes, person_id: UUID, business_id: UUID) -> str:
    """The name by which one business knows a person: 24 letters (RFC 4648, base32), unlike any other's."""
    made = hmac.digest(key, business_id.bytes + person_id.bytes, hashlib.sha256)
    return base64.b32encode(made[:_PSEUDONYM_OCTETS]).decode().lower()


def secret(session: Session, name: str) -> bytes:
    """A key of this installation (256 bits), made by chance when it is first asked for."""
    asked = select(Secret.key).where(Secret.name == name)
    found = session.scalars(asked).one_or_none()
    if found is None:
        made = insert(Secret).values(name=name, key=secrets.token_bytes(32)).on_conflict_do_nothing()
        session.execute(made)
        found = session.scalars(asked).one()
    return bytes(found)


def disclosures_before(
    session: Session, person_id: UUID, cursor: UUID | None, limit: int
) -> Sequence[DisclosureMade]:
    """What reached businesses, readers and statistics of a person, newest first."""
    asked = select(DisclosureMade).where(DisclosureMade.person_id == person_id)
    if cursor:
        asked = asked.where(DisclosureMade.id < cursor)
    return session.scalars(asked.order_by(DisclosureMade.id.desc()).limit(limit)).all()


def disclosure_sql(relation: str) -> str:
    """An SQL expression of what is disclosed of a check-in `c` to a viewer whose relation is the given expression.

    Made from the rules by asking them every case, so the two cannot disagree.
    """
    cases = "\n".join(
        f"WHEN c.visibility = '{visibility}' AND c.exactness = '{exactness}' THEN "
        f"{_by_relation(visibility, exactness, relation)}"
        for visibility in Visibility
        for exactness in Exactness
    )
    return f"(CASE {cases} END)"


def _by_relation(visibility: Visibility, exactness: Exactness, relation: str) -> str:
    known = [disclosure(visibility, exactness, each) for each in Relation]
    if len(set(known)) == 1:
        return f"'{known[0]}'"
    return f"(ARRAY[{', '.join(repr(str(each)) for each in known)}])[{relation} + 1]"
