"""A program that tries to find out where in a cell somebody is, by everything the API says to whoever asks.

It keeps two things: a transcript of all it was told, without names, ids and times, and what follows from each answer
about where the victim may be. An answer teaches something only where it is another than anybody could foretell who
knows no more than the cell.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, count
from random import Random

import msgspec
from flask import Flask

from app import clock
from app.http.operations import House
from app.trust.terms import Level, disclosed_at
from geo import Area, Box, Circle, Position, destination, metres_between
from realtime.counting import Counting
from realtime.cursors import Heard
from realtime.fanout import Fanout
from realtime.roster import Listener, Roster
from realtime.talking import Talk, answered
from tests.app.tag.tags import a_till
from tests.app.trust.ground import MIDDLE, geojson, net, spots_in_cell
from tests.realtime.listening import Outbox, connected
from tests.world import PURPOSE, Json, Someone, World

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BLURRED = [
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)"), "then"),
    (re.compile(r'"(cursor|next_cursor)": ?"[^"]*"'), '"cursor":"…"'),
    (re.compile(r"cursor=[\w-]+"), "cursor=…"),
    (re.compile(r"(?<=[a-z])-[0-9a-f]{8}\b"), ""),
]


@dataclass
class Notes:
    """What the attacker was told."""

    lines: list[str] = field(default_factory=list)
    #: By channel: whether the victim was said to be in an area.
    answers: dict[str, list[tuple[Area, bool]]] = field(default_factory=lambda: defaultdict(list))
    #: Where check-ins of the victim were said to be, and how exactly.
    told_at: set[tuple[Position, str]] = field(default_factory=set)

    def transcript(self) -> list[str]:
        """All of it, told so that only what is said remains: ids by the order in which they came, no times."""
        names: dict[str, str] = {}
        number = count()
        told = []
        for line in self.lines:
            blurred = reduce(lambda said, each: each[0].sub(each[1], said), _BLURRED, line)
            told.append(_ID.sub(lambda each: names.setdefault(each[0], f"#{next(number)}"), blurred))
        return told

    def possible(self) -> frozenset[Position]:
        """Where the victim may still be, after all that was said."""
        left = spots_in_cell()
        for position, disclosed in self.told_at:
            if metres_between(position, MIDDLE) < 1_000:
                left = left & _told_by(position, Level.of(disclosed)) or left
        for answers in self.answers.values():
            if _teaches(answers):
                for area, said in answers:
                    left = frozenset(each for each in left if area.contains(each) is said) or left
        return left


def _told_by(position: Position, level: Level) -> frozenset[Position]:
    if level is not Level.EXACT and disclosed_at(MIDDLE, level) == position:
        return spots_in_cell()
    return frozenset(each for each in spots_in_cell() if metres_between(each, position) <= 12)


def _teaches(answers: list[tuple[Area, bool]]) -> bool:
    """Whether they are others than those that follow from the middles of cells, or from nothing at all."""
    if len({said for _, said in answers}) == 1:
        return False
    middles = [disclosed_at(MIDDLE, level) for level in (Level.STREET, Level.QUARTER, Level.CITY)]
    return not any(
        all(any(map(area.contains, some)) is said for area, said in answers)
        for size in (1, 2, 3)
        for some in combinations(middles, size)
    )


@dataclass
class Attacker:
    """Accounts, sockets and communities, all for one purpose."""

    app: Flask
    world: World
    victim: str
    notes: Notes = field(default_factory=Notes)
    #: Answers of different ones are not held against each other.
    moment: int = 0

    def __post_init__(self) -> None:
        house: House = self.app.extensions["hereabouts"]
        self.fanout = Fanout(Roster(), Heard.since(clock.now()), lambda _: None)
        self.fanout.follow(house.signals)
        counting = Counting(self.fanout.roster, house.database)
        counting.follow(house.signals)
        extensions = self.app.extensions
        self.talk = Talk(
            house, extensions["hereabouts.intake"], extensions["hereabouts.topics"], self.fanout, counting
        )
        self.eve, self.walker, self.late = (self.world.person(each) for each in ("eve", "walker", "late"))
        # Whether an area of the shop reads who walks across it depends on how long they take.
        self.walker.puts("/me/tag", {"state": "silent"})
        self.begun = str(Heard.since(clock.now()))
        self.mesh = [(self._founds(area, number), area) for number, area in enumerate(net())]
        self.shop: list[str] = []
        self.offers: list[str] = []
        self.ears: list[tuple[str, Area, Listener, Outbox]] = []

    def _founds(self, area: Area, number: int) -> str:
        body = {"kind": "location", "name": f"mesh {number}", "purpose": PURPOSE, "area": geojson(area)}
        return str(self.eve.posts("/communities", body)["id"])

    def opens_shop(self) -> None:
        """A business of the attacker's reads tags, and offers one coffee, in each tile."""
        topic = self.world.topic()
        self.eve.joins(self.world.community(topics=[topic]))
        self.eve.welcomes_offers()
        tiles = [geojson(area) for area in net()[-6:]]
        self.shop = [
            a_till(self.world, kind="area", area=each, name="shop", purpose="none").id for each in tiles
        ]
        self.offers = [self.world.offer([topic], area=each, quantity=1)["id"] for each in tiles]

    def asks(self, who: Someone | None, path: str, channel: str = "other") -> Json:
        """Ask over HTTP, and note what is said."""
        headers = who.headers if who else {}
        answer = self.world.client.get("/v1" + path, headers=headers)
        self._note(
            f"{channel}: {answer.status_code} {'Link' in answer.headers} {answer.get_data(as_text=True)}"
        )
        return dict(answer.get_json(force=True))

    def sees(self, who: Someone | None, channel: str, area: Area, query: str) -> bool:
        """Whether the victim is found by a query; what that says of an area is noted."""
        found = self.asks(who, f"/check-ins?{query}", channel)
        said = self._finds(found["features"])
        self._learns(channel, area, said)
        return said

    def _finds(self, features: list[Json]) -> bool:
        theirs = [each for each in features if each["properties"]["handle"] == self.victim]
        for each in theirs:
            lon, lat = each["geometry"]["coordinates"]
            self.notes.told_at.add((Position(lat, lon), each["properties"]["disclosed"]))
        return bool(theirs)

    def _learns(self, channel: str, area: Area, said: bool) -> None:
        self.notes.answers[f"{channel} {self.moment}"].append((area, said))

    def _note(self, line: str) -> None:
        self.notes.lines.append(line)

    def looks_around(self, who: Someone | None, channel: str, chance: Random) -> None:
        """From many viewpoints: how far away does the victim begin; and in many circles and boxes, page by page."""
        for angle in range(0, 360, 30):
            self._measures(who, channel, destination(MIDDLE, angle, chance.choice((40, 150, 300))))
        for _ in range(60):
            centre = destination(MIDDLE, chance.uniform(0, 360), chance.uniform(0, 250))
            radius = chance.uniform(20, 250)
            circle, box = Circle(centre, radius), Box(*Circle(centre, radius).bounds)
            self.sees(who, channel, circle, f"{_circle(circle)}&limit={chance.choice((1, 2, 50))}")
            self.sees(who, channel, box, f"bbox={box.west},{box.south},{box.east},{box.north}")
        self._turns_pages(who)

    def _measures(self, who: Someone | None, channel: str, viewpoint: Position) -> None:
        nearer, farther = 1.0, 1_200.0
        while farther - nearer > 3:
            circle = Circle(viewpoint, (nearer + farther) / 2)
            if self.sees(who, channel, circle, _circle(circle)):
                farther = circle.radius_m
            else:
                nearer = circle.radius_m

    def _turns_pages(self, who: Someone | None) -> None:
        since = (clock.now().replace(microsecond=0)).isoformat().replace("+", "%2B")
        for more in ("", f"&person={self.victim}", f"&since={since}", f"&until={since}"):
            path: str | None = f"/check-ins?{_circle(Circle(MIDDLE, 400))}&limit=1{more}"
            while path:
                cursor = self.asks(who, path).get("next_cursor")
                path = f"{path.split('&cursor=')[0]}&cursor={cursor}" if cursor else None

    def asks_the_net(self, who: Someone | None) -> None:
        """Counts, feeds and members of every location community of the net."""
        for community, area in self.mesh:
            here = self.asks(who, f"/communities/{community}/presence")["here"]
            self._learns("counts", area, here > 0)
            self.sees(who, "feeds", area, f"community={community}")
            self.sees(who, "feeds around", area, f"community={community}&{_circle(Circle(MIDDLE, 400))}")
        for reader, offer in zip(self.shop, self.offers, strict=True):
            self.asks(self.world.founder, f"/readers/{reader}/readings")
            self.asks(who, f"/offers/{offer}")
        for circle in (Circle(destination(MIDDLE, angle, 120), 150) for angle in range(0, 360, 45)):
            # Others are found as well, and only so many; whether all that is told is the same is what counts.
            self.asks(who, f"/search?kind=check-in&sort=near&limit=100&{_circle(circle)}")
        self.asks(self.eve, "/me/offers")
        self.asks(who, f"/people/{self.victim}")
        self.asks(who, f"/check-ins?person={self.victim}")

    def listens(self, who: Someone) -> None:
        """A socket for each piece of the net, by community and by area; each also watches all around."""
        around = {"lat": MIDDLE.lat, "lon": MIDDLE.lon, "radius_m": 900}
        for community, area in self.mesh:
            here = {"communities": [community]}
            for channel, watches in (
                ("sockets", [here]),
                ("watches", [{"polygon": geojson(area)}]),
                ("both", [here, {"circle": around}]),
            ):
                listener, outbox = connected(self.app, self.fanout, who)
                for number, watch in enumerate(watches):
                    self._watches(listener, {"name": str(number), **watch})
                self.ears.append((channel, area, listener, outbox))

    def _watches(self, listener: Listener, said: Json) -> None:
        answer = msgspec.json.encode(answered(self.talk.watch, listener, said, "check-ins:read"))
        self._note(f"watch: {answer.decode()}")

    def hears(self) -> None:
        """Note what came over the sockets since the last time."""
        self.moment += 1
        for channel, area, _, outbox in self.ears:
            frames = [frame[frame.index(b"42[") + 2 :].decode() for frame in outbox.frames]
            outbox.frames.clear()
            self._note(f"{channel}: {frames}")
            said = [json.loads(each) for each in frames]
            if channel != "both":
                found = self._finds([each for name, each in said if name == "check_in"])
                gone = any(name == "check_in_removed" for name, _ in said)
                self._learns(channel, area, found)
                self._learns(f"{channel} gone", area, gone)

    def comes_back(self, who: Someone) -> None:
        """Ask sockets for what was missed since the beginning, as one who was never there."""
        around = {"lat": MIDDLE.lat, "lon": MIDDLE.lon, "radius_m": 900}
        for community, area in self.mesh:
            for channel, watches in (
                ("missed here", [{"communities": [community], "since": self.begun}]),
                ("missed in", [{"polygon": geojson(area), "since": self.begun}]),
            ):
                listener, outbox = connected(self.app, self.fanout, who)
                for number, each in enumerate(watches):
                    self._watches(listener, {"name": str(number), **each})
                self.fanout.roster.exit(listener.sid)
                self.ears.append((channel, area, listener, outbox))
        # What one watch of a socket is thought to have heard is not told to the next.
        for _, _, listener, _ in [each for each in self.ears if each[0] == "sockets"]:
            self._watches(listener, {"name": "late", "circle": around, "since": self.begun})
            answered(self.talk.unwatch, listener, {"name": "late"}, "check-ins:read")
        self.hears()
        self.ears = [each for each in self.ears if not each[0].startswith("missed")]

    def pretends_to_be_here(self) -> None:
        """Say to be in one community of the net after another, in that one alone, and look around each time."""
        for community, area in self.mesh:
            self.walker.moves(area.centre, accuracy_m=5)
            for each in self.walker.presence["memberships"]:
                if each["id"] != community:
                    self.walker.deletes(f"/communities/{each['id']}/membership")
            for way in (_circle(Circle(MIDDLE, 900)), f"person={self.victim}"):
                self.sees(self.walker, f"here {way[:3]}", area, way)
            # Of whoever left it is believed that they are anywhere; else they would be too fast for the next piece.
            self.walker.checks_out()

    def blocks_and_unblocks(self) -> None:
        """Count, block, count, unblock, and count again."""
        for act in ("PUT", "DELETE"):
            self.late.asks(act, f"/me/blocks/{self.victim}")
            for community, area in self.mesh[::3]:
                here = self.asks(self.late, f"/communities/{community}/presence")["here"]
                self._learns("counts", area, here > 0)
        for kind in ("mutes/people", "follows"):
            self.late.asks("PUT", f"/me/{kind}/{self.victim}")
            self.asks(self.late, f"/check-ins?{_circle(Circle(MIDDLE, 400))}")
            self.late.asks("DELETE", f"/me/{kind}/{self.victim}")


def _circle(circle: Circle) -> str:
    return f"lat={circle.centre.lat}&lon={circle.centre.lon}&radius={circle.radius_m}"
