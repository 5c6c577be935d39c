"""Places of a file."""

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import Base
from app.ids import new_id
from app.places.models import Place
from town.files import PlaceRow
from town.importing.batches import batches
from town.importing.house import House
from town.importing.outcome import Outcome

AT_ONCE = 1000
LONGEST_NAME = 100
LONGEST_CATEGORY = 60


def import_places(house: House, rows: Iterable[PlaceRow], source: str, outcome: Outcome) -> None:
    """Add the places that were not imported before; one whose key comes again is the same place."""
    # Of the table, not the class: that would send a statement for each run of rows with the same columns set.
    adding = insert(Base.metadata.tables[Place.__tablename__]).on_conflict_do_nothing().returning(Place.id)
    for batch in batches(rows, AT_ONCE):
        with house.database.transaction() as session:
            added = session.connection().execute(adding, [_values(row, source) for row in batch]).all()
        outcome.read += len(batch)
        outcome.new += len(added)
        outcome.there_already += len(batch) - len(added)


def key_of(source: str, venue: str) -> str:
    """What a place is known by ever after."""
    return f"{source}/{venue}"


def _values(row: PlaceRow, source: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "name": row.name[:LONGEST_NAME],
        "category": row.category and row.category[:LONGEST_CATEGORY],
        "position": row.position,
        "added_by": None,
        "source_key": key_of(source, row.key),
        "created_at": clock.now(),
    }
