"""Playing a market through the time of a file: it is set up in the days before, lived through, and written down."""

import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import gevent
from rich.console import Console

from app.clock import Pace
from town.files import BadFile, CheckInRow, check_ins_in
from town.offering.customs import Customs
from town.offering.drawing import market_of
from town.offering.evidence import Evidence, evidence_of, written_in
from town.offering.gateway import Gateway, Sockets
from town.offering.opening import Stage
from town.reliving.playing import bring_areas, emptied
from town.reliving.server import ROOT, Server, fresh_database
from town.replay.phones import Answered, Phones
from town.replay.screen import doing
from town.stage import cast as casting
from town.stage.cast import Cast
from town.stage.plan import Plan, plan_of

#: Members decide within a day, and everybody settles on the day before the file.
_SET_UP, _DECIDED = timedelta(days=5), timedelta(days=1)
#: A server needs so long to start, and each socket so long to open; until then the clock stands.
_SOON_S, _A_SOCKET_S, _QUIET_S = 8.0, 0.15, 3.0
#: What opens where people are is looked at within so long on our clock: as long as the server pauses, and some.
PROMISE_S = 3.0
#: What was kept goes back when somebody keeps house, who pauses longer.
_LAPSE_S = 6.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    file: Path
    areas: Path | None
    offers: int
    minutes: float
    days: float | None
    rows: int | None
    asks: int
    time_zone: str
    seed: int
    port: int


def played(console: Console, wanted: Wanted, server_url: str) -> Evidence:
    """Play, and give all that is known of it; BadFile, NoServer, Refused."""
    rows = rows_of(wanted)
    first, last = rows[0].fixed_at, rows[-1].fixed_at
    times = max(1.0, round((last - first).total_seconds() / (60 * wanted.minutes)))
    chance = Random(wanted.seed)
    plan = plan_of(rows, times, chance)
    market = market_of(plan, wanted.offers, wanted.time_zone, chance)
    with ExitStack() as stack:
        database_url = stack.enter_context(fresh_database(server_url))
        server = _server(wanted.port, database_url)
        before = Pace(first - _SET_UP, 1.0, datetime.now(UTC))
        bring_areas(console, wanted.areas, database_url, before)
        cast = Cast()
        with server.living(before) as api:
            stage = Stage(api, cast, market, wanted.time_zone)
            _bring_together(console, stage, plan)
        with server.living(Pace(first - _DECIDED, 1.0, datetime.now(UTC))) as api:
            stage.api = api
            _open(console, stage)
        soon_s = _SOON_S + _A_SOCKET_S * len(plan.users)
        pace = Pace(first, times, datetime.now(UTC) + timedelta(seconds=soon_s))
        with server.living(pace) as api:
            stage.api = api
            customs = _lived(console, stage, plan, pace, wanted)
        return evidence_of(customs, written_in(database_url), times * PROMISE_S, times * _LAPSE_S)


def rows_of(wanted: Wanted) -> list[CheckInRow]:
    """The rows that are played, in the order of time; BadFile."""
    rows = sorted(check_ins_in(wanted.file), key=lambda row: row.fixed_at)[: wanted.rows]
    if not rows:
        raise BadFile(f"{wanted.file} has no check-ins")
    if wanted.days is None:
        return rows
    end = rows[0].fixed_at + timedelta(days=wanted.days)
    return [row for row in rows if row.fixed_at < end]


def _server(port: int, database_url: str) -> Server:
    settings = {
        # Communities of two are enough here, and people are where the file says.
        "HEREABOUTS_PEOPLE_TO_GROW": "0",
        "HEREABOUTS_PLAUSIBILITY": "no",
    }
    return Server(port, database_url, emptied(ROOT / "var" / f"offered-{port}.log"), settings)


def _bring_together(console: Console, stage: Stage, plan: Plan) -> None:
    with doing(console, "signing up", len(plan.users) + 1) as done:
        casting.sign_up(stage.api, stage.cast, plan, 1, done)
    with doing(console, "founding and joining", len(plan.users)) as done:
        stage.come_together(plan, done)
    stage.register()
    with doing(console, "voting", len(stage.market.circles)) as done:
        stage.decide(done)


def _open(console: Console, stage: Stage) -> None:
    with doing(console, "making offers", len(stage.market.drafts)) as done:
        stage.offer(done)
    with doing(console, "saying what is wanted", len(stage.cast.users)) as done:
        stage.settle(done)
    stage.read()


def _lived(console: Console, stage: Stage, plan: Plan, pace: Pace, wanted: Wanted) -> Customs:
    def now() -> float:
        return pace.at(datetime.now(UTC)).timestamp()

    ears, gateway = Sockets(stage.api.url, now), Gateway(stage.api)
    customs = Customs(gateway, ears, now, stage, Random(wanted.seed), wanted.asks)
    customs.begin()
    with doing(console, "listening", len(stage.cast.users)) as done:
        ears.open(stage.cast.users.values(), done)
    gateway.begin()
    following = gevent.spawn(gateway.follow)
    gevent.sleep(max(0.0, (pace.since - datetime.now(UTC)).total_seconds()))
    with doing(console, f"living, {pace.times:,.0f} times as fast", len(plan.acts)) as done:

        def answered(each: Answered) -> None:
            customs.after(each)
            done(1)

        phones = Phones(
            gateway.told_of(stage.api), stage.cast, secrets.token_hex(4), answered, lambda _: None, 0.0
        )
        phones.play(plan.acts)
    gevent.sleep(_QUIET_S)
    following.kill()
    customs.happened.faults += ears.close()
    return customs
