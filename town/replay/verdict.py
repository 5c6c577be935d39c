"""What came of a play, held against the reference: a summary for machines, and whether all of it agrees."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from town.api import Api
from town.reference.gate import Gate, deliveries
from town.reference.heard import Findings, Listener, compare
from town.reference.hoods import Agreement, Neighbourhoods
from town.replay.evidence import Played
from town.replay.score import Offered, percentiles
from town.stage.cast import Done
from town.stage.ears import Ear

#: Of the rows inside a neighbourhood, so many must open that membership.
LEAST_AGREEING = 0.995
_MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Offering:
    """How the offers that reached people agree with the gate's reference."""

    delivered: int
    withheld: Counter[str]
    expected: Gate
    differences: list[str]


def hood_agreement(played: Played) -> Agreement:
    """Memberships against where each row lies, and against the file's own neighbourhoods if it names any."""
    return Neighbourhoods(played.town.areas, played.town.names).agreement(played.landed())


def findings(played: Played, done: Done) -> Findings:
    """Every listener against every check-in; some ten seconds for 500 and 5,000."""
    listeners = _one_by_one(played.ears, done)
    return compare(listeners, played.everything_said(), played.everywhere_stayed(), played.everything_heard())


def offering(played: Played, api: Api) -> Offering:
    """Inboxes, sockets and the server's counts against the gate's reference."""
    gate = Gate(played.offers, played.people())
    expected, got = deliveries(gate, played.moves()), played.inboxes(api)
    differences = [
        *(f"{person} did not get offer {offer}" for person, offer in sorted(expected - got)),
        *(f"{person} got offer {offer}, which is not for them" for person, offer in sorted(got - expected)),
        *_on_sockets(played, got),
        *_counted(played.score.offers, gate, len(got)),
    ]
    return Offering(len(got), played.score.offers.withheld, gate, differences)


def summary(played: Played, found: Findings, offers: Offering, hoods: Agreement) -> dict[str, Any]:
    """Everything as JSON; `agrees` tells whether it is as it should be."""
    score = played.score
    kept_open = all(ear.is_open for ear in played.ears)
    return {
        "agrees": not score.refused
        and found.agrees
        and not offers.differences
        and kept_open
        and _agrees(hoods),
        "check_ins": {"accepted": len(score.accepted), "refused": dict(score.refused)},
        "memberships_opened": score.opened,
        "hoods": _hoods(hoods),
        "messages": _messages(played, found),
        "offers": _offers(offers),
        "post_to_push_ms": _rounded(percentiles(score.latencies_ms)),
        "lasted_s": round(score.lasted_s, 1),
        "behind_time_s": _rounded(percentiles([each.late_s for each in score.accepted], of=(50, 100))),
    }


def _one_by_one(ears: Iterable[Ear], done: Done) -> Iterator[Listener]:
    for ear in ears:
        yield ear.listener
        done(1)


def _on_sockets(played: Played, got: set[tuple[str, str]]) -> list[str]:
    """Each socket of a person must have been told of each of their deliveries once, and of no others."""
    ours = {offer.id for offer in played.offers}
    due: dict[str, set[str]] = defaultdict(set)
    for person, offer in got:
        due[person].add(offer)
    return [
        f"listener {ear.listener.number} was told of offers {dict(told)}, not of {sorted(due[ear.player.id])}"
        for ear in played.ears
        if (told := Counter(offer for offer in ear.offers if offer in ours)) != Counter(due[ear.player.id])
    ]


def _counted(counted: Offered, gate: Gate, got: int) -> Iterator[str]:
    if counted.delivered != got:
        yield f"the server counts {counted.delivered} deliveries; inboxes hold {got}"
    if counted.withheld != gate.withheld:
        yield f"withheld by reason: {dict(counted.withheld)}; should be {dict(gate.withheld)}"


def _agrees(hoods: Agreement) -> bool:
    return hoods.share >= LEAST_AGREEING and not hoods.faults


def _hoods(hoods: Agreement) -> dict[str, Any]:
    return {
        "rows": hoods.looked_at,
        "rows_inside": hoods.inside,
        "agreeing": hoods.agreeing,
        "share": round(hoods.share, 5) if hoods.inside else None,
        "differing": len(hoods.explained),
        "explained": hoods.explained[:_MOST_LINES],
        "faults": hoods.faults[:_MOST_LINES],
    }


def _messages(played: Played, found: Findings) -> dict[str, Any]:
    wrong = {"missing": found.missing, "twice": found.twice, "extra": found.extra, "wrong": found.wrong}
    return {
        "listeners": len(played.ears),
        "sockets_lost": sum(not ear.is_open for ear in played.ears),
        "expected": found.expected,
        "delivered": played.score.heard,
        "right": found.right,
        "either_way": found.either_way,
        **{name: len(lines) for name, lines in wrong.items()},
        "lines": [f"{name}: {line}" for name, lines in wrong.items() for line in lines][:_MOST_LINES],
    }


def _offers(offers: Offering) -> dict[str, Any]:
    should = sum(len(reached) for reached in offers.expected.reached.values())
    return {
        "delivered": offers.delivered,
        "withheld": dict(offers.withheld),
        "reference": {"delivered": should, "withheld": dict(offers.expected.withheld)},
        "differences": offers.differences[:_MOST_LINES],
    }


def _rounded(values: dict[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 2) for name, value in values.items()}
