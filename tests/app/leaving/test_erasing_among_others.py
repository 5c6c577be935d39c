"""Somebody leaves whom others name, and who was given what others would have liked."""

from collections.abc import Iterator

import gevent
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.factory import create_app
from app.settings import Settings
from tests.app.contracts.wishes import feed
from tests.app.leaving.test_erasing import erased, everything
from tests.app.redemptions.selling import a_shop, code_of
from tests.world import CAFE, Someone, World, eventually


def test_whose_contract_named_them_opens_nothing_by_their_leaving(world: World, session: Session) -> None:
    ana, bob, zoe = world.person("Ana"), world.person("Bob"), world.person("Zoe")
    of_zoe = feed({"group": "person", "handle": zoe.handle}, exactness="quarter")
    version = ana.agrees({"terms": [feed(), of_zoe]})["version"]
    before = ana.checks_in(CAFE, "before")["id"]
    erased(zoe)
    now = ana.gets("/me/contract")
    assert now["version"] == version + 1
    assert now["terms"][1]["who"] == {"group": "person", "id": None, "name": None}
    after = ana.checks_in(CAFE, "after")["id"]
    seen = {each["text"]: each["disclosed"] for each in bob.reads(f"person={ana.handle}")}
    assert seen == {"before": "quarter", "after": "quarter"}
    assert [zoe.id in each for each in (everything(session), ana.gets(f"/check-ins/{before}"), after)] == [
        False
    ] * 3


@pytest.fixture
def roomy(database_url: str) -> Iterator[World]:
    """A world in which nobody waits for a connection: here that would hold everybody up."""
    app = create_app(Settings(database_url=database_url, limits=False, pool_size=20))
    yield World(app.test_client(use_cookies=False))
    app.extensions["hereabouts"].database.dispose()


def test_who_names_somebody_while_they_leave_does_so_in_vain_or_is_made_to_forget(
    roomy: World, session: Session
) -> None:
    zoe, others = roomy.person("Zoe"), [roomy.person() for _ in range(4)]
    of_zoe = {"terms": [feed(), feed({"group": "person", "handle": zoe.handle})]}
    answers: list[int] = []

    def keep_naming(somebody: Someone) -> None:
        while answers[-1:] != [404]:
            answers.append(somebody.asks("PUT", "/me/contract", of_zoe, If_Match="*").status_code)
            somebody.checks_in()

    greenlets = [gevent.spawn(keep_naming, each) for each in others]
    eventually(lambda: len(answers) > 8)
    erased(zoe)
    gevent.joinall(greenlets, raise_error=True)
    assert set(answers) == {200, 404}
    assert zoe.id not in everything(session)


def test_what_an_offer_gave_them_is_given_to_nobody_else(app: Flask, world: World) -> None:
    shop = a_shop(app, world, quantity=1)
    zoe, bob = shop.member("Zoe"), shop.member("Bob")
    assert shop.outcome(code_of(zoe), amount="3", currency="EUR") == "ok"
    before = shop.sold
    erased(zoe)
    assert bob.is_refused("PUT", f"/me/offers/{shop.offer_id}/hold")["type"] == "/v1/problems/none-left"
    assert shop.sold == [{**before[0], "disclosed": None, "pseudonym": None}]
