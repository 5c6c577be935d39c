"""Feeds against a slow and obvious twin in Python, on random small worlds, seen by everybody in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg2 import extras
from sqlalchemy.orm import Session

from app.checkins import queries, writing
from app.checkins.feeds import Asked
from app.checkins.rules import NewCheckIn, Times
from app.ids import Lane, first_id_at
from app.relations.models import Block
from app.trust.rules import Disclosure, Exactness, Relation, Visibility, disclosure, found_at
from geo import Box, Circle, Polygon, Position, destination
from tests.app.rows import Rows, rows_in

CENTRE = Position(41.4036, 2.1561)
SPOTS = [
    destination(CENTRE, bearing, metres) for bearing, metres in ((0, 0), (90, 400), (180, 1500), (270, 9000))
]
AREAS = [
    None,
    Circle(CENTRE, 500),
    Circle(CENTRE, 2000),
    Circle(SPOTS[3], 20_000),
    Box(2.13, 41.39, 2.17, 41.42),
]
PEOPLE, TOPICS, COMMUNITIES, LOCATIONS = range(4), range(2), range(2), range(2)
SECOND = timedelta(seconds=1)


@dataclass
class Said:
    """One check-in; in the order of the list, a second apart."""

    author: int
    spot: int
    topics: set[int]
    visibility: Visibility
    exactness: Exactness


@dataclass
class Question:
    """What a viewer asks; `communities` are places in the chosen communities, then the locations."""

    viewer: int | None
    area: int
    topics: list[int]
    communities: list[int]
    person: int | None
    since: int | None
    until: int | None
    limit: int


@dataclass
class Drawn:
    joined: list[set[int]]
    #: Who blocked whom.
    blocks: list[tuple[int, int]]
    said: list[Said]
    questions: list[Question]


WORLDS = st.builds(
    Drawn,
    joined=st.lists(st.sets(st.sampled_from(COMMUNITIES)), min_size=len(PEOPLE), max_size=len(PEOPLE)),
    blocks=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda two: two[0] != two[1]),
        max_size=2,
        unique=True,
    ),
    said=st.lists(
        st.builds(
            Said,
            author=st.sampled_from(PEOPLE),
            spot=st.integers(0, len(SPOTS) - 1),
            topics=st.sets(st.sampled_from(TOPICS)),
            visibility=st.sampled_from(Visibility),
            exactness=st.sampled_from(Exactness),
        ),
        min_size=1,
        max_size=8,
    ),
    questions=st.lists(
        st.builds(
            Question,
            viewer=st.none() | st.sampled_from(PEOPLE),
            area=st.integers(0, len(AREAS) - 1),
            topics=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True),
            communities=st.lists(st.integers(0, 3), max_size=2, unique=True),
            person=st.sampled_from([None, None, *PEOPLE]),
            since=st.sampled_from([None, None, None, 0, 3]),
            until=st.sampled_from([None, None, None, 3, 6]),
            limit=st.sampled_from([50, 50, 2]),
        ),
        min_size=6,
        max_size=6,
    ),
)


@dataclass
class Written:
    """A check-in as it stands in the tables."""

    id: UUID
    said: Said
    at: datetime
    location_ids: list[UUID]
    community_ids: list[UUID]


# Each example writes a world; to make a failing one small would take minutes.
@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=WORLDS)
def test_a_feed_gives_what_its_obvious_twin_gives(session: Session, drawn: Drawn) -> None:
    try:
        town = Town(rows_in(session), drawn)
        for question in drawn.questions:
            found = queries.feed(session, town.asked(question), town.viewer(question), town.now)
            seen = [(each.check_in.id, each.disclosed) for each in found]
            assert seen == town.twin(question), question
    finally:
        session.rollback()


class Town:
    """A world as rows, and what may be seen of it."""

    def __init__(self, small: Rows, drawn: Drawn) -> None:
        self.small, self.drawn, self.now = small, drawn, small.now
        self.people = [small.person() for _ in PEOPLE]
        self.topics = [small.topic() for _ in TOPICS]
        self.communities = [small.community(topic) for topic in self.topics]
        self.locations = [small.location(Circle(CENTRE, radius)) for radius in (600, 3000)]
        for person, joined in zip(self.people, drawn.joined, strict=True):
            for each in joined:
                small.joins(person, self.communities[each])
        for one, other in drawn.blocks:
            small.session.add(
                Block(blocker_id=self.people[one], blocked_id=self.people[other], made_at=self.now)
            )
        small.session.flush()
        self.written = self._write(drawn.said)

    def _write(self, said: list[Said]) -> list[Written]:
        """All of it in the one statement of the application, as if each had come a second after the one before."""
        extras.register_uuid()  # type: ignore[no-untyped-call]
        lane, begin = Lane(), self.now - SECOND * len(said)
        batch = [self._new(each, begin + SECOND * place) for place, each in enumerate(said)]
        ids = [
            UUID(int=first_id_at(new.times.received_at).int | lane.new_id().int & 0x3FFF_FFFF)
            for new in batch
        ]
        sql = writing.STATEMENT.replace("$1", "%s").replace("'{{}}'", "'{}'")
        cursor = self.small.session.connection().connection.cursor()
        cursor.execute(sql, (writing.as_json(ids, batch),))
        rows = sorted((writing.written(row) for row in cursor.fetchall()), key=lambda row: row.ord)
        return [
            Written(made, each, new.times.received_at, row.location_ids, row.community_ids)
            for made, each, new, row in zip(ids, said, batch, rows, strict=True)
        ]

    def _new(self, said: Said, at: datetime) -> NewCheckIn:
        return NewCheckIn(
            person_id=self.people[said.author],
            handle="",
            position=SPOTS[said.spot],
            accuracy_m=5.0,
            text="",
            activity=None,
            topic_ids=tuple(self.topics[each] for each in sorted(said.topics)),
            topics=(),
            place_id=None,
            visibility=said.visibility,
            exactness=said.exactness,
            times=Times(at, None, at),
            present_until=at + timedelta(hours=2),
            retried=None,
        )

    def viewer(self, question: Question) -> UUID | None:
        return None if question.viewer is None else self.people[question.viewer]

    def asked(self, question: Question) -> Asked:
        return Asked(
            limit=question.limit,
            area=AREAS[question.area],
            topics=tuple(self.topics[each] for each in question.topics),
            communities=self._communities(question),
            person=None if question.person is None else self.people[question.person],
            since=self._moment(question.since),
            until=self._moment(question.until),
        )

    def _communities(self, question: Question) -> tuple[UUID, ...]:
        every = [*self.communities, *self.locations]
        return tuple(every[each] for each in question.communities)

    def _moment(self, place: int | None) -> datetime | None:
        return None if place is None else self.now - SECOND * (len(self.drawn.said) - place)

    def twin(self, question: Question) -> list[tuple[UUID, Disclosure]]:
        """The newest first, each with what is disclosed of it."""
        seen: list[tuple[UUID, Disclosure]] = [
            (written.id, known)
            for written in self.written
            if self._is_asked_for(written, question)
            and (known := self._known(written, question)) is not Disclosure.NOTHING
            and self._is_heard_in(written, question, known)
        ]
        return seen[::-1][: question.limit]

    def _is_asked_for(self, written: Written, question: Question) -> bool:
        area, since, until = AREAS[question.area], self._moment(question.since), self._moment(question.until)
        found = found_at(SPOTS[written.said.spot], written.said.exactness)
        # What is for its author alone is filed in no feed; around a point, or among their own, they find it.
        if written.said.visibility is Visibility.ME and area is None and question.person is None:
            filed = not question.topics and not question.communities
        else:
            filed = True
        return (
            filed
            and (area is None or area.contains(found))
            and (not question.topics or bool(written.said.topics & set(question.topics)))
            and question.person in {None, written.said.author}
            and (since is None or written.at >= since)
            and (until is None or written.at < until)
        )

    def _known(self, written: Written, question: Question) -> Disclosure:
        return disclosure(
            written.said.visibility, written.said.exactness, self._relation(written, question.viewer)
        )

    def _relation(self, written: Written, viewer: int | None) -> Relation:
        if viewer is None:
            return Relation.STRANGER
        if viewer == written.said.author:
            return Relation.AUTHOR
        if {(viewer, written.said.author), (written.said.author, viewer)} & {*self.drawn.blocks}:
            return Relation.APART
        shared = {self.communities[each] for each in self.drawn.joined[viewer]} & set(written.community_ids)
        if shared:
            return Relation.FELLOW
        return (
            Relation.NEIGHBOUR if set(self._is_in(viewer)) & set(written.location_ids) else Relation.STRANGER
        )

    def _is_in(self, viewer: int) -> list[UUID]:
        """The location communities of the last word of somebody."""
        last = [each for each in self.written if each.said.author == viewer]
        return last[-1].location_ids if last else []

    def _is_heard_in(self, written: Written, question: Question, known: Disclosure) -> bool:
        """Whether it is in one of the communities; a small location would tell more than a quarter does."""
        told = written.community_ids + (written.location_ids if known is Disclosure.EXACT else [])
        return not question.communities or bool(set(self._communities(question)) & set(told))


def test_areas_are_as_the_twin_takes_them() -> None:
    """Locations are kept as their outline, which for a circle is a little smaller than the circle."""
    inner = [Polygon(Circle(CENTRE, radius).outline()) for radius in (600, 3000)]
    assert [[area.contains(spot) for spot in SPOTS] for area in inner] == [
        [True, True, False, False],
        [True, True, True, False],
    ]
