"""A small world for tests: people who act over HTTP as their phones would, and what they hear back."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, cast

import gevent
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from geo import Position

CAFE = Position(41.4036, 2.1561)
NEAR_CAFE = Position(41.4041, 2.1570)
FAR_AWAY = Position(48.2082, 16.3738)
PURPOSE = "Whoever likes it does it together."
Json = dict[str, Any]


class Refused(AssertionError):
    """The server said no where the test expected yes."""


def point(at: Position) -> Json:
    return {"type": "Point", "coordinates": [at.lon, at.lat]}


def square(around: Position, degrees: float = 0.01) -> Json:
    """A square area around a position, of so many degrees each way."""
    west, east, south, north = (
        around.lon - degrees,
        around.lon + degrees,
        around.lat - degrees,
        around.lat + degrees,
    )
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def problem_in(answer: TestResponse) -> Json:
    """The problem of a refusal, which must be one (RFC 9457)."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    problem = cast(Json, answer.get_json(force=True))
    assert problem["status"] == answer.status_code
    return problem


def eventually(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Let everybody else work until it is true; fail if it never is."""
    ends = monotonic() + seconds
    while not true():
        assert monotonic() < ends, f"it never came true within {seconds} s"
        gevent.sleep(0.01)


@dataclass
class Someone:
    """A person with a phone."""

    client: FlaskClient
    handle: str
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def asks(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """The raw answer."""
        said = {key.replace("_", "-"): value for key, value in headers.items()} | self.headers
        return self.client.open("/v1" + path, method=method, json=body, headers=said)

    def gets(self, path: str) -> Json:
        return self._wanted(self.asks("GET", path))

    def posts(self, path: str, body: Any = None, **headers: str) -> Json:
        return self._wanted(self.asks("POST", path, {} if body is None else body, **headers))

    def is_refused(self, method: str, path: str, body: Any = None, **headers: str) -> Json:
        """The problem (RFC 9457) that came instead of what was asked for."""
        answer = self.asks(method, path, body, **headers)
        assert answer.status_code >= 400, answer.get_data(as_text=True)
        return problem_in(answer)

    def puts(self, path: str, body: Any = None) -> Json:
        return self._wanted(self.asks("PUT", path, body))

    def agrees(self, contract: Json, to: str = "*") -> Json:
        """Have a trust contract hold."""
        return self._wanted(self.asks("PUT", "/me/contract", contract, If_Match=to))

    def deletes(self, path: str) -> None:
        self._wanted(self.asks("DELETE", path))

    def checks_in(self, at: Position = CAFE, saying: str = "", key: str | None = None, **more: Any) -> Json:
        headers = {"Idempotency_Key": key} if key else {}
        return self.posts("/check-ins", {"position": point(at), "text": saying, **more}, **headers)

    def moves(self, to: Position = CAFE, **more: Any) -> Json:
        """Be somewhere without a word; the presence it makes."""
        return self.posts("/me/positions", {"position": point(to), **more})

    def checks_out(self) -> Json:
        return self.posts("/me/check-out")

    @property
    def presence(self) -> Json:
        return self.gets("/me/presence")

    @property
    def is_part_of(self) -> list[str]:
        """The names of the location communities this person is part of now, the smallest first."""
        return [each["name"] for each in self.presence["memberships"]]

    def welcomes_offers(self) -> None:
        self.puts("/me/consents/offers")

    @property
    def inbox(self) -> list[Json]:
        return cast(list[Json], self.gets("/me/offers")["items"])

    def joins(self, community: Json) -> None:
        self.puts(f"/communities/{community['id']}/membership")

    def blocks(self, other: "Someone") -> None:
        self.puts(f"/me/blocks/{other.handle}")

    def unblocks(self, other: "Someone") -> None:
        self.deletes(f"/me/blocks/{other.handle}")

    def follows(self, other: "Someone") -> None:
        self.puts(f"/me/follows/{other.handle}")

    def unfollows(self, other: "Someone") -> None:
        self.deletes(f"/me/follows/{other.handle}")

    def draws(self, name: str, *members: "Someone") -> str:
        """A circle of these people; its id."""
        circle = cast(str, self.posts("/me/circles", {"name": name})["id"])
        for each in members:
            self.puts(f"/me/circles/{circle}/members/{each.handle}")
        return circle

    def leaves(self, community: Json) -> None:
        self.deletes(f"/communities/{community['id']}/membership")

    def reads(self, query: str) -> list[Json]:
        """The properties of the check-ins of a feed, newest first."""
        return [each["properties"] for each in self.gets(f"/check-ins?{query}")["features"]]

    def hears(self, query: str) -> list[str]:
        """The texts of a feed, newest first."""
        return [each["text"] for each in self.reads(query)]

    @staticmethod
    def _wanted(answer: TestResponse) -> Json:
        if answer.status_code >= 400:
            raise Refused(f"{answer.status_code} {answer.get_data(as_text=True)}")
        return cast(Json, answer.get_json(silent=True, force=True) or {})


@dataclass
class World:
    """Makes what a test needs, each with names of its own so that tests do not meet."""

    client: FlaskClient
    seed: str = field(default_factory=lambda: secrets.token_hex(4))
    #: Topics that a community shares for sure.
    _shared: set[str] = field(default_factory=set)

    def person(self, name: str = "someone", contract: str | None = "open-house") -> Someone:
        """Somebody new, under a ready contract."""
        handle = f"{name.lower()}-{secrets.token_hex(4)}"
        answer = self.client.post(
            "/v1/people", json={"handle": handle, "password": "correct horse", "name": name}
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
        signed_in = cast(Json, answer.json)
        made = Someone(self.client, handle, signed_in["person"]["id"], signed_in["token"])
        if contract:
            made.agrees({"ready": contract})
        return made

    def topic(self, key: str = "interest:cycling") -> str:
        """A topic of this world's own; its key."""
        own = f"{key}-{self.seed}"
        self.founder.asks("POST", "/topics", {"key": own})
        return own

    def community(
        self, name: str = "Ring riders", kind: str = "interest", topics: Sequence[str] = ()
    ) -> Json:
        wanted = list(topics) or [self.topic(f"{kind}:cycling")]
        self._shared.update(wanted)
        return self.founder.posts(
            "/communities", {"kind": kind, "name": name, "purpose": PURPOSE, "topics": wanted}
        )

    def location(self, around: Position = CAFE, name: str = "Gràcia", degrees: float = 0.01) -> Json:
        body = {"kind": "location", "name": name, "purpose": PURPOSE, "area": square(around, degrees)}
        return self.founder.posts("/communities", body)

    def place(self, at: Position = CAFE, name: str = "Café Gràcia") -> Json:
        return self.founder.posts("/places", {"name": name, "category": "café", "position": point(at)})

    def business(self, name: str = "Bike Bar") -> Json:
        """A business of the founder's."""
        return self.founder.posts("/businesses", {"name": name})

    def offer(
        self,
        topics: Sequence[str],
        around: Position = CAFE,
        by: tuple[Someone, Json] | None = None,
        **more: Any,
    ) -> Json:
        """An offer for whoever is around, for the next day, of somebody's business; of a new one of the founder's."""
        self.shares(topics)
        body: Json = {
            "title": "A free coffee",
            "topics": list(topics),
            **({} if {"places", "radius_m"} & more.keys() else {"area": square(around)}),
            "ends_at": (clock.now() + timedelta(days=1)).isoformat(),
            "hold_out": 0,
            **more,
        }
        maker, business = by or (self.founder, self.business())
        return maker.posts(f"/businesses/{business['id']}/offers", body)

    def shared(self, key: str = "interest:cycling") -> str:
        """A topic that a community shares, so that offers may carry it."""
        own = self.topic(key)
        self.shares([own])
        return own

    def shares(self, topics: Sequence[str]) -> None:
        """See to it that a community, of nobody in particular, shares these, as offers need one."""
        for topic in topics:
            if topic not in self._shared:
                self.community("Others", kind=topic.partition(":")[0], topics=[topic])

    @property
    def founder(self) -> Someone:
        """Who founds what the test does not care to found."""
        if not hasattr(self, "_founder"):
            self._founder = self.person("founder")
        return self._founder
