"""Makes the month's partitions ahead of time: `python -m app.partitions`, run by script/server and by every server
once a day. Without a month's partition nothing can be written in that month, so readiness watches it as well."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from sqlalchemy import Connection, create_engine, text

from app import clock
from app.db import Base
from app.ids import first_id_at

MONTHS_AHEAD = 3
#: Whoever writes holds a table for less. And shorter than PostgreSQL waits before it looks for a deadlock (1 s), so
#: that whoever makes a partition gives way, and nobody who writes does.
_WAITS_MS = 500


def make_partitions(connection: Connection, now: datetime, months: int = MONTHS_AHEAD) -> list[str]:
    """Make those of the month before `now` (for what was sent late), its own and the next ones; the names of new ones.

    Safe to run at any time, by several at once.
    """
    connection.execute(_ALONE)
    return list(_made(connection, now, months))


def make_a_partition(connection: Connection, now: datetime) -> str | None:
    """Make the first of those that are not there; its name, None where none is missing.

    For beside those who write, a transaction each: it holds nobody up, and gives up where it would have to wait
    (OperationalError), to be asked again later.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = {_WAITS_MS}"))
    connection.execute(_ALONE)
    return next(_made(connection, now, MONTHS_AHEAD), None)


def partitioned_tables() -> list[str]:
    """The tables that are partitioned by a UUIDv7, in the order of their foreign keys."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if table.dialect_options["postgresql"]["partition_by"]
    ]


def missing_partitions(connection: Connection, now: datetime) -> list[str]:
    """Partitions of this month and the next that are not there."""
    wanted = [name_of(table, month_after(now, ahead)) for table in partitioned_tables() for ahead in (0, 1)]
    asked = text("SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NULL")
    return list(connection.scalars(asked, {"names": wanted}))


def name_of(table: str, month: datetime) -> str:
    """A partition's name, such as check_ins_2026_11."""
    return f"{table}_{month:%Y_%m}"


def month_after(moment: datetime, months: int) -> datetime:
    """The beginning, UTC, of the month so many after that of the moment.

    >>> month_after(datetime(2026, 11, 22, tzinfo=UTC), 2).isoformat()
    '2027-01-01T00:00:00+00:00'
    """
    years, month = divmod(moment.month - 1 + months, 12)
    return datetime(moment.year + years, month + 1, 1, tzinfo=UTC)


_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('hereabouts partitions'))")


def _made(connection: Connection, now: datetime, months: int) -> Iterator[str]:
    for table in partitioned_tables():
        for ahead in range(-1, months + 1):
            if name := _make(connection, table, month_after(now, ahead)):
                yield name


def _make(connection: Connection, table: str, month: datetime) -> str | None:
    name = name_of(table, month)
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": name}):
        return None
    bounds = f"FROM ('{first_id_at(month)}') TO ('{first_id_at(month_after(month, 1))}')"
    # Made beside its table and then attached: CREATE TABLE … PARTITION OF keeps everybody from reading and writing.
    connection.execute(text(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)"))
    connection.execute(text(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES {bounds}"))
    return name


@click.command()
@click.option("--months", default=MONTHS_AHEAD, show_default=True, help="How many months ahead.")
def main(months: int) -> None:
    """Make the partitions of this month and the next ones in the database of HEREABOUTS_DATABASE_URL."""
    from app import models  # noqa: F401, PLC0415 - fills the metadata; only the command needs all slices.

    engine = create_engine(os.environ["HEREABOUTS_DATABASE_URL"])
    with engine.begin() as connection:
        made = make_partitions(connection, clock.now(), months)
    engine.dispose()
    if made:
        click.echo(f"Made {len(made)} partitions, up to {made[-1]}.")


if __name__ == "__main__":
    main()
