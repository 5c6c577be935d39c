"""The way in for check-ins, the same by every door: HTTP, the express lane, sockets, phones' own protocols."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask import current_app
from pydantic_core import to_json

from app import clock
from app.checkins.rules import FARTHEST_PLAN, NewCheckIn, Retried, Saying, Times
from app.checkins.schemas import KeyedCheckIn, ManyCheckIns, NewCheckInGiven, visibility_of
from app.checkins.service import CheckIns, Made
from app.checkins.shown import feature
from app.errors import Invalid, NotAllowed, Refusal
from app.http.callers import Bearer
from app.http.calls import house
from app.http.idempotency import Retry, checked, claim
from app.http.limits import Limits
from app.http.problems import REFUSED, problem_of, refusal_of
from app.presence.plausibility import Doubt, Fixed, judge
from app.presence.rules import present_until
from app.relations import queries as relations
from app.settings import Settings
from app.topics.known import KnownTopics
from app.trust.terms import Level


@dataclass(frozen=True, slots=True)
class Intake:
    """Turns what a phone sent into check-ins, and shows what became of them."""

    check_ins: CheckIns
    topics: KnownTopics
    settings: Settings
    limits: Limits

    def check_in(self, bearer: Bearer, body: bytes, key: str | None) -> Made:
        """One check-in, as sent to POST /v1/check-ins; raises a Refusal or pydantic's ValidationError."""
        self._count(bearer)
        given = NewCheckInGiven.model_validate_json(body)
        retry = None if key is None else _retry(bearer, checked(key), given)
        return self.check_ins.check_in(self._new(bearer, given, retry, clock.now()))

    def check_in_many(self, bearer: Bearer, body: bytes, key: str | None) -> list[dict[str, Any]]:
        """Many, as kept while offline: for each, in order, the check-in or a problem.

        Where an item has no key of its own, one is made from the request's and its place among the items.
        """
        items = ManyCheckIns.model_validate_json(body).check_ins
        now = clock.now()
        if key is not None:
            self._claim(bearer, checked(key), body, now)
        keys = [None if key is None else f"{key}\n{place}" for place in range(len(items))]
        judged = [self._judged(bearer, item, key, now) for item, key in zip(items, keys, strict=True)]
        good = [new for new in judged if isinstance(new, NewCheckIn)]
        made = iter(self.check_ins.check_in_many(good))
        return [_outcome(new if isinstance(new, Refusal) else next(made)) for new in judged]

    def _claim(self, bearer: Bearer, key: str, body: bytes, now: datetime) -> None:
        """Take the request's key for this body; raises KeyReused. What became of it is written item by item."""
        retry = Retry.of(bearer.person_id, key, "POST", "/v1/check-ins/batch", body)
        with self.check_ins.database.transaction() as session:
            claim(session, retry, now)

    def _judged(self, bearer: Bearer, item: Any, key: str | None, now: datetime) -> NewCheckIn | Refusal:
        try:
            self._count(bearer)
            # Validated as JSON, where times and ids are strings; NaN stays what it is, to be refused.
            given = KeyedCheckIn.model_validate_json(to_json(item, inf_nan_mode="constants"))
            own = given.key or key
            return self._new(bearer, given, None if own is None else _retry(bearer, own, given), now)
        except REFUSED as error:
            return refusal_of(error)

    def _believed(
        self, given: NewCheckInGiven, fixed_at: datetime, now: datetime
    ) -> tuple[tuple[Doubt, ...], datetime | None]:
        """Why what the phone itself says is not believed, and until when the check-in says where its author is."""
        if not self.settings.plausibility:
            until = present_until(fixed_at, now, self.settings.presence_lasts)
            return (), None if given.planned_for else until
        here = Fixed(given.position.position(), given.accuracy_m, fixed_at)
        doubts = judge(None, here, now, given.mocked).doubts
        believed = not doubts and not given.planned_for
        return doubts, present_until(fixed_at, now, self.settings.presence_lasts) if believed else None

    def _count(self, bearer: Bearer) -> None:
        """Raise TooMany for a new account that says too much, by whichever door."""
        self.limits.of_new_account(bearer.person_id, bearer.new_until, "check-ins")

    def _new(
        self, bearer: Bearer, given: NewCheckInGiven, retried: Retried | None, now: datetime
    ) -> NewCheckIn:
        fixed_at = given.fixed_at or now
        author = _author(bearer, given)
        visibility, exactness = visibility_of(given)
        doubts, until = self._believed(given, fixed_at, now)
        return NewCheckIn(
            person_id=author.id,
            handle=author.handle,
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
            present_until=until,
            doubts=doubts,
            judged=self.settings.plausibility,
            retried=retried,
            planned_for=_planned(given, now),
            said_by=Saying(bearer.person_id, bearer.handle) if given.friend else None,
            posted_to=_posted_to(given),
        )


def _planned(given: NewCheckInGiven, now: datetime) -> datetime | None:
    if given.planned_for and not now < given.planned_for <= now + FARTHEST_PLAN:
        raise Invalid(
            "planned_for lies in the past, or more than a year ahead. Leave it out to say that you are here."
        )
    return given.planned_for


def _posted_to(given: NewCheckInGiven) -> tuple[UUID, ...]:
    if given.communities and given.friend:
        # Whether it is refused would tell what the friend belongs to.
        raise Invalid("communities goes with your own check-ins only. Leave it out to check a friend in.")
    return tuple(dict.fromkeys(given.communities))


def _author(bearer: Bearer, given: NewCheckInGiven) -> Saying:
    """Whose check-in it is: one's own, or that of a friend who lets one say it."""
    if given.friend is None:
        return Saying(bearer.person_id, bearer.handle)
    with house().database.reading() as session:
        friend = relations.person_seen(session, given.friend, bearer.person_id)
        if friend is None or not relations.may_check_in(session, bearer.person_id, friend.id):
            raise NotAllowed(f"You may not check {given.friend} in. They would have to let you first.")
        return Saying(friend.id, friend.handle)


def shown(made: Made) -> dict[str, Any]:
    """The answer to the author: the check-in, and the memberships it opened or prolonged."""
    memberships = [{"id": each, "name": name, "until": made.until} for each, name in made.memberships]
    return {**feature(made.check_in, Level.EXACT), "memberships": memberships}


def _outcome(made: Made | Refusal) -> dict[str, Any]:
    if isinstance(made, Refusal):
        return {"status": made.status, "problem": problem_of(made)}
    return {"status": 201, "check_in": shown(made)}


def _retry(bearer: Bearer, key: str, given: NewCheckInGiven) -> Retried:
    # What was understood, not how it was written: a phone may retry by another door, which writes it otherwise.
    said = given.model_dump_json(exclude={"key"}).encode()
    retry = Retry.of(bearer.person_id, key, "POST", "/v1/check-ins", said)
    return Retried(retry.key_hash, retry.fingerprint)


def intake() -> Intake:
    """That of the running application."""
    return cast(Intake, current_app.extensions["hereabouts.intake"])
