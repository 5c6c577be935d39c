"""Playing a file from beginning to end: bring people together, set the stage, perform, judge."""

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console

from town.api import Api
from town.files import BadFile, CheckInRow, check_ins_in
from town.files.sources import source_of
from town.reference.gate import Offer
from town.replay import verdict
from town.replay.evidence import Played
from town.replay.looks import Looks
from town.replay.phones import Answered, Phones
from town.replay.score import Offered, Score, offered
from town.replay.screen import doing, watching
from town.stage import cast as casting
from town.stage import market
from town.stage.cast import Cast
from town.stage.ears import cast_ears, open_all, settle_onlookers
from town.stage.plan import Plan, lively_speed, plan_of
from town.stage.town import town_of

#: Below the project, in what is never committed.
KEPT = Path(__file__).parents[2] / "var" / "replay"
_SOCKETS_OF_AN_ONLOOKER = 10
#: After the last answer nothing more may come for so long, before the play is over.
_QUIET_S, _PATIENCE_S = 1.0, 60.0
#: Offers outlive the play by so much if nobody withdraws them, because it was broken off.
_SPARE_S = 900.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    file: Path
    url: str
    speed: float | None
    listeners: int
    offers: int
    rows: int | None
    seed: int
    again: bool


def played(console: Console, wanted: Wanted) -> dict[str, Any]:
    """Play, and give the summary; BadFile, NoServer, Refused."""
    began = time.monotonic()
    chance = Random(wanted.seed)
    rows = _rows(wanted)
    speed = wanted.speed or lively_speed(rows)
    plan = plan_of(rows, speed, chance)
    api = Api(wanted.url)
    api.reach()
    kept = KEPT / f"{_plain(wanted.url)}-{source_of(wanted.file)}.json"
    cast = casting.loaded(kept) if wanted.again else Cast()
    play = Play(console, api, plan, cast, chance)
    try:
        play.bring_together(max(1, wanted.listeners // _SOCKETS_OF_AN_ONLOOKER))
        result = play.perform(wanted)
    finally:
        cast.save(kept)
    about = {"file": wanted.file.name, "speed": speed, "people": len(plan.users)}
    return {**about, "seconds": round(time.monotonic() - began, 1), **result}


@dataclass(frozen=True, slots=True)
class Play:
    """A plan, those who act it, and the server they act on."""

    console: Console
    api: Api
    plan: Plan
    cast: Cast
    chance: Random

    def bring_together(self, onlookers: int) -> None:
        """Have everybody sign up, join and consent who has not yet."""
        with doing(self.console, "checking out", len(self.cast.users) + len(self.cast.onlookers)) as done:
            casting.check_out(self.api, self.cast, done)
        missing = len(set(self.plan.users) - self.cast.users.keys()) + onlookers - len(self.cast.onlookers)
        with doing(self.console, "signing up", missing) as done:
            casting.sign_up(self.api, self.cast, self.plan, onlookers, done)
        joins = sum(len(circle.members) for circle in self.plan.circles)
        with doing(self.console, "founding and joining", len(self.plan.topics) + joins) as done:
            casting.found_and_join(self.api, self.cast, self.plan, done)
        with doing(self.console, "consenting to offers", len(self.plan.consenting)) as done:
            casting.consent(self.api, self.cast, self.plan, done)

    def perform(self, wanted: Wanted) -> dict[str, Any]:
        """Set the stage, play everything, and judge; the offers are gone afterwards."""
        drawn = market.offers_of(self.plan, wanted.offers, self.plan.lasts_s + _SPARE_S, self.chance)
        with doing(self.console, "making offers", len(drawn)) as done:
            offers = market.make(self.api, self.cast, drawn, done)
        try:
            return self._judged(self._played(wanted, offers))
        finally:
            market.withdraw(self.api, self.cast, offers)

    def _played(self, wanted: Wanted, offers: list[Offer]) -> Played:
        town = town_of(self.api)
        if not town.areas:
            self.console.print("There are no location communities: script/import AREAS.geojson brings some.")
        stays = settle_onlookers(self.api, self.plan, self.cast, self.chance)
        ears = cast_ears(wanted.listeners, self.plan, self.cast, town, self.chance)
        with doing(self.console, "listening", len(ears)) as done:
            open_all(wanted.url, ears, done)
        score, before = Score(ears), _settled(self.api)
        looks = Looks(self.api, offers, before)

        def answered(each: Answered) -> None:
            score.note(each)
            looks.note(each)

        with watching(self.console, self.api, score, len(self.plan.acts), before):
            began = time.monotonic()
            Phones(self.api, self.cast, secrets.token_hex(4), answered, looks.wait_after).play(self.plan.acts)
            score.lasted_s = time.monotonic() - began
            _wait_for_quiet(score)
            score.offers = _settled(self.api).since(before)
        for ear in ears:
            ear.close()
        return Played(self.cast, town, ears, score, offers, stays)

    def _judged(self, play: Played) -> dict[str, Any]:
        with doing(self.console, "asking the reference", len(play.ears)) as done:
            found = verdict.findings(play, done)
        offering = verdict.offering(play, self.api)
        for person, reached in offering.expected.reached.items():
            self.cast.reached.setdefault(person, {}).update(reached)
        return verdict.summary(play, found, offering, verdict.hood_agreement(play))


def _plain(url: str) -> str:
    """A server's address as part of a file's name: its accounts are of use on no other."""
    return re.sub(r"[^a-z0-9.]+", "-", urlsplit(url).netloc.lower())


def _rows(wanted: Wanted) -> list[CheckInRow]:
    rows = sorted(check_ins_in(wanted.file), key=lambda row: row.fixed_at)[: wanted.rows]
    if not rows:
        raise BadFile(f"{wanted.file} has no check-ins")
    return rows


def _settled(api: Api) -> Offered:
    """The server's counts, once they change no more: the gate looks at people after they were answered."""
    patience = time.monotonic() + _PATIENCE_S
    last, now = None, offered(api)
    while last != now and time.monotonic() < patience:
        time.sleep(_QUIET_S)
        last, now = now, offered(api)
    return now


def _wait_for_quiet(score: Score) -> None:
    patience = time.monotonic() + _PATIENCE_S
    heard = -1
    while score.heard != heard and time.monotonic() < patience:
        heard = score.heard
        time.sleep(_QUIET_S)
