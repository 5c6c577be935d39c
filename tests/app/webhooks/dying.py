"""A process that sends what is due to a server on this machine, and is killed meanwhile.

python -m tests.app.webhooks.dying URL PORT AUTHORITY
"""

import ssl
import sys

from app import models  # noqa: F401
from app.db import Database
from app.signals import Signals
from app.webhooks.keys import Seal
from app.webhooks.posting import Post, Tls
from app.webhooks.sender import Sender


def main(url: str, port: str, authority: str) -> None:
    """Send until nothing is due."""
    tls = Tls(ssl.PROTOCOL_TLS_CLIENT)
    tls.load_verify_locations(authority)
    post = Post(lambda host, _: [("127.0.0.1", int(port))], lambda address: True, tls, 60.0)
    sender = Sender(Database(url, Signals(), 2), Seal(None), post)
    while sender.send_due():
        sender.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
