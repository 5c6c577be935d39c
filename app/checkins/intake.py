"""The way in for check-ins, the same by every door: HTTP, the express lane, sockets, phones' own protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from flask import current_app
from pydantic import ValidationError

from app import clock
from app.checkins.rules import NewCheckIn, Retried, Times
from app.checkins.schemas import KeyedCheckIn, NewCheckInGiven, visibility_of
from app.checkins.service import CheckIns, Made
from app.checkins.shown import feature
from app.errors import Refusal
from app.http.idempotency import Retry
from app.http.operations import Bearer
from app.http.problems import problem_of, refusal_of
from app.presence.rules import present_until
from app.settings import Settings
from app.topics.known import KnownTopics
from app.trust.rules import Disclosure


@dataclass(frozen=True, slots=True)
class Intake:
    """Turns what a phone sent into check-ins, and shows what became of them."""

    check_ins: CheckIns
    topics: KnownTopics
    settings: Settings

    def check_in(self, bearer: Bearer, body: bytes, key: str | None) -> Made:
        """One check-in, as sent to POST /v1/check-ins; raises a Refusal or pydantic's ValidationError."""
        given = NewCheckInGiven.model_validate_json(body)
        return self.check_ins.check_in(self._new(bearer, given, _retried(bearer, key, body), clock.now()))

    def check_in_many(self, bearer: Bearer, items: Sequence[Any], key: str | None) -> list[dict[str, Any]]:
        """Many, as kept while offline: for each, in order, the check-in or a problem.

        Where an item has no key of its own, one is made from the request's and its place among the items.
        """
        now = clock.now()
        keys = [f"{key}/{place}" if key else None for place in range(len(items))]
        judged = [self._judged(bearer, item, key, now) for item, key in zip(items, keys, strict=True)]
        good = [new for new in judged if isinstance(new, NewCheckIn)]
        made = iter(self.check_ins.check_in_many(good))
        return [_outcome(new if isinstance(new, Refusal) else next(made)) for new in judged]

    def _judged(self, bearer: Bearer, item: Any, key: str | None, now: datetime) -> NewCheckIn | Refusal:
        try:
            # Validated as JSON, where times and ids are strings.
            sent = msgspec.json.encode(item)
            given = KeyedCheckIn.model_validate_json(sent)
            return self._new(bearer, given, _retried(bearer, given.key or key, sent), now)
        except ValidationError as error:
            return refusal_of(error)
        except Refusal as refusal:
            return refusal

    def _new(
        self, bearer: Bearer, given: NewCheckInGiven, retried: Retried | None, now: datetime
    ) -> NewCheckIn:
        fixed_at = given.fixed_at or now
        visibility, exactness = visibility_of(given)
        return NewCheckIn(
            person_id=bearer.person_id,
            handle=bearer.handle,
            position=given.position.position(),
            accuracy_m=given.accuracy_m,
            text=given.text,
            activity=given.activity,
            topic_ids=tuple(self.topics.ids(given.topics)),
            topics=tuple(dict.fromkeys(given.topics)),
            place_id=given.place_id,
            visibility=visibility,
            exactness=exactness,
            times=Times(fixed_at, given.sent_at, now),
            present_until=present_until(fixed_at, now, self.settings.presence_lasts),
            retried=retried,
        )


def shown(made: Made) -> dict[str, Any]:
    """The answer to the author: the check-in, and the memberships it opened or prolonged."""
    memberships = [{"id": each, "name": name, "until": made.until} for each, name in made.memberships]
    return {**feature(made.check_in, Disclosure.EXACT), "memberships": memberships}


def _outcome(made: Made | Refusal) -> dict[str, Any]:
    if isinstance(made, Refusal):
        return {"status": made.status, "problem": problem_of(made)}
    return {"status": 201, "check_in": shown(made)}


def _retried(bearer: Bearer, key: str | None, body: bytes) -> Retried | None:
    if key is None:
        return None
    # The address is the same by every door, so a phone may retry by another.
    retry = Retry.of(bearer.person_id, key, "POST", "/v1/check-ins", body)
    return Retried(retry.key_hash, retry.fingerprint)


def intake() -> Intake:
    """That of the running application."""
    return cast(Intake, current_app.extensions["hereabouts.intake"])
