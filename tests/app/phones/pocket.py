"""Phones with apps that report by their own protocols, for tests."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from werkzeug.test import TestResponse

from app import clock
from geo import Position
from tests.world import CAFE, Json, Someone


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def seconds(ago_s: float = 0) -> int:
    return int((clock.now() - timedelta(seconds=ago_s)).timestamp())


def iso(ago_s: float = 0) -> str:
    return (clock.now() - timedelta(seconds=ago_s)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class App:
    """An app on somebody's phone, set up."""

    person: Someone
    id: str
    setup: Json

    def sends(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.person.client.open(path, method=method, data=data, headers=said)

    @property
    def device(self) -> Json:
        """As its person sees it."""
        return self.person.gets(f"/me/devices/{self.id}")

    def changes(self, **said: Any) -> Json:
        answer = self.person.asks("PATCH", f"/me/devices/{self.id}", said)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return cast(Json, answer.get_json())


class OwnTracks(App):
    def posts(self, message: Any, **headers: str) -> TestResponse:
        """One message, as the app sends it."""
        proof = basic(self.setup["username"], self.setup["password"])
        return self.sends(
            "/phones/owntracks", message, **{**proof, "Content_Type": "application/json", **headers}
        )

    def hears(self, message: Any) -> list[Json]:
        answer = self.posts(message)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return cast(list[Json], answer.get_json())

    def is_at(self, at: Position = CAFE, ago_s: float = 0, **more: Any) -> list[Json]:
        """What it hears to a location."""
        return self.hears(a_location(at, ago_s, **more))


def a_location(at: Position = CAFE, ago_s: float = 0, **more: Any) -> Json:
    known = {"_type": "location", "lat": at.lat, "lon": at.lon, "tst": seconds(ago_s), "acc": 10, "tid": "aa"}
    return {**known, **more}


def of_type(answer: list[Json], kind: str) -> list[Json]:
    return [each for each in answer if each["_type"] == kind]


class Traccar(App):
    def reports(self, method: str = "POST", **fields: Any) -> TestResponse:
        """In the query, as up to version 8."""
        query = urlencode({"id": self.setup["token"], **fields})
        return self.sends(f"/phones/traccar?{query}", method=method)

    def posts_form(self, **fields: Any) -> TestResponse:
        body = urlencode({"id": self.setup["token"], **fields}).encode()
        return self.sends("/phones/traccar", body, Content_Type="application/x-www-form-urlencoded")

    def posts_json(self, location: Any, **more: Any) -> TestResponse:
        body = {"device_id": self.setup["token"], "location": location, **more}
        return self.sends("/phones/traccar", body, Content_Type="application/json")


class Overland(App):
    def posts(self, body: Any) -> TestResponse:
        return self.sends(
            "/phones/overland",
            body,
            Authorization=f"Bearer {self.setup['token']}",
            Content_Type="application/json",
        )

    def sends_batch(self, *features: Any, **more: Any) -> Json:
        answer = self.posts({"locations": list(features), **more})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return cast(Json, answer.get_json())


def a_feature(at: Position = CAFE, ago_s: float = 0, **properties: Any) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [at.lon, at.lat]},
        "properties": {"timestamp": iso(ago_s), "horizontal_accuracy": 10, **properties},
    }


def a_visit(at: Position = CAFE, arrived: datetime | None = None, left: datetime | None = None) -> Json:
    times = {"arrival_date": arrived, "departure_date": left}
    said = {name: moment and moment.isoformat() for name, moment in times.items()}
    return a_feature(at, action="visit", **said)


def carries(person: Someone, app: str, **more: Any) -> Any:
    """A new device of a person's, as its app speaks."""
    kinds = {"owntracks": OwnTracks, "traccar": Traccar, "overland": Overland}
    made = person.posts("/me/devices", {"name": "pocket", "app": app, **more})
    return kinds[app](person, made["device"]["id"], made["setup"])


def owntracks(person: Someone, **more: Any) -> OwnTracks:
    return cast(OwnTracks, carries(person, "owntracks", **more))


def traccar(person: Someone) -> Traccar:
    return cast(Traccar, carries(person, "traccar"))


def overland(person: Someone) -> Overland:
    return cast(Overland, carries(person, "overland"))
