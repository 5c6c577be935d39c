"""How people walk through Halfway: from crossing to crossing to a haunt, where they stay a while and say something."""

from dataclasses import dataclass
from random import Random
from typing import Any

from geo import Position
from town.demo.halfway import BLOCK_M, CROSSINGS, HAUNTS, Haunt, position_of
from town.demo.settling import Townsperson

#: Brisk for a walk, slow for a bicycle: something should be seen to happen.
METRES_A_SECOND = 4.0
_STAYS_S = (10.0, 40.0)
_OWN_KIND = 0.7
_WALKING = "walking"
_SURE_M = (5.0, 25.0)
#: Some only want those of their communities to hear, some only the quarter to be known.
_AMONG_US, _VAGUE = 0.15, 0.25


@dataclass(slots=True)
class Walker:
    """Somebody on their way, counted in blocks of the street grid."""

    person: Townsperson
    across: float
    up: float
    towards: Haunt
    stays_s: float = 0.0
    #: Whether they have said what there is to say on this way, or at this haunt.
    has_spoken: bool = False

    @property
    def is_there(self) -> bool:
        """Whether they are where they wanted to go."""
        return (self.across, self.up) == self.towards.at

    @property
    def position(self) -> Position:
        """Where they are."""
        return position_of(self.across, self.up)

    def walk(self, seconds: float, chance: Random) -> None:
        """Go on for some seconds: along the street first, then up the avenue; then stay, then choose anew."""
        before = self.is_there, self.towards
        if self.is_there and self.stays_s <= 0:
            self.towards = haunt_for(self.person, chance)
            self.stays_s = chance.uniform(*_STAYS_S)
        elif self.is_there:
            self.stays_s -= seconds
        blocks = METRES_A_SECOND * seconds / BLOCK_M
        self.across, left = _nearer(self.across, self.towards.at[0], blocks)
        self.up, _ = _nearer(self.up, self.towards.at[1], left)
        self.has_spoken = self.has_spoken and before == (self.is_there, self.towards)

    def says(self, places: dict[str, str], chance: Random) -> dict[str, Any]:
        """A check-in as they would send it now; nobody says the same twice."""
        self.has_spoken = True
        here = self._here(places, chance) if self.is_there else self._on_the_way()
        drawn = chance.random()
        return {
            "position": self.position.to_geojson(),
            "accuracy_m": round(chance.uniform(*_SURE_M), 1),
            "visibility": "communities" if here["topics"] and drawn < _AMONG_US else "public",
            "exactness": "quarter" if drawn > 1 - _VAGUE else "exact",
            **here,
        }

    def fix(self) -> dict[str, Any]:
        """A position as they would send it now, without a word."""
        activity = self.towards.activity if self.is_there else _WALKING
        return {"position": self.position.to_geojson(), "accuracy_m": 10.0, "activity": activity}

    def _here(self, places: dict[str, str], chance: Random) -> dict[str, Any]:
        haunt = self.towards
        return {
            "text": f"{chance.choice(haunt.says)} ({haunt.name})",
            "topics": list(haunt.topics),
            "activity": haunt.activity,
            "place_id": places[haunt.name],
        }

    def _on_the_way(self) -> dict[str, Any]:
        return {"text": f"On my way to {self.towards.name}.", "topics": [], "activity": _WALKING}


def walkers(people: list[Townsperson], chance: Random) -> list[Walker]:
    """Everybody at some crossing, about to go somewhere."""
    return [
        Walker(person, chance.randrange(CROSSINGS), chance.randrange(CROSSINGS), haunt_for(person, chance))
        for person in people
    ]


def haunt_for(person: Townsperson, chance: Random) -> Haunt:
    """Where somebody goes next: mostly where what their communities share is done."""
    of_their_kind = [haunt for haunt in HAUNTS if person.topics.intersection(haunt.topics)]
    return chance.choice(of_their_kind if of_their_kind and chance.random() < _OWN_KIND else HAUNTS)


def _nearer(at: float, to: float, blocks: float) -> tuple[float, float]:
    """How far one gets, and how many blocks are left to go elsewhere."""
    way = to - at
    if abs(way) <= blocks:
        return to, blocks - abs(way)
    return at + (blocks if way > 0 else -blocks), 0.0
