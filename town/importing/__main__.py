"""The command behind script/import."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.errors import Refusal
from app.events.recurrence import is_zone
from app.settings import SettingMissing, Settings
from town.files import BadFile, Kind, areas_in, check_ins_in, events_in, kind_of, places_in, rows_in
from town.files.kinds import KINDS
from town.files.sources import source_of
from town.importing.areas import import_areas
from town.importing.history import import_check_ins
from town.importing.house import CannotImport, House, opened
from town.importing.outcome import Outcome
from town.importing.places import import_places
from town.importing.programme import Clock, import_events, later_by

T = TypeVar("T")
_MOST_REMARKS = 20


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as", "kind", type=click.Choice(KINDS), help="What the files hold; found by their columns, if left out."
)
@click.option(
    "--source",
    help="Where they are from; tells ids of one set from those of another. The file's name, if left out.",
)
@click.option(
    "--time-zone",
    default="America/New_York",
    show_default=True,
    help="By whose clock the times of events are, as files of them have no time zone.",
)
@click.option(
    "--as-if",
    "begins",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Put events off, or forward, by as many days as make the first day of each file this one.",
)
@click.option("--json", "as_json", is_flag=True, help="What came of it, as JSON to standard output.")
def main(files: tuple[Path, ...], kind: Kind | None, as_json: bool, **given: Any) -> None:
    """Import FILES: areas as location communities, places, check-ins as history, events with the days they are on.

    Reads GeoJSON, GPX, and CSV with the columns of the Foursquare (TSMC2014) and Gowalla sets or, of events, of New
    York's parks (title, start_date, start_time and more), packed with gzip or not. Importing again adds only what is
    not there yet.
    """
    console, asked = Console(stderr=True), Asked(**given)
    if not is_zone(asked.time_zone):
        raise click.BadParameter("name a time zone such as Europe/Madrid (IANA).", param_hint="--time-zone")
    try:
        kinds = [kind or kind_of(file) for file in files]
        with opened(Settings.from_environment(os.environ)) as house:
            outcomes = [_imported(house, *each, asked, console) for each in zip(files, kinds, strict=True)]
    except (BadFile, CannotImport, SettingMissing, Refusal) as error:
        raise click.ClickException(str(error)) from None
    console.print(_table(outcomes))
    for remark in [remark for outcome in outcomes for remark in _remarks(outcome)]:
        console.print(remark, highlight=False)
    if as_json:
        json.dump([outcome.as_json() for outcome in outcomes], sys.stdout, indent=2)
        print()
    if any(outcome.refused for outcome in outcomes):
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """How the files are to be read: from where they are; and of events, by whose clock and from which day on."""

    source: str | None
    time_zone: str
    begins: datetime | None

    def clock_of(self, file: Path) -> Clock:
        """By whose clock the events of a file are, and how much later they are to be."""
        later = later_by(events_in(file), self.begins.date()) if self.begins else timedelta()
        return Clock(self.time_zone, later)


def _imported(house: House, file: Path, kind: Kind, asked: Asked, console: Console) -> Outcome:
    outcome = Outcome(file.name, kind)
    began = time.monotonic()
    source = asked.source or source_of(file)
    with _bar(console) as bar:
        task = bar.add_task(f"{kind} of {file.name}", total=rows_in(file))
        match kind:
            case "areas":
                import_areas(house, _shown(bar, task, areas_in(file)), source, outcome)
            case "places":
                import_places(house, _shown(bar, task, places_in(file)), source, outcome)
            case "check-ins":
                import_check_ins(house, _shown(bar, task, check_ins_in(file)), source, outcome)
            case "events":
                rows = _shown(bar, task, events_in(file))
                import_events(house, rows, source, asked.clock_of(file), outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


def _bar(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console)


def _shown(bar: Progress, task: object, rows: Iterable[T]) -> Iterator[T]:
    for row in rows:
        yield row
        bar.advance(task)  # type: ignore[arg-type]


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(title="Imported")
    for column in ("file", "holds"):
        table.add_column(column, overflow="fold")
    for column in ("rows", "new", "there already", "left out", "refused", "seconds"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in outcomes:
        counts = (each.read, each.new, each.there_already, each.left_out.total(), each.refused.total())
        table.add_row(each.file, each.kind, *(f"{count:,}" for count in counts), f"{each.seconds:.1f}")
    return table


def _remarks(outcome: Outcome) -> list[str]:
    refused = [f"Refused {count} times: {why}" for why, count in outcome.refused.most_common(_MOST_REMARKS)]
    left_out = [
        f"Left out {count} times: {why}" for why, count in outcome.left_out.most_common(_MOST_REMARKS)
    ]
    return [*refused, *left_out, *outcome.remarks[:_MOST_REMARKS]]


if __name__ == "__main__":
    main(prog_name="script/import")
