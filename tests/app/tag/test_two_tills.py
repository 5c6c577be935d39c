"""Two businesses put together all that they get, and cannot tell which of their readings are of one person.

Each of `CROWD` people is read by both, many times in many windows, in an order of chance. The two lay side by side
every answer, every list, every code their readers saw, and how long each answer took; then they try to say for each
person of one whom they are at the other. Every way of theirs is honest: it uses all of a feature, and pairs people one
to one, the most alike first.

The statistic is how many of the pairs are right. By chance alone that number is one on average, whatever the crowd
(fixed points of a random permutation), and 8 or more come in 1 of 98,000 draws (Poisson, mean 1: sum of 1/(e·k!) from
8). So `BOUND` is 7: a leak that told one bit of a person well would bring more than that, as the controls show.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from statistics import median
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.tag import codes as sealing
from app.trust.terms import Identity
from tests.app.tag.tags import Till, a_till, codes_of, lets_know
from tests.world import Json, World

CROWD, VISITS, BOUND = 30, 5, 7


@dataclass
class Dossier:
    """All that a business has of somebody, as far as it can tell one from another itself."""

    #: Who it is: known to the judge, not to the businesses.
    truth: str
    codes: list[str] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    listed: list[Json] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)

    @cached_property
    def words(self) -> set[str]:
        return _words(self)


def visits(
    world: World, app: Flask, allows: Identity, tills: Sequence[Till], times: int = VISITS
) -> list[dict[str, Dossier]]:
    """The crowd is read by all tills; each till's dossiers."""
    chance = random.Random(20261122)
    people = [world.person() for _ in range(CROWD)]
    for each in people:
        lets_know(app, each, allows)
    # As their phones have them: each time the next code of that window.
    ahead = {each.id: each.posts("/me/tag/codes")["windows"] for each in people}
    found = [{each.id: Dossier(each.id) for each in people} for _ in tills]
    for visit in range(times):
        with clock.travelling(timedelta(minutes=20 * visit)):
            for turn, (till, dossiers) in enumerate(zip(tills, found, strict=True)):
                for person in chance.sample(people, CROWD):
                    _read(till, ahead[person.id][2 * visit]["codes"][turn], dossiers[person.id])
    for till, dossiers in zip(tills, found, strict=True):
        with clock.travelling(timedelta(minutes=20 * times)):
            _look(till, dossiers)
    return found


def _read(till: Till, code: str, dossier: Dossier) -> None:
    began = time.perf_counter()
    answer = till.reads(code)
    dossier.took_s.append(time.perf_counter() - began)
    dossier.codes.append(code)
    dossier.answers.append(answer)


def _look(till: Till, dossiers: dict[str, Dossier]) -> None:
    """What its list shows, put beside the answers it belongs to."""
    listed: dict[str, Json] = {}
    path = f"/readers/{till.id}/readings?limit=100"
    while path:
        page = till.staff.asks("GET", path)
        listed |= {each["id"]: each for each in page.get_json()["items"]}
        link = page.headers.get("Link", "")
        path = link.split(">")[0].removeprefix("</v1") if link else ""
    for dossier in dossiers.values():
        mine = [each["reading"]["id"] for each in dossier.answers if each["reading"]]
        dossier.listed = [listed[each] for each in mine]


# Ways of the attack: how alike two dossiers are, more being more alike.


def same_words(one: Dossier, other: Dossier) -> float:
    """Anything at all that stands in both: whole values, and pieces of four letters of them."""
    return float(len(one.words & other.words))


def _words(dossier: Dossier) -> set[str]:
    told = [
        str(value)
        for each in (*dossier.answers, *dossier.listed)
        for value in _values(each)
        if value not in (None, "ok", "silent", "person", "pseudonym", "handle")
    ]
    said = [*told, *dossier.codes]
    return {*said} | {each[n : n + 4] for each in said for n in range(len(each) - 3)}


def _values(told: Any) -> list[Any]:
    if isinstance(told, dict):
        return [
            value
            for name, each in told.items()
            if name not in {"nonce", "read_at"}
            for value in _values(each)
        ]
    return [told]


def same_bits(one: Dossier, other: Dossier) -> float:
    """How many bits their codes have in common, the nearest two of them, beyond the day everybody's have."""
    return max(-_distance(left[2:], right[2:]) for left in one.codes for right in other.codes)


def near_pseudonyms(one: Dossier, other: Dossier) -> float:
    """How many bits their pseudonyms have in common."""
    names = [
        "".join(str(each["reading"]["pseudonym"]) for each in dossier.answers[:1] if each["reading"])
        for dossier in (one, other)
    ]
    return -_distance(*names) if all(names) else 0.0


def near_ids(one: Dossier, other: Dossier) -> float:
    """How near the ends of the ids of their readings are, where chance and not time is."""
    ends = [[int(each["id"][-12:], 16) for each in dossier.listed] for dossier in (one, other)]
    return -min((abs(left - right) for left in ends[0] for right in ends[1]), default=0)


def as_slow(one: Dossier, other: Dossier) -> float:
    """How alike the times of their answers are."""
    return -abs(median(one.took_s) - median(other.took_s))


def same_outcomes(one: Dossier, other: Dossier) -> float:
    """How often they were answered in the same way."""
    pairs = zip(one.answers, other.answers, strict=True)
    return float(sum(left["outcome"] == right["outcome"] for left, right in pairs))


def all_together(one: Dossier, other: Dossier) -> float:
    return same_words(one, other) + same_outcomes(one, other)


WAYS: tuple[Callable[[Dossier, Dossier], float], ...] = (
    same_words,
    same_bits,
    near_pseudonyms,
    near_ids,
    as_slow,
    same_outcomes,
    all_together,
)


def _distance(one: str, other: str) -> int:
    left, right = (int.from_bytes(each.encode()) for each in (one, other))
    return (left ^ right).bit_count()


def right_pairs(way: Callable[[Dossier, Dossier], float], found: Sequence[dict[str, Dossier]]) -> int:
    """How many people the businesses recognise in each other's dossiers, in this way."""
    chance = random.Random(7)
    # The judge shuffles both, so that no order tells anything.
    left, right = (chance.sample(list(each.values()), CROWD) for each in found)
    pairs = [(row, column) for row in range(CROWD) for column in range(CROWD)]
    alike = sorted(
        ((way(left[row], right[column]), chance.random(), row, column) for row, column in pairs), reverse=True
    )
    paired: dict[int, int] = {}
    for _, _, row, column in alike:
        if row not in paired and column not in paired.values():
            paired[row] = column
    return sum(left[row].truth == right[column].truth for row, column in paired.items())


@pytest.mark.parametrize("allows", [Identity.NOBODY, Identity.PERSON, Identity.PSEUDONYM])
def test_two_businesses_cannot_tell_that_it_was_the_same_tag(
    world: World, app: Flask, allows: Identity
) -> None:
    found = visits(world, app, allows, [a_till(world), a_till(world)])
    answered = {each["outcome"] for dossiers in found for one in dossiers.values() for each in one.answers}
    assert answered == {"silent" if allows is Identity.NOBODY else "ok"}
    assert {way.__name__: right for way in WAYS if (right := right_pairs(way, found)) > BOUND} == {}


def test_one_business_tells_that_it_was_the_same_tag_where_people_let_it(world: World, app: Flask) -> None:
    """The attack works where there is something to find: two tills of one business, and handles."""
    business = world.business()
    same = visits(world, app, Identity.PSEUDONYM, [a_till(world, business), a_till(world, business)], 2)
    assert right_pairs(same_words, same) == right_pairs(near_pseudonyms, same) == CROWD
    named = visits(world, app, Identity.HANDLE, [a_till(world), a_till(world)], 2)
    assert right_pairs(same_words, named) == CROWD


def test_codes_that_were_not_sealed_would_be_found_out(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack finds a tag's number where the block is left open."""

    class Open:
        @staticmethod
        def update(block: bytes) -> bytes:
            return block

    class Cipher:
        @staticmethod
        def encryptor() -> type[Open]:
            return Open

        decryptor = encryptor

    monkeypatch.setattr(sealing, "_cipher", lambda _: Cipher)
    found = visits(world, app, Identity.PERSON, [a_till(world), a_till(world)], 2)
    assert right_pairs(same_bits, found) > BOUND
    assert right_pairs(same_words, found) > BOUND


def test_a_code_handed_on_to_another_business_tells_it_nothing(world: World, app: Flask) -> None:
    """Or the first would send what it read to the second, and both lay their pseudonyms side by side."""
    bob = world.person("Bob")
    lets_know(app, bob, Identity.PSEUDONYM)
    one, other = a_till(world), a_till(world)
    code = codes_of(bob)[0]
    assert one.reads(code)["outcome"] == "ok"
    refused = other.reads(code)
    assert (refused["outcome"], refused["reading"], other.learnt) == ("replayed", None, [])
