"""A small world as rows, and what may be seen of it, decided slowly and obviously."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from psycopg2 import extras

from app.checkins import writing
from app.checkins.feeds import Asked
from app.checkins.rows import as_json
from app.checkins.rules import NewCheckIn, Times
from app.ids import Lane, first_id_at, new_id
from app.relations.models import Block, CircleMember
from app.relations.models import Circle as CircleDrawn
from app.relations.rules import MuteKind
from app.relations.service import muting
from app.trust.contract import Contract, Way
from app.trust.rules import Shared, Visibility
from app.trust.shares import ANYONE, MEMBERS, known, still
from app.trust.terms import (
    Level,
)
from geo import Box, Circle, Position, destination
from tests.app.rows import Rows

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
LOCATED = [Circle(CENTRE, radius) for radius in (600, 3000)]
PEOPLE, TOPICS, COMMUNITIES, LOCATIONS = range(4), range(2), range(2), range(2)
SECOND = timedelta(seconds=1)


@dataclass
class Said:
    """One check-in; in the order of the list, a second apart."""

    author: int
    spot: int
    topics: set[int]
    visibility: Visibility
    exactness: Level


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
    #: Who muted whom, which topic or which community.
    mutes: list[tuple[int, MuteKind, int]]
    #: Who stands in the one circle there is, which is the first person's.
    circle: set[int]
    contracts: list[Contract]
    said: list[Said]
    questions: list[Question]


@dataclass
class Written:
    """A check-in as it stands in the tables."""

    id: UUID
    said: Said
    at: datetime
    location_ids: list[UUID]
    community_ids: list[UUID]
    shared: Shared


class Town:
    """A world as rows, and what may be seen of it."""

    def __init__(self, small: Rows, drawn: Drawn) -> None:
        self.small, self.drawn, self.now = small, drawn, small.now
        self.people = [small.person() for _ in PEOPLE]
        self.topics = [small.topic() for _ in TOPICS]
        self.communities = [small.community(topic) for topic in self.topics]
        self.locations = [small.location(each) for each in LOCATED]
        for person, joined in zip(self.people, drawn.joined, strict=True):
            for each in joined:
                small.joins(person, self.communities[each])
        for one, other in drawn.blocks:
            small.session.add(
                Block(blocker_id=self.people[one], blocked_id=self.people[other], made_at=self.now)
            )
        targets = {
            MuteKind.PERSON: self.people,
            MuteKind.TOPIC: self.topics,
            MuteKind.COMMUNITY: self.communities,
        }
        others = [each for each in drawn.mutes if each[1] is not MuteKind.PERSON or each[0] != each[2]]
        self.muted = {(who, kind, targets[kind][what]) for who, kind, what in others}
        for who, kind, target in self.muted:
            muting.mute(small.session, self.people[who], kind, target, self.now)
        self.circle = CircleDrawn(id=new_id(), owner_id=self.people[0], name="", kind="named")
        small.session.add(self.circle)
        small.session.flush()
        for who in drawn.circle:
            member = CircleMember(circle_id=self.circle.id, member_id=self.people[who], since=self.now)
            small.session.add(member)
        small.session.flush()
        self.contracts = [self._named(each) for each in drawn.contracts]
        self.written = self._write(drawn.said)

    def _named(self, contract: Contract) -> Contract:
        ids = {1: self.communities[0], 2: self.people[0], 3: self.circle.id}
        terms = (
            replace(each, who=replace(each.who, id=ids[each.who.id.int])) if each.who.id else each
            for each in contract.terms
        )
        return Contract(0, tuple(terms), contract.quiet)

    def _write(self, said: list[Said]) -> list[Written]:
        """All of it in the one statement of the application, as if each had come a second after the one before."""
        extras.register_uuid()  # type: ignore[no-untyped-call]
        lane, begin = Lane(), self.now - SECOND * len(said)
        batch = [
            (new, new.shared(self.contracts[each.author]))
            for place, each in enumerate(said)
            for new in [self._new(each, begin + SECOND * place)]
        ]
        ids = [
            UUID(int=first_id_at(new.times.received_at).int | lane.new_id().int & 0x3FFF_FFFF)
            for new, _ in batch
        ]
        sql = writing.STATEMENT.replace("$1", "%s").replace("'{{}}'", "'{}'")
        cursor = self.small.session.connection().connection.cursor()
        cursor.execute(sql, (as_json(ids, batch),))
        rows = sorted((writing.written(row) for row in cursor.fetchall()), key=lambda row: row.ord)
        return [
            Written(made, each, new.times.received_at, row.location_ids, row.community_ids, shared)
            for made, each, (new, shared), row in zip(ids, said, batch, rows, strict=True)
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
            heeds_what=any(
                who == question.viewer and kind is not MuteKind.PERSON for who, kind, _ in self.muted
            ),
        )

    def _communities(self, question: Question) -> tuple[UUID, ...]:
        every = [*self.communities, *self.locations]
        return tuple(every[each] for each in question.communities)

    def _moment(self, place: int | None) -> datetime | None:
        return None if place is None else self.now - SECOND * (len(self.drawn.said) - place)

    def twin(self, question: Question) -> list[tuple[UUID, Level]]:
        """The newest first, each with what is disclosed of it."""
        seen: list[tuple[UUID, Level]] = [
            (written.id, known)
            for written in self.written
            if self._is_asked_for(written, question)
            and (known := self._known(written, question)) is not Level.NOTHING
            and self._is_heard_in(written, question, known)
            and (question.person is not None or self._will_hear(written, question.viewer))
        ]
        return seen[::-1][: question.limit]

    def _will_hear(self, written: Written, viewer: int | None) -> bool:
        """Whether a viewer muted neither its author, nor a topic of it, nor all they hear it through."""
        if viewer is None or viewer == written.said.author:
            return True
        muted = {target for who, _, target in self.muted if who == viewer}
        about = {self.people[written.said.author], *(self.topics[each] for each in written.said.topics)}
        shut = muted & set(written.community_ids)
        mine = {self.communities[each] for each in self.drawn.joined[viewer]} & set(written.community_ids)
        return not muted & about and (not shut or bool(mine - shut))

    def _is_asked_for(self, written: Written, question: Question) -> bool:
        area, since, until = AREAS[question.area], self._moment(question.since), self._moment(question.until)
        found = written.shared.found_at
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

    def _known(self, written: Written, question: Question) -> Level:
        viewer, author = question.viewer, written.said.author
        if viewer == author:
            return Level.EXACT
        if {(viewer, author), (author, viewer)} & {*self.drawn.blocks}:
            return Level.NOTHING
        shares = still(written.shared.of(self._told_here(written), written.community_ids), self.now)
        way = Way.FEED if AREAS[question.area] is None else Way.NEAR
        return known(shares, self._audiences(viewer).__contains__)[way is Way.NEAR]

    def _told_here(self, written: Written) -> list[UUID]:
        """Where those hear of it who are here: less exactly told, as if it were where they are told it is."""
        at = written.shared.here_at
        if at is None:
            return written.location_ids
        return [each for each, area in zip(self.locations, LOCATED, strict=True) if area.contains(at)]

    def _audiences(self, viewer: int | None) -> set[UUID]:
        if viewer is None:
            return {ANYONE}
        chosen = {self.communities[each] for each in self.drawn.joined[viewer]}
        circles = {self.circle.id} if viewer in self.drawn.circle else set()
        return {ANYONE, MEMBERS, self.people[viewer], *chosen, *self._is_in(viewer), *circles}

    def _is_in(self, viewer: int) -> list[UUID]:
        """The location communities of the last word of somebody."""
        last = [each for each in self.written if each.said.author == viewer]
        return last[-1].location_ids if last else []

    def _is_heard_around(self, written: Written) -> bool:
        """Whether some may know exactly who are neither of a circle, nor named: those would find it by its time."""
        chosen = {*self.people, self.circle.id}
        shares = written.shared.of(self._told_here(written), written.community_ids)
        return any(
            Level.EXACT in {share.level(way) for way in Way}
            for share in shares
            if share.audience not in chosen
        )

    def _is_heard_in(self, written: Written, question: Question, known: Level) -> bool:
        """Whether it is in one of the communities; a small location would tell more than a quarter does."""
        around = known is Level.EXACT and self._is_heard_around(written)
        told = written.community_ids + (written.location_ids if around else [])
        return not question.communities or bool(set(self._communities(question)) & set(told))
