"""Random small worlds of people and offers around them, and how they are written down as rows."""

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from app.communities.models import Community
from app.ids import NOBODY
from app.offers.models import Approach, Offer, OfferBudget
from app.offers.rules import SAID_NOTHING, Budget, Conditions
from app.peers import service as peers
from app.relations.rules import MuteKind
from app.trust.week import Week
from geo import Circle, Polygon, Position, destination, metres_between
from tests.app.rows import LASTS, Rows

CENTRE = Position(41.4036, 2.1561)
#: Spots 300 m apart along a street, and one just beside the first; an offer's area reaches the spots beside its own.
SPOTS = [destination(CENTRE, 90, metres) for metres in (0.0, 300.0, 600.0, 900.0, 30.0)]
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
    #: When offers came, the newest first; and the places of the communities through which, and of the offers of whose
    #: businesses they came.
    recent: list[timedelta]
    through: list[int]
    of: list[int]
    budget: Budget
    #: Places in the list of offers that came before, or were held out.
    approached: set[int]
    held_out: set[int]
    #: Places in the list of communities and of topics, and of the offers whose businesses they are.
    mutes: dict[MuteKind, set[int]]
    #: Places in the list of offers that answer what they pledged, where they belong to whom wishes it.
    pledged: set[int]
    #: Places in the list of offers whose event they go to; and how often their businesses saw them.
    goes: set[int]
    seen: list[int]
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
    hold_out: int
    #: For whom it is besides. Nothing of it stands where it answers a wish.
    together: int | None
    visits: int | None
    is_for_event: bool
    id: UUID = NOBODY


@dataclass
class Drawn:
    people: list[Somebody]
    offers: list[Something]
    #: The topics each community shares.
    communities: list[set[int]]
    noise: list[int]
    #: What members of a community called what came of the business of an offer: how often useful, and noise.
    records: dict[tuple[int, int], tuple[int, int]]
    #: And the same of a piece that its business wrote for a community.
    pieces: dict[tuple[int, int], tuple[int, int]]
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
    through=st.lists(st.integers(0, 2), min_size=3, max_size=3),
    of=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    budget=st.just(SAID_NOTHING)
    | st.builds(Budget, st.integers(0, 3), st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)),
    approached=st.sampled_from([(), (), (), (0,), (1,), (2,)]).map(set),
    held_out=st.sampled_from([(), (), (0,), (2,)]).map(set),
    mutes=st.sampled_from(MUTES),
    pledged=st.sampled_from([(), (), (0, 1), (0, 1, 2, 3)]).map(set),
    goes=st.sampled_from([(), (0, 1, 2, 3)]).map(set),
    seen=st.lists(st.integers(1, 3), min_size=4, max_size=4),
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
    hold_out=st.sampled_from([0, 0, 10, 50]),
    together=st.sampled_from([None, None, 2, 3]),
    visits=st.sampled_from([None, None, None, 2]),
    is_for_event=st.sampled_from([False, False, False, True]),
    id=st.just(NOBODY),
)
WORLDS = st.builds(
    Drawn,
    people=st.lists(PEOPLE, min_size=2, max_size=5),
    offers=st.lists(OFFERS, min_size=1, max_size=4),
    communities=st.lists(TOPICS, min_size=3, max_size=3),
    noise=st.lists(st.sampled_from([10, 3, 2, 1, 0]), min_size=3, max_size=3),
    pieces=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.integers(0, 9), st.integers(0, 30)),
        max_size=4,
    ),
    records=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.integers(0, 9), st.integers(0, 30)),
        max_size=6,
    ),
    reached=st.builds(dict),
)


def area(offer: Something) -> Polygon:
    return Polygon(Circle(SPOTS[offer.spot], REACH_M).outline())


def metres(person: Somebody, offer: Something) -> float:
    return metres_between(SPOTS[offer.spot], SPOTS[person.spot or 0])


def write(small: Rows, drawn: Drawn) -> None:
    """The world as rows."""
    topics = [small.topic() for _ in range(3)]
    communities = [small.community(*(topics[each] for each in shared)) for shared in drawn.communities]
    for community, noise in zip(communities, drawn.noise, strict=True):
        small.session.get_one(Community, community).noise_budget = noise
    for offer in drawn.offers:
        write_offer(replace(small, now=small.now - DAY), offer, [topics[each] for each in offer.topics])
    businesses = [small.session.get_one(Offer, each.id).business_id for each in drawn.offers]
    for (place, community), said in drawn.records.items():
        if place < len(businesses):
            peers.count(small.session, (businesses[place], communities[community]), *said)
    for (place, community), said in drawn.pieces.items():
        if place < len(businesses):
            small.piece(businesses[place], communities[community], *said)
    for person in drawn.people:
        write_person(small, person, communities, drawn.offers)
    write_conditions(small, drawn)
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


def write_conditions(small: Rows, drawn: Drawn) -> None:
    for place, offer in enumerate(drawn.offers):
        if offer.answers is not None:
            continue
        made = small.session.get_one(Offer, offer.id)
        going = [each.id for each in drawn.people if place in each.goes]
        made.conditions = Conditions(
            offer.together, offer.visits, small.event(*going) if offer.is_for_event else None
        )
        for person in drawn.people if offer.visits else []:
            small.reads(made.business_id, person.id, *(number * DAY for number in range(person.seen[place])))
    small.session.flush()


def write_offer(yesterday: Rows, offer: Something, topics: list[UUID]) -> None:
    offer.id = yesterday.offer(
        SPOTS[offer.spot],
        topics,
        radius_m=REACH_M,
        activities=offer.activities,
        quantity=offer.remaining,
        opens=DAY + offer.opens,
        lasts=offer.lasts,
        hold_out=offer.hold_out,
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
    if person.recent or person.budget != SAID_NOTHING:
        small.session.add(budget_of(small, person, communities, offers))
    for place in (person.approached | person.held_out) & set(range(len(offers))):
        came = Approach(
            person_id=person.id, offer_id=offers[place].id, community_id=communities[0], at=small.now
        )
        came.held_out = place not in person.approached
        small.session.add(came)
    small.session.flush()


def budget_of(small: Rows, person: Somebody, communities: list[UUID], offers: list[Something]) -> OfferBudget:
    businesses = [small.session.get_one(Offer, each.id).business_id for each in offers]
    # Of an offer that is not in this world.
    businesses += [NOBODY] * (4 - len(offers))
    return OfferBudget(
        person_id=person.id,
        recent=[small.now + each for each in person.recent],
        communities=[communities[each] for each, _ in zip(person.through, person.recent, strict=False)],
        businesses=[businesses[each] for each, _ in zip(person.of, person.recent, strict=False)],
        **asdict(person.budget),
    )
