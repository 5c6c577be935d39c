"""A small town in this process whose clock stands unless it is moved: so nothing in it is in doubt."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import gevent
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.clock import Pace
from app.housekeeping import Housekeeping
from app.offers.matcher import Matcher
from app.partitions import make_partitions
from geo import destination
from tests.town.rows import CORNER
from town.api import Api, Refused, Request, _Answer
from town.files import CheckInRow
from town.offering.customs import Customs
from town.offering.drawing import market_of
from town.offering.gateway import Gateway, Heard
from town.offering.market import Habit, Market, Rule
from town.offering.opening import Stage
from town.reference.ground import Round
from town.reference.wanting import Budget, Hours
from town.replay.phones import Answered, body_of
from town.stage import cast as casting
from town.stage.cast import Cast, Done, Player
from town.stage.plan import Act, Plan, plan_of

BEGAN = datetime(2024, 5, 6, 8, tzinfo=UTC)
NEVER = datetime(2999, 1, 1, tzinfo=UTC)
CATEGORIES = ("Coffee Shop", "Bar", "Park", "Bookstore", "Bike Shop", "Gym")
PEOPLE, ROWS = 12, 120
#: The number of a business that no community wants, and none of the people treats in a way of their own.
SENT_OFF = 2
_PATIENCE_S = 60.0
#: What opens is looked for as often.
TICK = timedelta(minutes=30)


def rows() -> list[CheckInRow]:
    """People go about among six places, each of them every two hours or so, for some days."""
    chance = Random(5)
    at = BEGAN
    made = []
    for number in range(ROWS):
        at += timedelta(minutes=chance.randint(3, 40))
        place = chance.randrange(len(CATEGORIES))
        made.append(
            CheckInRow(
                line=number + 2,
                user=str(chance.randrange(PEOPLE)),
                position=destination(CORNER, 90, 120.0 * place),
                fixed_at=at,
                venue=f"v{place}",
                category=CATEGORIES[place],
            )
        )
    return made


class InProcess(Api):
    """The API without a wire."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__("http://127.0.0.1:8000")
        self._client = client
        #: What was kept goes back at once, so that nobody finds it elsewhere.
        self.keeping: Housekeeping | None = None

    def keep_house(self) -> None:
        """Give back what was kept long enough."""
        if self.keeping:
            self.keeping.do(next(each for each in self.keeping.chores if each.name == "holds"))

    def _sent(self, request: Request) -> _Answer:
        _next()
        if request.method != "GET" or request.path.endswith("/withheld"):
            self.keep_house()
        headers = {"Authorization": f"Bearer {request.token}"} if request.token else {}
        headers |= {"Idempotency-Key": request.key} if request.key else {}
        headers |= {"If-Match": "*"} if request.method == "PUT" and request.body is not None else {}
        answer = self._client.open(request.path, method=request.method, json=request.body, headers=headers)
        return _Answer(answer.status_code, answer.get_data(), answer.headers.get("Link"), 0.0)


@dataclass
class Inboxes:
    """What stands in inboxes, read when somebody looks."""

    api: Api
    came: dict[str, list[Heard]] = field(default_factory=dict)

    def open(self, players: Iterable[Player], done: Done) -> None:
        """Nothing has to be opened."""

    def heard(self, player: Player) -> list[Heard]:
        known = self.came.setdefault(player.id, [])
        seen = {said["id"] for _, said in known}
        (page, *_) = self.api.pages("/v1/me/offers", player.token)
        new = [each for each in reversed(page["items"]) if each["id"] not in seen]
        known += [(_next(), each) for each in new]
        return list(known)

    def close(self) -> list[str]:
        return []


class AtOnce(Gateway):
    """Reads the counters whenever it waits."""

    #: Who queued for other tests of this process, and is never decided on.
    _left_over = 0

    @property
    def decided(self) -> int:
        return self._steps["decided"] + self._left_over

    def begin(self) -> None:
        super().begin()
        self._left_over = self._steps["queued"] - self._steps["decided"]

    def wait(self) -> None:
        with gevent.Timeout(_PATIENCE_S):
            while True:
                self._read()
                told = self._steps["moved"] - self._before >= self.sent - self.refused
                if told and self.decided >= self._steps["queued"]:
                    return
                gevent.sleep(0.001)


def stand(at: datetime) -> None:
    """Have it be that time, until it is another."""
    clock.run(Pace(at, 1.0, NEVER))


@contextmanager
def another_time() -> Iterator[None]:
    """While inside, the clock may stand elsewhere."""
    try:
        yield
    finally:
        clock.run(None)


def plan() -> Plan:
    drawn = plan_of(rows(), 1.0, Random(3))
    return replace(drawn, consenting=frozenset(drawn.users[:-1]))


def _of_all_kinds(market: Market, planned: Plan) -> Market:
    """The same with people of whom each has one rule in the way, so that it is seen when that is broken."""
    plain = Habit(
        True, None, frozenset(), frozenset(), frozenset(), frozenset(), None, Budget(20, 20, 20, 20), ()
    )
    theirs = frozenset(each.name for each in market.circles if planned.users[5] in each.members)
    kinds = [
        replace(plain, only=frozenset({0})),
        replace(plain, refuses=frozenset({0, 1})),
        replace(plain, hours=Hours(frozenset(range(7)), 10 * 60, 14 * 60)),
        replace(plain, mutes=frozenset({0, 1})),
        replace(plain, mutes_topics=frozenset({"interest:coffee-shop"})),
        replace(plain, mutes_circles=theirs),
        replace(plain, quiet=(Round(CORNER, 100.0),)),
        *(replace(plain, budget=each) for each in (Budget(1, 20, 20, 20), Budget(20, 1, 20, 20))),
        *(replace(plain, budget=each) for each in (Budget(20, 20, 1, 20), Budget(20, 20, 20, 1))),
        replace(plain, consents=False),
    ]
    # All sent off the same business, or what it offers might come through another.
    rules = {
        name: Rule(1 + 4 * (place % 2), frozenset({SENT_OFF})) for place, name in enumerate(market.rules)
    }
    return replace(market, habits=dict(zip(planned.users, kinds, strict=True)), rules=rules)


def staged(app: Flask, offers: int) -> Stage:
    """A market set up on an empty installation, at the beginning of the file."""
    planned, cast = plan(), Cast()
    market = _of_all_kinds(market_of(planned, offers, "America/New_York", Random(4)), planned)
    stage = Stage(InProcess(app.test_client(use_cookies=False)), cast, market, "America/New_York")
    stand(BEGAN - timedelta(days=5))
    database = app.extensions["hereabouts"].database
    with database.engine.begin() as connection:
        make_partitions(connection, clock.now())
    casting.sign_up(stage.api, cast, planned, 1, _nobody)
    stage.come_together(planned, _nobody)
    stage.register()
    stage.decide(_nobody)
    stand(BEGAN - timedelta(days=1))
    keeping = Housekeeping(database)
    keeping.do(next(each for each in keeping.chores if each.name == "motions"))
    stage.offer(_nobody)
    stage.settle(_nobody)
    stage.read()
    return stage


def lived(app: Flask, stage: Stage, asks: int) -> Customs:
    """The days of the file, tick by tick; after so many of a hundred check-ins people ask why not."""
    api = stage.api = InProcess(app.test_client(use_cookies=False))
    gateway, matcher = AtOnce(api), app.extensions["hereabouts.matcher"]
    api.keeping = Housekeeping(app.extensions["hereabouts"].database)
    customs = Customs(gateway, Inboxes(api), _next, stage, Random(6), asks)
    customs.begin()
    stand(BEGAN)
    matcher.look()
    gateway.begin()
    for act in plan().acts:
        _pass_until(act.row.fixed_at, matcher, gateway, customs)
        gateway.sent += 1
        customs.after(_said(api, stage.cast.users[act.row.user], act))
    return customs


def _pass_until(moment: datetime, matcher: Matcher, gateway: AtOnce, customs: Customs) -> None:
    api = customs.stage.api
    assert isinstance(api, InProcess)
    while clock.now() < moment:
        stand(min(clock.now() + TICK, moment))
        api.keep_house()
        decided = gateway.decided
        matcher.look()
        gateway.wait()
        if gateway.decided > decided:
            for player in customs.stage.cast.users.values():
                customs.ears.heard(player)


def _next() -> float:
    """The present, and a moment later from now on: no two things happen at once."""
    stand(clock.now() + timedelta(milliseconds=1))
    return clock.now().timestamp()


def _said(api: Api, player: Player, act: Act) -> Answered:
    try:
        answer = api.post("/v1/check-ins", body_of(act), player.token)
    except Refused as refused:
        return Answered(act, 0.0, 0.0, None, refused.slug)
    return Answered(act, 0.0, 0.0, answer)


def _nobody(_: int) -> None:
    """Nobody looks on."""
