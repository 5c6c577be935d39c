"""Listeners without a network: what a socket would be sent is kept in the order it would come."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask

from app import clock
from app.communities import queries as communities
from app.http.callers import Bearer
from app.http.calls import House
from app.presence import queries as presence
from app.relations import queries as relations
from realtime.fanout import Fanout
from realtime.matching import Watch
from realtime.roster import Listener, Somebody
from tests.world import Json, Someone


@dataclass
class Outbox:
    """Keeps what would be sent."""

    frames: list[bytes] = field(default_factory=list)

    def write(self, frame: bytes) -> bool:
        self.frames.append(frame)
        return True

    def told(self, event: str) -> list[Json]:
        payloads = [frame[frame.index(b"42[") + 2 :] for frame in self.frames]
        return [said for name, said in map(json.loads, payloads) if name == event]


def connected(app: Flask, fanout: Fanout, person: Someone) -> tuple[Listener, Outbox]:
    """Somebody with an open socket, knowing what the tables say of them."""
    house: House = app.extensions["hereabouts"]
    somebody = Somebody(UUID(person.id))
    with house.database.reading() as session:
        somebody.chosen = set(communities.community_ids_of(session, somebody.id))
        somebody.here = presence.location_ids_of(session, somebody.id, clock.now())
        somebody.apart = relations.apart_of(session, somebody.id)
        somebody.circles = relations.circles_with(session, somebody.id)
        mutes = relations.mutes_of(session, somebody.id)
        somebody.mutes = mutes if any(mutes.values()) else None
    outbox = Outbox()
    bearer = Bearer(somebody.id, somebody.id, person.handle)
    listener = Listener(f"{person.id} {len(fanout.roster)}", bearer, somebody, outbox)  # type: ignore[arg-type]
    fanout.roster.enter(listener)
    return listener, outbox


def listening(app: Flask, fanout: Fanout, person: Someone, watch: Watch) -> Outbox:
    """The same with one watch."""
    listener, outbox = connected(app, fanout, person)
    fanout.roster.watch(listener, "watch", watch, fanout.heard.copy())
    return outbox
