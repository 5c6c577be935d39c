"""What has to be done by itself, again and again: sweeping what expired, making partitions ahead. Done by whichever
process comes first; readiness fails where a chore has not been done for three times as long as it may wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import gevent
import structlog
from flask import Flask
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.accounts import service as accounts
from app.businesses import staffing
from app.checkins import fading, removals
from app.checkins import queries as checkins
from app.clients import service as clients
from app.conversation import service as conversation
from app.db import Database
from app.estimates import service as estimates
from app.events import lasting
from app.events import service as events
from app.growing import service as growing
from app.http import idempotency
from app.http.calls import House
from app.leaving import service as leaving
from app.motions import service as motions
from app.notices import service as notices
from app.offers import opening, receiving, tally
from app.offers.matcher import Matcher
from app.partitions import make_a_partition, missing_partitions
from app.passkeys import service as passkeys
from app.phones import service as phones
from app.pieces import service as pieces
from app.presence import service as presence
from app.recovery import service as recovery
from app.redemptions import service as redemptions
from app.returns import service as returns
from app.search import filling, findings
from app.statistics import service as statistics
from app.tag import service as tag
from app.webhooks import delivering, telling
from app.webhooks.sender import Sender
from app.wishes import service as wishes

LAST_DONE = Gauge(
    "hereabouts_chore_done_timestamp_seconds",
    "When a chore was last done",
    ["chore"],
    multiprocess_mode="max",
)
log = structlog.get_logger()
#: However fast a file is relived, chores leave the server time for people.
_LEAST_PAUSE_S = 2.0


@dataclass(slots=True)
class Chore:
    """Something to do every so many seconds; again at once, in another transaction, as long as there is more to do."""

    name: str
    every_s: float
    do: Callable[[Session], bool | None]
    done_at: float = field(default_factory=time.monotonic)


def _sweep_presence(session: Session) -> None:
    presence.forget_expired(session, clock.now())


def _sweep_positions(session: Session) -> None:
    presence.forget_positions(session, clock.now())


def _sweep_keys(session: Session) -> None:
    idempotency.forget_old(session, clock.now())


def _sweep_removals(session: Session) -> None:
    removals.forget_old(session, clock.now())
    leaving.forget_old(session, clock.now() - removals.KEPT)
    conversation.forget_old(session, clock.now())


def _end_what_is_over(session: Session) -> None:
    fading.end_what_is_over(session, clock.now())


def _sweep_sessions(session: Session) -> None:
    accounts.forget_old(session, clock.now())
    recovery.forget_old(session, clock.now())
    clients.forget_old(session, clock.now())
    passkeys.forget_old(session, clock.now())
    staffing.forget_old(session, clock.now())


def _establish(session: Session) -> None:
    now = clock.now()
    accounts.establish(session, checkins.days_of_newcomers(session, now), now)


def _tidy_tags(session: Session) -> None:
    tag.tidy(session, clock.now())


def _see_growth(session: Session) -> None:
    presence.grow_locations(session, clock.now())
    presence.forget_forming(session, clock.now())


def _notice_meetings(session: Session) -> None:
    growing.notice(session, clock.now())


def _offer_splits(session: Session) -> None:
    growing.offer_splits(session, clock.now())


def _decide_motions(session: Session) -> None:
    motions.decide_due(session, clock.now())


def _sweep_phones(session: Session) -> None:
    phones.forget_old(session, clock.now())


def _close_periods(session: Session) -> None:
    statistics.close_periods(session, clock.now())


def _count_returns(session: Session) -> bool:
    return returns.keep_up(session, clock.now())


def _judge_answers(session: Session) -> None:
    wishes.judge(session, clock.now())


def _render_what_is_old(session: Session) -> None:
    pieces.render_what_is_old(session)


def _close_withheld(session: Session) -> bool:
    return tally.close_day(session, clock.now())


def _tell_of_wishes(session: Session) -> None:
    opening.tell_businesses(session, clock.now())


def _sweep_holds(session: Session) -> bool:
    return receiving.sweep_holds(session, clock.now())


def _sweep_redemptions(session: Session) -> None:
    redemptions.forget_old(session, clock.now())


def _tell_at_webhooks(session: Session) -> None:
    telling.tell(session, clock.now())


def _forget_estimates(session: Session) -> None:
    estimates.forget_old(session, clock.now())


def _sweep_webhooks(session: Session) -> None:
    delivering.forget_old(session, clock.now())


def _take_in_what_is_searched(session: Session) -> None:
    new = findings.keep_up(session, clock.now())
    if new.naming:
        conversation.name_in_what_was_passed_over(session, new.naming)
    filling.sweep(session, clock.now())


def _keep_events_up(session: Session) -> None:
    events.keep_up(session, clock.now())
    notices.forget_old(session, clock.now())


def _see_to_what_is_on(session: Session) -> None:
    lasting.keep_up(session, clock.now())


def _make_a_partition(session: Session) -> bool:
    return make_a_partition(session.connection(), clock.now()) is not None


class Housekeeping:
    """The chores of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.chores = (
            Chore("presence", 15.0, _sweep_presence),
            Chore("fading", 15.0, _end_what_is_over),
            Chore("positions", 3600.0, _sweep_positions),
            Chore("idempotency keys", 300.0, _sweep_keys),
            Chore("removals", 900.0, _sweep_removals),
            Chore("sessions", 3600.0, _sweep_sessions),
            Chore("tags", 900.0, _tidy_tags),
            Chore("growing", 60.0, _see_growth),
            Chore("meetings", 6 * 3600.0, _notice_meetings),
            Chore("splits", 24 * 3600.0, _offer_splits),
            Chore("motions", 15.0, _decide_motions),
            Chore("phones", 3600.0, _sweep_phones),
            Chore("events", 900.0, _keep_events_up),
            Chore("what is on", 30.0, _see_to_what_is_on),
            Chore("new accounts", 300.0, _establish),
            Chore("statistics", 300.0, _close_periods),
            Chore("estimates", 3600.0, _forget_estimates),
            Chore("returns", 300.0, _count_returns),
            Chore("wishes", 300.0, _judge_answers),
            Chore("withheld offers", 300.0, _close_withheld),
            Chore("opened wishes", 15.0, _tell_of_wishes),
            Chore("holds", 15.0, _sweep_holds),
            Chore("redemptions", 900.0, _sweep_redemptions),
            Chore("pieces", 300.0, _render_what_is_old),
            Chore("untold webhooks", 15.0, _tell_at_webhooks),
            Chore("webhooks", 3600.0, _sweep_webhooks),
            Chore("search", 5.0, _take_in_what_is_searched),
            Chore("partitions", 3600.0, _make_a_partition),
        )

    def start(self) -> None:
        """Do each chore from time to time, for as long as the process lives."""
        for chore in self.chores:
            gevent.spawn(self._for_ever, chore)

    def do(self, chore: Chore) -> None:
        """Do all that is to be done, unless another process is at it."""
        while self._do_some(chore):
            pass
        chore.done_at = time.monotonic()
        LAST_DONE.labels(chore.name).set_to_current_time()

    def _do_some(self, chore: Chore) -> bool:
        with self._database.transaction() as session:
            mine = session.scalar(
                text("SELECT pg_try_advisory_xact_lock(hashtext('chore ' || :name))"), {"name": chore.name}
            )
            return bool(mine and chore.do(session))

    def check(self) -> str | None:
        """A readiness check: the chores that stall, and months for which nothing could be written."""
        now = time.monotonic()
        stalled = [chore.name for chore in self.chores if now - chore.done_at > 3 * chore.every_s]
        if stalled:
            return f"not done for too long: {', '.join(stalled)}"
        with self._database.reading() as session:
            missing = missing_partitions(session.connection(), clock.now())
        return (
            f"partitions are missing: {', '.join(missing)}; run python -m app.partitions" if missing else None
        )

    def _for_ever(self, chore: Chore) -> None:
        while True:
            try:
                self.do(chore)
            # A database that is away for a while must not end the chores for ever.
            except Exception as error:
                log.warning("a chore failed", chore=chore.name, error=type(error).__name__)
            gevent.sleep(max(_LEAST_PAUSE_S, clock.really_s(chore.every_s)))


def start(app: Flask) -> None:
    """Keep house beside this application; look after those whom a process that died did not take to the gate."""
    house: House = app.extensions["hereabouts"]
    keeping = Housekeeping(house.database)
    app.extensions["hereabouts.checks"]["housekeeping"] = keeping.check
    keeping.start()
    matcher: Matcher = app.extensions["hereabouts.matcher"]
    gevent.spawn(matcher.keep_up_for_ever)
    sender: Sender = app.extensions["hereabouts.webhook_sender"]
    gevent.spawn(sender.send_for_ever)
