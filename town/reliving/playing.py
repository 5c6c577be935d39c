"""Living through a file: people come together at its beginning, its days pass, and it is asked what grew."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import gevent
from rich.console import Console

from app import clock
from app.clock import Pace
from app.settings import Settings
from town.api import Api, NoServer, Refused
from town.files import BadFile, areas_in, check_ins_in
from town.files.sources import source_of
from town.importing.areas import import_areas
from town.importing.house import opened
from town.importing.outcome import Outcome
from town.reliving.outings import Outings
from town.reliving.people import Joined, People
from town.reliving.server import ROOT, Server, fresh_database
from town.replay.phones import Answered, Phones
from town.replay.screen import doing
from town.stage import cast as casting
from town.stage.cast import Cast, Player
from town.stage.plan import Circle, Plan, plan_of
from town.stage.several import several
from town.stage.town import Town, town_of

#: Below the project, in what is never committed.
_LOGS = ROOT / "var"
#: So many communities are there from the beginning, all over town, of the most frequent topics. All others must grow.
_CITY_WIDE = 6
#: Of those whom such a community is for, so many belong.
_BELONG = 0.4
_A_DAY = timedelta(days=1)
#: A server needs so long to start; and so much of the file's time passes before the first row.
_SOON_S = 8.0
#: What is written when a period is over is written an hour later, and not before the chores come by.
_CHORES_S = 6.0
#: For a program, and for a year: whoever plays signs in once.
_SCOPES = ("check-ins:write", "communities:read", "communities:write", "events:read", "events:write")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    file: Path
    areas: Path | None
    minutes: float
    rows: int | None
    seed: int
    port: int
    stay: bool


@dataclass(slots=True)
class Lived:
    """What came of it, while the server still lives at the end of that time."""

    plan: Plan
    cast: Cast
    people: People
    outings: Outings
    pace: Pace
    #: The neighbourhoods, before anything was held anywhere.
    town: Town
    accepted: list[Answered] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    joined: list[Joined] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def times(self) -> float:
        """How many times as fast as life."""
        return self.pace.times

    def note(self, each: Answered) -> None:
        """One more answer."""
        if each.answer is None:
            self.refused[each.refusal] += 1
        else:
            self.accepted.append(each)


@contextmanager
def lived(console: Console, wanted: Wanted, server_url: str) -> Iterator[tuple[Api, Lived]]:
    """Live through a file, and stay at its end until the block is left; BadFile, NoServer, Refused."""
    rows = sorted(check_ins_in(wanted.file), key=lambda row: row.fixed_at)[: wanted.rows]
    if not rows:
        raise BadFile(f"{wanted.file} has no check-ins")
    first, last = rows[0].fixed_at, rows[-1].fixed_at
    times = max(1.0, round((last - first).total_seconds() / (60 * wanted.minutes)))
    chance = Random(wanted.seed)
    plan = _of_the_town(plan_of(rows, times, chance), chance)
    with ExitStack() as stack:
        database_url = stack.enter_context(fresh_database(server_url))
        server = Server(wanted.port, database_url, emptied(_LOGS / f"relived-{wanted.port}.log"))
        before = Pace(first - _A_DAY, 1.0, datetime.now(UTC))
        bring_areas(console, wanted.areas, database_url, before)
        cast = Cast()
        with server.living(before) as api:
            _bring_together(console, api, cast, plan)
        pace = Pace(first, times, datetime.now(UTC) + timedelta(seconds=_SOON_S))
        with server.living(pace) as api:
            people = People(api, chance, pace)
            happened = Lived(plan, cast, people, Outings(api, people, chance), pace, town_of(api))
            happened.joined += _joined_before(cast, first - _A_DAY)
            _live_through(console, api, happened)
        ended = Pace(pace.at(datetime.now(UTC)), 1.0, datetime.now(UTC))
        happened.joined += people.joined
        yield stack.enter_context(server.living(ended)), happened


def emptied(log: Path) -> Path:
    """A log, with nothing in it yet."""
    log.write_bytes(b"")
    return log


def _of_the_town(plan: Plan, chance: Random) -> Plan:
    """The plan with a few large communities instead of one for each topic: what is to be seen is how they grow."""
    of_topics = [circle for circle in plan.circles if len(circle.topics) == 1]
    large = sorted(of_topics, key=lambda circle: -len(circle.members))[:_CITY_WIDE]
    return replace(plan, circles=tuple(_some_of(each, chance) for each in large))


def _some_of(circle: Circle, chance: Random) -> Circle:
    members = tuple(member for member in circle.members if chance.random() < _BELONG)
    return replace(circle, members=members or circle.members[:1])


def bring_areas(console: Console, areas: Path | None, database_url: str, pace: Pace) -> None:
    """The schema, and the file's neighbourhoods in the time of the file."""
    clock.run(pace)
    try:
        with opened(Settings(database_url=database_url)) as house:
            if areas:
                outcome = Outcome(areas.name, "areas")
                import_areas(house, areas_in(areas), source_of(areas), outcome)
                console.print(f"{outcome.new} location communities.")
    finally:
        clock.run(None)


def _bring_together(console: Console, api: Api, cast: Cast, plan: Plan) -> None:
    with doing(console, "signing up", len(plan.users) + 1) as done:
        casting.sign_up(api, cast, plan, 1, done)
    joins = sum(len(circle.members) for circle in plan.circles)
    with doing(console, "founding and joining", len(plan.topics) + joins) as done:
        casting.found_and_join(api, cast, plan, done)
    with doing(console, "taking tokens along", len(cast.users)) as done:
        for user, player in several(
            lambda each: (each[0], _for_a_year(api, each[1])), list(cast.users.items())
        ):
            cast.users[user] = player
            done(1)


def _for_a_year(api: Api, player: Player) -> Player:
    wanted = {"device": "reliving", "scopes": list(_SCOPES), "days": 365}
    return replace(player, token=api.post("/v1/me/tokens", wanted, player.token)["token"])


def _joined_before(cast: Cast, at: datetime) -> Iterator[Joined]:
    for person, chosen in cast.chosen.items():
        yield from (Joined(person, community, at) for community in chosen)


def _live_through(console: Console, api: Api, happened: Lived) -> None:
    plan, cast = happened.plan, happened.cast
    began = time.monotonic()
    gevent.sleep(max(0.0, (happened.pace.since - datetime.now(UTC)).total_seconds()))
    with doing(console, f"living, {happened.times:,.0f} times as fast", len(plan.acts)) as done:

        def answered(each: Answered) -> None:
            happened.note(each)
            done(1)

        def then(each: Answered) -> None:
            player = cast.users[each.act.row.user]
            # What somebody does beside checking in may come too late, or be theirs no more.
            try:
                happened.people.after(player, each)
                happened.outings.after(player, each)
            except (Refused, NoServer) as error:
                happened.refused[f"beside: {error.slug if isinstance(error, Refused) else 'no-answer'}"] += 1

        Phones(api, cast, secrets.token_hex(4), answered, then, pause_s=0.0).play(plan.acts)
    gevent.sleep(_CHORES_S)
    happened.seconds = time.monotonic() - began
