"""Presences and location memberships against a slow and obvious account of what people did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock
from app.presence import queries, service
from app.presence.rules import ASSUMED_ACCURACY_M, present_until
from app.presence.service import Fix
from app.presence.signals import Moved
from geo import Circle, Position, destination
from tests.app.rows import rows_in

MIDDLE = Position(47.3769, 8.5417)
LASTS = timedelta(hours=2)
MINUTE = timedelta(minutes=1)
#: Where people go: into all areas, some of them, the next town's (another cell), none.
SPOTS = [MIDDLE, *(destination(MIDDLE, 90, metres) for metres in (80, 450, 2500, 40_000))]
AREAS = [(0, 60.0), (0, 200.0), (0, 1000.0), (1, 500.0), (3, 300.0), (4, 300.0), (4, 5000.0), (0, 45_000.0)]


@dataclass(frozen=True)
class Goes:
    """Somebody is at a spot, as a fix taken a while ago and this sure says."""

    who: int
    spot: int
    accuracy_m: float | None
    ago: timedelta


@dataclass(frozen=True)
class ChecksOut:
    who: int


@dataclass(frozen=True)
class Leaves:
    who: int
    area: int


@dataclass(frozen=True)
class Waits:
    time: timedelta


Act = Goes | ChecksOut | Leaves | Waits
people = st.integers(0, 2)
acts = st.lists(
    st.builds(
        Goes,
        people,
        st.integers(0, len(SPOTS) - 1),
        st.sampled_from([None, 5.0, 100.0, 700.0]),
        st.sampled_from([0, 0, 1, 50, 119, 121]).map(lambda minutes: minutes * MINUTE),
    )
    | st.builds(Goes, people, st.just(0), st.none(), st.just(timedelta()))
    | st.builds(ChecksOut, people)
    | st.builds(Leaves, people, st.integers(0, len(AREAS) - 1))
    | st.builds(Waits, st.sampled_from([1, 40, 80, 130]).map(lambda minutes: minutes * MINUTE)),
    max_size=25,
)


@dataclass
class Account:
    """What is known of one person, by doing the obvious."""

    newest: datetime | None = None
    at: Position | None = None
    until: datetime | None = None
    parts: dict[int, datetime] = field(default_factory=dict)

    def goes(self, act: Goes, now: datetime) -> None:
        taken = now - act.ago
        if taken + LASTS <= now or (self.newest and taken < self.newest):
            return
        sure = ASSUMED_ACCURACY_M if act.accuracy_m is None else act.accuracy_m
        self.newest, self.at, self.until = taken, SPOTS[act.spot], taken + LASTS
        self.parts = dict.fromkeys(covering(SPOTS[act.spot], sure), self.until)

    def checks_out(self, now: datetime) -> None:
        if self.newest:
            self.newest, self.until, self.parts = now, now, {}

    def leaves(self, area: int) -> None:
        self.parts.pop(area, None)

    def part_of(self, now: datetime) -> dict[int, datetime]:
        return {each: until for each, until in self.parts.items() if until > now}

    def where(self, now: datetime) -> Position | None:
        return self.at if self.until and self.until > now else None


def covering(at: Position, sure_to_m: float) -> list[int]:
    drawn = [Circle(SPOTS[spot], radius) for spot, radius in AREAS]
    # The outline of a circle is a polygon, so its size is a little smaller; no accuracy above comes near one.
    return [number for number, area in enumerate(drawn) if area.contains(at) and sure_to_m <= area.reach_m]


@dataclass
class Town:
    """The areas and three people in tables, and what is told of them."""

    session: Session
    now: datetime

    def __post_init__(self) -> None:
        rows = rows_in(self.session)
        self.areas = [rows.location(Circle(SPOTS[spot], radius), str(radius)) for spot, radius in AREAS]
        self.people = [rows.person() for _ in range(3)]
        self.told: dict[UUID, tuple[set[UUID], datetime | None]] = {}
        self.changes: dict[UUID, set[UUID]] = {person: set() for person in self.people}

    def does(self, act: Act) -> None:
        self.session.info["announced"] = []
        match act:
            case Goes():
                until = present_until(self.now - act.ago, self.now, LASTS)
                fix = (SPOTS[act.spot], act.accuracy_m, self.now - act.ago, self.now)
                if until:
                    service.move(self.session, self.people[act.who], Fix(*fix, until))
            case ChecksOut():
                service.check_out(self.session, self.people[act.who], self.now)
            case Leaves():
                service.leave(self.session, self.people[act.who], self.areas[act.area], self.now)
            case Waits():
                self.now += act.time
        self._hears(self.session.info["announced"])

    def _hears(self, signals: Sequence[object]) -> None:
        """As a roster does: the whole picture from each signal, and beside it the sum of the changes."""
        for signal in signals:
            assert isinstance(signal, Moved)
            before = self.told_of(signal.person_id)
            assert before.isdisjoint(signal.opened)
            assert before >= set(signal.ended)
            assert before - set(signal.ended) | set(signal.opened) == set(signal.here)
            self.told[signal.person_id] = set(signal.here), signal.until

    def told_of(self, person: UUID) -> set[UUID]:
        """What whoever heard every signal takes a person to be part of."""
        here, until = self.told.get(person, (set(), None))
        return here if until and until > self.now else set()


def agree(town: Town, accounts: list[Account]) -> None:
    now = town.now
    for person, account in zip(town.people, accounts, strict=True):
        parts = account.part_of(now)
        expected = {town.areas[number]: until for number, until in parts.items()}
        assert queries.location_ids_of(town.session, person, now) == expected
        known = queries.presence_of(town.session, person, now)
        assert (known.position if known else None) == account.where(now)
        assert town.told_of(person) == set(expected)
    # Nobody has said a word.
    assert queries.here(town.session, town.areas, now) == dict.fromkeys(town.areas, 0)


def test_people_are_part_of_what_they_should_be_whatever_they_do(session: Session) -> None:
    begin = clock.now()

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(done=acts)
    @example([Goes(0, spot, None, timedelta()) for spot in (0, 4, 0)])
    @example([Goes(0, 0, 5.0, timedelta()), Waits(130 * MINUTE), Goes(0, 0, 5.0, timedelta())])
    def live(done: list[Act]) -> None:
        town, accounts = Town(session, begin), [Account() for _ in range(3)]
        for act in done:
            town.does(act)
            match act:
                case Goes():
                    accounts[act.who].goes(act, town.now)
                case ChecksOut():
                    accounts[act.who].checks_out(town.now)
                case Leaves():
                    accounts[act.who].leaves(act.area)
            session.expire_all()
            agree(town, accounts)
        session.rollback()

    live()
