"""What grew of a file lived through, held against its rows: as JSON, and as tables for people."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from app.statistics.measures import SIGMA
from app.statistics.rules import Bucket
from geo import Position
from town.api import Api, Refused
from town.reference.ground import Round
from town.reference.hoods import Landed, Neighbourhoods
from town.reference.lived import (
    LEAST_PEOPLE,
    Belonging,
    Number,
    Openly,
    by_chance,
    kept_meeting,
    promised,
    spread,
    took_part,
)
from town.reliving.people import Question, received
from town.reliving.playing import Lived
from town.replay.phones import Answered

_MOST_LINES = 50


def told(api: Api, lived: Lived) -> dict[str, Any]:
    """Everything as JSON; `agrees` tells whether it is as the file says."""
    openly = [_openly(each) for each in lived.accepted if _is_open(each)]
    grown = [_grown(api, lived, each, openly) for each in lived.people.asked.values()]
    numbers = _numbers(api, lived, openly)
    hoods = _hoods(lived)
    agrees = all(each["justified"] for each in grown) and numbers["agrees"] and not hoods["faults"]
    return {
        "agrees": agrees and bool(lived.accepted) and not _unexpected(lived),
        "people": len(lived.plan.users),
        "times_as_fast": lived.times,
        "seconds": round(lived.seconds, 1),
        "check_ins": {"accepted": len(lived.accepted), "refused": dict(lived.refused)},
        "replies": lived.people.replies,
        "hoods": hoods,
        "grown": sorted(grown, key=lambda each: each["asked_first"]),
        "outings": _outings(api, lived),
        "statistics": numbers,
    }


def _unexpected(lived: Lived) -> bool:
    return any(not name.startswith("beside") for name in lived.refused)


def _is_open(each: Answered) -> bool:
    return each.act.visibility == "public" and each.act.exactness == "exact" and _is_believed(each)


def _is_believed(each: Answered) -> bool:
    """Whether nobody doubts that they were there: else they are part of nothing."""
    assert each.answer is not None
    return not each.answer["properties"]["unverified"]


def _openly(each: Answered) -> Openly:
    return Openly(each.act.row.user, each.act.row.position, received(each), frozenset(each.act.topics))


def _hoods(lived: Lived) -> dict[str, Any]:
    town = lived.town
    found = Neighbourhoods(town.areas, town.names).agreement(
        [_landed(each, town.names) for each in lived.accepted if _is_believed(each)]
    )
    return {
        "rows": found.looked_at,
        "inside": found.inside,
        "share": found.share,
        "faults": found.faults[:_MOST_LINES],
    }


def _landed(each: Answered, names: Mapping[str, str]) -> Landed:
    assert each.answer is not None
    row = each.act.row
    opened = frozenset(one["id"] for one in each.answer["memberships"] if one["id"] in names)
    return Landed(row.line, row.position, row.hood, opened)


def _grown(api: Api, lived: Lived, asked: Question, openly: list[Openly]) -> dict[str, Any]:
    """Where people were found to keep meeting: what was said of it, by which rows, and what came of it."""
    place = Round(Position(asked.lat, asked.lon), asked.radius_m)
    evidence = kept_meeting(openly, asked.topic, place, asked.read_at)
    community = lived.people.became.get(asked.id)
    return {
        "topic": asked.topic,
        "around": asked.place,
        "lat": round(asked.lat, 5),
        "lon": round(asked.lon, 5),
        "radius_m": asked.radius_m,
        "asked_first": asked.read_at.date().isoformat(),
        "why": asked.why,
        "by_the_file": {**asdict(evidence), "until": evidence.until.isoformat()},
        "justified": evidence.people >= max(LEAST_PEOPLE, asked.people),
        "said_yes": len(lived.people.agreed[asked.id]),
        "said_no": len(lived.people.refused[asked.id]),
        "community": _community(api, community) if community else None,
    }


def _community(api: Api, community: str) -> dict[str, Any] | None:
    try:
        found = api.get(f"/v1/communities/{community}")["properties"]
    except Refused:
        # Too few agreed, and it was forgotten; or it is still forming.
        return None
    maturity = api.get(f"/v1/communities/{community}/maturity")
    return {"id": community, "name": found["name"], "members": found["members"], "stage": maturity["stage"]}


def _outings(api: Api, lived: Lived) -> dict[str, Any]:
    stories = [_dates(api, *held) for held in lived.outings.held.items()]
    return {
        "events": len(stories),
        "dates": sum(dates for dates, _ in stories),
        "told_of": sum(told for _, told in stories),
        "going": lived.outings.replies,
        "chosen_for": dict(lived.outings.chosen_for.most_common(_MOST_LINES)),
    }


def _dates(api: Api, community: str, since: datetime) -> tuple[int, int]:
    """How many dates there were of what a community holds, and how many check-ins their stories tell of."""
    asked = {
        "community": community,
        "from": since.isoformat(),
        "to": (since + timedelta(weeks=52)).isoformat(),
    }
    dates = [each for page in api.pages("/v1/events", **asked) for each in page["features"]]
    stories = [_story(api, each["properties"]["event_id"], each["id"]) for each in dates]
    return len(dates), sum(stories)


def _story(api: Api, event: str, date: str) -> int:
    return sum(len(page["features"]) for page in api.pages(f"/v1/events/{event}/dates/{date}/story"))


def _numbers(api: Api, lived: Lived, openly: list[Openly]) -> dict[str, Any]:
    """What statistics say of who took part, held against who did: they are apart by the chance that is promised."""
    topics = {community: frozenset(said) for community, said in lived.cast.topics.items()}
    topics |= {
        made: frozenset({lived.people.asked[each].topic}) for each, made in lived.people.became.items()
    }
    users = {player.id: user for user, player in lived.cast.users.items()}
    belonging = [
        Belonging(users[each.person], each.community, each.at)
        for each in lived.joined
        if each.person in users and each.community in topics
    ]
    exactly = {(day.isoformat(), of): count for day, of, count in took_part(openly, belonging, topics)}
    sigma = SIGMA["people", (), Bucket.FOUR_WEEKS]
    numbers = [
        Number(said, exactly.get((starts_on, community), 0))
        for community in topics
        for starts_on, said in _published(api, community)
    ]
    apart = [each.apart for each in numbers]
    return {
        "published": len(apart),
        "exactly_right": sum(not each for each in apart),
        "sigma": sigma,
        "spread": round(spread(numbers), 2),
        "promised": round(promised(numbers, sigma), 2),
        "farthest": max(map(abs, apart), default=0),
        "agrees": by_chance(numbers, sigma),
    }


def _published(api: Api, community: str) -> Iterator[tuple[str, int]]:
    try:
        answer = api.get(f"/v1/communities/{community}/statistics", measure="people")
    except Refused:
        return
    for cell in answer["cells"]:
        yield cell["starts_on"], int(cell["value"])


def show(console: Console, summary: dict[str, Any]) -> None:
    """The same for people."""
    table = Table(title="What grew where people kept meeting", title_justify="left")
    for column in ("asked first", "topic", "around"):
        table.add_column(column)
    for column in ("people", "check-ins", "days", "yes", "no", "members"):
        table.add_column(column, justify="right")
    table.add_column("stage")
    for each in summary["grown"]:
        file, made = each["by_the_file"], each["community"] or {}
        counts = (file["people"], file["check_ins"], file["days"], each["said_yes"], each["said_no"])
        where = each["around"] or f"{each['lat']}, {each['lon']}"
        row = (each["asked_first"], each["topic"].partition(":")[2], where, *map(str, counts))
        table.add_row(*row, str(made.get("members", "")), made.get("stage", "forgotten"))
    console.print(table)
    said = summary["statistics"]
    console.print(
        f"{summary['check_ins']['accepted']:,} check-ins, {summary['replies']:,} replies, "
        f"{summary['outings']['events']} events with {summary['outings']['dates']} dates, "
        f"{summary['outings']['going']} replies to them.\n"
        f"{said['published']} published numbers of people: {said['exactly_right']} are exact, they are "
        f"{said['spread']} apart from the truth (promised: {said['promised']})."
    )
