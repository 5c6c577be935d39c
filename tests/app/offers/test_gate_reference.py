"""The gate's statement against a slow and obvious twin in Python, on random small worlds."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.ids import NOBODY
from app.offers import gate
from app.offers.models import Approach, Offer, OfferBudget
from app.offers.rules import A_DAY, EVERY
from app.relations.rules import MuteKind
from app.trust.week import Week
from geo import Circle, Polygon, Position, destination, metres_between
from tests.app.rows import LASTS, Rows, rows_in

CENTRE = Position(41.4036, 2.1561)
#: Spots 300 m apart along a street; an offer's area reaches the spots beside its own.
SPOTS = [destination(CENTRE, 90, 300.0 * step) for step in range(4)]
REACH_M = 400
NOW, MINUTE, DAY = timedelta(), timedelta(minutes=1), timedelta(days=1)


@dataclass
class Somebody:
    """All times are relative to now."""

    spot: int | None
    fixed: timedelta
    activity: str | None
    consents: bool
    #: Places in the list of communities, in the order of joining.
    joined: list[int]
    #: When offers came, the newest first.
    recent: list[timedelta]
    #: Places in the list of offers that came before.
    approached: set[int]
    #: Places in the list of communities and of topics, and of the offers whose businesses they are.
    mutes: dict[MuteKind, set[int]]
    #: Places in the list of offers that answer what they pledged, where they belong to whom wishes it.
    pledged: set[int]
    id: UUID = NOBODY

    def is_at(self, now: timedelta) -> Position | None:
        return SPOTS[self.spot] if self.spot is not None and self.fixed + LASTS > now else None


@dataclass
class Something:
    """An offer."""

    spot: int
    topics: set[int]
    activities: tuple[str, ...]
    opens: timedelta
    lasts: timedelta
    remaining: int | None
    #: The place of the community whose wish it answers.
    answers: int | None
    #: Whether now is one of its hours of the week; None where it has none.
    hours: bool | None
    is_paused: bool
    id: UUID = NOBODY


@dataclass
class Drawn:
    people: list[Somebody]
    offers: list[Something]
    #: The topics each community shares.
    communities: list[set[int]]
    reached: dict[tuple[UUID, UUID], float] = field(default_factory=dict)


TOPICS = st.sets(st.integers(0, 2), min_size=1, max_size=2)
#: At most one each, for enough else must fit if a mute is to be what is in the way.
MUTABLE = [MuteKind.COMMUNITY, MuteKind.TOPIC, MuteKind.BUSINESS]
ONE_MUTE = [{kind: {place}} for kind in MUTABLE for place in range(3)]
MUTES: list[dict[MuteKind, set[int]]] = [*[{}] * 4, *ONE_MUTE]
PEOPLE = st.builds(
    Somebody,
    spot=st.sampled_from([0, 0, 0, 1, 2, 3, None]),
    fixed=st.sampled_from([NOW, NOW, NOW, -60 * MINUTE, -LASTS]),
    activity=st.sampled_from([None, "riding", "eating"]),
    consents=st.sampled_from([True, True, True, False]),
    joined=st.just([0, 1, 2])
    | st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True)
    | st.just(list[int]()),
    recent=st.sampled_from(
        [[], [], [], [-30], [-60], [-60, -90], [-60, -90, -1439], [-60, -90, -1440], [-600, -1500, -1600]]
    ).map(lambda minutes: [each * MINUTE for each in minutes]),
    approached=st.sampled_from([(), (), (), (0,), (1,), (2,)]).map(set),
    mutes=st.sampled_from(MUTES),
    pledged=st.sampled_from([(), (), (0, 1), (0, 1, 2, 3)]).map(set),
    id=st.just(NOBODY),
)
OFFERS = st.builds(
    Something,
    spot=st.sampled_from([0, 0, 1, 2, 3]),
    topics=TOPICS,
    activities=st.sampled_from([(), (), ("riding",), ("riding", "eating")]),
    opens=st.sampled_from([NOW, NOW, MINUTE, -60 * MINUTE]),
    lasts=st.sampled_from([DAY, DAY, 60 * MINUTE]),
    remaining=st.sampled_from([None, None, 0, 1, 2]),
    answers=st.sampled_from([None, None, 0]),
    hours=st.sampled_from([None, None, True, False]),
    is_paused=st.sampled_from([False, False, False, True]),
    id=st.just(NOBODY),
)
WORLDS = st.builds(
    Drawn,
    people=st.lists(PEOPLE, min_size=2, max_size=5),
    offers=st.lists(OFFERS, min_size=1, max_size=4),
    communities=st.lists(TOPICS, min_size=3, max_size=3),
    reached=st.builds(dict),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=WORLDS)
def test_the_gate_decides_as_its_obvious_twin(session: Session, drawn: Drawn) -> None:
    small = rows_in(session)
    try:
        write(small, drawn)
        delivered, withheld = gate.deliver(session, [each.id for each in drawn.people], small.now)
    finally:
        session.rollback()
    wanted, wanted_withheld = twin(drawn)
    assert {(each.person_id, each.offer_id): round(each.metres) for each in delivered} == wanted
    assert withheld == wanted_withheld


def twin(drawn: Drawn) -> tuple[dict[tuple[UUID, UUID], int], Counter[str]]:
    """Who is reached by what, from how many metres; and how many pairs were withheld, by reason."""
    reached: dict[tuple[UUID, UUID], int] = {}
    left = {offer.id: offer.remaining for offer in drawn.offers}
    for person in sorted(drawn.people, key=lambda each: each.id):
        fitting = [offer for offer, reason in judged(drawn, person) if reason is None]
        nearest = min(fitting, key=lambda offer: (round(metres(person, offer)), offer.id), default=None)
        if nearest is None or left[nearest.id] == 0:
            continue
        # Who is in the queue takes a place in it, even if the budget then says no.
        left[nearest.id] = None if left[nearest.id] is None else (left[nearest.id] or 0) - 1
        if within_budget(person):
            reached[person.id, nearest.id] = round(metres(person, nearest))
    reasons = [
        reason or "budget"
        for person in drawn.people
        for offer, reason in judged(drawn, person)
        if (person.id, offer.id) not in reached
    ]
    return reached, Counter(reasons)


def judged(drawn: Drawn, person: Somebody) -> list[tuple[Something, str | None]]:
    """The offers around a person while their window is open, each with the first reason why not."""
    here = person.is_at(NOW)
    return [
        (offer, why_not(drawn, person, place))
        for place, offer in enumerate(drawn.offers)
        if here and is_open(offer) and area(offer).contains(here)
    ]


def is_open(offer: Something) -> bool:
    return offer.opens <= NOW < offer.opens + offer.lasts and offer.hours is not False and not offer.is_paused


def why_not(drawn: Drawn, person: Somebody, place: int) -> str | None:
    offer = drawn.offers[place]
    if place in person.approached:
        return "again"
    if offer.remaining == 0:
        return "quantity"
    if offer.activities and person.activity not in offer.activities:
        return "activity"
    heard = set(person.joined) - person.mutes.get(MuteKind.COMMUNITY, set())
    if offer.answers is not None:
        heard &= {offer.answers}
    if not any(drawn.communities[joined] & offer.topics for joined in heard):
        return "community"
    if offer.answers is not None and place not in person.pledged:
        return "wish"
    return why_unwelcome(person, place, offer)


def why_unwelcome(person: Somebody, place: int, offer: Something) -> str | None:
    if not person.consents:
        return "consent"
    is_muted = place in person.mutes.get(MuteKind.BUSINESS, set()) or offer.topics & person.mutes.get(
        MuteKind.TOPIC, set()
    )
    return "muted" if is_muted else None


def within_budget(person: Somebody) -> bool:
    last_hour = [when for when in person.recent if when > NOW - EVERY]
    last_day = [when for when in person.recent if when > NOW - DAY]
    return not last_hour and len(last_day) < A_DAY


def area(offer: Something) -> Polygon:
    return Polygon(Circle(SPOTS[offer.spot], REACH_M).outline())


def metres(person: Somebody, offer: Something) -> float:
    return metres_between(SPOTS[offer.spot], SPOTS[person.spot or 0])


def write(small: Rows, drawn: Drawn) -> None:
    """The world as rows."""
    topics = [small.topic() for _ in range(3)]
    communities = [small.community(*(topics[each] for each in shared)) for shared in drawn.communities]
    for offer in drawn.offers:
        write_offer(replace(small, now=small.now - DAY), offer, [topics[each] for each in offer.topics])
    for person in drawn.people:
        write_person(small, person, communities, drawn.offers)
    for place, offer in enumerate(drawn.offers):
        if offer.answers is not None:
            wanting = [
                each.id for each in drawn.people if place in each.pledged and offer.answers in each.joined
            ]
            small.answers(offer.id, small.wish(communities[offer.answers], *wanting))
    for person in drawn.people:
        businesses = [small.session.get_one(Offer, each.id).business_id for each in drawn.offers]
        ids = {MuteKind.COMMUNITY: communities, MuteKind.TOPIC: topics, MuteKind.BUSINESS: businesses}
        for kind, places in person.mutes.items():
            for place in places & set(range(len(ids[kind]))):
                small.mutes(person.id, kind, ids[kind][place])


def write_offer(yesterday: Rows, offer: Something, topics: list[UUID]) -> None:
    offer.id = yesterday.offer(
        SPOTS[offer.spot],
        topics,
        radius_m=REACH_M,
        activities=offer.activities,
        quantity=offer.remaining,
        opens=DAY + offer.opens,
        lasts=offer.lasts,
    )
    made = yesterday.session.get_one(Offer, offer.id)
    now = yesterday.now + DAY
    minute = now.weekday() * 1440 + now.hour * 60 + now.minute
    if offer.hours is not None:
        made.week = Week(
            ((minute, minute + 1),) if offer.hours else ((0, minute), (minute + 1, 10_080)), "UTC"
        )
    made.paused_at = yesterday.now if offer.is_paused else None
    yesterday.session.flush()


def write_person(small: Rows, person: Somebody, communities: list[UUID], offers: list[Something]) -> None:
    person.id = small.person()
    for place, each in enumerate(person.joined):
        replace(small, now=small.now + place * MINUTE).joins(person.id, communities[each])
    if person.consents:
        small.consents(person.id)
    if person.spot is not None:
        small.is_at(person.id, SPOTS[person.spot], person.activity, ago=-person.fixed)
    if person.recent:
        recent = [small.now + each for each in person.recent]
        small.session.add(OfferBudget(person_id=person.id, recent=recent))
    for offer in [offers[place] for place in person.approached if place < len(offers)]:
        came = Approach(person_id=person.id, offer_id=offer.id, community_id=communities[0], at=small.now)
        small.session.add(came)
    small.session.flush()
