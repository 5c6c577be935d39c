"""The command line of offers that are lived through and judged."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from app.settings import SettingMissing, Settings
from town.api import NoServer, Refused
from town.files import BadFile
from town.importing.house import CannotImport
from town.offering.playing import Wanted, played
from town.offering.telling import judged, show, summary_of
from town.replay.screen import doing


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--areas", type=click.Path(path_type=Path), help="A file of neighbourhoods, as script/import reads it."
)
@click.option("--offers", default=2000, show_default=True, type=click.IntRange(min=1), help="Made-up offers.")
@click.option(
    "--minutes",
    default=30.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="How long the time of the file takes. The slower, the less is in doubt.",
)
@click.option("--days", type=click.FloatRange(min=0.01), help="Only the first so many days of the file.")
@click.option("--rows", type=click.IntRange(min=1), help="Only the first so many rows.")
@click.option(
    "--asks",
    default=25,
    show_default=True,
    type=click.IntRange(0, 100),
    help="After how many of a hundred check-ins people ask why offers were withheld.",
)
@click.option(
    "--time-zone", default="America/New_York", show_default=True, help="By whose clock hours are meant."
)
@click.option("--seed", default=1, show_default=True, help="Another seed draws other lots.")
@click.option("--port", default=8000, show_default=True, help="Where the server listens meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="The summary, as JSON to standard output.")
def main(as_json: bool, **options: Any) -> None:
    """Live through the check-ins of FILE among made-up offers, and hold each delivery against a slow reference.

    Starts a server whose clock runs so many times as fast, on a database of its own. The people of the file sign up,
    say which offers they want, and check in when and where they did. In the end a reference that knows none of the
    server's code finds which deliveries were justified and which are missing. The exit code is 0 if all agrees, else 1.
    """
    console = Console(stderr=True)
    wanted = Wanted(**options)
    try:
        evidence = played(console, wanted, Settings.from_environment(os.environ).database_url)
    except (BadFile, CannotImport, NoServer, Refused, SettingMissing) as error:
        raise click.ClickException(str(error)) from None
    with doing(console, "asking the reference", len(evidence.happened.lived)) as done:
        summary = summary_of(evidence, judged(evidence, done))
    if as_json:
        json.dump(summary, sys.stdout, indent=2)
        print(flush=True)
    else:
        show(Console(), summary)
    console.print(
        "Everything agrees with the reference." if summary["agrees"] else "[bold red]Something disagrees."
    )
    sys.exit(0 if summary["agrees"] else 1)
