"""The reference of who hears what, on worlds small enough to be judged by eye; and that it catches every fault."""

from dataclasses import replace

import pytest
import shapely

from geo import Position
from town.reference.ground import Drawn, Round, Straight, quarter_of
from town.reference.heard import Findings, Hearing, Listener, Said, Watching, compare, disclosures
from town.reference.stays import Stay, Stays

CAFE = Position(41.4036, 2.1561)
AROUND = Watching(Round(CAFE, 500))
ELSEWHERE = Watching(Round(Position(48.2, 16.4), 500))
SAID = Said(
    id="c1",
    author="ana",
    at=CAFE,
    when=100.0,
    topics=frozenset({"interest:coffee"}),
    visibility="public",
    exactness="exact",
    locations=frozenset({"gracia"}),
    communities=frozenset({"beans"}),
)
VAGUE = replace(SAID, exactness="quarter")
AMONG_US = replace(SAID, visibility="communities")
SECRET = replace(SAID, visibility="me")
NOBODY_MOVED = Stays()
EXACTLY = Hearing("c1", "exact", CAFE, ("gracia",))
VAGUELY = Hearing("c1", "quarter", quarter_of(CAFE))


def listener(*watches: Watching, person: str = "bob", chosen: tuple[str, ...] = ()) -> Listener:
    return Listener(1, person, frozenset(chosen), watches or (AROUND,))


STRANGER, FELLOW, AUTHOR = listener(), listener(chosen=("beans",)), listener(person="ana")


@pytest.mark.parametrize(
    ("who", "said", "known"),
    [
        (STRANGER, SAID, "exact"),
        (STRANGER, VAGUE, "quarter"),
        (STRANGER, AMONG_US, None),
        (STRANGER, SECRET, None),
        (FELLOW, VAGUE, "exact"),
        (FELLOW, AMONG_US, "exact"),
        (FELLOW, SECRET, None),
        (listener(chosen=("others",)), AMONG_US, None),
        (AUTHOR, VAGUE, "exact"),
        (AUTHOR, SECRET, "exact"),
        (listener(ELSEWHERE), SAID, None),
        (listener(ELSEWHERE, person="ana"), SAID, None),
        (listener(ELSEWHERE, AROUND), SAID, "exact"),
    ],
)
def test_who_may_know_what(who: Listener, said: Said, known: str | None) -> None:
    assert disclosures(who, said, NOBODY_MOVED) == {known}


@pytest.mark.parametrize(
    ("watch", "said", "hears"),
    [
        (Watching(Straight(2.15, 41.40, 2.16, 41.41)), SAID, True),
        (Watching(Straight(2.16, 41.40, 2.17, 41.41)), SAID, False),
        (Watching(Drawn(shapely.box(2.15, 41.40, 2.16, 41.41))), SAID, True),
        (Watching(AROUND.ground, topics=frozenset({"interest:tea", "interest:coffee"})), SAID, True),
        (Watching(AROUND.ground, topics=frozenset({"interest:tea"})), SAID, False),
        (Watching(communities=frozenset({"gracia"})), SAID, True),
        (Watching(communities=frozenset({"gracia", "sants"})), SAID, True),
        (Watching(communities=frozenset({"sants"})), SAID, False),
        (Watching(AROUND.ground, communities=frozenset({"sants"})), SAID, False),
        # A small location's community would tell more than the quarter that is disclosed.
        (Watching(communities=frozenset({"gracia"})), VAGUE, False),
        (Watching(Round(CAFE, 5)), VAGUE, False),
        (Watching(Round(quarter_of(CAFE), 5)), VAGUE, True),
    ],
)
def test_what_a_stranger_watches_decides(watch: Watching, said: Said, hears: bool) -> None:
    assert (disclosures(listener(watch), said, NOBODY_MOVED) != {None}) == hears


def test_a_fellow_finds_what_is_vague_to_others_in_its_location_but_where_others_find_it() -> None:
    in_gracia = listener(Watching(communities=frozenset({"gracia"})), chosen=("beans",))
    at_the_door = listener(Watching(Round(CAFE, 5)), chosen=("beans",))

    assert disclosures(in_gracia, VAGUE, NOBODY_MOVED) == {"exact"}
    assert disclosures(at_the_door, VAGUE, NOBODY_MOVED) == {None}


def stays(*those: tuple[float, float, str]) -> Stays:
    made = Stays()
    for since, until, location in those:
        made.add("bob", Stay(since, until, frozenset({location})))
    return made


@pytest.mark.parametrize(
    ("where", "known"),
    [
        (stays((0, 200, "gracia")), {"exact"}),
        (stays((0, 200, "sants")), {None}),
        (stays((0, 50, "gracia")), {None}),
        (stays((0, 200, "gracia"), (90, 300, "sants")), {None}),
        (stays((0, 200, "sants"), (90, 300, "gracia")), {"exact"}),
        (stays((150, 300, "gracia")), {None}),
        # In the very moment of a move nobody can tell which came first.
        (stays((99.8, 300, "gracia")), {None, "exact"}),
        (stays((0, 200, "gracia"), (100.3, 300, "sants")), {None, "exact"}),
        (stays((0, 200, "gracia"), (100.3, 300, "gracia")), {"exact"}),
    ],
)
def test_neighbours_hear_while_they_are_neighbours(where: Stays, known: set[str | None]) -> None:
    assert disclosures(STRANGER, AMONG_US, where) == known


def judged(said: Said, *heard: Hearing, who: Listener = STRANGER) -> Findings:
    return compare([who], [said], NOBODY_MOVED, {1: heard})


def test_what_was_heard_rightly_is_counted() -> None:
    assert judged(SAID, EXACTLY).right == 1
    assert judged(VAGUE, VAGUELY).right == 1
    assert judged(SECRET).agrees


@pytest.mark.parametrize(
    ("said", "heard", "fault"),
    [
        (SAID, (), "missing"),
        (SAID, (EXACTLY, EXACTLY), "twice"),
        (SECRET, (EXACTLY,), "extra"),
        (SAID, (EXACTLY, replace(EXACTLY, id="c2")), "extra"),
        (VAGUE, (EXACTLY,), "wrong"),
        (SAID, (VAGUELY,), "wrong"),
        (VAGUE, (replace(VAGUELY, at=CAFE),), "wrong"),
        (SAID, (replace(EXACTLY, at=Position(41.4036, 2.15611)),), "wrong"),
        (VAGUE, (replace(VAGUELY, communities=("gracia",)),), "wrong"),
        (SAID, (replace(EXACTLY, communities=()),), "wrong"),
    ],
)
def test_every_fault_is_caught(said: Said, heard: tuple[Hearing, ...], fault: str) -> None:
    findings = judged(said, *heard)

    assert not findings.agrees
    assert {name for name in ("missing", "twice", "extra", "wrong") if getattr(findings, name)} == {fault}


def test_either_is_right_in_the_moment_of_a_move() -> None:
    moving = stays((99.8, 300, "gracia"))

    for heard in ([], [EXACTLY]):
        findings = compare([STRANGER], [AMONG_US], moving, {1: heard})
        assert findings.agrees
        assert findings.either_way == 1
