"""A made-up market town: businesses and what they offer, communities, and people with their history of offers.

All that the gate looks at is there, some of each: hours, activities, nothing left, offers that answer a wish, people
who let nothing reach them or not now, who muted, who had their fill, communities that sent businesses off or call
what they offer noise. Whoever asks for the same market gets the same, but for ids that hold the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.archive import uuid7
from bench.city import CENTRE_LAT, CENTRE_LON, City

Numbers = NDArray[np.int64]
Degrees = NDArray[np.float64]

#: Most offers are for those who can walk there.
RADII_M, RADII_SHARES = (300.0, 500.0, 1_000.0, 2_000.0), (0.4, 0.3, 0.2, 0.1)
SIDES = 32
TOPICS, TOPICS_SHARED, MEMBERSHIPS, HAD_BEFORE = 500, 2, 5, 3
ACTIVITIES = ("eating", "riding", "working", "shopping", "waiting", "walking")
METRES_A_DEGREE = 111_195.0
OFFERS_A_BUSINESS = 5
_WEEK = 10_080


@dataclass(frozen=True)
class Market:
    """How many there are of each; all over a square of the city."""

    people: int = 50_000
    communities: int = 5_000
    offers: int = 10_000
    span_deg: float = 0.4
    seed: int = 11

    @property
    def city(self) -> City:
        """The people and topics, as every bench has them."""
        return City(span_deg=self.span_deg, topics=TOPICS, people=self.people, seed=self.seed)

    def chance(self, *which: int) -> np.random.Generator:
        """Chance of its own for each thing that is drawn."""
        return np.random.default_rng((self.seed, *which))

    def whereabouts(self, number: int) -> Degrees:
        """Where everybody is in a round: a latitude and a longitude each."""
        return _scattered(self.chance(1, number), self.people, self.span_deg)

    def doing(self, number: int) -> list[str | None]:
        """What everybody does in a round; of half of them it is not known."""
        drawn = self.chance(2, number).integers(2 * len(ACTIVITIES), size=self.people).tolist()
        return [ACTIVITIES[each] if each < len(ACTIVITIES) else None for each in drawn]

    def movers(self, number: int, count: int) -> list[int]:
        """Who moves in a round, in what order; nobody twice."""
        movers: list[int] = self.chance(3, number).permutation(self.people)[:count].tolist()
        return movers

    def joined(self) -> Numbers:
        """The communities of each person; the same one may stand there twice."""
        return self.chance(4).integers(self.communities, size=(self.people, MEMBERSHIPS))

    def shared(self) -> Numbers:
        """The topics of each community."""
        return self.chance(5).choice(TOPICS, size=(self.communities, TOPICS_SHARED), p=_popularity())


@dataclass(frozen=True)
class Offered:
    """Offers by number: where, around which position, on which topics."""

    ids: Sequence[UUID]
    #: When each was made.
    made_at: Sequence[datetime]
    positions: Degrees
    #: The corners of each area, the last not the first again.
    rings: Degrees
    topics: Sequence[Sequence[int]]

    def area(self, number: int) -> str:
        """As PostGIS reads it."""
        ring = self.rings[number].tolist()
        corners = ", ".join(f"{lon:.6f} {lat:.6f}" for lat, lon in [*ring, ring[0]])
        return f"SRID=4326;MULTIPOLYGON((({corners})))"


def offered(
    market: Market, until: datetime, centre: tuple[float, float] = (CENTRE_LAT, CENTRE_LON)
) -> Offered:
    """What there is on the market: circles of all sizes, one to three topics each, made in the last three weeks."""
    chance = market.chance(6)
    positions = _scattered(chance, market.offers, market.span_deg, centre)
    radii = chance.choice(RADII_M, size=market.offers, p=RADII_SHARES) / METRES_A_DEGREE
    angles = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)
    across = np.cos(np.radians(centre[0]))
    around = np.stack([np.sin(angles), np.cos(angles) / across], axis=1)
    rings = np.round(positions[:, None, :] + radii[:, None, None] * around[None, :, :], 6)
    counts = chance.choice((1, 2, 3), size=market.offers, p=(0.5, 0.35, 0.15)).tolist()
    drawn = chance.choice(TOPICS, size=(market.offers, 3), p=_popularity()).tolist()
    topics = [sorted(set(each[:count])) for each, count in zip(drawn, counts, strict=True)]
    ages = np.sort(chance.uniform(1, 21, size=market.offers))[::-1].tolist()
    made = [until - timedelta(days=each) for each in ages]
    return Offered([uuid7(at, number) for number, at in enumerate(made)], made, positions, rings, topics)


def had_before(market: Market, there: Offered) -> Iterator[tuple[int, int, int]]:
    """Which offers reached people before: (person, offer, community), each person and offer once.

    They came through a topic that the offer carries and a community of theirs shares.
    """
    chance, shared, joined = market.chance(7), market.shared(), market.joined()
    carrying: list[list[int]] = [[] for _ in range(TOPICS)]
    for offer, topics in enumerate(there.topics):
        for topic in topics:
            carrying[topic].append(offer)
    drawn = chance.random((market.people, HAD_BEFORE, 3)).tolist()
    for person, each in enumerate(drawn):
        known = set()
        for by_community, by_topic, by_offer in each:
            community = int(joined[person, int(by_community * MEMBERSHIPS)])
            offers = carrying[shared[community, int(by_topic * TOPICS_SHARED)]]
            if offers and (offer := offers[int(by_offer * len(offers))]) not in known:
                known.add(offer)
                yield person, offer, community


def hours(
    chance: np.random.Generator, now: datetime, count: int, always: float, open_now: float
) -> list[str | None]:
    """When in the week things are to be had: always, at hours that last yet, or at others.

    None changes within the hours that a measurement takes.
    """
    minute = now.weekday() * 1440 + now.hour * 60 + now.minute
    begin, end = (minute - 360) % _WEEK, (minute + 360) % _WEEK
    around = f"[{begin},{end})" if begin < end else f"[0,{end}),[{begin},{_WEEK})"
    apart = f"[{end},{begin})" if end < begin else f"[0,{begin}),[{end},{_WEEK})"
    drawn = chance.random(count).tolist()
    return [
        None if each < always else f"{{{around}}}" if each < always + open_now else f"{{{apart}}}"
        for each in drawn
    ]


def places_of(positions: Degrees) -> Iterator[str]:
    """Positions as PostGIS reads them."""
    return (f"SRID=4326;POINT({lon} {lat})" for lat, lon in positions.tolist())


def _scattered(
    chance: np.random.Generator,
    count: int,
    span_deg: float,
    centre: tuple[float, float] = (CENTRE_LAT, CENTRE_LON),
) -> Degrees:
    return np.round((chance.random((count, 2)) - 0.5) * span_deg + centre, 6)


def _popularity() -> Degrees:
    """Some topics are dear to many: a tail of Zipf's law without its head."""
    weights = 1 / (np.arange(TOPICS) + 20.0)
    popularity: Degrees = weights / weights.sum()
    return popularity
