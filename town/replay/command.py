"""The command line of a replay."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from town.api import NoServer, Refused
from town.files import BadFile
from town.replay.playing import Wanted, played
from town.stage.cast import StrangeServer


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--url", default=lambda: os.environ.get("HEREABOUTS_URL", "http://127.0.0.1:8000"), help="The server."
)
@click.option(
    "--speed",
    type=click.FloatRange(min=1),
    help="Times as fast as it was; if left out, such that some twenty people check in each second.",
)
@click.option(
    "--listeners", default=500, type=click.IntRange(min=0), show_default=True, help="Sockets that listen."
)
@click.option("--offers", default=60, type=click.IntRange(min=0), show_default=True, help="Made-up offers.")
@click.option("--rows", type=click.IntRange(min=1), help="Only the first so many.")
@click.option("--seed", default=1, show_default=True, help="Another seed draws other lots.")
@click.option("--again", is_flag=True, help="Play with the accounts of the last time instead of new ones.")
@click.option("--json", "as_json", is_flag=True, help="The summary, as JSON to standard output.")
def main(**options: Any) -> None:
    """Play the check-ins of FILE as phones against a running server, and check what everybody heard.

    Signs the people of the file up, joins them to communities of what they go to, posts each check-in at its scaled
    time, and keeps listeners on sockets. In the end every listener, membership and offer is held against a slow
    reference. Import the areas before (script/import AREAS.geojson), and take a server on which nobody else is: the
    demo's people, for one, would be counted in.
    """
    as_json = options.pop("as_json")
    console = Console(stderr=True)
    try:
        result = played(console, Wanted(**options))
    except (BadFile, NoServer, Refused, StrangeServer) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        json.dump(result, sys.stdout, indent=2)
        print()
    else:
        console.print_json(data=result)
    console.print(
        "Everything agrees with the reference." if result["agrees"] else "[bold red]Something disagrees."
    )
    sys.exit(0 if result["agrees"] else 1)
