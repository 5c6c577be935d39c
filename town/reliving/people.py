"""What people do with their phones besides checking in: they look at what they are asked, and answer one another.

Where they were is the file's. Whether they say yes, join and answer is drawn by lot, and made up.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from app.clock import Pace
from town.api import Api, Refused
from town.replay.phones import Answered
from town.stage.cast import Player

#: How often somebody looks at what might be for them.
LOOKS_EVERY = timedelta(weeks=1)
_AGREES, _JOINS, _ANSWERS = 0.7, 0.25, 0.3
#: What fits less well (of 6) nobody joins.
_FITS = 2.0
#: How long after a check-in somebody at the same place may still answer it.
_STILL_THERE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Joined:
    """When somebody came to belong to a community."""

    person: str
    community: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """Something that people were asked about: where they keep meeting."""

    id: str
    topic: str
    place: str | None
    lat: float
    lon: float
    radius_m: float
    #: In steps of five, when it was first read.
    people: int
    read_at: datetime
    why: str


@dataclass(slots=True)
class People:
    """Everybody of the file."""

    api: Api
    chance: Random
    pace: Pace
    joined: list[Joined] = field(default_factory=list)
    #: By id, as it was when first read; who said yes or no.
    asked: dict[str, Question] = field(default_factory=dict)
    agreed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    refused: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: What came of a question, by its id.
    became: dict[str, str] = field(default_factory=dict)
    replies: int = 0
    _looked: dict[str, datetime] = field(default_factory=dict)
    _newest_at: dict[str, Answered] = field(default_factory=dict)

    def after(self, player: Player, said: Answered) -> None:
        """What somebody does once their check-in is through; Refused, NoServer."""
        if said.answer is None:
            return
        now = received(said)
        self._answer(player, said, now)
        if now - self._looked.get(player.id, datetime.min.replace(tzinfo=now.tzinfo)) >= LOOKS_EVERY:
            self._looked[player.id] = now
            self.look(player, now)

    def look(self, player: Player, now: datetime) -> None:
        """Look at what might be for them, and answer."""
        found = self.api.get("/v1/me/communities/suggested", player.token)
        # On a clock so fast the server may have taken its time, in which others checked in.
        read_at = self.pace.at(datetime.now(UTC))
        for each in found["emerging"]:
            self._decide(player, each, read_at)
        for each in found["for_you"]:
            # Of a location community one is by being there.
            is_location = each["community"]["properties"]["kind"] == "location"
            if not is_location and each["score"] >= _FITS and self.chance.random() < _JOINS:
                self.join(player, each["community"]["id"], now)

    def join(self, player: Player, community: str, now: datetime) -> None:
        """Join a community; what has gone meanwhile is let be."""
        try:
            self.api.put(f"/v1/communities/{community}/membership", player.token)
        except Refused as refused:
            if refused.status != 404:
                raise
        else:
            self.joined.append(Joined(player.id, community, now))

    def _decide(self, player: Player, asked: Mapping[str, Any], now: datetime) -> None:
        question = question_of(asked, now)
        self.asked.setdefault(question.id, question)
        if player.id in self.agreed[question.id] | self.refused[question.id]:
            return
        yes = self.chance.random() < _AGREES
        path = f"/v1/me/communities/suggested/{question.id}"
        made = self.api.put(path, player.token, {"answer": "yes" if yes else "no"})
        (self.agreed if yes else self.refused)[question.id].add(player.id)
        if yes:
            self.became[question.id] = made["id"]
            self.joined.append(Joined(player.id, made["id"], now))

    def _answer(self, player: Player, said: Answered, now: datetime) -> None:
        """Answer who spoke at the same place a while ago; be there to be answered."""
        venue = said.act.row.venue
        if venue is None or said.act.visibility != "public":
            return
        before = self._newest_at.get(venue)
        self._newest_at[venue] = said
        if before is None or before.act.row.user == said.act.row.user or before.answer is None:
            return
        if now - received(before) <= _STILL_THERE and self.chance.random() < _ANSWERS:
            path = f"/v1/check-ins/{before.answer['id']}/replies"
            self.api.post(path, {"text": "I am here, too."}, player.token)
            self.replies += 1


def received(said: Answered) -> datetime:
    """When the server took it, on its own clock."""
    assert said.answer is not None
    return datetime.fromisoformat(said.answer["properties"]["received_at"])


def question_of(asked: Mapping[str, Any], now: datetime) -> Question:
    """A question as the API puts it."""
    lon, lat = asked["centre"]["coordinates"]
    return Question(
        id=asked["id"],
        topic=asked["topic"],
        place=asked["place"],
        lat=lat,
        lon=lon,
        radius_m=asked["radius_m"],
        people=asked["people"],
        read_at=now,
        why=asked["why"],
    )
