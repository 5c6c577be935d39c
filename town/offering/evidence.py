"""All that is known of a play, as the reference takes it: what stood, who was where, what came, and whether all who
tell of it tell the same."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, text

from town.offering.customs import Customs, Happened
from town.offering.gateway import Heard
from town.reference.wanting import Came, Offer, World
from town.reference.watching import Lived

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is judged. What opens where somebody is must be looked at within `promise_s` of the file's time."""

    world: World
    happened: Happened
    promise_s: float
    businesses: int


def written_in(database_url: str) -> list[Row]:
    """What the server wrote down of whom it approached, also of those from whom an offer was held out."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = list(connection.scalars(text("SELECT to_jsonb(a) FROM approaches a")))
    engine.dispose()
    return rows


def evidence_of(customs: Customs, written: Iterable[Row], promise_s: float) -> Evidence:
    """Put together what people heard and what the server wrote; where these differ that is a fault."""
    stage, happened = customs.stage, customs.happened
    heard = {player.id: customs.ears.heard(player) for player in stage.cast.users.values()}
    told = Counter(
        (person, str(said["offer_id"]), _seconds(said["delivered_at"]))
        for person, all_of_it in heard.items()
        for _, said in all_of_it
    )
    rows = [row for row in written if str(row["person_id"]) in happened.lived]
    wrote = Counter(_key(row) for row in rows if not row.get("held_out"))
    happened.faults += [f"{key} was told {times} times" for key, times in told.items() if times > 1]
    happened.faults += [f"{key} was told and not written" for key in told - wrote]
    happened.faults += [f"{key} was written and not told" for key in wrote - told]
    for person, lived in happened.lived.items():
        held_out = [row for row in rows if row.get("held_out") and str(row["person_id"]) == person]
        came = [*_heard(person, heard[person], stage.offers), *_held_out(lived, held_out, stage.offers)]
        lived.came = sorted(came, key=lambda each: each.at)
    return Evidence(stage.world, happened, promise_s, stage.market.businesses)


def _heard(person: str, heard: Iterable[Heard], offers: dict[str, Offer]) -> Iterator[Came]:
    for known_at, said in heard:
        offer, why = str(said["offer_id"]), said["why"]
        at = _seconds(said["delivered_at"])
        yield Came(person, offer, offers[offer].business, str(why["community_id"]), at, known_at)


def _held_out(lived: Lived, rows: Iterable[Row], offers: dict[str, Offer]) -> Iterator[Came]:
    """Nobody hears of it, so when it had been written is known from when the gate had looked."""
    for row in rows:
        offer, at = str(row["offer_id"]), _seconds(row["at"])
        last = bisect_right(lived.looks, at, key=lambda each: each.since) - 1
        by = lived.looks[last].by if last >= 0 else at
        business, community = offers[offer].business, str(row["community_id"])
        yield Came(lived.person, offer, business, community, at, max(at, by), held_out=True)


def _key(row: Row) -> tuple[str, str, float]:
    return str(row["person_id"]), str(row["offer_id"]), _seconds(row["at"])


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
