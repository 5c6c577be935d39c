"""A crowd whose check-ins are counted, written straight to the tables: many people, quickly."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.ids import first_id_at, new_id
from app.statistics.rules import Bucket, midnight
from app.trust.ready import READY
from app.trust.shares import ANYONE
from app.trust.written import contract_written
from tests.app.rows import Rows

WEEK, FOUR = Bucket.WEEK, Bucket.FOUR_WEEKS
_PEOPLE = text("""
INSERT INTO people (id, handle, name, password_hash, created_at, contract_version)
SELECT id, 'p' || replace(CAST(id AS text), '-', ''), '', '', :at, 1 FROM unnest(CAST(:ids AS uuid[])) AS id
""")
_CONTRACTS = text("""
INSERT INTO contracts (person_id, version, made_at, terms)
SELECT id, 1, :at, CAST(:terms AS jsonb) FROM unnest(CAST(:ids AS uuid[])) AS id
""")
_CHECK_IN = text("""
INSERT INTO check_ins (id, cell, spot, person_id, position, found_at, text, activity, topic_ids, location_ids,
                       community_ids, visibility, exactness, fixed_at, received_at, contract_version, counted,
                       audiences, codes, feed_untils, near_untils, planned_for)
SELECT id, :cell, 1, person, ST_SetSRID(ST_MakePoint(2, 41), 4326), ST_SetSRID(ST_MakePoint(2, 41), 4326), :text,
       :activity, CAST(:topics AS uuid[]), '{}', CAST(:communities AS uuid[]), 'public', 4, CAST(:at AS timestamptz),
       CAST(:at AS timestamptz), 1, CAST(:counted AS boolean), '{}', '{}', '{}', '{}', CAST(:planned AS timestamptz)
FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[])) AS made (id, person)
""")
_BEGIN = text("""
INSERT INTO conversations (check_in_id, cell)
SELECT id, cell FROM check_ins WHERE id = ANY (CAST(:about AS uuid[])) ON CONFLICT DO NOTHING
""")
_ANSWER = text("""
INSERT INTO replies (id, check_in_id, cell, person_id, text, visibility, said_at, openly, audiences, untils, gone)
SELECT made.id, c.id, c.cell, person, 'so do I', 'public', CAST(:at AS timestamptz), CAST(:openly AS boolean),
       CAST(:audiences AS uuid[]), ARRAY(SELECT CAST(NULL AS timestamptz) FROM unnest(CAST(:audiences AS uuid[]))),
       CAST(:gone AS boolean)
FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:about AS uuid[])) AS made (id, person, about)
JOIN check_ins c ON c.id = about
""")


def next_four_weeks() -> date:
    """When the next period begins: there are no partitions for what was long ago."""
    return FOUR.begins(clock.now().date()) + FOUR.length


@dataclass
class Crowd:
    """People in communities of one topic; all of it within one session."""

    session: Session
    starts_on: date = field(default_factory=next_four_weeks)

    def __post_init__(self) -> None:
        self.rows = Rows(self.session, midnight(self.starts_on) - timedelta(weeks=8))
        self.topic = self.rows.topic()

    def community(self) -> UUID:
        return self.rows.community(self.topic)

    def people(self, how_many: int, *communities: UUID, contract: str = "open-house") -> list[UUID]:
        """New people who belong to these, under a ready contract."""
        ids = [new_id() for _ in range(how_many)]
        terms = msgspec.json.encode(contract_written(READY[contract])).decode()
        self.session.execute(_PEOPLE, {"ids": ids, "at": self.rows.now})
        self.session.execute(_CONTRACTS, {"ids": ids, "at": self.rows.now, "terms": terms})
        for each in communities:
            self.belong(ids, each)
        return ids

    def belong(self, people: Sequence[UUID], community: UUID, since: datetime | None = None) -> None:
        joining = text("""INSERT INTO memberships (person_id, community_id, joined_at)
                          SELECT id, :community, :at FROM unnest(CAST(:ids AS uuid[])) AS id""")
        at = since or self.rows.now
        self.session.execute(joining, {"ids": list(people), "community": community, "at": at})

    def check_in(self, people: Sequence[UUID], *communities: UUID, **said: Any) -> list[UUID]:
        """One check-in of each, heard in these; a day into the period, if nothing else is said. Their ids."""
        at = said.pop("at", midnight(self.starts_on) + timedelta(days=1, hours=9))
        base = {
            "cell": 0x871FB4662FFFFFF,
            "activity": "riding",
            "topics": [self.topic],
            "communities": list(communities),
            "counted": True,
            "planned": None,
            "text": "",
        }
        ids = [self._id(at) for _ in people]
        self.session.execute(_CHECK_IN, base | {"ids": ids, "people": list(people), "at": at} | said)
        return ids

    def answer(self, people: Sequence[UUID], check_ins: Sequence[UUID], **said: Any) -> None:
        """A reply of each to each of these, which everybody can read; two days into the period, if nothing is said."""
        self.answer_each([(person, about) for person in people for about in check_ins], **said)

    def answer_each(self, pairs: Sequence[tuple[UUID, UUID]], **said: Any) -> None:
        """The same of each of these people to the one check-in beside them."""
        at = said.pop("at", midnight(self.starts_on) + timedelta(days=2, hours=9))
        base = {"openly": True, "audiences": [ANYONE], "gone": False}
        made = {
            "ids": [self._id(at) for _ in pairs],
            "people": [person for person, _ in pairs],
            "about": [about for _, about in pairs],
            "at": at,
        }
        for statement in (_BEGIN, _ANSWER):
            self.session.execute(statement, base | made | said)

    def _id(self, at: datetime) -> UUID:
        return UUID(int=first_id_at(at).int | secrets.randbits(60))
