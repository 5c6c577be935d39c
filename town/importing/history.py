"""Check-ins of a file as history: received now, fixed then.

An id tells when a check-in was received, so history lands in this month's partitions and, being older than a
presence lasts, makes nobody present: no location membership opens and no offer is made of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.checkins.models import CheckIn
from app.checkins.rules import LONGEST_TEXT, NewCheckIn, Times
from app.errors import Refusal
from app.places.models import Place
from app.presence.rules import present_until
from app.trust.rules import Visibility
from app.trust.terms import Level
from geo import Position
from town.categories import activity_in, is_private, topic_of
from town.files import CheckInRow
from town.importing.batches import batches
from town.importing.house import House
from town.importing.outcome import Outcome
from town.importing.people import Imported, people_of
from town.importing.places import key_of
from town.importing.topics import add_topics

#: Four statements of the writer's.
AT_ONCE = 1024
Moment = tuple[datetime, Position]


def import_check_ins(house: House, rows: Iterable[CheckInRow], source: str, outcome: Outcome) -> None:
    """Write the check-ins that were not imported before: told apart by person, time and position.

    What was said at somebody's home is for themselves alone.
    """
    history = _History(house, source)
    for batch in batches(rows, AT_ONCE):
        fresh = history.not_there(batch)
        written = house.check_ins.check_in_many(history.made(fresh))
        refusals = [each.detail for each in written if isinstance(each, Refusal)]
        outcome.read += len(batch)
        outcome.new += len(fresh) - len(refusals)
        outcome.there_already += len(batch) - len(fresh)
        outcome.refused.update(refusals)


@dataclass(slots=True)
class _History:
    house: House
    source: str
    people: dict[str, Imported] = field(default_factory=dict)
    places: dict[str, UUID | None] = field(default_factory=dict)
    #: What each person known before had said before this import; a moment may be there more than once.
    there: dict[UUID, Counter[Moment]] = field(default_factory=lambda: defaultdict(Counter))

    def not_there(self, batch: Sequence[CheckInRow]) -> list[CheckInRow]:
        """Those of the rows that were not imported before, in their order."""
        self._meet({row.user for row in batch} - self.people.keys())
        return [row for row in batch if not self._taken(row)]

    def made(self, batch: Sequence[CheckInRow]) -> list[NewCheckIn]:
        """The rows as check-ins, with their topics added and their places found."""
        add_topics(self.house, {topic for row in batch if (topic := topic_of(row.category))})
        self._find_places({row.venue for row in batch if row.venue} - self.places.keys())
        return [self._check_in(row) for row in batch]

    def _taken(self, row: CheckInRow) -> bool:
        moments = self.there[self.people[row.user].id]
        moment = row.fixed_at, row.position
        moments[moment] -= 1
        return moments[moment] >= 0

    def _meet(self, users: set[str]) -> None:
        if not users:
            return
        with self.house.database.transaction() as session:
            met = people_of(session, users, self.source)
            known = [person.id for person in met.values() if person.known]
            said = select(CheckIn.person_id, CheckIn.fixed_at, CheckIn.position)
            for person_id, fixed_at, position in session.execute(said.where(CheckIn.person_id.in_(known))):
                self.there[person_id][fixed_at.astimezone(UTC), position] += 1
        self.people.update(met)

    def _find_places(self, venues: set[str]) -> None:
        keys = {key_of(self.source, venue): venue for venue in venues}
        with self.house.database.reading() as session:
            found = select(Place.source_key, Place.id).where(Place.source_key.in_(keys))
            ids = {row.source_key: row.id for row in session.execute(found)}
        self.places.update({venue: ids.get(key) for key, venue in keys.items()})

    def _check_in(self, row: CheckInRow) -> NewCheckIn:
        person, topic, now = self.people[row.user], topic_of(row.category), clock.now()
        topics = (topic,) if topic else ()
        return NewCheckIn(
            person_id=person.id,
            handle=person.handle,
            position=row.position,
            accuracy_m=None,
            text=row.text[:LONGEST_TEXT],
            activity=activity_in(row.category),
            topic_ids=tuple(self.house.topics.ids(topics)),
            topics=topics,
            place_id=self.places.get(row.venue) if row.venue else None,
            visibility=Visibility.ME if is_private(row.category) else Visibility.PUBLIC,
            exactness=Level.EXACT,
            times=Times(row.fixed_at, None, now),
            present_until=present_until(row.fixed_at, now, self.house.settings.presence_lasts),
            retried=None,
        )
