"""What people say to one another around check-ins."""

from typing import Any

from tests.world import Json, Someone

ALL = [{"purpose": each, "who": {"group": "everyone"}, "exactness": "exact"} for each in ("nearby", "feed")]
OPEN: Json = {"terms": ALL}


def replies(person: Someone, check_in: Json, words: str = "me too", **more: Any) -> Json:
    return person.posts(f"/check-ins/{check_in['id']}/replies", {"text": words, **more})


def read(person: Someone, check_in: Json) -> list[str]:
    """The words of all replies that a person may read, in their order."""
    items: list[Json] = person.gets(f"/check-ins/{check_in['id']}/replies?limit=100")["items"]
    return [each["text"] for each in items]


def fellows(*terms: Json) -> Json:
    """A contract that lets the communities in which something is heard know it, and these."""
    own = {"purpose": "communities", "who": {"group": "communities"}, "exactness": "exact"}
    return {"terms": [own, *terms]}
