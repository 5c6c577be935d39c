"""All that people can read of a city, without what is made by chance."""

import re
from collections.abc import Iterator

from flask import Flask

from tests.app.leaving.city import City, handle_of
from tests.world import Someone


def all_that_is_read(app: Flask, city: City) -> dict[str, str]:
    """What those who have to do with the leaver, and somebody who has not, read everywhere; without ids and times."""
    return {
        f"{reader.handle} {_plain(path)}": _plain(reader.asks("GET", path).get_data(as_text=True))
        for reader in (on(app, each) for each in (city.keeper, *city.around_the_leaver))
        for path in _paths(reader, city)
    }


def _paths(reader: Someone, city: City) -> Iterator[str]:
    own = "communities presence offers readings follows followers circles blocks mutes tag contract consents/offers"
    yield from (f"/me/{each}" for each in own.split())
    yield from (f"/me/circles/{each['id']}/members" for each in reader.gets("/me/circles")["items"])
    for handle in map(handle_of, city.users):
        yield f"/people/{handle}"
        yield f"/check-ins?limit=100&person={handle}"
    yield from (f"/check-ins?limit=100&topic={each}" for each in city.topics)
    at = f"lat={city.middle.lat}&lon={city.middle.lon}"
    yield f"/check-ins?limit=100&{at}&radius=20000"
    yield f"/communities/near?{at}&radius=20000&limit=100"
    yield f"/places?{at}&limit=100"
    yield "/topics?limit=100"
    yield f"/offers/{city.offer}"
    yield f"/communities/{city.communities['Bike workshop']}/wishes"
    yield f"/communities/{city.communities['Bike workshop']}/pieces"
    yield "/me/pledges"
    yield "/me/searches"
    yield from _of_communities(reader, city)
    if reader.id == city.keeper.id:
        yield f"/readers/{city.till.id}/readings?limit=100"


def _of_communities(reader: Someone, city: City) -> Iterator[str]:
    at = f"lat={city.middle.lat}&lon={city.middle.lon}"
    covering = reader.gets(f"/communities/covering?{at}")["features"]
    for community in (*city.communities.values(), *(each["id"] for each in covering)):
        yield f"/communities/{community}"
        yield f"/communities/{community}/members?limit=100"
        yield f"/communities/{community}/presence"
        yield f"/check-ins?limit=100&community={community}"


def on(app: Flask, somebody: Someone) -> Someone:
    return Someone(app.test_client(use_cookies=False), somebody.handle, somebody.id, somebody.token)


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+]00:00)")
_PSEUDONYM = re.compile(r"\b[a-z2-7]{24}\b")


def _plain(said: str) -> str:
    """Without what is made by chance."""
    return _PSEUDONYM.sub("…", _TIME.sub("…", _ID.sub("…", said)))
