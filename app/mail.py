"""Letters to people by e-mail: written and sent beside the requests that ask for them, tried again when that fails.

What is on its way when the process ends is lost; whoever waits for a letter asks again.
"""

import smtplib
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import partial
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import NamedTuple, Protocol

import structlog
from gevent import sleep
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool

from app.errors import Unavailable
from app.ids import new_id
from app.settings import Settings, Smtp

#: More than these on their way, and something is wrong with whoever takes them.
MOST_WAITING = 100
#: Seconds after which a letter is tried again: a server that greylists wants some minutes.
AGAIN_S = (5, 60, 300)
_TIMEOUT_S = 20
log = structlog.get_logger()


class Letter(NamedTuple):
    """What one person gets to read."""

    to: str
    subject: str
    text: str


class Carrier(Protocol):
    """Takes a letter away; raises OSError where it cannot (smtplib's errors are such)."""

    def __call__(self, message: EmailMessage, /) -> None:
        """Take it."""


class Mail:
    """The letters of one process."""

    def __init__(self, carry: Carrier | None, sender: str) -> None:
        self._carry = carry
        self._sender = sender
        self._waiting = Pool(MOST_WAITING)
        # One connection to the database, and as many to the mail server as it may take from one client: nobody else
        # waits, however many letters do.
        self._writing, self._sending = BoundedSemaphore(1), BoundedSemaphore(2)

    def soon(self, write: Callable[[], Sequence[Letter]]) -> None:
        """Have letters written and sent by a greenlet of their own; raises Unavailable where too many are."""
        if self._carry is None:
            raise Unavailable("This installation sends no letters. Ask whoever runs it for help.")
        if not self._waiting.free_count():
            raise Unavailable("Too many letters are on their way already. Try again in some minutes.")
        self._waiting.spawn(self._see_to, write, self._carry)

    def _see_to(self, write: Callable[[], Sequence[Letter]], carry: Carrier) -> None:
        letters: list[Letter] = []
        if _kept_trying(lambda: letters.extend(write()), self._writing):
            for each in letters:
                _kept_trying(partial(carry, self._message(each)), self._sending)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = (
            f"Hereabouts <{self._sender}>",
            letter.to,
            letter.subject,
        )
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        # So that no out-of-office note answers (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _kept_trying(work: Callable[[], None], at_once: BoundedSemaphore) -> bool:
    """Whether it was done in the end. Who waits to try again holds up nobody."""
    for pause_s in (*AGAIN_S, None):
        try:
            with at_once:
                work()
        # What goes wrong may quote an address; only its kind is written down.
        except Exception as error:
            if pause_s is None or _is_lasting(error):
                log.warning("a letter could not be sent", error=type(error).__name__)
                break
            sleep(pause_s)
        else:
            return True
    return False


def _is_lasting(error: Exception) -> bool:
    """Whether the mail server said no for good (a code of 5xx, RFC 5321)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def mail_of(settings: Settings) -> Mail:
    """As an operator set it: by SMTP, else as files in a folder, else not at all."""
    if settings.smtp:
        return Mail(_by_smtp(settings.smtp), settings.mail_from)
    return Mail(_into(Path(settings.mail_folder)) if settings.mail_folder else None, settings.mail_from)


def _by_smtp(smtp: Smtp) -> Carrier:
    def carry(message: EmailMessage) -> None:
        trusted = create_default_context()
        with _connected(smtp, trusted) as server:
            server.ehlo_or_helo_if_needed()
            # Without a password a server on this machine may be spoken with openly.
            if not smtp.tls and (smtp.user or server.has_extn("starttls")):
                server.starttls(context=trusted)
            if smtp.user:
                server.login(smtp.user, smtp.password or "")
            server.send_message(message)

    return carry


def _connected(smtp: Smtp, trusted: SSLContext) -> smtplib.SMTP:
    if smtp.tls:
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_TIMEOUT_S, context=trusted)
    return smtplib.SMTP(smtp.host, smtp.port, timeout=_TIMEOUT_S)


def _into(folder: Path) -> Carrier:
    def carry(message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{new_id()}.eml"
        path.write_bytes(bytes(message))
        log.info("a letter is kept as a file, as there is no HEREABOUTS_SMTP", file=str(path))

    return carry
