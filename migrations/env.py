"""Runs migrations on the database of HEREABOUTS_DATABASE_URL, one process at a time."""

import os
import re
import sys
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from app.models import Base

PARTITION = re.compile(r"_\d{4}_\d{2}$")
#: Whoever migrates holds this; servers that start together wait for the first.
MIGRATING = 7_243_001


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """PostGIS's own tables and the partitions made month by month are no business of migrations."""
    if kind == "table" and name and PARTITION.search(name):
        return False
    if kind == "foreign_key_constraint" and _points_at_a_partition(thing):
        return False
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, compared))


def _points_at_a_partition(key: Any) -> bool:
    """PostgreSQL keeps a key to a partitioned table as one to each of its partitions besides."""
    return any(PARTITION.search(element.target_fullname.rpartition(".")[0]) for element in key.elements)


def rendered(kind: str, thing: object, autogen: AutogenContext) -> str | bool:
    """Columns of our own types are written as the PostGIS types they are made of."""
    plain = thing.impl_instance if isinstance(thing, TypeDecorator) else thing
    return alembic_helpers.render_item(kind, plain, autogen)


def run(connection: Connection) -> None:
    """All of it in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_ours,
        render_item=rendered,
        compare_type=True,
    )
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(os.environ["HEREABOUTS_DATABASE_URL"])
    try:
        fresh = engine.connect()
    except OperationalError as error:
        sys.exit(f"The database of HEREABOUTS_DATABASE_URL cannot be reached: {error.orig}")
    with fresh:
        run(fresh)
    engine.dispose()
