"""Checking in, one or many, and taking a check-in back."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.checkins import queries, removing
from app.checkins.removing import Removal
from app.checkins.rules import NewCheckIn
from app.checkins.signals import CheckedIn
from app.checkins.writer import Result, Writer
from app.communities import queries as communities
from app.db import Database, announce, prepared
from app.errors import KeyReused, NotAMember, NotFound, Refusal
from app.ids import NOBODY, new_id
from app.trust.known import KnownContracts

#: How often a check-in is tried under a contract that changes meanwhile.
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A check-in as its author gets it back."""

    check_in: CheckedIn
    #: Id and name of each location community it makes them part of, the smallest first.
    memberships: list[tuple[UUID, str]]
    until: datetime | None
    #: Whether this is the first time, not a retry.
    first: bool


@dataclass(frozen=True, slots=True)
class CheckIns:
    """What may be done with check-ins, by any door: HTTP, the socket, a phone's own protocol."""

    writer: Writer
    database: Database
    contracts: KnownContracts

    def check_in(self, new: NewCheckIn) -> Made:
        """Check in; the same key gives the first check-in again. One round trip to the database."""
        outcome = self.check_in_many([new])[0]
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def check_in_many(self, batch: Sequence[NewCheckIn]) -> list[Made | Refusal]:
        """Check in several times; each succeeds or fails alone."""
        ready = [(new, new.shared(self.contracts.of(new.person_id))) for new in batch]
        results = self.writer.check_in(ready)
        for _ in range(_MOST_TRIES):
            late = [
                place
                for place, result in enumerate(results)
                if _is_outdated(result) and self._belongs(batch[place])
            ]
            if not late:
                break
            again = [
                (new, new.shared(self.contracts.again(new.person_id))) for new in map(batch.__getitem__, late)
            ]
            for place, result in zip(late, self.writer.check_in(again), strict=True):
                results[place] = result
        return [self._made(new, result) for new, result in zip(batch, results, strict=True)]

    def remove(self, check_in_id: UUID, by: UUID, now: datetime) -> None:
        """Take a check-in back; raises NotFound if it is not theirs."""
        self.writer.remove(Removal(check_in_id, by, now))

    def _made(self, new: NewCheckIn, result: Result | Refusal) -> Made | Refusal:
        if isinstance(result, Refusal):
            return result
        made, written = result
        if written.outdated:
            return self._why_not(new)
        if made is None:
            try:
                return self._made_before(new)
            except Refusal as refusal:
                return refusal
        memberships = list(zip(written.location_ids, written.location_names, strict=True))
        until = new.present_until if written.moved else None
        return Made(made, memberships if until else [], until, first=True)

    def _belongs(self, new: NewCheckIn) -> bool:
        """Whether its author is a member wherever it is posted to."""
        if not new.posted_to:
            return True
        with self.database.reading() as session:
            return {*new.posted_to} <= {*communities.community_ids_of(session, new.person_id)}

    def _why_not(self, new: NewCheckIn) -> Refusal:
        if self._belongs(new):
            return NotFound("This account is no longer there.")
        return NotAMember(
            "You may post to communities of interest, goal or value to which you belong. "
            "Join first, or leave the others out."
        )

    def _made_before(self, new: NewCheckIn) -> Made:
        assert new.retried is not None
        with self.database.reading() as session:
            kept = queries.kept_under(session, new.person_id, new.retried.key_hash)
            if kept is None or not hmac.compare_digest(kept[0], new.retried.fingerprint):
                raise KeyReused("This key came with another check-in. Make a new key for every new check-in.")
            before = queries.check_in_of(session, new.person_id, kept[1])
            if before is None:
                raise NotFound("This key's check-in was removed since.")
            names = queries.names_of_communities(session, before.location_ids)
        memberships = [(each, names[each]) for each in before.location_ids if each in names]
        return Made(before, memberships if before.present_until else [], before.present_until, first=False)


def _is_outdated(result: Result | Refusal) -> bool:
    return not isinstance(result, Refusal) and result[1].outdated


def forget(session: Session, person_id: UUID) -> None:
    """Erase all check-ins of somebody who leaves for good. Whoever saw one is told, as long as they are connected.

    Some 50 µs a check-in.
    """
    # With it each feed would be read as a whole, whoever is heard in it.
    session.execute(text("SET LOCAL enable_memoize = off"))
    rows = prepared(session, removing.FORGET, {"person_id": person_id})
    announce(session, *(removing.removed(new_id(), person_id, row) for row in rows))


def forget_named(session: Session, person_id: UUID, authors: Sequence[UUID]) -> None:
    """Have nothing of these authors be shared with somebody who leaves for good: nobody stands in their place."""
    values = {"person_id": person_id, "nobody": NOBODY, "authors": list(authors)}
    session.execute(text(removing.FORGET_NAMED), values)
