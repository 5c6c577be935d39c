"""The greenlets of a process that tell businesses what happened: found by signals, and by looking now and then."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool
from prometheus_client import Counter as Metric

from app import clock
from app.db import Database
from app.motions.signals import SentOff, Welcomed
from app.redemptions.signals import Redeemed, RolledBack
from app.webhooks import delivering, telling
from app.webhooks.delivering import ToSend
from app.webhooks.keys import Seal, Unreadable
from app.webhooks.posting import Post
from app.webhooks.rules import Outcome, Reason
from app.webhooks.signals import MessageWaiting
from app.webhooks.signing import signed
from app.wishes.signals import WishJudged, WishOpened

#: On their way from one process at once.
MOST_AT_ONCE = 32
#: What is to be tried again, and what other processes wrote, is found as often as this.
LOOK_EVERY_S = 2.0
log = structlog.get_logger()
SENT = Metric("hereabouts_webhook_tries", "Messages sent to webhooks, by what came of it", ["outcome"])
FAILED = Metric("hereabouts_webhook_messages_given_up", "Messages that were given up")
PAUSED = Metric("hereabouts_webhooks_paused", "Webhooks that were paused, as they took nothing")


class Sender:
    """Sends what is due, so many at once."""

    def __init__(self, database: Database, seal: Seal, post: Post | None = None) -> None:
        self._database = database
        self._seal = seal
        #: Made when it is first needed, as it reads the certificates that this machine trusts.
        self.post = post
        self._under_way = Pool(MOST_AT_ONCE)
        #: How many are on their way to each host.
        self._busy: Counter[str] = Counter()
        # One connection to the database, so that requests never wait for those that many messages would take.
        self._turn = BoundedSemaphore(1)
        self._work = Event()
        signals = database.signals
        for kind in (WishOpened, WishJudged, Welcomed, SentOff):
            signals.listen(kind, self._happened)
        signals.listen(MessageWaiting, self._waiting)
        # No till waits for it, and what many tell at once is looked for once.
        self._sold = False
        for till in (Redeemed, RolledBack):
            signals.listen(till, self._sale)

    def send_for_ever(self) -> None:
        """Send what is due, for as long as the process lives."""
        while True:
            self._work.wait(clock.really_s(LOOK_EVERY_S))
            self._work.clear()
            self._tried(self.tell_sales)
            self._tried(self.send_due)

    def tell_sales(self) -> int:
        """Write what tills told since it was looked last; how many messages."""
        if not self._sold:
            return 0
        self._sold = False
        with self._turn, self._database.transaction() as session:
            return telling.tell(session, clock.now())

    def send_due(self) -> int:
        """Begin to send what is due, as far as there is room; how many."""
        # One that is done makes room for the next; until then what is due is left to other processes.
        self._under_way.wait_available()
        room = self._under_way.free_count()
        with self._turn, self._database.transaction() as session:
            taken = delivering.take(session, room, clock.now(), self._busy)
        for each in taken:
            self._busy[each.host] += 1
            self._under_way.spawn(self._tried, partial(self._send, each))
        # Where hosts have no more room, others may have been left out.
        if taken:
            self._work.set()
        return len(taken)

    def finish(self) -> None:
        """Wait for all that is under way."""
        self._under_way.join()

    def _happened(self, signals: Sequence[object]) -> None:
        with self._database.transaction() as session:
            telling.tell(session, clock.now())

    def _sale(self, signals: Sequence[object]) -> None:
        self._sold = True
        self._work.set()

    def _waiting(self, signals: Sequence[MessageWaiting]) -> None:
        self._work.set()

    def _send(self, sent: ToSend) -> None:
        outcome = self._called(sent)
        now = clock.now()
        with self._turn, self._database.transaction() as session:
            state = delivering.keep(session, sent, outcome, now)
        SENT.labels(outcome.counted_as).inc()
        FAILED.inc(state == "failed")
        if state == "delivered":
            # A place is free at this one, for what waits there.
            self._work.set()
        elif state is not None:
            self._end_hopeless(sent, outcome)

    def _called(self, sent: ToSend) -> Outcome:
        try:
            return self._outcome(sent)
        finally:
            self._busy -= Counter([sent.host])

    def _outcome(self, sent: ToSend) -> Outcome:
        try:
            secrets = [self._seal.opened(sent.webhook_id, each) for each in sent.secrets]
        except Unreadable:
            return Outcome(Reason.UNSIGNED)
        self.post = self.post or Post()
        headers = signed(sent.message_id, sent.body, clock.now(), secrets)
        return self.post(sent.url, headers, sent.body)

    def _end_hopeless(self, sent: ToSend, outcome: Outcome) -> None:
        with self._turn, self._database.transaction() as session:
            paused = delivering.end_hopeless(session, sent.webhook_id, outcome, clock.now())
        PAUSED.inc(paused)

    @staticmethod
    def _tried(do: Callable[[], object]) -> None:
        try:
            do()
        # What was under way is sent again when its lease is over.
        except Exception as error:
            log.error("webhooks could not be told", error=type(error).__name__)
