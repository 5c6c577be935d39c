"""How PostgreSQL would find what a statement asks for."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session


def sent_by(session: Session, ask: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that are sent, and their values."""
    sent: list[tuple[str, Any]] = []
    connection = session.connection()

    def listener(*said: Any) -> None:
        sent.append((said[2], said[3]))

    event.listen(connection, "before_cursor_execute", listener)
    ask()
    event.remove(connection, "before_cursor_execute", listener)
    return sent


def plans_of(session: Session, ask: Callable[[], object]) -> list[str]:
    """The plan of each statement that is sent, where no table is read from end to end if there is another way.

    A test's tables are so small that reading all of them is quickest; forbidden, it is done only where no index helps.
    """
    connection, sent = session.connection(), sent_by(session, ask)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plans = []
    for statement, values in sent:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()
        plans.append("\n".join(rows))
    return plans


def read_whole(plans: list[str]) -> set[str]:
    """The tables that are read from end to end."""
    return {table for plan in plans for table in re.findall(r"Seq Scan on (\w+)", plan)}
