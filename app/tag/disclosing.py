"""What a reader learns of somebody: the least of what it asks for and what they agreed to; written down for both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.businesses import queries as businesses
from app.db import announce
from app.ids import new_id
from app.tag.models import Reader
from app.tag.queries import Learnt
from app.tag.rules import MOST_SURE_M, REACH_M
from app.tag.signals import TagRead
from app.trust import queries as trust
from app.trust import service as trusted
from app.trust.queries import Agreed
from app.trust.service import Disclosed
from app.trust.terms import Identity, Purpose
from geo import Position, metres_between


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody whose tag is read, and when."""

    person_id: UUID
    handle: str
    read_at: datetime


def agreed(
    session: Session, reader: Reader, people: Collection[UUID], where: Position | None, now: datetime
) -> dict[UUID, Agreed]:
    """What each of these people lets the reader's business know there, without those who let it know nothing."""
    found = trust.identities(session, people, reader.business_id, where, now) if people else {}
    return {person_id: each for person_id, each in found.items() if each.identity > Identity.NOBODY}


def disclose(
    session: Session, reader: Reader, met: Sequence[tuple[Met, Agreed]], now: datetime
) -> list[Learnt]:
    """Write readings, in their order: for the business, for each person's log, and told to each person."""
    if not met:
        return []
    business = businesses.business(session, reader.business_id)
    assert business is not None
    made = [(_learnt(reader, each, theirs), each, theirs) for each, theirs in met]
    session.execute(_READINGS, _columns(reader, made, now))
    trusted.disclosed(session, [_for_the_log(reader, *each) for each in made])
    announce(session, *(_signal(reader, business.name, learnt, each) for learnt, each, _ in made))
    return [learnt for learnt, _, _ in made]


def is_too_far(reader: Reader, position: Position | None, accuracy_m: float = 0.0) -> bool:
    """Whether who reads, or is read, is not where the reader stands; nobody is where either is unknown."""
    reach_m = REACH_M + min(accuracy_m, MOST_SURE_M)
    if position is None:
        return False
    if reader.area is not None:
        return reader.area.metres_to(position) > reach_m
    return reader.position is not None and metres_between(reader.position, position) > reach_m


def _learnt(reader: Reader, met: Met, agreed: Agreed) -> Learnt:
    identity = min(Identity(reader.asks), agreed.identity)
    return Learnt(
        new_id(),
        met.read_at,
        identity,
        agreed.pseudonym if identity is Identity.PSEUDONYM else None,
        met.handle if identity is Identity.HANDLE else None,
    )


def _columns(reader: Reader, made: Sequence[tuple[Learnt, Met, Agreed]], now: datetime) -> dict[str, object]:
    return {
        "ids": [learnt.id for learnt, _, _ in made],
        "reader_id": reader.id,
        "business_id": reader.business_id,
        "people": [met.person_id for _, met, _ in made],
        "times": [met.read_at for _, met, _ in made],
        "now": now,
        "identities": [int(learnt.identity) for learnt, _, _ in made],
        "pseudonyms": [learnt.pseudonym for learnt, _, _ in made],
        "versions": [agreed.version for _, _, agreed in made],
    }


#: Columns as arrays: a thousand rows written one by one into the statement take three times as long.
_READINGS = text("""
INSERT INTO readings (id, reader_id, business_id, person_id, read_at, received_at, disclosed, pseudonym,
                      contract_version)
SELECT u.id, :reader_id, :business_id, u.person_id, u.read_at, :now, u.disclosed, u.pseudonym, u.version
FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:times AS timestamptz[]),
            CAST(:identities AS smallint[]), CAST(:pseudonyms AS text[]), CAST(:versions AS int[]))
    AS u (id, person_id, read_at, disclosed, pseudonym, version)
""")


def _for_the_log(reader: Reader, learnt: Learnt, met: Met, agreed: Agreed) -> Disclosed:
    what, version = learnt.identity.word, agreed.version
    return Disclosed(met.person_id, met.read_at, "reader", reader.id, Purpose.READERS, what, version)


def _signal(reader: Reader, business: str, learnt: Learnt, met: Met) -> TagRead:
    return TagRead(
        id=learnt.id,
        person_id=met.person_id,
        reader_id=reader.id,
        reader=reader.name,
        business_id=reader.business_id,
        business=business,
        purpose=reader.purpose,
        disclosed=learnt.identity.word,
        pseudonym=learnt.pseudonym,
        read_at=met.read_at,
    )
