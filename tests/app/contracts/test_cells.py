"""A check-in that others find elsewhere than before is filed where they look for it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo import CITY, DISTRICT, Position, blur, cell_of
from tests.app.contracts.wishes import feed
from tests.world import CAFE, World


def a_border() -> Position:
    """Somewhere near whose city has its middle in another district."""
    along = (Position(CAFE.lat, round(CAFE.lon + step * 0.001, 6)) for step in range(100))
    return next(at for at in along if cell_of(at, DISTRICT) != cell_of(blur(at, CITY), DISTRICT))


def test_where_a_contract_blurs_across_a_border_feeds_follow(world: World, session: Session) -> None:
    ana, bob, topic = world.person("Ana"), world.person("Bob"), world.topic()
    ana.checks_in(a_border(), "at the border", topics=[topic])
    ana.checks_in(CAFE, "far from it", topics=[topic])
    ana.agrees({"terms": [feed(exactness="city")]})
    filed = text(
        "SELECT count(*) FROM check_ins c JOIN feed_entries e ON e.check_in_id = c.id AND e.cell = c.cell"
    )
    assert session.scalar(filed) == 2
    assert bob.hears(f"topic={topic}") == ["far from it", "at the border"]
