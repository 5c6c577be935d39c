"""Topics that a file speaks of."""

from collections.abc import Set

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.ids import new_id
from app.topics.models import Topic
from town.importing.house import House


def add_topics(house: House, keys: Set[str]) -> None:
    """Add those that are not there yet."""
    if not keys:
        return
    now = clock.now()
    values = [
        {"id": new_id(), "key": key, "name": _named(key), "added_by": None, "created_at": now}
        for key in sorted(keys)
    ]
    with house.database.transaction() as session:
        session.execute(insert(Topic).values(values).on_conflict_do_nothing())


def _named(key: str) -> str:
    return key.partition(":")[2].replace("-", " ")
