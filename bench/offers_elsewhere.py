"""B11, the third part: what a check-in costs where no offer is, with ever more of them in other towns."""

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

from bench import gatekeeper, ours, plain_gate
from bench.city import CENTRE_LAT, CENTRE_LON
from bench.gatekeeper import Ask
from bench.market import Market, offered
from bench.market_rows import fill, move, offer, topics_of
from bench.offers import Town
from bench.report import Figure, Finding, rows_of
from bench.rounds import Figures, of_rounds
from bench.trial import Contest

SIZES = (0, 100, 1_000, 10_000, 100_000)
PEOPLE, COMMUNITIES = 2_560, 256
#: So far north that the largest of the other towns does not reach here.
APART_DEG = 2.0
WAYS = {
    "look_us": "what is known in memory is asked",
    "gate_us": "all are taken to the gate",
    "plain_us": "the plain query",
}
FIGURES = tuple(Figure(name, what, "µs", "less") for name, what in WAYS.items())


def elsewhere(contest: Contest, sizes: Sequence[int], plot: Path) -> Finding:
    """Measures at every size and draws the curve; no check-in is anywhere near an offer."""
    market = Market(people=PEOPLE, communities=COMMUNITIES, offers=0)
    measured: dict[str, list[Figures]] = {}
    with ExitStack() as until_done:
        database = until_done.enter_context(contest.cluster.fresh("elsewhere"))
        people, now = ours.settled(database, market.city), datetime.now(UTC)
        here = Town(database, market, people, offered(market, now))
        fill(database, market, people, here.there, now)
        gate = until_done.enter_context(gatekeeper.ours(database))
        before = 0
        for size in sizes:
            _offer(here, size, size - before, now)
            before = size
            learnt_us = gate("learn")
            # Prepared now, as it would be by a server that starts; ours keeps the plan it made with no offers.
            with plain_gate.plain(database) as plain:
                each = [_round(here, gate, plain, number) for number in range(contest.rounds + 1)]
            measured[f"{size:,} elsewhere"] = [{**one, "learnt_us": learnt_us} for one in each[1:]]
    draw(measured, sizes, plot)
    faults = [
        f"{name}, round {number}: {one['found']:.0f} found an offer here"
        for name, rounds in measured.items()
        for number, one in enumerate(rounds)
        if one["found"]
    ]
    return Finding("B11 elsewhere", "", {"people": PEOPLE}, rows_of(measured, "", FIGURES), measured, faults)


def draw(rounds: Mapping[str, Sequence[Figures]], sizes: Sequence[int], file: Path) -> None:
    """Draws a line for each way: the microseconds of a check-in over how many offers there are elsewhere."""
    # Without these two, every drawing of the same figures would be another file.
    with mpl.rc_context({"svg.hashsalt": "hereabouts"}):
        drawing = Drawing(figsize=(7, 4), layout="constrained")
        axes = drawing.add_subplot(xlabel="offers elsewhere", ylabel="µs a check-in")
        axes.set_xscale("symlog", linthresh=100)
        axes.set_yscale("log")
        for name, what in WAYS.items():
            costs = [of_rounds(rounds[f"{size:,} elsewhere"], name).median for size in sizes]
            axes.plot(sizes, costs, marker="o", label=what)
        axes.grid(alpha=0.3)
        axes.legend()
        drawing.savefig(file, metadata={"Date": None})


def _offer(here: Town, size: int, more: int, now: datetime) -> None:
    """Adds so many offers in a town of their own, which is as dense as any."""
    span = here.market.span_deg * math.sqrt(more / 10_000)
    town = replace(here.market, offers=more, span_deg=span, seed=here.market.seed + size)
    centre = CENTRE_LAT + APART_DEG, CENTRE_LON
    there = offered(town, now - timedelta(milliseconds=size), centre)
    offer(here.database, town, there, topics_of(here.database), now)
    here.database.run("VACUUM ANALYZE offers, offer_topics, businesses")


def _round(here: Town, gate: Ask, plain: Ask, number: int) -> Figures:
    move(here.database, here.market, here.people, number)
    movers = here.movers(number)
    look_us, open_here = gate("look", movers)
    matched, by_plain = gate("match", movers, 60.0, True), plain("match", movers, 60.0)
    reached = sum(len(each.delivered) + sum(each.withheld.values()) for each in (matched, by_plain))
    return {
        "look_us": look_us,
        "gate_us": matched.us,
        "plain_us": by_plain.us,
        "found": open_here + reached,
    }
