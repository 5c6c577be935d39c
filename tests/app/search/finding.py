"""Searching as somebody, once everything was taken in."""

from urllib.parse import urlencode

from flask import Flask

from app import clock
from app.search import filling, findings
from geo import Position
from tests.world import Json, Someone


def take_in(app: Flask) -> None:
    """Have all that was committed be found."""
    with app.extensions["hereabouts"].database.transaction() as session:
        while any(
            len(each) == filling.A_BATCH for each in findings.keep_up(session, clock.now()).ids.values()
        ):
            pass


def answer(person: Someone, q: str = "", near: Position | None = None, **more: object) -> Json:
    asked: dict[str, object] = {"q": q, **more}
    if near:
        asked |= {"lat": near.lat, "lon": near.lon, "radius": more.get("radius", 1000)}
    return person.gets(f"/search?{urlencode(asked)}")


def finds(person: Someone, q: str = "", near: Position | None = None, **more: object) -> list[str]:
    """The texts of the check-ins and the titles of all else that somebody finds, in order."""
    found = [each["properties"] for each in answer(person, q, near, **more)["features"]]
    return [each["text"] if each["kind"] == "check-in" else each["title"] for each in found]
