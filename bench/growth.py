"""How the cost of a check-in grows with watchers, people and communities, as figures and as a plot."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

from bench import ours
from bench.checkins import COSTS, PUSHES
from bench.city import City
from bench.report import Finding, rows_of
from bench.rounds import Figures, of_rounds
from bench.trial import Contest, Measured, Trial, measure

FIGURES = (*COSTS, PUSHES)
SIZES = (1_000, 10_000, 100_000)
MOST_SOCKETS = 5_000


@dataclass(frozen=True)
class World:
    """So many watchers, people and location communities, in a city as large as keeps them as dense."""

    watchers: int = 0
    people: int = 1_000
    communities: int = 0

    @property
    def city(self) -> City:
        """Ten times the watchers or communities live in ten times the area: near anyone it is as before."""
        crowd = max(self.watchers, self.communities, 1_000)
        return City(span_deg=0.4 * math.sqrt(crowd / 1_000), people=self.people)


WORLDS: dict[str, Callable[[int], World]] = {
    "watchers": lambda size: World(watchers=size),
    "people": lambda size: World(people=size),
    "communities": lambda size: World(communities=size),
}


def grown(contest: Contest, sizes: Sequence[int], plot: Path) -> Finding:
    """Measures every kind at every size and draws the plot: the costs of our server alone, without a peer."""
    measured = {
        f"{size:,} {kind}": _measured(world(size), contest)
        for kind, world in WORLDS.items()
        for size in sizes
    }
    rounds = {name: one.rounds["hereabouts"] for name, one in measured.items()}
    draw(rounds, sizes, plot)
    return Finding(
        "growth",
        sizes={"seconds": contest.seconds},
        rows=rows_of(rounds, "", FIGURES),
        rounds=rounds,
        faults=[f"{name}: {fault}" for name, one in measured.items() for fault in one.faults],
    )


def draw(rounds: Mapping[str, Sequence[Figures]], sizes: Sequence[int], file: Path) -> None:
    """Draws a line for each kind: processor time of server and database for a check-in, over the size."""
    # Without these two, every drawing of the same figures would be another file.
    with mpl.rc_context({"svg.hashsalt": "hereabouts"}):
        drawing = Drawing(figsize=(7, 4), layout="constrained")
        axes = drawing.add_subplot(xscale="log", xlabel="how many", ylabel="µs of processor time a check-in")
        for kind in WORLDS:
            costs = [_cost_us(rounds[f"{size:,} {kind}"]) for size in sizes]
            axes.plot(sizes, costs, marker="o", label=kind)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend()
        drawing.savefig(file, metadata={"Date": None})


def _measured(world: World, contest: Contest) -> Measured:
    watches = world.city.watches(world.watchers)
    load = Trial(world.city, watches, contest.seconds, sockets=min(world.watchers, MOST_SOCKETS))
    with ExitStack() as until_done:
        database = until_done.enter_context(contest.cluster.fresh("growth"))
        starting = ours.running(database, world.city, there=ours.There(communities=world.communities))
        service = until_done.enter_context(starting)
        return measure(load, replace(contest, services={service.name: service}))


def _cost_us(rounds: Sequence[Figures]) -> float:
    return sum(of_rounds(rounds, figure).median for figure in ("cpu_us", "database_cpu_us"))
