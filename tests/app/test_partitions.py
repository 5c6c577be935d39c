"""Partitions: months in a row without gaps, made ahead, each holding the ids of its month and no others."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app import clock, ids, models, partitions
from app.db import Database
from app.ids import first_id_at
from app.partitions import (
    make_a_partition,
    make_partitions,
    missing_partitions,
    month_after,
    name_of,
    partitioned_tables,
)
from tests.world import World

moments = st.datetimes(datetime(1970, 2, 1), datetime(2199, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection whose changes are undone."""
    with database.engine.connect() as connection:
        yield connection


def months_later(moment: datetime, months: int) -> datetime:
    """Slowly and obviously: day by day to the first of the month, so many times."""
    day = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    step = timedelta(days=1 if months > 0 else -1)
    for _ in range(abs(months)):
        day += step
        while day.day != 1:
            day += step
    return day


@given(moment=moments, months=st.integers(-14, 14))
def test_months_are_counted_over_the_turns_of_years(moment: datetime, months: int) -> None:
    assert month_after(moment, months) == months_later(moment, months)


@given(moment=moments)
def test_every_moment_lies_in_its_month(moment: datetime) -> None:
    assert month_after(moment, 0) <= moment < month_after(moment, 1)
    assert name_of("check_ins", month_after(moment, 0)) == f"check_ins_{moment.year:04}_{moment.month:02}"


def test_only_what_grows_for_ever_is_partitioned() -> None:
    assert models.CheckIn.__tablename__ in partitioned_tables()
    assert {"people", "communities", "presences", "location_memberships"}.isdisjoint(partitioned_tables())


@pytest.mark.parametrize("now", ["2031-01-31T23:59:59.999Z", "2031-12-01T00:00:00Z", "2032-02-29T12:00:00Z"])
def test_they_are_made_from_the_month_before_to_so_many_ahead(connection: Connection, now: str) -> None:
    at = datetime.fromisoformat(now)
    made = make_partitions(connection, at, months=2)
    months = [months_later(at, ahead) for ahead in (-1, 0, 1, 2)]
    assert made == [name_of(table, month) for table in partitioned_tables() for month in months]
    assert make_partitions(connection, at, months=2) == []
    assert missing_partitions(connection, at) == []


def test_those_of_this_month_and_the_next_may_not_be_missing(connection: Connection) -> None:
    at = datetime(2033, 6, 15, tzinfo=UTC)
    make_partitions(connection, at, months=0)
    assert missing_partitions(connection, at) == [f"{table}_2033_07" for table in partitioned_tables()]


@pytest.mark.parametrize(
    ("moment", "partition"),
    [
        ("2034-03-01T00:00:00.000+00:00", "2034_03"),
        ("2034-03-31T23:59:59.999+00:00", "2034_03"),
        ("2034-04-01T00:00:00.000+00:00", "2034_04"),
        ("2034-04-01T05:00:00.000+05:45", "2034_03"),
    ],
)
def test_a_row_goes_to_the_month_in_which_its_id_was_made(
    connection: Connection, moment: str, partition: str
) -> None:
    """The first id of a month goes to that month, the last one made before it to the month before."""
    at = datetime.fromisoformat(moment)
    make_partitions(connection, at)
    for made in (first_id_at(at), _id_at(at)):
        assert _partition_of(connection, made) == f"check_ins_{partition}"


def _id_at(moment: datetime) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.clock.now", lambda: moment)
        return ids.Lane().new_id()


def _partition_of(connection: Connection, made: object) -> str | None:
    asked = text(
        """
        SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'check_ins'::regclass
          AND :id >= CAST(split_part(pg_get_expr(child.relpartbound, child.oid), '''', 2) AS uuid)
          AND :id < CAST(split_part(pg_get_expr(child.relpartbound, child.oid), '''', 4) AS uuid)
        """
    )
    found = connection.execute(asked, {"id": made}).scalars().all()
    assert len(found) == 1
    return str(found[0])


def test_the_command_makes_them_and_says_so_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEREABOUTS_DATABASE_URL", database_url)
    run = CliRunner()
    first = run.invoke(partitions.main, ["--months", "7"], catch_exceptions=False)
    again = run.invoke(partitions.main, ["--months", "7"], catch_exceptions=False)
    last = name_of(partitioned_tables()[-1], month_after(clock.now(), 7))
    count = len(partitioned_tables()) * (7 - partitions.MONTHS_AHEAD)
    assert (first.exit_code, first.output) == (0, f"Made {count} partitions, up to {last}.\n")
    assert (again.exit_code, again.output) == (0, "")


YEARS_LATER = datetime(2035, 3, 15, tzinfo=UTC)
SOON = text("SET LOCAL lock_timeout = '200ms'")
A_CHECK_IN = text("""
INSERT INTO check_ins SELECT (jsonb_populate_record(c, CAST(:new AS jsonb))).* FROM check_ins c LIMIT 1
""")


def test_while_one_is_made_people_write_and_read(database: Database, world: World) -> None:
    ana = world.person("Ana")
    ana.checks_in()
    with database.engine.connect() as making, database.engine.connect() as writing:
        assert make_a_partition(making, YEARS_LATER)
        writing.execute(SOON)
        written = writing.execute(A_CHECK_IN, {"new": json.dumps({"id": str(ids.new_id())})})
        assert written.rowcount == 1
        assert writing.scalar(text("SELECT count(*) FROM check_ins"))


def test_whoever_writes_is_given_way_and_it_is_made_when_they_are_done(
    database: Database, world: World
) -> None:
    world.person("Ana").checks_in()
    with database.engine.connect() as writing, database.engine.connect() as making:
        # What refers to check-ins is tied to them when it is attached, for which nobody may be writing them.
        writing.execute(A_CHECK_IN, {"new": json.dumps({"id": str(ids.new_id())})})
        with pytest.raises(OperationalError, match="lock timeout"):
            make_all(making)
        making.rollback()
        assert writing.scalar(text("SELECT count(*) FROM check_ins"))
        writing.rollback()
        assert make_all(making) == 5 * len(partitioned_tables())


def make_all(making: Connection) -> int:
    count = 0
    while make_a_partition(making, YEARS_LATER):
        count += 1
    return count


def test_each_is_as_its_table(connection: Connection) -> None:
    """Indexes, keys, checks and defaults, as PostgreSQL makes them by itself."""
    make_partitions(connection, YEARS_LATER, months=0)
    bounds = f"FROM ('{first_id_at(datetime(2040, 1, 1, tzinfo=UTC))}') TO (MAXVALUE)"
    for number, table in enumerate(partitioned_tables()):
        connection.execute(text(f"CREATE TABLE own_{number} PARTITION OF {table} FOR VALUES {bounds}"))
        assert described(connection, f"{table}_2035_03") == described(connection, f"own_{number}")


def described(connection: Connection, table: str) -> set[tuple[object, ...]]:
    """Its columns, constraints and indexes, whatever they are called."""
    said = connection.execute(
        text("""
        SELECT 'column', attname, format_type(atttypid, atttypmod), attnotnull::text, attgenerated::text,
               coalesce(pg_get_expr(adbin, adrelid), ''), attstorage::text
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = to_regclass(:table) AND attnum > 0
        UNION ALL
        SELECT 'constraint', contype::text, pg_get_constraintdef(oid), conislocal::text, coninhcount::text, '', ''
        FROM pg_constraint WHERE conrelid = to_regclass(:table)
        UNION ALL
        SELECT 'index', regexp_replace(pg_get_indexdef(indexrelid), '(INDEX \\S+ ON \\S+)', 'INDEX'),
               indisunique::text, '', '', '', ''
        FROM pg_index WHERE indrelid = to_regclass(:table)
        """),
        {"table": table},
    )
    return {tuple(row) for row in said}
