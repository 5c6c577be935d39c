"""Moderators, and what people report to them."""

from dataclasses import replace

from flask import Flask

from tests.world import Json, Someone, World


def moderators(world: World, *people: Someone) -> None:
    """Have the operator name these people, and nobody else."""
    app = world.client.application
    assert isinstance(app, Flask)
    house = app.extensions["hereabouts"]
    named = replace(house.settings, moderators=frozenset(each.handle for each in people))
    app.extensions["hereabouts"] = replace(house, settings=named)


def moderator(world: World) -> Someone:
    made = world.person("Moderator")
    moderators(world, made)
    return made


def reports(person: Someone, what: str, thing: str, reason: str = "spam", note: str = "") -> Json:
    named = {"handle" if what == "person" else "id": thing}
    return person.posts("/reports", {"what": what, **named, "reason": reason, "note": note})


def case_of(keeper: Someone, thing: str) -> str:
    """The id of the case about a thing."""
    page = "/moderation/cases?limit=100"
    for each in keeper.gets(page)["items"]:
        whole = keeper.gets(f"/moderation/cases/{each['id']}")
        if whole["thing"] and whole["thing"]["id"] == thing:
            return str(each["id"])
    raise AssertionError("no such case")


def hides(keeper: Someone, what: str, thing: str, by: Someone, reason: str = "spam") -> str:
    """Somebody reports it, and a moderator upholds that; the id of the case."""
    reports(by, what, thing, reason)
    path = f"/moderation/cases/{case_of(keeper, thing)}"
    keeper.puts(f"{path}/taking")
    keeper.puts(f"{path}/decision", {"state": "upheld", "reason": reason})
    return path.rpartition("/")[2]


def decides(keeper: Someone, case: str, state: str) -> Json:
    path = f"/moderation/cases/{case}"
    keeper.puts(f"{path}/taking")
    return keeper.puts(
        f"{path}/decision", {"state": state} | ({"reason": "spam"} if state == "upheld" else {})
    )
