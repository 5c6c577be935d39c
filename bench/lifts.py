"""How often the interval of a lift holds the truth: in made-up worlds in which the truth is known.

`python -m bench.lifts` prints a table for docs/return.md and draws docs/return.svg.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Drawing

from app.returns.lift import SURE, Group, Interval, Spending, in_bins, of_means, of_shares

ROOT = Path(__file__).resolve().parents[1]
#: Of a hundred who are not shown an offer so many come; and what it brings, of one.
USUAL = 0.10
LIFTS = (0.0, 0.05, -0.05)
#: How many people an offer is for, of whom a tenth is held out.
SIZES = (1_000, 2_000, 5_000, 20_000)
#: For what people spent it takes more, of whom enough buy.
SIZES_OF_AMOUNTS = SIZES[1:]
HELD_OUT = 0.10
#: What who buys spends: the logarithm's middle and spread. A few spend much.
SPENT = (2.0, 0.8)
Intervals = Callable[[Group, Group], Interval]


@dataclass(frozen=True)
class World:
    """An offer for so many people, and what it truly brings."""

    people: int
    lift: float

    def groups(self, chance: np.random.Generator) -> tuple[Group, Group]:
        """Who is shown it and who is not, by lot, and how many of them come."""
        held_out = int(chance.binomial(self.people, HELD_OUT))
        shown = self.people - held_out
        came = int(chance.binomial(shown, USUAL + self.lift))
        return Group(shown, came), Group(held_out, int(chance.binomial(held_out, USUAL)))


@dataclass(frozen=True)
class Covered:
    """Of so many worlds, in how many the interval held the truth."""

    world: World
    held: int
    worlds: int

    @property
    def share(self) -> float:
        """In how many of one."""
        return self.held / self.worlds

    @property
    def is_as_stated(self) -> bool:
        """Whether it held the truth as often as stated, as far as so many worlds can tell."""
        return abs(self.share - SURE / 100) <= tolerance(self.worlds)


def tolerance(worlds: int) -> float:
    """By how much a share of so many worlds may be off by chance: three standard deviations.

    >>> round(tolerance(10_000), 4)
    0.0065
    """
    stated = SURE / 100
    return 3 * math.sqrt(stated * (1 - stated) / worlds)


def covered(world: World, worlds: int, seed: int, interval: Intervals = of_shares) -> Covered:
    """How often the interval of who came holds the truth."""
    chance = np.random.default_rng(seed)
    held = 0
    for _ in range(worlds):
        found = interval(*world.groups(chance))
        held += found.low <= world.lift <= found.high
    return Covered(world, held, worlds)


def covered_amounts(world: World, worlds: int, seed: int) -> Covered:
    """How often the interval of what people spent does."""
    chance = np.random.default_rng(seed)
    held = 0
    for place in range(worlds):
        groups = [_spending(each, chance) for each in world.groups(chance)]
        found = of_means(groups[0], groups[1], f"{seed} {place}")
        held += found.low <= world.lift * _mean() <= found.high
    return Covered(world, held, worlds)


def _spending(group: Group, chance: np.random.Generator) -> Spending:
    amounts = chance.lognormal(*SPENT, size=group.did)
    return Spending(group.people, in_bins(amounts.tolist()))


def _mean() -> float:
    middle, spread = SPENT
    return math.exp(middle + spread**2 / 2)


def table(name: str, all_covered: Sequence[Covered]) -> Iterator[str]:
    """As Markdown: a row for each size, a column for each lift."""
    yield f"| {name}, of people | " + " | ".join(f"truth: {_points(each)}" for each in LIFTS) + " |"
    yield "|---|" + "---|" * len(LIFTS)
    for size in SIZES:
        if not any(each.world.people == size for each in all_covered):
            continue
        row = [f"{100 * each.share:.1f} %" for each in all_covered if each.world.people == size]
        yield f"| {size:,} | " + " | ".join(row) + " |"


def _points(lift: float) -> str:
    return f"{100 * lift:+.0f} of 100" if lift else "nothing"


def draw(kinds: Mapping[str, Sequence[Covered]], file: Path) -> None:
    """Draw how often the truth was held, and how far chance alone may put that from what is stated."""
    # Without these two, every drawing of the same figures would be another file.
    with mpl.rc_context({"svg.hashsalt": "hereabouts"}):
        drawing = Drawing(figsize=(8, 3.6), layout="constrained")
        plots = drawing.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
        for plot, (name, all_covered) in zip(plots, kinds.items(), strict=True):
            reach = 100 * tolerance(all_covered[0].worlds)
            plot.axhspan(SURE - reach, SURE + reach, alpha=0.15, label="as stated, within chance")
            for lift in LIFTS:
                drawn = [each for each in all_covered if each.world.lift == lift]
                sizes, shares = [each.world.people for each in drawn], [100 * each.share for each in drawn]
                plot.plot(sizes, shares, marker="o", label=f"truth: {_points(lift)}")
            plot.set(xscale="log", ylim=(90, 100), title=name, xlabel="people it is for")
            plot.grid(alpha=0.3)
        plots[0].set_ylabel("the interval holds the truth, %")
        plots[0].legend(fontsize="small")
        drawing.savefig(file, metadata={"Date": None})


def _worlds(sizes: Sequence[int]) -> list[World]:
    return [World(size, lift) for size in sizes for lift in LIFTS]


@click.command()
@click.option("--worlds", default=10_000, show_default=True, help="For each size and lift.")
@click.option("--plot", type=Path, default=ROOT / "docs" / "return.svg", show_default=False)
def main(worlds: int, plot: Path) -> None:
    """Print tables and draw."""
    fewer = max(1, worlds // 5)
    kinds = {
        "who came": [covered(each, worlds, seed) for seed, each in enumerate(_worlds(SIZES))],
        "what they spent": [
            covered_amounts(each, fewer, seed) for seed, each in enumerate(_worlds(SIZES_OF_AMOUNTS))
        ],
    }
    for name, all_covered in kinds.items():
        click.echo("\n".join(table(name, all_covered)) + "\n")
    draw(kinds, plot)


if __name__ == "__main__":
    main()
