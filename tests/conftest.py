"""A database for each run, an application on it, and small worlds of people."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread

import gevent
import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app import logs, models  # noqa: F401
from app.factory import create_app
from app.partitions import make_partitions
from app.settings import Settings
from tests.world import World


def administer(url: str, *statements: str) -> None:
    """Run statements outside of a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def drop_database(url: str, name: str) -> None:
    """Drop a database of ours, whoever of ours is still connected.

    WITH (FORCE) would fail where autovacuum, which is not ours, is at it. A plain DROP has it step aside, and fails
    after five seconds where it comes back or somebody connects anew.
    """
    ours = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = current_user"
    for left in reversed(range(5)):
        try:
            administer(url, ours, f"DROP DATABASE {name}")
        except OperationalError:
            if not left:
                raise
        else:
            return


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logs.configure()


@pytest.fixture(scope="session", autouse=True)
def _threads_leave_nothing_open() -> Iterator[None]:
    """Who waits for the database in a thread has a hub of gevent there, whose descriptors nobody else would close."""
    run = Thread.run

    def run_and_close(thread: Thread) -> None:
        try:
            run(thread)
        finally:
            gevent.get_hub().destroy(destroy_loop=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Thread, "run", run_and_close)
        yield


@pytest.fixture(scope="session")
def server_url() -> str:
    """The database server of this run; script/test starts one."""
    url = os.environ.get("HEREABOUTS_DATABASE_URL")
    if not url:
        pytest.exit("HEREABOUTS_DATABASE_URL is not set: run the tests with script/test.", 2)
    return url


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated, empty database to be cloned."""
    name = f"test_{secrets.token_hex(4)}_template"
    administer(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name)
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config("alembic.ini")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        make_partitions(connection, datetime.now(UTC))
    engine.dispose()
    yield name
    drop_database(server_url, name)


@pytest.fixture(scope="module")
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A fresh database for each test module."""
    name = f"test_{secrets.token_hex(4)}"
    administer(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """A database in which nothing has been made yet."""
    name = f"test_{secrets.token_hex(4)}_empty"
    administer(server_url, f"CREATE DATABASE {name}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    drop_database(server_url, name)


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    """The application on that database, in this process."""
    settings = Settings(database_url=database_url, limits=False, plausibility=False, people_to_grow=0)
    app = create_app(settings)
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """People, communities and businesses, made as needed, acting over HTTP."""
    return World(app.test_client(use_cookies=False))
