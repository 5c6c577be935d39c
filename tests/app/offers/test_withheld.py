"""Why not that one: what does not reach somebody where they are, as they read it."""

from datetime import timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app import clock
from app.offers import gate
from app.offers.reasons import REASONS
from app.offers.rules import WITHHELD
from geo import Position
from tests.app.rows import Rows
from tests.world import CAFE, FAR_AWAY, NEAR_CAFE, Json, Someone, World, eventually, point

#: Where no other test has anything.
ALONE = Position(-33.0472, -71.6127)


def why_not(person: Someone) -> dict[str, Json]:
    """By title."""
    return {each["title"]: each for each in person.gets("/me/offers/withheld")["items"]}


def test_each_offer_around_tells_why_it_does_not_come(world: World) -> None:
    tea, rides = world.topic("interest:tea"), world.topic()
    ana = world.person("Ana")
    ana.joins(world.community(topics=[tea]))
    ana.welcomes_offers()
    ana.checks_in(CAFE, activity="reading")
    eventually(lambda: ana.presence["position"])
    titles = {"near", "one too many", "for riders", "of rides", "far away", "tomorrow", "a draft"}
    world.offer([tea], title="near", position=point(CAFE))
    eventually(lambda: ana.inbox)
    world.offer([tea], title="one too many", position=point(NEAR_CAFE))
    world.offer([tea], title="for riders", language="ca", activities=["riding"])
    world.offer([rides], title="of rides")
    world.offer([tea], around=FAR_AWAY, title="far away")
    world.offer([tea], title="tomorrow", starts_at=(clock.now() + timedelta(hours=20)).isoformat())
    world.offer([tea], title="a draft", draft=True)
    found = why_not(ana)
    assert {title: each["reason"] for title, each in found.items() if title in titles} == {
        "one too many": "budget",
        "for riders": "activity",
        "of rides": "community",
    }
    assert found["one too many"]["says"] == WITHHELD["budget"]
    assert found["one too many"]["metres"] == 100
    assert (found["for riders"]["language"], found["one too many"]["language"]) == ("ca", None)


def test_where_nobody_knows_somebody_is_nothing_is_told(world: World) -> None:
    world.offer([world.topic()], title="Of this test")
    ana = world.person("Ana")
    assert why_not(ana) == {}
    ana.checks_in(CAFE)
    assert "Of this test" in why_not(ana)
    ana.checks_out()
    assert why_not(ana) == {}


def test_nobody_reads_what_is_withheld_from_another(world: World) -> None:
    world.offer([world.topic()])
    ana, eve = world.person("Ana"), world.person("Eve")
    ana.checks_in(CAFE)
    assert why_not(eve) == {}


def test_every_reason_has_its_words() -> None:
    assert set(WITHHELD) == {None, *REASONS} - {"again"}


def test_to_look_changes_nothing_and_is_planned_as_the_gate_is(engine: Engine, small: Rows) -> None:
    """Also where somebody looks first on a connection on which the gate is asked afterwards."""
    topic = small.topic()
    small.offer(ALONE, [topic])
    ana = small.fitting(ALONE, topic)
    small.session.commit()
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with Session(alone) as looking:
        (told,) = gate.around(looking, ana, small.now)
        assert told.reason is None
        nulls = ", ".join(["NULL"] * 6)
        plan = "\n".join(looking.scalars(text(f"EXPLAIN EXECUTE around ({nulls})")))
        assert "Seq Scan" not in plan
    with Session(engine) as session, session.begin():
        delivered, _ = gate.deliver(session, [ana], small.now)
        assert [each.person_id for each in delivered] == [ana]
