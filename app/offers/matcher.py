"""The greenlet of a process that takes people who have just moved to the gate, as many as queued meanwhile at once."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

import gevent
import structlog
from gevent import Greenlet, spawn
from gevent.event import Event
from prometheus_client import Counter, Gauge
from sqlalchemy.exc import IntegrityError

from app import clock
from app.communities.signals import Joined
from app.db import Database, announce
from app.errors import Unavailable
from app.events.signals import SeatTaken
from app.offers import gate, gathering, linking, queries
from app.offers.met import MISSED, who
from app.offers.signals import OfferPublished
from app.offers.standing import StandingOffers
from app.offers.tally import Tally
from app.presence.signals import Moved
from app.tag.signals import TagRead
from app.trust.signals import ConsentGiven
from geo import Position

MOST_AT_ONCE = 256
#: Each takes about a millisecond.
LEARNT_AT_ONCE = 10
LATELY = timedelta(minutes=10)
#: Windows open, and offers of other processes become known even where their signal was lost, as often as this.
LOOK_EVERY_S = 15.0
#: However fast a file is relived, looking leaves the server time for people.
LEAST_PAUSE_S = 0.5
#: Longer than any transaction may take, so that an offer is not overlooked because a later one was committed first.
SETTLED = timedelta(minutes=1)
_TRIES = 3
log = structlog.get_logger()
DELIVERED = Counter("hereabouts_offers_delivered", "Offers that reached a person")
STANDING = Gauge(
    "hereabouts_offers_standing",
    "Offers that a process knows of; everybody who moves is taken to the gate until it knows all",
    multiprocess_mode="livemin",
)
WITHHELD = Counter(
    "hereabouts_offers_withheld",
    "Times an offer was withheld from somebody in its area",
    ["reason"],
)
#: What is queued and not decided waits; who is where no offer stands is moved, and not queued.
PEOPLE = Counter(
    "hereabouts_offers_people", "People on their way through the gate: moved, queued, decided", ["step"]
)


class Matcher:
    """Takes people to the gate: those who moved by this process's doors, and whoever is where an offer begins."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.tally = Tally(database)
        self._moved: dict[UUID, None] = {}
        #: Those who are taken there once more, as they missed something.
        self._missed: set[UUID] = set()
        #: Those of them who came by themselves, so that others may have waited for them.
        self._came: set[UUID] = set()
        self._work = Event()
        self._greenlet: Greenlet[[], None] | None = None
        self._standing = StandingOffers()
        #: Up to when offers were read. None before the first time, when any may stand anywhere.
        self._known_to: datetime | None = None
        signals = database.signals
        signals.listen(Moved, self._remember)
        signals.listen(Joined, self._reconsider)
        signals.listen(ConsentGiven, self._reconsider)
        signals.listen(SeatTaken, self._goes)
        signals.listen(TagRead, self._was_read)
        signals.listen(OfferPublished, self._published, everywhere=True)

    def consider(self, people: Sequence[UUID]) -> None:
        """Take these people to the gate soon."""
        if not people:
            return
        waited = len(self._moved)
        self._moved.update(dict.fromkeys(people))
        PEOPLE.labels("queued").inc(len(self._moved) - waited)
        self._work.set()
        if self._greenlet is None:
            self._greenlet = spawn(self._match_for_ever)

    def _consider_who_came(self, people: Sequence[UUID]) -> None:
        if self._known_to is None or self._standing.awaits_others():
            self._came.update(people)
        self.consider(people)

    def keep_up_for_ever(self) -> None:
        """Know the offers that stand. At first also take those to the gate who moved lately: a process that died may
        not have come to it."""
        self._tried(self._catch_up)
        while True:
            gevent.sleep(max(LEAST_PAUSE_S, clock.really_s(LOOK_EVERY_S)))
            self._tried(self.look)

    def look(self) -> None:
        """Read offers not known yet, and take people to the gate who are where a window has just opened, or where
        enough are together by now."""
        now = clock.now()
        begun = [*self._learn(now), *self._standing.opened(now)]
        with self._database.reading() as session:
            self.consider(queries.people_in_areas(session, begun, now) if begun else [])
            if self._standing.awaits_others():
                self.consider(gathering.together_since(session, now - LATELY, now))
        self._standing.forget_ended(now)

    def _catch_up(self) -> None:
        self._learn(clock.now())
        with self._database.reading() as session:
            self._consider_who_came(queries.people_moved_since(session, clock.now() - LATELY))

    def _learn(self, now: datetime) -> list[UUID]:
        """Read offers published since the last time; those not known before that stand open."""
        since = self._known_to - SETTLED if self._known_to else None
        new: list[UUID] = []
        with self._database.reading() as session:
            published = queries.offers_published_since(session, since, now)
            # A town's worth of them takes seconds, in which others are to be answered.
            while some := list(islice(published, LEARNT_AT_ONCE)):
                new += self._standing.learn(some, now)
                gevent.sleep(0)
        self._known_to = now
        STANDING.set(len(self._standing))
        return new

    def _remember(self, moved: Sequence[Moved]) -> None:
        now = clock.now()
        self._consider_who_came(
            [each.person_id for each in moved if each.position and self._may_be(each.position, now)]
        )
        # Not before they are queued, so that whoever reads both finds everybody who moved queued or passed over.
        PEOPLE.labels("moved").inc(len(moved))

    def _may_be(self, position: Position, now: datetime) -> bool:
        return self._known_to is None or self._standing.open_at(position, now)

    def _reconsider(self, changed: Sequence[Joined | ConsentGiven]) -> None:
        """What did not fit before may fit now, where they are."""
        self._consider_who_came([each.person_id for each in changed])

    def _goes(self, taken: Sequence[SeatTaken]) -> None:
        self.consider([each.person_id for each in taken if self._may_await(each.event_id)])

    def _was_read(self, read: Sequence[TagRead]) -> None:
        self.consider([each.person_id for each in read if self._may_await(each.business_id)])

    def _may_await(self, event_or_business: UUID) -> bool:
        return self._known_to is None or self._standing.awaits(event_or_business)

    def _published(self, published: Sequence[OfferPublished]) -> None:
        """A new offer, or one that stands again, is for those who are there already, too."""
        now = clock.now()
        # Known first, asked for people afterwards: whoever moves in between is found by one or the other.
        if self._known_to is not None:
            self._learn(now)
        with self._database.reading() as session:
            self.consider(queries.people_in_areas(session, [each.offer_id for each in published], now))

    def _match_for_ever(self) -> None:
        while True:
            self._work.wait()
            people = list(self._moved)[:MOST_AT_ONCE]
            for person in people:
                del self._moved[person]
            if not self._moved:
                self._work.clear()
            came = self._came.intersection(people)
            self._came -= came
            self._tried(partial(self._match, people))
            if came:
                self._tried(partial(self._look_after_others, list(came)))
            PEOPLE.labels("decided").inc(len(people))

    def _look_after_others(self, came: list[UUID]) -> None:
        """Whoever waited for these is taken to the gate with the next."""
        with self._database.reading() as session:
            self.consider(gathering.completed_by(session, came, clock.now()))

    def _match(self, people: list[UUID]) -> None:
        for attempt in range(1, _TRIES + 1):
            missed = set[UUID]()
            try:
                with self._database.transaction() as session:
                    now = clock.now()
                    hears = partial(self._hear, now.date(), missed)
                    delivered, withheld = gate.deliver(session, people, now, hears)
                    announce(session, *linking.completed(session, delivered))
            except (IntegrityError, Unavailable):
                # Somebody left a community between being matched and being reached; look again as it is now.
                if attempt == _TRIES:
                    raise
            else:
                self._take_once_more(people, missed)
                DELIVERED.inc(len(delivered))
                for reason, count in withheld.items():
                    WITHHELD.labels(reason).inc(count)
                return

    def _hear(self, day: date, missed: set[UUID], reason: str, met: bytes) -> None:
        if reason == MISSED:
            missed |= who(met)
        self.tally.note(day, reason, met)

    def _take_once_more(self, people: Sequence[UUID], missed: set[UUID]) -> None:
        """Who missed something may get another offer; who misses that as well waits until they move."""
        again = missed - self._missed
        self._missed = self._missed.difference(people) | again
        self.consider(list(again))

    @staticmethod
    def _tried(do: Callable[[], None]) -> None:
        try:
            do()
        # What fails once must not end the matching; those people are considered when they move again.
        except Exception as error:
            log.error("offers could not be matched", error=type(error).__name__)
