"""What a benchmark found, as a table for people and as JSON for programs."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from bench.rounds import Figures, Spread, of_rounds, ratios


@dataclass(frozen=True)
class Figure:
    """A figure of every round, which way it is better if any, and what is promised.

    `floor` is promised of how many times better ours is than the peer, `ceiling` of our own figure.
    """

    name: str
    what: str
    unit: str
    better: Literal["more", "less"] | None = None
    floor: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True)
class Row:
    """One figure of one of ours beside the peer's; None where one of the two did not run."""

    contestant: str
    figure: Figure
    ours: Spread | None
    theirs: Spread | None
    ratio: Spread | None

    @property
    def is_met(self) -> bool | None:
        """Whether all that was promised holds; None where nothing was, or nothing could be compared."""
        kept = []
        if self.figure.floor is not None and self.ratio:
            kept.append(self.ratio.median >= self.figure.floor)
        if self.figure.ceiling is not None and self.ours:
            kept.append(self.ours.median <= self.figure.ceiling)
        return all(kept) if kept else None


@dataclass(frozen=True)
class Finding:
    """All that one benchmark found. With `faults` its figures may not be quoted."""

    name: str
    peer: str = ""
    sizes: Mapping[str, float] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    rounds: Mapping[str, Sequence[Figures]] = field(default_factory=dict)
    faults: Sequence[str] = ()


def rows_of(measured: Mapping[str, Sequence[Figures]], peer: str, figures: Sequence[Figure]) -> list[Row]:
    """Every figure of each of our contestants beside the peer's; the peer alone where none of ours ran."""
    theirs = measured.get(peer)
    ours: dict[str, Sequence[Figures] | None] = {name: of for name, of in measured.items() if name != peer}
    return [_row(name, of, theirs, figure) for name, of in (ours or {"": None}).items() for figure in figures]


def show(findings: Sequence[Finding], console: Console) -> None:
    """Prints the medians and the range of the ratios in one table, and below it whatever was broken."""
    table = Table("", "measured", "unit", "ours", "peer", "times better", "promised", "")
    for finding in findings:
        for contestant, rows in groupby(finding.rows, key=lambda row: row.contestant):
            table.add_row(finding.name, f"[bold]{' / '.join(filter(None, (contestant, finding.peer)))}")
            for row in rows:
                table.add_row("", *_cells(row))
            table.add_section()
    console.print(table)
    for finding in findings:
        for fault in finding.faults:
            console.print(f"[red]{finding.name} does not count:[/red] {fault}")


def write(findings: Sequence[Finding], machine: Mapping[str, str], file: Path) -> None:
    """Writes machine, sizes, rows and every single round as JSON; null for what is not a finite number."""
    told = {"machine": machine, "findings": [_plain(asdict(finding)) for finding in findings]}
    file.write_text(json.dumps(told, indent=2, allow_nan=False) + "\n")


def _row(name: str, ours: Sequence[Figures] | None, theirs: Sequence[Figures] | None, figure: Figure) -> Row:
    ratio = None
    if ours and theirs and figure.better:
        above, below = (ours, theirs) if figure.better == "more" else (theirs, ours)
        ratio = ratios(above, below, figure.name)
    return Row(
        contestant=name,
        figure=figure,
        ours=of_rounds(ours, figure.name) if ours else None,
        theirs=of_rounds(theirs, figure.name) if theirs else None,
        ratio=ratio,
    )


def _cells(row: Row) -> tuple[str, ...]:
    figure = row.figure
    ratio = (
        f"{_short(row.ratio.median)} ({_short(row.ratio.least)}–{_short(row.ratio.most)})"
        if row.ratio
        else ""
    )
    floor = f"≥ {figure.floor:g}×" if figure.floor is not None else ""
    ceiling = f"≤ {figure.ceiling:g}" if figure.ceiling is not None else ""
    verdict = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[row.is_met]
    return figure.what, figure.unit, _median(row.ours), _median(row.theirs), ratio, floor or ceiling, verdict


def _median(told: Spread | None) -> str:
    return _short(told.median) if told else ""


def _short(number: float) -> str:
    """Three digits that count, as no run is steadier than that."""
    if not math.isfinite(number) or number == 0:
        return str(number)
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{digits}f}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
