"""The command behind script/import."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.errors import Refusal
from app.settings import SettingMissing, Settings
from town.files import BadFile, Kind, areas_in, check_ins_in, kind_of, places_in, rows_in
from town.files.kinds import KINDS
from town.files.sources import source_of
from town.importing.areas import import_areas
from town.importing.history import import_check_ins
from town.importing.house import CannotImport, House, opened
from town.importing.outcome import Outcome
from town.importing.places import import_places

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
@click.option("--json", "as_json", is_flag=True, help="What came of it, as JSON to standard output.")
def main(files: tuple[Path, ...], kind: Kind | None, source: str | None, as_json: bool) -> None:
    """Import FILES: areas as location communities, places, check-ins as history.

    Reads GeoJSON, GPX, and CSV with the columns of the Foursquare (TSMC2014) and Gowalla sets, packed with gzip or
    not. Importing again adds only what is not there yet.
    """
    console = Console(stderr=True)
    try:
        kinds = [kind or kind_of(file) for file in files]
        with opened(Settings.from_environment(os.environ)) as house:
            outcomes = [_imported(house, *each, source, console) for each in zip(files, kinds, strict=True)]
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


def _imported(house: House, file: Path, kind: Kind, source: str | None, console: Console) -> Outcome:
    outcome = Outcome(file.name, kind)
    began = time.monotonic()
    source = source or source_of(file)
    with _bar(console) as bar:
        task = bar.add_task(f"{kind} of {file.name}", total=rows_in(file))
        match kind:
            case "areas":
                import_areas(house, _shown(bar, task, areas_in(file)), source, outcome)
            case "places":
                import_places(house, _shown(bar, task, places_in(file)), source, outcome)
            case "check-ins":
                import_check_ins(house, _shown(bar, task, check_ins_in(file)), source, outcome)
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
    for column in ("rows", "new", "there already", "refused", "seconds"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in outcomes:
        counts = (each.read, each.new, each.there_already, each.refused.total())
        table.add_row(each.file, each.kind, *(f"{count:,}" for count in counts), f"{each.seconds:.1f}")
    return table


def _remarks(outcome: Outcome) -> list[str]:
    refused = [f"Refused {count} times: {why}" for why, count in outcome.refused.most_common(_MOST_REMARKS)]
    return [*refused, *outcome.remarks[:_MOST_REMARKS]]


if __name__ == "__main__":
    main(prog_name="script/import")
