"""A verdict sees whatever is wrong with a play: here one of two check-ins and one listener, by hand."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, cast

import pytest
import shapely

from geo import Position, destination
from tests.town.rows import CORNER, check_in_rows
from town.api import Api
from town.reference.gate import Offer
from town.reference.ground import Drawn, Round
from town.reference.heard import Listener, Watching
from town.reference.stays import Stays
from town.replay import verdict
from town.replay.evidence import Played
from town.replay.phones import Answered
from town.replay.score import Offered, Score
from town.stage.cast import Cast, Player
from town.stage.ears import CheckInHeard, Ear, Geometry, Properties
from town.stage.plan import Act, plan_of
from town.stage.town import Town
from town.stage.wire import Wire

ANA, BOB = Player("ana", "ana", "t"), Player("bob", "bob", "t")
AREA = Drawn(shapely.box(2.15, 41.40, 2.16, 41.41))
TOWN = Town({"west": AREA}, {"west": "West"})
OFFER = Offer("o1", CORNER, AREA, frozenset({"interest:coffee-shop"}), frozenset(), 0.0, 9e12)
NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@dataclass
class Inboxes:
    """The part of the API that a verdict asks."""

    offers: dict[str, list[str]] = field(default_factory=dict)

    def pages(self, path: str, token: str) -> Iterator[dict[str, Any]]:
        yield {"items": [{"offer_id": each} for each in self.offers.get(token, [])]}


@dataclass
class Open:
    """A socket that was not lost."""

    lost: bool = False


def act() -> Act:
    first = plan_of(check_in_rows(1), 600, Random(1)).acts[0]
    return replace(first, visibility="public", exactness="exact")


def answered(at: Act) -> Answered:
    until = NOW.replace(hour=14).isoformat()
    answer = {
        "id": "c1",
        "properties": {"received_at": NOW.isoformat()},
        "memberships": [{"id": "west", "name": "West", "until": until}],
    }
    return Answered(at, 0.0, 0.0, answer)


def heard(
    check_in: str = "c1", at: Position = CORNER, disclosed: str = "exact"
) -> tuple[float, CheckInHeard]:
    communities = ("west",) if disclosed == "exact" else ()
    return 0.01, CheckInHeard(check_in, Geometry((at.lon, at.lat)), Properties(disclosed, communities))


def play() -> tuple[Played, Inboxes]:
    """Ana checks in; Bob hears her; an offer reaches her, and the socket she has tells her."""
    people = Cast(
        users={"0": replace(ANA, token="ana")},
        onlookers=[replace(BOB, token="bob")],
        topics={"beans": ["interest:coffee-shop"]},
        chosen={"ana": ["beans"]},
        consents=["ana"],
    )
    watch = (Watching(Round(CORNER, 100)),)
    ears = [
        Ear(Listener(0, "bob", frozenset(), watch), BOB, [heard()], [], cast(Wire, Open())),
        Ear(Listener(1, "ana", frozenset({"beans"}), watch), ANA, [heard()], ["o1"], cast(Wire, Open())),
    ]
    score = Score(ears, [answered(act())], offers=Offered(1, Counter()))
    return Played(people, TOWN, ears, score, [OFFER], Stays()), Inboxes({"ana": ["o1"]})


def shift(played: Played, metres: float) -> None:
    """Have what was said been said elsewhere."""
    (was,) = played.score.accepted
    row = replace(was.act.row, position=destination(was.act.row.position, 90, metres))
    played.score.accepted[0] = replace(was, act=replace(was.act, row=row))


def judged(played: Played, inboxes: Inboxes) -> dict[str, Any]:
    hoods, found = verdict.hood_agreement(played), verdict.findings(played, lambda _: None)
    return verdict.summary(played, found, verdict.offering(played, cast(Api, inboxes)), hoods)


def test_a_play_in_which_all_went_well_agrees() -> None:
    result = judged(*play())

    assert result["agrees"], result
    assert (result["messages"]["right"], result["hoods"]["share"], result["offers"]["delivered"]) == (
        2,
        1.0,
        1,
    )


Harm = Callable[[Played, Inboxes], object]


@pytest.mark.parametrize(
    "harm",
    [
        lambda played, _: played.ears[0].check_ins.clear(),
        lambda played, _: played.ears[0].check_ins.append(heard()),
        lambda played, _: played.ears[0].check_ins.append(heard("c2")),
        lambda played, _: played.ears[0].check_ins.__setitem__(0, heard(disclosed="quarter")),
        lambda played, _: played.ears[0].check_ins.__setitem__(0, heard(at=Position(41.4, 2.1561))),
        lambda played, _: setattr(played.ears[0].wire, "lost", True),
        lambda played, _: played.score.refused.update(["unavailable"]),
        lambda played, _: played.score.accepted[0].answer["memberships"].clear(),
        lambda played, _: shift(played, 5000),
        lambda played, _: played.ears[1].offers.clear(),
        lambda played, _: played.ears[1].offers.append("o1"),
        lambda played, _: played.ears[0].offers.append("o1"),
        lambda _, inboxes: inboxes.offers.clear(),
        lambda _, inboxes: inboxes.offers.update(bob=["o1"]),
        lambda played, _: played.score.offers.withheld.update(["consent"]),
        lambda played, _: setattr(played.score, "offers", Offered(2, Counter())),
    ],
)
def test_whatever_is_wrong_is_seen(harm: Harm) -> None:
    played, inboxes = play()

    harm(played, inboxes)

    assert not judged(played, inboxes)["agrees"]
