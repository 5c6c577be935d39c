"""A community from the first check-in to the day on which it reads what it is like."""

from datetime import timedelta

from app import clock
from app.db import Database
from app.housekeeping import Housekeeping
from app.statistics.rules import SETTLES, midnight
from tests.app.statistics.crowd import FOUR, next_four_weeks
from tests.world import CAFE, World

RIDERS = 34


def test_those_who_let_themselves_be_counted_are_and_their_community_reads_what_it_is_like(
    world: World, database: Database
) -> None:
    ring, starts_on = world.community(), next_four_weeks()
    (topic,) = ring["properties"]["topics"]
    riders = [world.person("Rider") for _ in range(RIDERS)]
    shy = [world.person("Shy", contract="friends-and-communities") for _ in range(10)]
    for each in (*riders, *shy):
        each.joins(ring)
    with clock.travelling(midnight(starts_on) + timedelta(days=1, hours=8) - clock.now()):
        for each in (*riders, *shy):
            each.checks_in(CAFE, "off we go", topics=[topic], activity="riding")
    path = f"/communities/{ring['id']}/statistics?measure=people&by=activity"
    with clock.travelling(midnight(starts_on + FOUR.length) + SETTLES - clock.now()):
        keeping = Housekeeping(database)
        chore = next(each for each in keeping.chores if each.name == "statistics")
        before = riders[0].gets(path)["cells"]
        for _ in range(8):
            keeping.do(chore)
        (cell,) = riders[0].gets(path)["cells"]
        assert before == []
        assert cell["slice"] == {"activity": "riding"}
        assert abs(cell["value"] - RIDERS) < 17
        assert world.person("Stranger").is_refused("GET", path)["title"] == "Only members may do this"
        told = shy[0].gets("/me/disclosures/days?days=40")["items"]
        assert not [each for each in told if "counted" in each["says"]]
        told = riders[0].gets("/me/disclosures/days?days=40")["items"]
        assert "I was counted by one of my check-ins." in [each["says"] for each in told]
