"""What communities that grew do together: one of them holds something every week, and others choose among it all."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from town.api import Api
from town.reliving.people import LOOKS_EVERY, People, received
from town.replay.phones import Answered
from town.stage.cast import Player

_WEEKS = 8
_LASTS = timedelta(hours=3)
_HOLDS, _GOES = 0.5, 0.5
_AROUND_M = 2_000
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(slots=True)
class Outings:
    """Events of a town, and who goes."""

    api: Api
    people: People
    chance: Random
    #: By community, since when it holds something.
    held: dict[str, datetime] = field(default_factory=dict)
    replies: int = 0
    #: By why something was suggested first of all, how often somebody went for it.
    chosen_for: Counter[str] = field(default_factory=Counter)
    _looked: dict[str, datetime] = field(default_factory=dict)

    def after(self, player: Player, said: Answered) -> None:
        """What somebody does once their check-in is through; Refused, NoServer."""
        if said.answer is None:
            return
        now = received(said)
        self._hold(player, said, now)
        if self.held and now - self._looked.get(player.id, now - LOOKS_EVERY) >= LOOKS_EVERY:
            self._looked[player.id] = now
            self._choose(player, said)

    def _hold(self, player: Player, said: Answered, now: datetime) -> None:
        """Hold something where one is, for the community that grew of keeping meeting there."""
        for question, community in self.people.became.items():
            asked = self.people.asked[question]
            if community in self.held or player.id not in self.people.agreed[question]:
                continue
            if asked.topic not in said.act.topics or self.chance.random() > _HOLDS:
                continue
            if len(self.people.agreed[question]) >= asked.people:
                self._make(player, said, community, asked.topic)
                self.held[community] = now

    def _make(self, player: Player, said: Answered, community: str, topic: str) -> None:
        begins = received(said) + timedelta(weeks=1)
        body = {
            "title": f"{topic.partition(':')[2].replace('-', ' ')} again",
            "topics": [topic],
            "community_id": community,
            "position": said.act.row.position.to_geojson(),
            "radius_m": 150,
            "starts_at": f"{begins:%Y-%m-%dT%H:%M:00}",
            "ends_at": f"{begins + _LASTS:%Y-%m-%dT%H:%M:00}",
            "time_zone": "UTC",
            "recurrence": f"FREQ=WEEKLY;COUNT={_WEEKS}",
        }
        self.api.post("/v1/events", body, player.token)

    def _choose(self, player: Player, said: Answered) -> None:
        """Go to what is suggested first, or stay at home."""
        at = said.act.row.position
        asked = {"for": "me", "lat": at.lat, "lon": at.lon, "radius": _AROUND_M, "limit": 1}
        found: list[dict[str, Any]] = self.api.get("/v1/events", player.token, **asked)["features"]
        if not found or self.chance.random() > _GOES:
            return
        first = found[0]["properties"]
        path = f"/v1/events/{first['event_id']}/dates/{found[0]['id']}/reply"
        self.api.put(path, player.token, {"reply": "going", "seen_by": "communities"})
        self.replies += 1
        if reasons := first.get("reasons"):
            self.chosen_for[_NUMBER.sub("…", reasons[0])] += 1
