"""Feeds against a slow and obvious twin in Python, on random small worlds, seen by everybody in them."""

from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.checkins import queries
from app.relations.rules import MuteKind
from app.trust.contract import Contract
from app.trust.rules import Visibility
from app.trust.terms import (
    EVERYONE,
    KEPT,
    SIGNED_IN,
    UNTIL_I_LEAVE,
    Group,
    Lasts,
    Level,
    Purpose,
    QuietPlace,
    Term,
    Who,
)
from geo import Circle, Polygon
from tests.app.checkins.twin import (
    AREAS,
    CENTRE,
    COMMUNITIES,
    PEOPLE,
    SPOTS,
    TOPICS,
    Drawn,
    Question,
    Said,
    Town,
)
from tests.app.rows import rows_in

#: Named ones stand for the first community, and for the first person.
GROUPS = [
    EVERYONE,
    SIGNED_IN,
    Who(Group.HERE),
    Who(Group.COMMUNITIES),
    Who(Group.COMMUNITY, UUID(int=1)),
    Who(Group.PERSON, UUID(int=2)),
    Who(Group.CIRCLE, UUID(int=3)),
]
TERMS = st.builds(
    Term,
    purpose=st.sampled_from([Purpose.NEARBY, Purpose.FEED]),
    who=st.sampled_from(GROUPS),
    level=st.sampled_from(Level),
    # What is said here was said seconds ago: days are as good as ended.
    lasts=st.sampled_from([KEPT, KEPT, UNTIL_I_LEAVE, Lasts(3), Lasts(2 / 86_400)]),
)
CONTRACTS = st.builds(
    Contract,
    terms=st.lists(TERMS, max_size=5).map(tuple),
    quiet=st.sampled_from([(), (), (QuietPlace("home", Circle(SPOTS[1], 100)),)]),
)

WORLDS = st.builds(
    Drawn,
    mutes=st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from([MuteKind.PERSON, MuteKind.TOPIC, MuteKind.COMMUNITY]),
            st.sampled_from(range(2)),
        ),
        max_size=3,
        unique=True,
    ),
    circle=st.sets(st.sampled_from(PEOPLE[1:])),
    contracts=st.lists(CONTRACTS, min_size=len(PEOPLE), max_size=len(PEOPLE)),
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
            exactness=st.sampled_from([Level.CITY, Level.QUARTER, Level.STREET, Level.EXACT, Level.EXACT]),
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


# Each example writes a world; to make a failing one small would take minutes.
@settings(
    max_examples=60,
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


def test_areas_are_as_the_twin_takes_them() -> None:
    """Locations are kept as their outline, which for a circle is a little smaller than the circle."""
    inner = [Polygon(Circle(CENTRE, radius).outline()) for radius in (600, 3000)]
    assert [[area.contains(spot) for spot in SPOTS] for area in inner] == [
        [True, True, False, False],
        [True, True, True, False],
    ]
