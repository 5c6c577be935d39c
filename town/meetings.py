"""The command behind script/meetings: where people of the database keep meeting, one by one, with why."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.communities.queries import communities_covering
from app.growing.noticing import people_together
from app.growing.rules import LEAST_DAYS, LEAST_PEOPLE, LOOKED_BACK, Meeting, at_least
from app.settings import SettingMissing, Settings
from app.topics import queries as topics
from town.importing.house import CannotImport, opened

_EVIDENCE = text("""
SELECT count(*) AS check_ins, count(DISTINCT (c.fixed_at AT TIME ZONE 'UTC')::date) AS days,
       count(DISTINCT c.spot) AS spots
FROM check_ins c
WHERE c.person_id = ANY (:people) AND :topic = ANY (c.topic_ids) AND c.counted
  AND c.fixed_at >= :since AND c.fixed_at < :now
  AND ST_DistanceSphere(c.found_at, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) <= :radius_m
""")


@click.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to look back from, UTC; today, if left out. Imported history has days of its own.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON to standard output.")
def main(as_of: datetime | None, as_json: bool) -> None:
    """Show where people with a common topic keep checking in near one another, and so would be asked.

    Asks nobody, and changes nothing. People are told in steps of five, as to those who are asked.
    """
    now = as_of.replace(tzinfo=UTC) if as_of else datetime.now(UTC)
    try:
        with opened(Settings.from_environment(os.environ)) as house, house.database.reading() as session:
            found = [_explained(session, each, now) for each in people_together(session, now)]
    except (CannotImport, SettingMissing) as error:
        raise click.ClickException(str(error)) from None
    found.sort(key=lambda each: (-each["people"], -each["check_ins"]))
    if as_json:
        json.dump(found, sys.stdout, indent=2)
        print()
    else:
        Console().print(_table(found, now))


def _explained(session: Session, meeting: Meeting, now: datetime) -> dict[str, Any]:
    covering = communities_covering(session, meeting.centre, 10)
    asked = {
        "people": list(meeting.people),
        "topic": meeting.topic_id,
        "since": now - LOOKED_BACK,
        "now": now,
        "lat": meeting.centre.lat,
        "lon": meeting.centre.lon,
        # Rounded up, or the farthest would lie a hair outside.
        "radius_m": meeting.radius_m + 1,
    }
    evidence = session.execute(_EVIDENCE, asked).one()
    return {
        "topic": topics.keys_of(session, [meeting.topic_id])[meeting.topic_id],
        "place": next((each.community.name for each in covering if each.community.kind == "location"), None),
        "lat": round(meeting.centre.lat, 5),
        "lon": round(meeting.centre.lon, 5),
        "radius_m": round(meeting.reach_m),
        "people": at_least(len(meeting.people)),
        **evidence._mapping,
    }


def _table(found: list[dict[str, Any]], now: datetime) -> Table:
    title = (
        f"{len(found)} places where at least {LEAST_PEOPLE} people came on {LEAST_DAYS} days or more\n"
        f"in the {LOOKED_BACK.days} days before {now:%Y-%m-%d}, and spoke of the same"
    )
    table = Table(title=title, title_justify="left")
    for name in ("topic", "around"):
        table.add_column(name)
    for name in ("people", "check-ins", "days", "spots", "radius"):
        table.add_column(name, justify="right")
    for each in found:
        counts = [str(each[name]) for name in ("check_ins", "days", "spots")]
        where = each["place"] or f"{each['lat']}, {each['lon']}"
        table.add_row(each["topic"], where, f"≥ {each['people']}", *counts, f"{each['radius_m']} m")
    return table


if __name__ == "__main__":
    main()
