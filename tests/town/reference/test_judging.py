"""A judge finds what came and should not have, what should have come and did not, and says where either is right."""

from dataclasses import replace

import pytest

from tests.town.reference.test_inbox import BEANS, FAIR, HERE, LETS, MORNING, NOON, OFFER, STAY
from town.reference.judging import Findings, Judge
from town.reference.knowing import Called, History, Voices
from town.reference.wanting import HOUR_S, Budget, Came, Offer, World
from town.reference.watching import Asked, Lived, Look

IT = Came("ana", "o1", "b1", "beans", NOON + 1, NOON + 2)
PROMISE_S = 600.0


def judged(
    *came: Came, offers: tuple[Offer, ...] = (OFFER,), called: tuple[Called, ...] = (), **more: object
) -> Findings:
    """Ana checks in at noon, and the gate looks within five seconds."""
    lived = Lived("ana", manners=History(LETS), looks=[Look(NOON, NOON + 5, STAY)], came=list(came))
    lived.stays.change(NOON, NOON + 0.5, STAY)
    for name, value in more.items():
        setattr(lived, name, value)
    world = World(
        {each.id: each for each in offers}, {"beans": BEANS, "fair": FAIR}, {"ana": ("beans", "fair")}
    )
    judge = Judge(world, Voices(called), PROMISE_S)
    judge.judge(lived)
    return judge.findings


def test_what_fits_and_came_is_justified() -> None:
    findings = judged(IT)
    assert findings.agrees
    assert (findings.justified, findings.in_doubt.total()) == (1, 0)


def test_what_fits_and_did_not_come_is_missing() -> None:
    findings = judged()
    assert findings.missing == [f"ana did not get o1 between {NOON} and {NOON + 5}"]


@pytest.mark.parametrize(
    ("came", "offers", "rule"),
    [
        (IT, (replace(OFFER, activities=frozenset({"riding"})),), "activity"),
        (IT, (replace(OFFER, week=MORNING),), "hours"),
        (replace(IT, community="fair"), (OFFER,), "through"),
        (replace(IT, held_out=True), (OFFER,), "held-out"),
        (IT, (replace(OFFER, hold_out=100),), "held-out"),
        (replace(IT, at=NOON + 9), (OFFER,), "look"),
        (replace(IT, offer="o0", business="b0"), (OFFER, replace(OFFER, id="o0", at=STAY.at)), None),
        (IT, (OFFER, replace(OFFER, id="o0")), "order"),
    ],
)
def test_what_came_and_should_not_have_breaks_a_rule(
    came: Came, offers: tuple[Offer, ...], rule: str | None
) -> None:
    assert dict(judged(came, offers=offers).broken) == ({rule: 1} if rule else {})


def test_what_reached_them_twice_breaks_a_rule() -> None:
    again = replace(IT, at=NOON + 3, known_at=NOON + 4)
    assert dict(judged(IT, again).broken) == {"again": 1}


@pytest.mark.parametrize(
    ("begins", "missing", "doubt"), [(NOON - 1, 1, 0), (NOON + 3, 0, 1), (NOON + 9, 0, 0)]
)
def test_where_an_offer_begins_while_the_gate_looks_either_is_right(
    begins: float, missing: int, doubt: int
) -> None:
    findings = judged(offers=(replace(OFFER, starts=begins, ends=NOON + 60),))
    assert (len(findings.missing), findings.in_doubt["looks"]) == (missing, doubt)


def test_a_voice_that_is_just_heard_leaves_either_right() -> None:
    before = [replace(IT, offer=f"o{n}", business="b9", at=NOON - 60, known_at=NOON - 59) for n in (7, 8)]
    fair = [replace(each, community="fair", offer=f"{each.offer}f") for each in before]
    earlier = {"looks": [Look(NOON - 70, NOON - 50, STAY), Look(NOON, NOON + 5, STAY)]}
    voices = tuple(
        Called("bea", f"o-{each}", "b1", each, 0, 2, NOON - 1, NOON + 9) for each in ("beans", "fair")
    )

    findings = judged(*before, *fair, called=voices, **earlier)

    assert findings.missing == []
    assert findings.in_doubt["looks"] == 1


def test_of_an_opinion_that_just_changed_no_word_is_heard_before_the_one_it_replaces() -> None:
    first = Called("bea", "o9", "b1", "beans", 1, 0, NOON - 3, NOON + 8)
    then = Called("bea", "o9", "b1", "beans", -1, 1, NOON + 8.5, NOON + 9)
    other = Called("cem", "o9", "b1", "beans", 0, 1, NOON - 3, NOON + 8)

    heard = Voices((first, then, other)).records({("b1", "beans")}, NOON, NOON + 10)

    assert sorted(each["b1", "beans"] for each in heard) == [(0, 0), (0, 1), (0, 1), (0, 2), (1, 0), (1, 1)]


def test_a_budget_that_just_ran_out_lets_one_more_come() -> None:
    one = Came("ana", "o9", "b9", "fair", NOON + 2 - HOUR_S, NOON + 3 - HOUR_S)
    manners = History(replace(LETS, budget=Budget(1, 9, 9, 9)))

    either, due = judged(one, manners=manners), judged(replace(one, at=NOON - HOUR_S - 1), manners=manners)

    assert (either.missing, either.in_doubt["looks"]) == ([], 1)
    assert len(due.missing) == 1


@pytest.mark.parametrize(("opens", "missing"), [(900, 1), (7000, 0)])
def test_what_opens_where_somebody_stays_must_come_within_a_while(opens: float, missing: int) -> None:
    findings = judged(offers=(replace(OFFER, starts=NOON + opens),))
    assert len(findings.missing) == missing
    reached = replace(IT, at=NOON + opens + 60, known_at=NOON + opens + 70)
    assert judged(reached, offers=(replace(OFFER, starts=NOON + opens),)).agrees


def test_what_is_told_of_why_not_must_be_so_pair_by_pair() -> None:
    offers = (OFFER, replace(OFFER, id="o2", activities=frozenset({"riding"})))
    asked = Asked(NOON + 6, NOON + 7, (("o2", "activity"),))
    assert judged(IT, offers=offers, asked=[asked]).agrees
    for told in ((), (("o2", "consent"),), (("o1", None), ("o2", "activity"))):
        findings = judged(IT, offers=offers, asked=[replace(asked, told=told)])
        assert (len(findings.wrongly_told), findings.should_be_told) == (1, {"activity": 1})


def test_nobody_who_is_nowhere_is_told_of_anything() -> None:
    stays = History[None](None)
    asked = [Asked(NOON, NOON + 1, ())]
    assert judged(stays=stays, looks=[], asked=asked).agrees
    assert STAY.at == HERE
