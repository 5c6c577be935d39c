"""What cannot be moved, and why."""

import pytest

from tests.app.motions.council import Council
from tests.world import Json, World

BAD: dict[str, Json] = {
    "no such kind": {"kind": "king"},
    "no kind": {"name": "Riders"},
    "nothing": {},
    "a name of one letter": {"kind": "name", "name": "x"},
    "a name and more": {"kind": "name", "name": "Riders", "purpose": "For all of us."},
    "a negative budget": {"kind": "noise-budget", "offers_a_day": -1},
    "a budget beyond all": {"kind": "noise-budget", "offers_a_day": 11},
    "a budget in words": {"kind": "noise-budget", "offers_a_day": "3"},
    "no such business": {"kind": "welcome", "business": "0190a3c4-5e6f-7a8b-9c0d-1e2f3a4b5c6d"},
    "a business by name": {"kind": "welcome", "business": "Bike Bar"},
    "no such topic": {"kind": "mute-topic", "topic": "interest:nobody-added-this"},
    "a steward who is none": {"kind": "recall", "handle": "somebody"},
    "a split without topics": {"kind": "split", "name": "Gravel", "purpose": "Riding off the road."},
    "an area that is none": {"kind": "area", "area": {"type": "Polygon", "coordinates": []}},
}


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_is_not_moved(world: World, bad: str) -> None:
    council = Council(world, 1)
    refused = council.people[0].is_refused("POST", f"{council.path}/motions", {"proposal": BAD[bad]})
    assert refused["status"] in {404, 422}
    assert council.people[0].gets(f"{council.path}/motions")["items"] == []


def test_what_a_community_is_about_it_does_not_mute(world: World) -> None:
    council = Council(world, 1)
    topic = council.community["properties"]["topics"][0]
    body = {"proposal": {"kind": "mute-topic", "topic": topic}}
    assert (
        "what this community is about"
        in council.people[0].is_refused("POST", f"{council.path}/motions", body)["detail"]
    )


@pytest.mark.parametrize("days", [0, 15, -1, 1.5, "3"])
def test_members_have_from_a_day_to_two_weeks(world: World, days: object) -> None:
    council = Council(world, 1)
    body = {"proposal": {"kind": "name", "name": "Riders"}, "days": days}
    assert council.people[0].is_refused("POST", f"{council.path}/motions", body)["status"] == 422
