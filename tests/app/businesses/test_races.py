"""Several who change one staff at once: real connections, each in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.businesses import claiming, service, staffing, standing
from app.businesses.claiming import Claim, Doubted
from app.businesses.models import Business, BusinessPlace, Staff
from app.businesses.rules import DOUBT_COUNTS_AFTER, Role
from app.businesses.staffing import Wanted
from app.communities import service as communities
from app.db import Database
from app.errors import LastOwner, NotAllowed, NotAMember, NotFound
from app.ids import new_id
from app.topics import queries
from geo import Circle
from tests.app.offers.racing import slowly, together, until_someone_waits
from tests.app.rows import Rows
from tests.world import CAFE


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine


def a_business(small: Rows, *roles: Role) -> tuple[UUID, list[UUID]]:
    """Its id, and those on its staff."""
    first, *others = people = [small.person() for _ in roles]
    made = service.register(small.session, "Bike Bar", "", first, small.now).id
    for person, role in zip(others, roles[1:], strict=True):
        small.session.add(Staff(business_id=made, person_id=person, role=role, since=small.now))
    small.session.commit()
    return made, people


def at_once(engine: Engine, *acts: Callable[[Session], object]) -> list[str]:
    """What became of each."""
    start, said = Barrier(len(acts)), list[str]()

    def acting(act: Callable[[Session], object]) -> Callable[[], None]:
        def run() -> None:
            start.wait(10)
            try:
                with Session(engine) as session, session.begin():
                    act(session)
                said.append("done")
            except (LastOwner, NotAllowed, NotAMember, NotFound) as refused:
                said.append(refused.slug)

        return run

    together([acting(act) for act in acts])
    return sorted(said)


def handle_of(small: Rows, person: UUID) -> str:
    found = accounts.person(small.session, person)
    assert found
    return found.handle


def owners_of(small: Rows, business: UUID) -> int:
    small.session.rollback()
    asked = select(func.count()).where(Staff.business_id == business, Staff.role == Role.OWNER)
    return small.session.scalar(asked) or 0


def test_of_two_owners_who_leave_at_once_one_stays(small: Rows, engine: Engine) -> None:
    for _ in range(5):
        business, people = a_business(small, Role.OWNER, Role.OWNER)
        handles = [handle_of(small, each) for each in people]

        def leaving(
            place: int, business: UUID = business, people: list[UUID] = people, handles: list[str] = handles
        ) -> Callable[[Session], None]:
            said = business, handles[place], people[place], small.now
            return lambda session: staffing.remove(session, *said)

        assert at_once(engine, leaving(0), leaving(1)) == ["done", "last-owner"]
        assert owners_of(small, business) == 1


def test_nor_do_both_take_it_from_one_another(small: Rows, engine: Engine) -> None:
    business, (ana, bob) = a_business(small, Role.OWNER, Role.OWNER)
    hers, his = handle_of(small, ana), handle_of(small, bob)
    said = at_once(
        engine,
        lambda session: staffing.set_role(session, business, his, Role.STAFF, ana),
        lambda session: staffing.set_role(session, business, hers, Role.STAFF, bob),
    )
    assert said == ["done", "not-allowed"]
    assert owners_of(small, business) == 1


def test_one_leaves_while_the_other_leaves_for_good(small: Rows, engine: Engine) -> None:
    business, (ana, bob, _) = a_business(small, Role.OWNER, Role.OWNER, Role.STAFF)
    hers = handle_of(small, ana)

    def goes_for_good(session: Session) -> None:
        staffing.hand_over(session, bob, small.now)
        session.delete(session.get_one(Person, bob))

    at_once(engine, lambda session: staffing.remove(session, business, hers, ana, small.now), goes_for_good)
    assert owners_of(small, business) == 1


def test_all_leave_for_good_at_once_and_it_is_closed(small: Rows, engine: Engine) -> None:
    business, people = a_business(small, Role.OWNER, Role.STAFF, Role.STAFF)

    def goes_for_good(person: UUID) -> Callable[[Session], None]:
        def going(session: Session) -> None:
            staffing.hand_over(session, person, small.now)
            session.delete(session.get_one(Person, person))

        return going

    assert at_once(engine, *map(goes_for_good, people)) == ["done"] * 3
    assert owners_of(small, business) == 0
    assert small.session.get_one(Business, business).closed_at == small.now


def test_who_joins_as_an_owner_while_they_leave_for_good_leaves_it_closed(
    small: Rows, engine: Engine
) -> None:
    business, (ana,) = a_business(small, Role.OWNER)
    sam = small.person()
    hers, his = handle_of(small, ana), handle_of(small, sam)
    staffing.invite(small.session, business, Wanted(his, Role.OWNER), ana, small.now)
    small.session.commit()
    done, go = Event(), Event()

    def joins_and_stays_alone(session: Session) -> None:
        staffing.accept(session, sam, business, small.now)
        staffing.remove(session, business, hers, ana, small.now)

    def leaves_for_good() -> list[UUID]:
        with Session(engine) as session, session.begin():
            return list(staffing.hand_over(session, sam, small.now))

    with ThreadPoolExecutor(2) as pool:
        joining = pool.submit(slowly(engine, joins_and_stays_alone, done, go))
        done.wait(10)
        leaving = pool.submit(leaves_for_good)
        until_someone_waits(engine)
        go.set()
        joining.result(timeout=30)
        assert leaving.result(timeout=30) == [business]


def test_what_they_are_about_to_add_does_not_outlive_a_business(small: Rows, engine: Engine) -> None:
    business, (ana,) = a_business(small, Role.OWNER)
    done, go = Event(), Event()

    def adds(session: Session) -> None:
        session.add(
            BusinessPlace(
                id=new_id(),
                business_id=business,
                name="Corner",
                position=CAFE,
                area=Circle(CAFE, 50),
                created_at=small.now,
            )
        )
        session.flush()

    def leaves_for_good() -> None:
        with Session(engine) as session, session.begin():
            staffing.hand_over(session, ana, small.now)

    with ThreadPoolExecutor(2) as pool:
        adding = pool.submit(slowly(engine, adds, done, go))
        done.wait(10)
        leaving = pool.submit(leaves_for_good)
        until_someone_waits(engine)
        go.set()
        adding.result(timeout=30)
        leaving.result(timeout=30)
    assert small.session.scalar(select(func.count()).select_from(BusinessPlace)) == 0


def test_an_invitation_is_taken_once_or_withdrawn(small: Rows, engine: Engine) -> None:
    business, (ana,) = a_business(small, Role.OWNER)
    sam = small.person()
    his = handle_of(small, sam)
    staffing.invite(small.session, business, Wanted(his, Role.STAFF), ana, small.now)
    small.session.commit()
    said = at_once(
        engine,
        lambda session: staffing.accept(session, sam, business, small.now),
        lambda session: staffing.accept(session, sam, business, small.now),
        lambda session: staffing.withdraw_invitation(session, business, his, ana),
    )
    small.session.rollback()
    joined = small.session.get(Staff, (business, sam))
    assert said == (["done"] * 3 if joined else ["done", "not-found", "not-found"])


def test_who_leaves_the_community_while_they_doubt_does_not_doubt(small: Rows, engine: Engine) -> None:
    business, (ana,) = a_business(small, Role.OWNER)
    topic = small.topic("value")
    key = queries.keys_of(small.session, [topic])[topic]
    community = small.community(topic, kind="value")
    claims = [Claim(topic, key, "https://fair.example/")]
    claiming.stand_for(small.session, business, claims, ana, small.now)
    for _ in range(5):
        mia = small.person()
        small.joins(mia, community)
        small.session.commit()
        said = at_once(
            engine,
            lambda session, mia=mia: claiming.doubt(session, mia, Doubted(business, key), small.now),  # type: ignore[misc]
            lambda session, mia=mia: communities.leave(session, mia, community),  # type: ignore[misc]
        )
        assert said in (["done", "done"], ["done", "not-a-member"])
        assert standing.claims_of(small.session, business, small.now + DOUBT_COUNTS_AFTER)[0].doubts == 0
