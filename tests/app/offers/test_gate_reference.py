"""The gate's statement against a slow and obvious twin in Python, on random small worlds."""

from collections import Counter
from functools import partial
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from app.offers import gate
from app.offers.rules import STEPS_M, is_held_out
from app.peers.rules import standing
from app.relations.rules import MuteKind
from tests.app.offers.choices import CHOICES
from tests.app.offers.drawn import (
    DAY,
    MINUTE,
    NOW,
    WORLDS,
    Drawn,
    Somebody,
    Something,
    area,
    metres,
    write,
)
from tests.app.rows import rows_in


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=WORLDS)
def test_the_gate_decides_as_its_obvious_twin(session: Session, drawn: Drawn) -> None:
    decided_alike(session, drawn)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=CHOICES)
def test_of_several_the_gate_chooses_as_its_obvious_twin(session: Session, drawn: Drawn) -> None:
    decided_alike(session, drawn)


def decided_alike(session: Session, drawn: Drawn) -> None:
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
    held_out: set[tuple[UUID, UUID]] = set()
    for person in sorted(drawn.people, key=lambda each: each.id):
        fitting = [offer for offer, reason in judged(drawn, person) if reason is None]
        if not fitting:
            continue
        first = min(fitting, key=partial(order, drawn, person))
        if first.answers is None and is_held_out(first.id, person.id, first.hold_out):
            held_out.add((person.id, first.id))
            continue
        reached[person.id, first.id] = round(metres(person, first))
    reasons = [
        reason or ("held-out" if (person.id, offer.id) in held_out else "budget")
        for person in drawn.people
        for offer, reason in judged(drawn, person)
        if (person.id, offer.id) not in reached
    ]
    return reached, Counter(reasons)


def order(drawn: Drawn, person: Somebody, offer: Something) -> tuple[float, int, float, int, UUID]:
    """What comes first of all that fits is the least."""
    place = drawn.offers.index(offer)
    about = set[int]().union(*(drawn.communities[each] for each in heard_of(person)))
    stands = standing(*record(drawn, place, chosen(drawn, person, place, through(drawn, person, offer))))
    away = round(metres(person, offer))
    steps = sum(away >= each for each in STEPS_M)
    return -len(offer.topics & about) / len(offer.topics), steps, -stands, away, offer.id


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
    if place in person.approached | person.held_out:
        return "again" if place in person.approached else "held-out"
    if offer.remaining == 0:
        return "quantity"
    if offer.activities and person.activity not in offer.activities:
        return "activity"
    ways = through(drawn, person, offer)
    if not ways:
        return "community"
    if offer.answers is not None and place not in person.pledged:
        return "wish"
    tried = why_not_them(drawn, person, place, ways), why_unwelcome(person, place, offer)
    return next(filter(None, tried), None) or why_too_many(drawn, person, place, ways)


def heard_of(person: Somebody) -> set[int]:
    return set(person.joined) - person.mutes.get(MuteKind.COMMUNITY, set())


def through(drawn: Drawn, person: Somebody, offer: Something) -> list[int]:
    """The communities through which it may come, in the order of joining."""
    heard = heard_of(person) & ({offer.answers} if offer.answers is not None else heard_of(person))
    return [each for each in person.joined if each in heard and drawn.communities[each] & offer.topics]


def why_not_them(drawn: Drawn, person: Somebody, place: int, through: list[int]) -> str | None:
    offer = drawn.offers[place]
    if offer.answers is not None:
        return None
    used = chosen(drawn, person, place, through)
    there = [each for each in drawn.people if each.consents and used in each.joined and is_in(each, offer)]
    if offer.together and len(there) < offer.together:
        return "collective"
    if offer.visits and person.seen[place] < offer.visits:
        return "returning"
    return "event" if offer.is_for_event and place not in person.goes else None


def is_in(person: Somebody, offer: Something) -> bool:
    here = person.is_at(NOW)
    return here is not None and area(offer).contains(here)


def chosen(drawn: Drawn, person: Somebody, place: int, through: list[int]) -> int:
    """The community through which it would come: the first joined that is not spent, or else the first joined."""
    return (free(drawn, person, place, through) or through)[0]


def free(drawn: Drawn, person: Somebody, place: int, through: list[int]) -> list[int]:
    came = today_through(person)
    noise = {each: drawn.noise[each] * standing(*record(drawn, place, each)) for each in through}
    return [each for each in through if came[each] < min(noise[each], person.budget.a_community)]


def today_through(person: Somebody) -> Counter[int]:
    return Counter(person.through[number] for number, when in enumerate(person.recent) if when > NOW - DAY)


def why_unwelcome(person: Somebody, place: int, offer: Something) -> str | None:
    if not person.consents:
        return "consent"
    is_muted = place in person.mutes.get(MuteKind.BUSINESS, set()) or offer.topics & person.mutes.get(
        MuteKind.TOPIC, set()
    )
    return "muted" if is_muted else None


def why_too_many(drawn: Drawn, person: Somebody, place: int, through: list[int]) -> str | None:
    today = [number for number, when in enumerate(person.recent) if when > NOW - DAY]
    of = [number for number in today if person.of[number] == place]
    unspent = free(drawn, person, place, through)
    allowed = drawn.noise[through[0]] * standing(*record(drawn, place, through[0]))
    if not unspent and today_through(person)[through[0]] >= allowed:
        return "noise"
    last_hour = [when for when in person.recent if when > NOW - 60 * MINUTE]
    within = len(last_hour) < person.budget.an_hour and len(today) < person.budget.a_day
    return None if unspent and within and len(of) < person.budget.a_business else "budget"


def record(drawn: Drawn, place: int, community: int) -> tuple[int, int]:
    """What was called useful and noise of a business in a community; a useful piece counts for three offers."""
    useful, noise = drawn.records.get((place, community), (0, 0))
    of_piece, noise_of_piece = drawn.pieces.get((place, community), (0, 0))
    return useful + 3 * of_piece, noise + noise_of_piece
