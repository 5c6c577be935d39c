"""The people of a play and what they belong to, made over HTTP; kept in a file so that they may play again."""

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from town.api import Api, Refused
from town.stage.plan import Circle, Plan
from town.stage.several import several

T = TypeVar("T")
#: Reports that so many more of a task are done.
Done = Callable[[int], None]


class StrangeServer(Exception):
    """A server does not know those who played before; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with an account."""

    id: str
    handle: str
    token: str


@dataclass(slots=True)
class Cast:
    """Everybody in a play. `users` are those of the file by their ids there, `onlookers` only listen."""

    users: dict[str, Player] = field(default_factory=dict)
    onlookers: list[Player] = field(default_factory=list)
    #: Ids of communities by their names, and what each shares.
    communities: dict[str, str] = field(default_factory=dict)
    topics: dict[str, list[str]] = field(default_factory=dict)
    #: By person, the communities they chose.
    chosen: dict[str, list[str]] = field(default_factory=dict)
    consents: list[str] = field(default_factory=list)
    #: By person, the offers that reached them in earlier plays, and when (seconds).
    reached: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def keeper(self) -> Player:
        """Who founds what nobody of the file would, and keeps the made-up businesses."""
        return self.onlookers[0]

    def chosen_by(self, person: str) -> frozenset[str]:
        """The communities a person chose."""
        return frozenset(self.chosen.get(person, ()))

    def by_name(self, person: str) -> list[str]:
        """The same in the order of their names, whatever their ids are on this server."""
        names = {community: name for name, community in self.communities.items()}
        return sorted(self.chosen_by(person), key=lambda each: names[each])

    def save(self, path: Path) -> None:
        """Keep everybody; with their tokens, so for this user's eyes alone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self)))


def loaded(path: Path) -> Cast:
    """Everybody of an earlier play; nobody if there was none."""
    if not path.exists():
        return Cast()
    said: dict[str, Any] = json.loads(path.read_text())
    users = {user: Player(**player) for user, player in said.pop("users").items()}
    onlookers = [Player(**player) for player in said.pop("onlookers")]
    return Cast(users, onlookers, **said)


def sign_up(api: Api, cast: Cast, plan: Plan, onlookers: int, done: Done) -> None:
    """Give everybody an account who has none yet."""
    run = secrets.token_hex(3)
    more = [f"onlooker-{run}-{number}" for number in range(len(cast.onlookers), onlookers)]
    for player in _each(more, lambda handle: _signed_up(api, handle), done):
        cast.onlookers.append(player)
    missing = [
        (user, f"replay-{run}-{number}") for number, user in enumerate(plan.users) if user not in cast.users
    ]
    for user, player in _each(missing, lambda each: (each[0], _signed_up(api, each[1])), done):
        cast.users[user] = player


def check_out(api: Api, cast: Cast, done: Done) -> None:
    """Have everybody who played before be nowhere, as at the beginning of a first play; StrangeServer."""
    people = [*cast.users.values(), *cast.onlookers]
    try:
        for _ in _each(people, lambda player: api.post("/v1/me/check-out", {}, player.token), done):
            pass
    except Refused as refused:
        if refused.status != 401:
            raise
        raise StrangeServer(
            "The accounts of the last play are not on this server. Play without --again."
        ) from None


def found_and_join(api: Api, cast: Cast, plan: Plan, done: Done) -> None:
    """Add the topics, found the communities and have everybody join theirs."""
    for _ in _each(plan.topics, lambda topic: _topic(api, cast, topic), done):
        pass
    new = [circle for circle in plan.circles if circle.name not in cast.communities]
    for circle, community in _each(new, lambda circle: (circle, _founded(api, cast, circle)), done):
        cast.communities[circle.name] = community
        cast.topics[community] = list(circle.topics)
        cast.chosen.setdefault(cast.users[circle.members[0]].id, []).append(community)
    for player, community in _each(list(_joins(cast, plan)), lambda join: _joined(api, *join), done):
        cast.chosen.setdefault(player.id, []).append(community)


def consent(api: Api, cast: Cast, plan: Plan, done: Done) -> None:
    """Have those who want offers say so."""
    people = [
        cast.users[user] for user in sorted(plan.consenting) if cast.users[user].id not in cast.consents
    ]
    for _ in _each(people, lambda player: api.put("/v1/me/consents/offers", player.token), done):
        pass
    cast.consents += [player.id for player in people]


def _joins(cast: Cast, plan: Plan) -> Iterator[tuple[Player, str]]:
    joined = defaultdict(set, {person: set(chosen) for person, chosen in cast.chosen.items()})
    for circle in plan.circles:
        community = cast.communities[circle.name]
        for player in (cast.users[user] for user in circle.members):
            if community not in joined[player.id]:
                yield player, community


def _signed_up(api: Api, handle: str) -> Player:
    body = {
        "handle": handle,
        "password": secrets.token_urlsafe(16),
        "name": f"{handle} (played)",
        "device": "replay",
    }
    signed_in = api.post("/v1/people", body)
    api.put("/v1/me/contract", signed_in["token"], {"ready": "open-house"})
    return Player(signed_in["person"]["id"], handle, signed_in["token"])


def _topic(api: Api, cast: Cast, key: str) -> None:
    try:
        name = key.partition(":")[2].replace("-", " ")
        api.post("/v1/topics", {"key": key, "name": name}, cast.keeper.token)
    except Refused as refused:
        if refused.slug != "already-there":
            raise


def _founded(api: Api, cast: Cast, circle: Circle) -> str:
    body = {
        "kind": "interest",
        "name": circle.name,
        "topics": list(circle.topics),
        "purpose": "Played from a file.",
    }
    return str(api.post("/v1/communities", body, cast.users[circle.members[0]].token)["id"])


def _joined(api: Api, player: Player, community: str) -> tuple[Player, str]:
    api.put(f"/v1/communities/{community}/membership", player.token)
    return player, community


def _each(things: Sequence[Any], do: Callable[[Any], T], done: Done) -> Iterator[T]:
    """Do something with each of some things, a few at once; the results as they come."""
    for result in several(do, things):
        done(1)
        yield result
