"""The command behind `script/server --demo`."""

import os
import time
from datetime import UTC, date, datetime
from itertools import count
from random import Random

import click

from town.api import Api, NoServer, Refused
from town.demo.halfway import MIDDLE, NAMES
from town.demo.settling import PASSWORD, handle_of, make_offers, settle
from town.demo.walking import Walker, walkers

TICK_S = 2.0
#: Beside the one who speaks at a tick, so many only let the server know where they are.
_MOVING = 2
_ARRIVED = 0.8


@click.command()
@click.option(
    "--url", default=lambda: os.environ.get("HEREABOUTS_URL", "http://127.0.0.1:8000"), help="The server."
)
@click.option("--seed", default=1, show_default=True, help="Another seed, other ways through the town.")
@click.option(
    "--ticks", type=click.IntRange(min=0), help="Stop after so many ticks of two seconds; else when told."
)
@click.option("--hurry", is_flag=True, help="Do not wait between ticks.")
def main(url: str, seed: int, ticks: int | None, hurry: bool) -> None:
    """Fill a small made-up town, and have its people walk about and check in until stopped."""
    try:
        town = _Town(Api(url), Random(seed))
        town.wake_up()
        click.echo(_introduction(url))
        for _ in count() if ticks is None else range(ticks):
            town.tick()
            time.sleep(0.0 if hurry else TICK_S)
    except (NoServer, Refused) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        click.echo("The people of Halfway go home.")


def _introduction(url: str) -> str:
    return (
        f"Halfway is a MADE-UP town in the middle of the Atlantic ({MIDDLE.lat}, {MIDDLE.lon}). "
        f"Its {len(NAMES)} people, its communities, businesses and offers are invented.\n"
        f"Sign in at {url} as any of them, for example {handle_of(NAMES[0])}; everybody's password is {PASSWORD}."
    )


class _Town:
    def __init__(self, api: Api, chance: Random) -> None:
        self._api, self._chance = api, chance
        self._walkers: list[Walker] = []
        self._places: dict[str, str] = {}
        self._day: date | None = None

    def wake_up(self) -> None:
        """Find or make everything, and put people on the street."""
        self._api.reach()
        people, self._places = settle(self._api, self._chance)
        self._walkers = walkers(people, self._chance)

    def tick(self) -> None:
        """Everybody walks on; one says something, some only let the server know where they are."""
        self._open_shops(datetime.now(UTC))
        for walker in self._walkers:
            walker.walk(TICK_S, self._chance)
        if speaker := self._speaker():
            said = speaker.says(self._places, self._chance)
            self._api.post("/v1/check-ins", said, speaker.person.token)
        for walker in self._chance.sample(self._walkers, _MOVING):
            self._api.post("/v1/me/positions", walker.fix(), walker.person.token)

    def _speaker(self) -> Walker | None:
        """Mostly somebody who has arrived somewhere; nobody where all have said what there is to say."""
        waiting = [walker for walker in self._walkers if not walker.has_spoken]
        there = [walker for walker in waiting if walker.is_there]
        some = there if there and self._chance.random() < _ARRIVED else waiting
        return self._chance.choice(some) if some else None

    def _open_shops(self, now: datetime) -> None:
        if now.date() != self._day:
            make_offers(self._api, self._walkers[0].person.token, now)
            self._day = now.date()


if __name__ == "__main__":
    main()
