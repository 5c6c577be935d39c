"""A city in which people do everything one can do here; and the same city without one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient

from geo import Position, destination
from tests.app.contracts.wishes import EVERYONE, feed, nearby
from tests.app.tag.tags import Till, a_till, codes_of
from tests.app.wishes.wishing import workshop
from tests.world import PURPOSE, Json, Someone, World, eventually, square
from town.replay.phones import body_of
from town.stage.plan import Act, Plan

PASSWORD = "correct horse"
EVERYBODY = "interest:everything"
GOAL = "goal:bike-workshop"
FAIR = "value:fair-trade"
AROUND = 0.05
#: Beside what a file brings, so that each has a trace of their own in every table.
OPENED: list[Json] = [
    {"purpose": "communities", "who": {"group": "here"}},
    {"purpose": "communities", "who": {"group": "communities"}},
    nearby(),
    feed(),
    {"purpose": "statistics", "who": EVERYONE},
    {"purpose": "readers", "who": EVERYONE, "identity": "pseudonym"},
]


@dataclass
class City:
    """What was played, and on which database."""

    app: Flask
    database_url: str
    leaver: str
    users: Sequence[str]
    #: Where the leaver says something last.
    middle: Position
    keeper: Someone
    till: Till
    people: dict[str, Someone] = field(default_factory=dict)
    #: Words and ids by which the leaver could be found.
    theirs: list[str] = field(default_factory=list)
    communities: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    offer: str = ""

    @property
    def stays(self) -> dict[str, Someone]:
        """Everybody but the leaver."""
        return {user: person for user, person in self.people.items() if user != self.leaver}

    @property
    def around_the_leaver(self) -> list[Someone]:
        """Whom they follow, who follows them, who is apart from them, and some more."""
        near = (self.near(self.leaver, places) for places in (-3, -2, -1, 1, 2, 3))
        return [self.people[user] for user in dict.fromkeys(near)]

    def holds(self, at: Position) -> bool:
        """Whether the area that reads tags, and the offer's, do."""
        return max(abs(at.lat - self.middle.lat), abs(at.lon - self.middle.lon)) < AROUND

    def near(self, user: str, places: int) -> str:
        """Who comes so many places after somebody in the list of all."""
        return self.users[(self.users.index(user) + places) % len(self.users)]


def leaver_of(plan: Plan) -> str:
    """Who says most."""
    said = [act.row.user for act in plan.acts]
    return max(plan.users, key=said.count)


def played(app: Flask, database_url: str, plan: Plan, without_leaver: bool = False) -> City:
    """Play all of it, one thing after the other, in a city whose areas are there."""
    client = app.test_client(use_cookies=False)
    world = World(client)
    keeper = _signed_up(client, "keeper")
    world._founder = keeper  # type: ignore[attr-defined]
    leaver = leaver_of(plan)
    middle = [act.row.position for act in plan.acts if act.row.user == leaver][-1]
    till = a_till(world, asks="pseudonym")
    city = City(app, database_url, leaver, plan.users, middle, keeper, till)
    for user in plan.users:
        if not (without_leaver and user == city.leaver):
            city.people[user] = _signed_up(client, handle_of(user))
    _begin(city, plan)
    for user, person in city.people.items():
        _befriend(city, user, person)
    for act in plan.acts:
        if act.row.user in city.people:
            _check_in(city, act)
    for user, person in city.stays.items():
        _finish(city, user, person)
    if not without_leaver:
        # Only now, for whether somebody who walks about comes into it depends on the time they take.
        a_till(world, kind="area", area=square(city.middle, AROUND), asks="pseudonym")
        _finish(city, leaver, city.people[leaver])
    _wish(city, world)
    _offer(city, world)
    return city


def handle_of(user: str) -> str:
    """What a person of the file is called here."""
    return f"walker-{user}-of-the-file"


def _signed_up(client: FlaskClient, handle: str) -> Someone:
    body = {
        "handle": handle,
        "password": PASSWORD,
        "name": f"Called {handle}",
        "device": f"phone of {handle}",
    }
    made = client.post("/v1/people", json=body, headers={"Idempotency-Key": f"sign-up of {handle}"})
    assert made.status_code == 201, made.get_data(as_text=True)
    said = made.get_json()
    return Someone(client, handle, said["person"]["id"], said["token"])


def _begin(city: City, plan: Plan) -> None:
    """What somebody begins for others stays without them; where they never were the keeper begins it."""
    begins = city.people.get(city.leaver, city.keeper)
    city.topics = plan.topics
    for number, key in enumerate(plan.topics):
        (begins if number % 2 else city.keeper).posts(
            "/topics", {"key": key}, Idempotency_Key=f"topic {number}"
        )
    for number, circle in enumerate(plan.circles):
        body = {
            "kind": "interest",
            "name": circle.name,
            "purpose": PURPOSE,
            "topics": list(circle.topics),
        }
        founder = begins if number % 2 else city.keeper
        made = founder.posts("/communities", body)
        city.communities[circle.name] = made["id"]
        # Whoever founds one belongs to it, and in the other city that is somebody else.
        founder.leaves(made)
        for user in circle.members:
            if user in city.people:
                city.people[user].joins(made)
    begins.posts("/places", {"name": "A bench", "position": plan.acts[0].row.position.to_geojson()})


def _befriend(city: City, user: str, person: Someone) -> None:
    number = city.users.index(user)
    terms = list(OPENED)
    following = city.near(user, 1)
    if following in city.people:
        terms.append(feed({"group": "person", "handle": handle_of(following)}))
    quiet = {
        "name": f"Home of {user}",
        "lat": 10.1234567 + number,
        "lon": 20.7654321 + number,
        "radius_m": 150,
    }
    person.agrees({"ready": "open-house"})
    person.agrees({"terms": terms, "quiet_places": [quiet]})
    person.welcomes_offers()
    others = [city.people[each] for each in (city.near(user, n) for n in (1, 2)) if each in city.people]
    for other in others:
        person.follows(other)
    circle = person.draws(f"Circle of {user}", *others)
    if city.near(user, 2) in city.people:
        person.puts(f"/me/mutes/people/{handle_of(city.near(user, 2))}")
    if (blocked := city.near(user, 3)) in city.people:
        person.blocks(city.people[blocked])
    person.puts(f"/me/mutes/topics/{city.topics[number % len(city.topics)]}")
    person.posts("/businesses", {"name": f"Shop of number {number}"})
    wanting = city.keeper.posts("/businesses", {"name": f"Wants number {number}"})["id"]
    city.keeper.posts(f"/businesses/{wanting}/invitations", {"handle": person.handle})
    _doubt(city, person, wanting)
    token = person.posts("/me/tokens", {"device": f"clock of {user}", "scopes": ["check-ins:read"]})
    person.posts("/sessions", {"handle": person.handle, "password": PASSWORD, "device": f"tablet of {user}"})
    if user == city.leaver:
        city.theirs += [person.id, person.handle, f"Called {person.handle}", str(quiet["name"])]
        city.theirs += [str(quiet["lat"]), f"{quiet['lon']:.4f}"[:-1], circle, token["id"]]
        city.theirs += [f"{thing} of {user}" for thing in ("clock", "tablet")]


def _doubt(city: City, person: Someone, business: str) -> None:
    """That it is fair, as a member of those to whom that matters."""
    city.keeper.asks("POST", "/topics", {"key": FAIR})
    if "Fair" not in city.communities:
        body = {"kind": "value", "name": "Fair", "purpose": PURPOSE, "topics": [FAIR]}
        city.communities["Fair"] = city.keeper.posts("/communities", body)["id"]
    person.puts(f"/communities/{city.communities['Fair']}/membership")
    claim = {"key": FAIR, "evidence": {"url": "https://fair.example/"}}
    city.keeper.puts(f"/businesses/{business}/topics", {"topics": [claim]})
    person.puts(f"/businesses/{business}/topics/{FAIR}/doubt", {"reason": f"doubts of {person.handle}"})


def _check_in(city: City, act: Act) -> None:
    person = city.people[act.row.user]
    text = f"word-{act.number}-of-{act.row.user}"
    body = body_of(act) | {"text": text}
    made = person.posts("/check-ins", body, Idempotency_Key=f"{act.number}")
    if act.row.user == city.leaver:
        city.theirs += [made["id"], text]


def _finish(city: City, user: str, person: Someone) -> None:
    codes = codes_of(person)
    learnt = [city.till.reads(code)["reading"] for code in codes[:2]]
    here = _last(person)
    person.posts("/check-ins/batch", {"check_ins": [{"position": here.to_geojson(), "text": "Again"}]})
    taken_back = person.checks_in(destination(here, 0, 7.0), f"a slip of {user}")
    person.deletes(f"/check-ins/{taken_back['id']}")
    person.moves(here)
    person.puts("/me/searches/mine", {"q": f"what {user} likes"})
    theirs = person.gets(f"/check-ins?person={person.handle}&limit=1")["features"][0]["id"]
    answered = person.posts(
        f"/check-ins/{theirs}/replies", {"text": f"an answer of {user}, @{city.keeper.handle}"}
    )
    person.puts(f"/check-ins/{theirs}/reactions/funny")
    if user == city.leaver:
        path = f"/check-ins/{theirs}/replies"
        answers = (
            each.asks("POST", path, {"text": "You again?"}) for each in city.people.values() if each != person
        )
        assert any(each.status_code == 201 for each in answers), "somebody answers them"
    exported = person.asks("POST", "/me/export", {})
    assert exported.status_code == 200
    if user == city.leaver:
        # Of the area, too.
        eventually(lambda: len(person.gets("/me/readings")["items"]) > len(learnt))
        city.theirs += [
            *codes,
            learnt[0]["pseudonym"],
            learnt[0]["id"],
            taken_back["id"],
            f"a slip of {user}",
            answered["id"],
            f"an answer of {user}",
        ]


def _last(person: Someone) -> Position:
    """Where they last said they are; of what is their own they know it exactly."""
    found = person.gets(f"/check-ins?person={person.handle}&limit=1")["features"][0]
    return Position.from_geojson(found["geometry"])


def _wish(city: City, world: World) -> None:
    """Everybody wishes for the same."""
    city.keeper.posts("/topics", {"key": GOAL})
    here = workshop(world, topic=GOAL)
    city.communities["Bike workshop"] = here.community["id"]
    wish = here.stated(text=f"A word of {city.keeper.handle}")
    for each in city.people.values():
        each.joins(here.community)
        each.puts(f"/wishes/{wish}/pledge")
    _write(city, f"/communities/{here.community['id']}/pieces")


def _write(city: City, path: str) -> None:
    """Everybody writes what to look for."""
    for each in city.people.values():
        body = {
            "title": "What to look for",
            "text": f"Ask {each.handle}.",
            "topics": [GOAL],
            "language": "en",
        }
        each.posts(path, body)
    theirs = city.keeper.posts(path, {**body, "text": "Ask anybody."})["id"]
    for each in city.people.values():
        if each.id != city.keeper.id:
            each.puts(f"/pieces/{theirs}/opinion", {"opinion": "useful"})


def _offer(city: City, world: World) -> None:
    """One for all who are there already: of several it would be anybody's guess who gets which first."""
    city.keeper.posts("/topics", {"key": EVERYBODY})
    made = world.community("Everybody", topics=[EVERYBODY])
    city.communities["Everybody"] = made["id"]
    for each in city.people.values():
        each.joins(made)
    city.offer = world.offer([EVERYBODY], city.middle, area=square(city.middle, AROUND))["id"]
    due = [each for each in city.people.values() if city.holds(_last(each))]
    eventually(lambda: all(each.inbox for each in due), 30)
