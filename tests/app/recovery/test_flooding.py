"""Letters are few, whoever asks for them and however: no mailbox can be flooded."""

import gevent

from tests.app.recovery.conftest import Tray, forgets, gives
from tests.world import Someone, World, problem_in


def test_nobody_can_be_flooded(world: World, tray: Tray, ana: Someone, address: str) -> None:
    answers = [forgets(world, ana.handle, f"198.51.100.{number}") for number in range(5)]
    answers += [forgets(world, address, f"198.51.100.{number}") for number in range(5)]
    assert [each.status_code for each in answers] == [202, 202, 202, 429, 429] * 2
    assert "Look into your mailbox" in problem_in(answers[4])["detail"]
    assert int(answers[4].headers["Retry-After"]) > 1000
    gevent.sleep(0.3)
    assert len(tray.to(address)) == 4, "whatever was asked, and by whichever name"


def test_one_network_asks_for_so_many_letters(world: World, tray: Tray) -> None:
    answers = [forgets(world, f"nobody-{number}").status_code for number in range(12)]
    assert answers == [202] * 10 + [429] * 2


def test_many_accounts_cannot_flood_one_mailbox(world: World, tray: Tray) -> None:
    victim = f"victim-{world.seed}@mail.example"
    for _ in range(6):
        gives(world.person("Eve"), victim)
    tray.to(victim, 4)
    gevent.sleep(0.3)
    assert len(tray.to(victim)) == 4
