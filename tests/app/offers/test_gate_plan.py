"""However many offers there are elsewhere, the gate reads those around: its plan is pinned, and that of who waits."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.offers import gate, gathering
from tests.app.plans import plans_of, read_whole


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


@pytest.mark.parametrize("statement", ["gate", "around"])
def test_offers_are_found_by_their_area_alone_and_the_rest_by_keys(session: Session, statement: str) -> None:
    gate.deliver(session, [new_id()], clock.now())
    gate.around(session, new_id(), clock.now())
    connection = session.connection()
    counted = f"SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = '{statement}'"
    nothing = ", ".join(["NULL"] * connection.exec_driver_sql(counted).scalar_one())
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE {statement} ({nothing})")
    told = list(nodes(explained.scalar_one()[0]["Plan"]))
    assert {each["Relation Name"] for each in told if each["Node Type"] == "Seq Scan"} == set()
    offers = [
        each for each in told if each.get("Relation Name") == "offers" and each["Node Type"] != "ModifyTable"
    ]
    around = [each["Index Name"] for each in offers if "st_covers" in each.get("Filter", "")]
    assert around == ["offers_area_index"]
    # Others are read by what they are called, as they were found before.
    assert {each["Index Cond"].split(" ")[0] for each in offers if each["Index Name"] not in around} == {
        "(id"
    }


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: gathering.completed_by(session, [new_id()], clock.now()),
        lambda session: gathering.together_since(session, clock.now() - timedelta(minutes=1), clock.now()),
    ],
)
def test_who_waits_for_others_is_found_by_keys(session: Session, ask: Callable[[Session], object]) -> None:
    plans = plans_of(session, lambda: ask(session))
    assert plans
    assert read_whole(plans) == set(), plans
