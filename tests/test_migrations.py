"""Migrations go up, down and up again, say what the models say, and name what they make by convention."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from app import clock
from app.db import Base
from app.ids import first_id_at
from app.partitions import (
    MONTHS_AHEAD,
    make_partitions,
    missing_partitions,
    month_after,
    name_of,
    partitioned_tables,
)
from tests.world import CAFE, FAR_AWAY, World

PARTITION = re.compile(r"_\d{4}_\d{2}$")


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """A database with nothing in it."""
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"spatial_ref_sys"}


def alembic(connection: Connection, does: Callable[[Config], object]) -> None:
    config = Config("alembic.ini")
    config.attributes["connection"] = connection
    does(config)


def test_up_down_and_up_again(empty: Engine) -> None:
    with empty.begin() as connection:
        alembic(connection, lambda config: command.upgrade(config, "head"))
        first = tables(connection)
        make_partitions(connection, clock.now())
        alembic(connection, lambda config: command.downgrade(config, "base"))
        assert tables(connection) == {"alembic_version"}
        alembic(connection, lambda config: command.upgrade(config, "head"))
        assert tables(connection) == first
        alembic(connection, command.check)


def test_a_database_that_cannot_be_reached_is_said_to_be_so() -> None:
    nowhere = "postgresql+psycopg2://somebody@127.0.0.1:9/nowhere"
    ended = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        env=os.environ | {"HEREABOUTS_DATABASE_URL": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database of HEREABOUTS_DATABASE_URL cannot be reached: ")
    assert "Traceback" not in ended.stderr


def test_the_tables_are_those_of_the_models(empty: Engine) -> None:
    with empty.begin() as connection:
        alembic(connection, lambda config: command.upgrade(config, "head"))
        assert tables(connection) - {"alembic_version"} == set(Base.metadata.tables)


def test_partitions_are_no_difference(empty: Engine) -> None:
    with empty.begin() as connection:
        alembic(connection, lambda config: command.upgrade(config, "head"))
        make_partitions(connection, clock.now())
        alembic(connection, command.check)


CONVENTION = {"p": "_pkey", "u": "_key", "f": "_fkey", "c": "_check"}


def test_every_constraint_and_index_is_named_by_convention(database_url: str) -> None:
    asked = text(
        "SELECT conrelid::regclass::text, conname, contype::text FROM pg_constraint"
        " JOIN pg_class ON pg_class.oid = conrelid"
        " WHERE connamespace = 'public'::regnamespace AND NOT relispartition AND conparentid = 0"
    )
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = [row for row in connection.execute(asked) if row[0] in Base.metadata.tables]
        indexes = inspect(connection).get_multi_indexes()
    engine.dispose()
    assert found
    for table, name, kind in found:
        assert name.startswith(f"{table}_"), name
        assert name.endswith(CONVENTION[kind]), name
    for (_, table), each in indexes.items():
        if table in Base.metadata.tables:
            assert all((index["name"] or "").startswith(f"{table}_") for index in each)
            assert all((index["name"] or "").endswith(("_index", "_key")) for index in each)


def test_migrations_never_import_the_application() -> None:
    for path in Path("migrations/versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) (app|geo|realtime)\b", path.read_text(), re.MULTILINE), path


def test_partitions_are_made_for_last_month_this_and_the_next_ones(empty: Engine) -> None:
    now = clock.now()
    with empty.begin() as connection:
        alembic(connection, lambda config: command.upgrade(config, "head"))
        assert set(missing_partitions(connection, now)) == {
            name_of(table, month_after(now, ahead)) for table in partitioned_tables() for ahead in (0, 1)
        }
        made = make_partitions(connection, now)
        assert set(made) == {
            name_of(table, month_after(now, ahead))
            for table in partitioned_tables()
            for ahead in range(-1, MONTHS_AHEAD + 1)
        }
        assert make_partitions(connection, now) == []
        assert missing_partitions(connection, now) == []
        assert missing_partitions(connection, now + timedelta(days=31 * MONTHS_AHEAD)) != []


def test_a_table_that_grows_for_ever_is_partitioned() -> None:
    assert set(partitioned_tables()) == {
        "check_ins",
        "conversations",
        "mentions",
        "notices",
        "reactions",
        "replies",
        "feed_entries",
        "removals",
        "approaches",
        "business_acts",
        "deliveries",
        "disclosures",
        "readings",
        "positions",
        "check_in_words",
        "event_attendances",
        "event_replies",
    }


def test_what_was_said_in_earlier_months_can_be_answered(empty: Engine) -> None:
    with empty.begin() as connection:
        alembic(connection, lambda config: command.upgrade(config, "0018"))
        since, until = (first_id_at(month_after(clock.now(), ahead)) for ahead in (-9, -8))
        earlier = name_of("check_ins", month_after(clock.now(), -9))
        connection.execute(
            text(f"CREATE TABLE {earlier} PARTITION OF check_ins FOR VALUES FROM ('{since}') TO ('{until}')")
        )
        alembic(connection, lambda config: command.upgrade(config, "head"))
        around = ("conversations", "replies", "reactions", "mentions")
        assert {name_of(each, month_after(clock.now(), -9)) for each in around} <= tables(connection)
        alembic(connection, lambda config: command.downgrade(config, "0018"))


def test_what_was_said_before_is_filed_as_what_is_said_now(world: World, app: Flask) -> None:
    place, friend = world.location(FAR_AWAY), world.person("Bob")
    told = {"group": "person", "handle": friend.handle}
    for number, who in enumerate((told, {"group": "everyone"}, {"group": "here"})):
        purpose = "communities" if who["group"] == "here" else "feed"
        person = world.person(f"Ana{number}")
        person.agrees({"terms": [{"purpose": purpose, "who": who, "exactness": "exact"}]})
        person.checks_in(FAR_AWAY)

    def filed(connection: Connection) -> int:
        asked = text("SELECT count(*) FROM feed_entries WHERE feed_id = :place")
        return connection.scalar(asked, {"place": place["id"]}) or 0

    with app.extensions["hereabouts"].database.engine.connect() as connection:
        now = filed(connection)
        alembic(connection, lambda config: command.downgrade(config, "0016"))
        before = filed(connection)
        alembic(connection, lambda config: command.upgrade(config, "head"))
        assert (now, before, filed(connection)) == (2, 3, 2)
        connection.rollback()


def test_what_is_said_next_month_is_kept_in_next_months_partition(world: World, app: Flask) -> None:
    month = month_after(clock.now(), 1)
    ana, topic = world.person("Ana"), world.topic()
    with clock.travelling(month + timedelta(days=3) - clock.now()):
        ana.checks_in(CAFE, "next month", topics=[topic])
        assert ana.hears(f"person={ana.handle}") == ["next month"]
    with app.extensions["hereabouts"].database.engine.connect() as connection:
        for table in ("check_ins", "feed_entries"):
            assert connection.scalar(text(f"SELECT count(*) FROM {name_of(table, month)}")) == 1


def test_pages_cross_the_turn_of_the_month(world: World) -> None:
    turn = month_after(clock.now(), 1) - clock.now()
    ana = world.person("Ana")
    for seconds in (-20, -10, 10, 20):
        with clock.travelling(turn + timedelta(seconds=seconds)):
            ana.checks_in(CAFE, str(seconds))
    with clock.travelling(turn + timedelta(minutes=1)):
        first = ana.asks("GET", f"/check-ins?person={ana.handle}&limit=3")
        following = first.headers["Link"].split(">")[0].removeprefix("</v1")
        assert [each["properties"]["text"] for each in first.get_json(force=True)["features"]] == [
            "20",
            "10",
            "-10",
        ]
        assert [each["properties"]["text"] for each in ana.gets(following)["features"]] == ["-20"]
