"""The command line of reliving."""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from app.settings import SettingMissing, Settings
from town.api import Api, NoServer, Refused
from town.files import BadFile
from town.importing.house import CannotImport
from town.reliving.playing import Wanted, lived
from town.reliving.telling import show, told


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--areas", type=click.Path(path_type=Path), help="A file of neighbourhoods, as script/import reads it."
)
@click.option(
    "--minutes",
    default=30.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="How long the time of the file takes.",
)
@click.option("--rows", type=click.IntRange(min=1), help="Only the first so many.")
@click.option("--seed", default=1, show_default=True, help="Another seed draws other lots.")
@click.option("--port", default=8000, show_default=True, help="Where the town can be looked at meanwhile.")
@click.option("--stay", is_flag=True, help="Keep the town open at the end of its time, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="The summary, as JSON to standard output.")
def main(as_json: bool, **options: Any) -> None:
    """Live through the check-ins of FILE in their own time, only faster, and show what grew of it.

    Starts a server whose clock runs so many times as fast, on a database of its own. The people of the file sign up,
    check in when they did, are asked where they keep meeting, say yes or no, answer one another, hold events and go to
    some. In the end each community that grew is explained by the rows of the file, and each number that statistics
    published is held against them.
    """
    console = Console(stderr=True)
    wanted = Wanted(**options)
    try:
        url = Settings.from_environment(os.environ).database_url
        with lived(console, wanted, url) as (api, happened):
            summary = told(api, happened)
            _say(console, summary, as_json)
            if wanted.stay:
                _stay(console, api)
    except (BadFile, CannotImport, NoServer, Refused, SettingMissing) as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if summary["agrees"] else 1)


def _say(console: Console, summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        json.dump(summary, sys.stdout, indent=2)
        print(flush=True)
    else:
        show(Console(), summary)
    console.print(
        "Everything agrees with the file." if summary["agrees"] else "[bold red]Something disagrees."
    )


def _stay(console: Console, api: Api) -> None:
    console.print(f"The town is at {api.url} (Ctrl-C ends it)")
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(60.0)
