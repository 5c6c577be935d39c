"""Letters: on their way beside everything else, tried again, and nobody's address in the log."""

import socket
from collections.abc import Iterator, MutableMapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import gevent
import pytest
import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from app import mail
from app.errors import Unavailable
from app.mail import Letter, Mail, mail_of
from app.settings import Settings, Smtp
from tests.world import eventually

LETTER = Letter(
    "ana@mail.example", "Is this your address?", "Grüß dich, Ana\n\nhttps://town.example/link#a=b\n"
)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is logged."""
    lines: list[dict[str, Any]] = []

    def keep(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        lines.append(dict(line))
        raise structlog.DropEvent

    monkeypatch.setattr(mail, "log", structlog.wrap_logger(None, processors=[keep]))
    return lines


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, which takes no time."""
    waits: list[float] = []
    monkeypatch.setattr(mail, "sleep", waits.append)
    return waits


class Keeping(Message):
    """A mail server's tray."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.letters: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


@pytest.fixture
def server() -> Iterator[tuple[Controller, Keeping]]:
    kept = Keeping()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller, kept
    controller.stop()


def test_a_letter_goes_by_smtp(server: tuple[Controller, Keeping]) -> None:
    controller, kept = server
    port = controller.port
    settings = Settings("", smtp=Smtp("127.0.0.1", port, tls=False), mail_from="post@town.example")
    mail_of(settings).soon(lambda: [LETTER])
    eventually(lambda: kept.letters)
    (letter,) = kept.letters
    letter = message_from_bytes(bytes(letter), policy=policy.default)
    assert (letter["X-MailFrom"], letter["X-RcptTo"]) == ("post@town.example", LETTER.to)
    assert (letter["From"], letter["To"]) == ("Hereabouts <post@town.example>", LETTER.to)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == LETTER.text.splitlines()


def test_a_password_is_said_to_no_server_without_tls(
    server: tuple[Controller, Keeping], lines: list[dict[str, Any]], waits: list[float]
) -> None:
    controller, kept = server
    port = controller.port
    smtp = Smtp("127.0.0.1", port, tls=False, user="u", password="swordfish")
    mail_of(Settings("", smtp=smtp)).soon(lambda: [LETTER])
    eventually(lambda: lines)
    assert kept.letters == []
    assert lines == [{"event": "a letter could not be sent", "error": "SMTPNotSupportedError"}]


def test_without_a_mail_server_letters_are_files(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    folder = tmp_path / "mail"
    mail_of(Settings("", mail_folder=str(folder))).soon(lambda: [LETTER])
    eventually(lambda: lines)
    (path,) = folder.glob("*.eml")
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (letter["To"], letter.get_content()) == (LETTER.to, LETTER.text)
    (line,) = lines
    assert line["file"] == str(path)
    assert "ana" not in str(line)
    assert "link" not in str(line)


def test_an_installation_without_either_says_so() -> None:
    with pytest.raises(Unavailable, match="sends no letters"):
        mail_of(Settings("", mail_folder=None)).soon(lambda: [LETTER])


class Moody:
    """A mail server that fails so often before it does its work."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.letters: list[EmailMessage] = []

    def __call__(self, message: EmailMessage) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append(message)


def greylisted() -> Exception:
    return mail.smtplib.SMTPRecipientsRefused({LETTER.to: (451, b"ana@mail.example: come again")})


def nobody_there() -> Exception:
    return mail.smtplib.SMTPRecipientsRefused({LETTER.to: (550, b"no ana@mail.example here")})


def test_a_letter_that_fails_is_tried_again(waits: list[float], lines: list[dict[str, Any]]) -> None:
    moody = Moody(ConnectionRefusedError(), greylisted(), TimeoutError())
    Mail(moody, "post@town.example").soon(lambda: [LETTER])
    eventually(lambda: moody.letters)
    assert waits == list(mail.AGAIN_S)
    assert lines == []


@pytest.mark.parametrize(
    ("failures", "tried"),
    [([greylisted() for _ in range(9)], 4), ([nobody_there()], 1), ([ValueError(LETTER.to)] * 9, 4)],
)
def test_a_letter_that_cannot_be_sent_is_logged_without_its_address(
    waits: list[float], lines: list[dict[str, Any]], failures: list[Exception], tried: int
) -> None:
    moody, name = Moody(*failures), type(failures[0]).__name__
    Mail(moody, "post@town.example").soon(lambda: [LETTER])
    eventually(lambda: lines)
    assert lines == [{"event": "a letter could not be sent", "error": name}]
    assert len(waits) == tried - 1


def test_one_that_waits_to_be_tried_again_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "AGAIN_S", (60,))
    moody = Moody(*[TimeoutError()] * 5)
    post = Mail(moody, "post@town.example")
    for _ in range(6):
        post.soon(lambda: [LETTER])
    eventually(lambda: len(moody.letters) == 1)


def test_when_too_many_wait_one_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MOST_WAITING", 2)
    post = Mail(Moody(), "post@town.example")
    for _ in range(2):
        post.soon(lambda: [])
    with pytest.raises(Unavailable, match="Too many letters"):
        post.soon(lambda: [])
    gevent.sleep(0.01)
    post.soon(lambda: [])
