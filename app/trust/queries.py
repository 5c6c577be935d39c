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
from app.relations.queries import circles_sql
from app.trust.contract import CLOSED, Contract, Way
from app.trust.models import Consent, ContractVersion, DisclosureMade, Secret
from app.trust.shares import ANYONE, MEMBERS
from app.trust.terms import Group, Identity, Level
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


def those_naming(session: Session, person_id: UUID) -> Sequence[UUID]:
    """Whose contracts name a person, in whichever version."""
    asked = select(ContractVersion.person_id).where(ContractVersion.terms.contains(naming(person_id)))
    return session.scalars(asked.distinct()).all()


def naming(person_id: UUID) -> dict[str, object]:
    """What a written contract contains that names a person."""
    return {"terms": [{"who": {"group": Group.PERSON.value, "id": str(person_id)}}]}


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


def audiences_sql(viewer: str, now: str) -> str:
    """An SQL array of all audiences that a signed-in viewer belongs to."""
    return f"""ARRAY({_anywhere(viewer)}
        UNION ALL SELECT community_id FROM location_memberships WHERE person_id = {viewer} AND expires_at > {now})"""


def audiences_anywhere_sql(viewer: str) -> str:
    """An SQL array of those audiences to which a signed-in viewer belongs wherever they are."""
    return f"ARRAY({_anywhere(viewer)})"


def _anywhere(viewer: str) -> str:
    return f"""
        SELECT * FROM (VALUES (CAST('{ANYONE}' AS uuid)), ('{MEMBERS}'), ({viewer})) AS each
        UNION ALL SELECT community_id FROM memberships WHERE person_id = {viewer}
        UNION ALL SELECT unnest({circles_sql(viewer)})"""


#: Of whoever is not signed in.
ANYBODY_SQL = f"ARRAY[CAST('{ANYONE}' AS uuid)]"


def heard_around_sql(audiences: str, codes: str, communities: str) -> str:
    """An SQL condition: whether a check-in is heard in the location communities around it. All are SQL arrays.

    The twin of `shares.is_heard_around`.
    """
    return f"""EXISTS (SELECT FROM unnest({audiences}, {codes}) AS a (id, code)
        WHERE (a.code & 7 = {Level.EXACT:d} OR a.code >> 3 & 7 = {Level.EXACT:d})
          AND a.id = ANY (ARRAY['{ANYONE}', '{MEMBERS}']::uuid[] || {communities}))"""


def known_sql(ways: Way, audiences: str, now: str) -> str:
    """An SQL expression of the level (a number) to which these audiences may know of a check-in `c` by any of the ways.

    The twin of `rules.known`; a test holds the two together.
    """
    levels = {
        Way.FEED: f"CASE WHEN s.feed_until > {now} OR s.feed_until IS NULL THEN s.code & 7 ELSE 0 END",
        Way.NEAR: f"CASE WHEN s.near_until > {now} OR s.near_until IS NULL THEN s.code >> 3 & 7 ELSE 0 END",
    }
    level = ", ".join(levels[way] for way in (Way.FEED, Way.NEAR) if way in ways)
    return f"""coalesce((SELECT max(greatest({level}))
        FROM unnest(c.audiences, c.codes, c.feed_untils, c.near_untils) AS s (id, code, feed_until, near_until)
        WHERE s.id = ANY ({audiences})), 0)"""
