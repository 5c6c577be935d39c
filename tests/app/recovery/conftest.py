"""An application whose letters come to a tray instead of a mail server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.factory import create_app
from app.mail import Mail
from app.recovery.letters import Letters
from app.settings import Settings
from tests.world import Someone, World, eventually

ORIGIN = "https://town.example"
LINK = re.compile(rf"^{ORIGIN}/link#(confirm|reset)=([\w-]+)$", re.MULTILINE)


@dataclass
class Tray:
    """What was mailed, in order."""

    letters: list[EmailMessage] = field(default_factory=list)

    def to(self, address: str, count: int = 1) -> list[EmailMessage]:
        """All letters to an address, once there are so many."""
        eventually(lambda: len(self._to(address)) >= count)
        return self._to(address)

    def _to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.letters if each["To"] == address]

    def secret(self, address: str, purpose: str, count: int = 1) -> str:
        """What the link in the last letter to an address is worth."""
        found = LINK.search(self.to(address, count)[-1].get_content())
        assert found is not None
        assert found[1] == purpose
        return found[2]


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url, limits=False, origin=ORIGIN, mail_folder=None))
    yield app
    app.extensions["hereabouts"].database.dispose()


@pytest.fixture
def tray(app: Flask) -> Tray:
    """Takes the letters of this test, none of which were counted before."""
    tray = Tray()
    mail = Mail(tray.letters.append, "hereabouts@town.example")
    database = app.extensions["hereabouts"].database
    app.extensions["hereabouts.letters"] = Letters(database, mail, ORIGIN)
    app.extensions["hereabouts.proving"]._allowances._of.clear()
    return tray


def confirmed(somebody: Someone, tray: Tray, address: str) -> None:
    """Give an address and open the link in the letter."""
    before = len(tray._to(address))
    gives(somebody, address)
    opens(somebody, tray.secret(address, "confirm", before + 1))


def gives(somebody: Someone, address: str) -> None:
    answer = somebody.asks("PUT", "/me/email", {"email": address, "password": "correct horse"})
    assert answer.status_code == 202, answer.get_data(as_text=True)


def opens(somebody: Someone, secret: str) -> None:
    answer = somebody.client.put("/v1/email-confirmations", json={"secret": secret})
    assert answer.status_code == 204, answer.get_data(as_text=True)


@pytest.fixture
def address(world: World) -> str:
    return f"ana-{world.seed}@mail.example"


@pytest.fixture
def ana(world: World, tray: Tray, address: str) -> Someone:
    """Has confirmed an address."""
    ana = world.person("Ana")
    confirmed(ana, tray, address)
    return ana


def forgets(world: World, who: str, origin: str = "203.0.113.9") -> TestResponse:
    return world.client.post("/v1/password-resets", json={"who": who}, environ_base={"REMOTE_ADDR": origin})
