"""All that is known of a play, as the reference takes it: what stood, who was where, what came, and whether all who
tell of it tell the same."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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
    """What is judged. What opens where somebody is must be looked at within `promise_s` of the file's time, and what
    was kept long enough is back within `lapse_s`."""

    world: World
    happened: Happened
    promise_s: float
    lapse_s: float
    businesses: int


@dataclass(frozen=True, slots=True)
class Written:
    """What the server wrote down: whom it approached, or held an offer out from, and what was taken."""

    approaches: list[Row]
    offers: list[Row]
    holds: list[Row]
    redemptions: list[Row]


def written_in(database_url: str) -> Written:
    """All of it."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        tables = {
            each: list(connection.scalars(text(f"SELECT to_jsonb(t) FROM {each} t")))
            for each in (field.name for field in fields(Written))
        }
    engine.dispose()
    return Written(**tables)


def evidence_of(customs: Customs, written: Written, promise_s: float, lapse_s: float) -> Evidence:
    """Put together what people heard and what the server wrote; where these differ that is a fault."""
    stage, happened = customs.stage, customs.happened
    heard = {player.id: customs.ears.heard(player) for player in stage.cast.users.values()}
    told = Counter(
        (person, str(said["offer_id"]), _seconds(said["delivered_at"]))
        for person, all_of_it in heard.items()
        for _, said in all_of_it
    )
    rows = [row for row in written.approaches if str(row["person_id"]) in happened.lived]
    wrote = Counter(_key(row) for row in rows if not row.get("held_out"))
    happened.faults += [f"{key} was told {times} times" for key, times in told.items() if times > 1]
    happened.faults += [f"{key} was told and not written" for key in told - wrote]
    happened.faults += [f"{key} was written and not told" for key in wrote - told]
    happened.faults += _miscounted(written)
    happened.faults += _sold_otherwise(written, happened)
    for person, lived in happened.lived.items():
        held_out = [row for row in rows if row.get("held_out") and str(row["person_id"]) == person]
        came = [*_heard(person, heard[person], stage.offers), *_held_out(lived, held_out, stage.offers)]
        lived.came = sorted(came, key=lambda each: each.at)
    return Evidence(stage.world, happened, promise_s, lapse_s, stage.market.businesses)


def _miscounted(written: Written) -> Iterator[str]:
    """Of which offers more were redeemed than there are, or than one person gets; or what is there does not add up."""
    held = Counter(row["offer_id"] for row in written.holds)
    stands = [row for row in written.redemptions if row["rolled_back_at"] is None]
    sold = Counter(row["offer_id"] for row in stands)
    for offer in written.offers:
        number, quantity = offer["id"], offer["quantity"]
        if quantity is None:
            continue
        if sold[number] > quantity:
            yield f"{sold[number]} of {number} were redeemed, and there were {quantity}"
        if offer["remaining"] + held[number] + sold[number] != quantity:
            there = f"{offer['remaining']} left, {held[number]} kept and {sold[number]} redeemed"
            yield f"of {number} there are {there}, and there were {quantity}"
    most = {offer["id"]: offer["per_person"] for offer in written.offers}
    for (offer, person), times in Counter((row["offer_id"], row["person_id"]) for row in stands).items():
        if times > most[offer]:
            yield f"{person} redeemed {offer} {times} times"


def _sold_otherwise(written: Written, happened: Happened) -> Iterator[str]:
    """Whatever was redeemed, and nothing else, was written down, once."""
    told = Counter((each.made, each.offer, each.person) for each in happened.tried if each.made)
    wrote = Counter((str(row["id"]), row["offer_id"], row["person_id"]) for row in written.redemptions)
    yield from (f"the redemption {key} was told and not written" for key in told - wrote)
    yield from (f"the redemption {key} was written and not told" for key in wrote - told)


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
