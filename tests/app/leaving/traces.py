"""By what somebody could be found in a database, and what of it is still there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from app.leaving import queries
from tests.app.leaving.city import City


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def everything(url: str) -> list[str]:
    """Every row of every table and sequence, and every large object, as text."""
    with connected(url) as connection:
        found = connection.execute(
            text(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind IN ('r', 'm', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"
            )
        ).scalars()
        tables = [name for name in found if name != "spatial_ref_sys"]
        asked = " UNION ALL ".join(
            [f"SELECT t::text FROM {name} AS t" for name in tables]
            + ["SELECT encode(lo_get(oid), 'hex') FROM pg_largeobject_metadata"]
        )
        return [str(row) for row in connection.scalars(text(asked))]


def owned(url: str, person_id: str) -> list[str]:
    """Every row that is somebody's own, as text."""
    with connected(url) as connection:
        return [
            row
            for column in queries.HELD.values()
            for row in connection.scalars(
                text(f"SELECT t::text FROM {column.class_.__tablename__} AS t WHERE t.{column.key} = :id"),
                {"id": person_id},
            )
        ]


def words(rows: list[str]) -> set[str]:
    """Ids, texts, times, cells, positions (as EWKB) and hashes."""
    return {word for row in rows for word in re.findall(r"[\w:.+-]{8,}", row)}


def traces(url: str, city: City) -> list[str]:
    """All by which the leaver could be found: what we know of them, and every word that only their own rows hold."""
    person = city.people[city.leaver]
    rows, theirs = everything(url), owned(url, person.id)
    mine = set(theirs)
    alone = words(theirs) - words([row for row in rows if row not in mine])
    said = [each for each in city.theirs if any(each in row for row in rows)]
    return sorted({*said, *alone})


def left_of(wanted: list[str], url: str) -> list[str]:
    """Which of them the database still holds, anywhere."""
    whole = "\n".join(everything(url)).lower()
    return [each for each in wanted if each.lower() in whole]
