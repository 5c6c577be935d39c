"""Signatures as Standard Webhooks 1.0 has them, so that receivers check them with a library they find ready."""

import base64
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from standardwebhooks.webhooks import Webhook


def shown(secret: bytes) -> str:
    """A secret as people paste it."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signed(message_id: UUID, body: str, at: datetime, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of a message that is sent `at`: a signature by each secret, any of which will do."""
    said = str(message_id)
    return {
        "webhook-id": said,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(each).sign(said, at, body) for each in secrets),
    }
