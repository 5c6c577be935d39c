"""Sending what is due: to a real server, again when it was not taken, and to nobody else's cost."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import gevent
import pytest
from flask import Flask
from gevent.event import Event
from sqlalchemy import text
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook

from app import clock
from app.db import Database
from app.webhooks import delivering
from app.webhooks.delivering import LEASE, ToSend
from app.webhooks.keys import Seal
from app.webhooks.posting import Post
from app.webhooks.rules import FAILS_FOR, SCHEDULE, Outcome
from app.webhooks.sender import Sender
from tests.app.offers.racing import together
from tests.app.plans import plans_of, read_whole
from tests.app.webhooks.hooks import SECOND, Hook, a_hook, sender_of, sends
from tests.app.webhooks.shop import Shop, a_shop, post_to, status
from tests.world import World

HOUR = timedelta(hours=1)
REFUSING = status("500 Oh")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop() as shop:
        yield shop


@pytest.fixture
def sender(app: Flask, shop: Shop, database: Database) -> Iterator[Sender]:
    """The application's, calling the shop whatever the address."""
    found = sender_of(app)
    found.post = post_to(shop.address, total_s=2.0)
    yield found
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhooks"))


class Hosts:
    """Servers that take everything at once, save `slow.example`, which answers nothing until it may."""

    def __init__(self) -> None:
        self.may_answer = Event()
        self.told: list[str] = []
        #: How many the slow one has not answered, and how many these were at the most.
        self.open = self.most = 0

    def __call__(self, url: str, headers: Mapping[str, str], body: str) -> Outcome:
        if "slow" in url:
            self.open += 1
            self.most = max(self.most, self.open)
            # Where nothing else can go on gevent raises LoopExit: nobody waits for a test that fails.
            self.may_answer.wait()
            self.open -= 1
        else:
            self.told.append(url)
        return Outcome.of(204)

    def are_told(self, sender: Sender, many: int) -> None:
        """Have so many be sent to those that are not slow, while the slow one answers nothing."""
        for _ in range(20):
            sender.send_due()
            gevent.idle()
        assert len(self.told) == many


@pytest.fixture
def hook(world: World) -> Hook:
    return a_hook(world)


def test_a_test_arrives_and_can_be_checked(sender: Sender, shop: Shop, hook: Hook) -> None:
    waiting = hook.tests()
    assert (waiting["kind"], waiting["state"]) == ("webhook.test", "waiting")
    assert sends(sender) == 1
    (got,) = shop.got
    said = Webhook(hook.made["secret"]).verify(got.body, got.headers)
    assert (said["type"], said["data"]) == ("webhook.test", {"webhook_id": hook.made["id"]})
    (logged,) = hook.log
    assert got.headers["webhook-id"] == logged["id"] == waiting["id"]
    assert (logged["state"], logged["tries"], logged["status"], logged["reason"]) == (
        "delivered",
        1,
        204,
        None,
    )
    assert sends(sender) == 0


def test_old_and_new_secret_sign_side_by_side(sender: Sender, shop: Shop, hook: Hook) -> None:
    new = hook.staff.posts(f"{hook.path}/secrets")["secret"]
    hook.tests()
    sends(sender)
    for secret in (hook.made["secret"], new):
        assert Webhook(secret).verify(shop.got[0].body, shop.got[0].headers)


def test_what_is_refused_comes_again_under_the_same_id(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(REFUSING, status("200 OK"))
    hook.tests()
    assert sends(sender) == 1
    (logged,) = hook.log
    assert (logged["state"], logged["status"], logged["reason"]) == ("waiting", 500, "answered")
    assert hook.now["failing_since"]
    with clock.travelling(SCHEDULE[0]):
        assert sends(sender) == 1
    assert len({each.headers["webhook-id"] for each in shop.got}) == 1
    assert len({each.headers["webhook-signature"] for each in shop.got}) == 2
    assert (hook.log[0]["state"], hook.log[0]["tries"]) == ("delivered", 2)
    assert hook.now["failing_since"] is None


def test_after_a_day_it_is_given_up_and_can_be_replayed(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(REFUSING)
    hook.tests()
    passed = timedelta()
    for wait in (timedelta(), *SCHEDULE):
        passed += wait + SECOND
        with clock.travelling(passed):
            assert sends(sender) == 1
    (logged,) = hook.log
    assert (logged["state"], logged["tries"], logged["next_try_at"]) == ("failed", 9, None)
    shop.answers(status("200 OK"))
    with clock.travelling(3 * 24 * HOUR):
        assert sends(sender) == 0
        again = hook.staff.posts(f"{hook.path}/deliveries/{logged['id']}/replay")
        assert (again["state"], again["tries"]) == ("waiting", 0)
        assert sends(sender) == 1
    assert hook.log[0]["state"] == "delivered"
    assert len({each.headers["webhook-id"] for each in shop.got}) == 1


def test_who_wants_nothing_any_more_gets_nothing_and_owners_are_told(
    sender: Sender, shop: Shop, hook: Hook
) -> None:
    shop.answers(status("410 Gone"))
    for _ in range(3):
        hook.tests()
    sends(sender)
    assert hook.now["paused_because"] == "gone"
    assert {each["state"] for each in hook.log} == {"failed"}
    notices = [each for each in hook.staff.gets("/me/notices")["items"] if each["kind"] == "webhook_paused"]
    assert [(each["webhook_id"], each["path"]) for each in notices] == [(hook.made["id"], f"/v1{hook.path}")]
    assert hook.staff.is_refused("POST", f"{hook.path}/test")["status"] == 409
    hook.changes(paused=False)
    assert hook.now["failing_since"] is None


def test_who_takes_nothing_for_five_days_is_paused(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(REFUSING)
    hook.tests()
    sends(sender)
    with clock.travelling(FAILS_FOR - HOUR):
        hook.tests()
        sends(sender)
        assert hook.now["paused_at"] is None
    with clock.travelling(FAILS_FOR + SECOND):
        hook.tests()
        sends(sender)
        assert hook.now["paused_because"] == "failing"
        assert [each["kind"] for each in hook.staff.gets("/me/notices")["items"]] == ["webhook_paused"]


def test_who_asks_us_to_wait_is_heard(sender: Sender, shop: Shop, hook: Hook) -> None:
    shop.answers(status("429 Too Many Requests", "Retry-After: 600"), status("204 No Content"))
    hook.tests()
    sends(sender)
    with clock.travelling(timedelta(seconds=590)):
        assert sends(sender) == 0
    with clock.travelling(timedelta(seconds=610)):
        assert sends(sender) == 1


def test_one_slow_target_keeps_nobody_waiting(world: World, sender: Sender) -> None:
    """Ten messages for one that answers nothing yet, and one for each of five others: these are taken meanwhile."""
    slow, others = a_hook(world), [a_hook(world) for _ in range(5)]
    slow.changes(url="https://slow.example/")
    sender.post = hosts = Hosts()  # type: ignore[assignment]
    for _ in range(10):
        slow.tests()
    for each in others:
        each.tests()
    hosts.are_told(sender, len(others))
    assert hosts.most == delivering.MOST_AT_ONCE
    hosts.may_answer.set()
    sender.finish()


def test_one_slow_host_keeps_a_share_however_many_webhooks_lead_there(world: World, sender: Sender) -> None:
    """More than there are places for a host that answers nothing yet, by twelve webhooks; those of another one are
    taken meanwhile."""
    slow, others = [a_hook(world) for _ in range(12)], [a_hook(world) for _ in range(3)]
    sender.post = hosts = Hosts()  # type: ignore[assignment]
    for number, each in enumerate(slow):
        each.changes(url=f"https://slow.example{':8443' if number % 2 else ''}/{number}")
        for _ in range(4):
            each.tests()
    for _ in range(4):
        sender.send_due()
    for each in others:
        each.tests()
    hosts.are_told(sender, len(others))
    assert hosts.most == delivering.MOST_AT_A_HOST
    hosts.may_answer.set()
    sender.finish()
    # What was under way is done, and there is room again.
    assert sender.send_due() == delivering.MOST_AT_A_HOST
    sender.finish()


def test_an_inner_address_is_not_called_and_the_log_says_so(sender: Sender, shop: Shop, hook: Hook) -> None:
    sender.post = Post(lambda host, port: [("10.0.0.1", 443)])
    hook.tests()
    sends(sender)
    assert (hook.log[0]["state"], hook.log[0]["reason"]) == ("waiting", "internal-address")
    assert shop.got == []


def test_a_secret_that_cannot_be_opened_signs_nothing(
    app: Flask, sender: Sender, shop: Shop, hook: Hook, database: Database
) -> None:
    kept = Seal("another operator's key").kept(UUID(hook.made["id"]), b"x" * 32)
    with database.transaction() as session:
        session.execute(text("UPDATE webhook_secrets SET kept = :kept"), {"kept": kept})
    hook.tests()
    sends(sender)
    assert (hook.log[0]["reason"], shop.got) == ("unsigned", [])


def test_what_a_process_that_died_was_sending_is_sent_by_another(
    sender: Sender, shop: Shop, hook: Hook, database: Database
) -> None:
    hook.tests()
    with database.transaction() as session:
        (lost,) = delivering.take(session, 10, clock.now())
    assert sends(sender) == 0
    with clock.travelling(LEASE + SECOND):
        assert sends(sender) == 1
        # It lives after all, and says what came of it: another has it by now.
        with database.transaction() as session:
            assert delivering.keep(session, lost, Outcome.of(500), clock.now()) is None
    assert (hook.log[0]["state"], hook.log[0]["tries"]) == ("delivered", 2)


def test_processes_share_what_is_due_and_none_is_sent_twice(
    world: World, sender: Sender, database: Database
) -> None:
    hooks = [a_hook(world) for _ in range(3)]
    for each in hooks:
        for _ in range(6):
            each.tests()
    taken: list[ToSend] = []

    def take() -> None:
        with database.transaction() as session:
            taken.extend(delivering.take(session, 5, clock.now()))

    together([take] * 8)
    together([take] * 8)
    assert len({(each.webhook_id, each.message_id) for each in taken}) == len(taken)
    assert len(taken) == 3 * delivering.MOST_AT_ONCE


def test_no_delivery_is_looked_for_but_by_an_index(session: Session, world: World, sender: Sender) -> None:
    a_hook(world).tests()
    plans = plans_of(session, lambda: delivering.take(session, 32, clock.now()))
    assert "webhook_deliveries_due_index" in plans[0]
    assert "webhook_deliveries_due_index" in plans[1]
    assert read_whole(plans) == set()
    # What was taken is held until then.
    session.rollback()
