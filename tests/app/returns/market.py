"""A business, its offer, and many for whom the gate decided, written straight to the tables; and the slow count."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.ids import first_id_at, new_id
from app.offers.models import Approach, Offer
from app.redemptions.models import Purchase, Redemption
from app.returns import service
from app.returns.rules import A_WEEK, LATE, TERM, Count
from app.statistics.rules import SETTLES, midnight
from app.tag.models import Reader, Reading
from tests.app.rows import Rows
from tests.world import CAFE

_PEOPLE = text("""
INSERT INTO people (id, handle, name, password_hash, created_at)
SELECT id, 'p' || replace(CAST(id AS text), '-', ''), '', '', :at FROM unnest(CAST(:ids AS uuid[])) AS id
""")


@dataclass
class Market:
    """What happens, happens in the week that begins on `week`."""

    session: Session
    week: date = field(default_factory=lambda: Count.WEEK.begins(clock.now().date()) + A_WEEK)

    def __post_init__(self) -> None:
        self.rows = Rows(self.session, clock.now())
        self.topic = self.rows.topic()
        self.ring = self.rows.community(self.topic)
        self.offer = self.offers()

    @property
    def begins(self) -> datetime:
        return midnight(self.week)

    @property
    def settled(self) -> datetime:
        """When all that came of the week may be counted."""
        return self.begins + A_WEEK + TERM + LATE + SETTLES

    def offers(self, hold_out: int = 10) -> UUID:
        return self.rows.offer(CAFE, [self.topic], hold_out=hold_out, lasts=timedelta(days=30))

    def business(self, offer: UUID | None = None) -> UUID:
        return self.session.scalars(select(Offer.business_id).where(Offer.id == (offer or self.offer))).one()

    def people(self, count: int) -> list[UUID]:
        made = [new_id() for _ in range(count)]
        self.session.execute(_PEOPLE, {"ids": made, "at": clock.now()})
        return made

    def reaches(self, people: Sequence[UUID], **more: Any) -> None:
        """The gate decided for them; `held_out` for nobody to see it."""
        said = {"offer_id": self.offer, "community_id": self.ring, "topic_id": self.topic, "at": self.begins}
        self.session.add_all(Approach(person_id=each, **{**said, **more}) for each in people)
        self.session.flush()

    def sells(
        self,
        people: Sequence[UUID],
        at: datetime,
        amount: float | None = 5,
        redeems: bool = True,
        **more: Any,
    ) -> None:
        """A till tells of it at once."""
        for person in people:
            sale: dict[str, Any] = {
                "id": _id_at(at),
                "business_id": self.business(),
                "person_id": person,
                "nonce": secrets.token_bytes(16),
                "at": at,
                "received_at": at,
                "amount": amount,
                "currency": None if amount is None else "EUR",
                **more,
            }
            if redeems:
                of = {"offer_id": self.offer, "community_id": self.ring, "topic_id": self.topic}
                self.session.add(Redemption(**of, **sale))
                if "rolled_back_at" not in more:
                    self.session.execute(
                        text("UPDATE approaches SET redeemed = redeemed + 1 WHERE person_id = :id"),
                        {"id": person},
                    )
            else:
                self.session.add(Purchase(**sale))
        self.session.flush()

    def reads(self, people: Sequence[UUID], at: datetime, business: UUID | None = None) -> None:
        """A reader of the business reads their tags."""
        whose = business or self.business()
        said: dict[str, Any] = {
            "kind": "handheld",
            "purpose": "",
            "asks": 1,
            "single_use": False,
            "is_open": True,
        }
        reader = Reader(id=new_id(), business_id=whose, name="till", created_at=clock.now(), **said)
        self.session.add(reader)
        self.session.flush()
        for person in people:
            read = {"read_at": at, "received_at": at, "disclosed": 1, "contract_version": 1}
            who = {"reader_id": reader.id, "business_id": whose, "person_id": person}
            self.session.add(Reading(id=_id_at(at), **who, **read))
        self.session.flush()

    def keeps_up(self, now: datetime) -> None:
        """As the chore does: as long as there is more to do."""
        while service.keep_up(self.session, now):
            pass

    def told(self, bucket: str = "week", cut: str = "", offer: UUID | None = None) -> dict[str, int]:
        asked = text("""SELECT measure, people FROM return_figures
                        WHERE offer_id = :offer AND bucket = :bucket AND cut = :cut AND starts_on = :week""")
        values = {"offer": offer or self.offer, "bucket": bucket, "cut": cut, "week": self.week}
        return {row.measure: row.people for row in self.session.execute(asked, values)}

    def rows_of(self, table: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(row) for row in self.session.execute(text(f"SELECT * FROM {table}")))


def _id_at(at: datetime) -> UUID:
    """An id made at that moment."""
    return UUID(int=first_id_at(at).int | secrets.randbits(60))
