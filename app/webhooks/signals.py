"""What happened to webhooks."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageWaiting:
    """Something is to be sent."""

    webhook_id: UUID
