"""Webhooks, and what became of what they were told, as JSON."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.http.pages import Paged
from app.http.schemas import Moment, Schema
from app.ids import time_of
from app.webhooks import service
from app.webhooks.models import Webhook
from app.webhooks.queries import Logged
from app.webhooks.rules import KEPT, LONGEST_URL, OLD_SIGNS_ALONG, WANTED, Because, Kind, Reason, Target
from app.webhooks.service import Change
from app.webhooks.signing import shown


def _checked(url: str) -> str:
    return str(Target.of(url))


Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL),
    AfterValidator(_checked),
    Field(
        description="https, a name, port 443 or 8443; called at public addresses only, redirects not followed"
    ),
]
Kinds = Annotated[
    list[Literal[*WANTED]],  # type: ignore[valid-type]
    Field(min_length=1, max_length=len(WANTED), description="what it is to be told"),
]
Hours = Annotated[int, Field(ge=0, le=OLD_SIGNS_ALONG // timedelta(hours=1))]


class NewWebhook(Schema):
    """A webhook to add."""

    url: Url
    kinds: Kinds

    def new(self) -> service.NewWebhook:
        """What is to be made."""
        return service.NewWebhook(Target.of(self.url), tuple(dict.fromkeys(self.kinds)))


class WebhookChange(Schema):
    """What is to be otherwise with a webhook; the rest stays."""

    url: Url | None = None
    kinds: Kinds | None = None
    paused: Annotated[
        bool | None, Field(description="a paused one is sent nothing; what came meanwhile can be replayed")
    ] = None

    def change(self) -> Change:
        """What is to be changed."""
        target = Target.of(self.url) if self.url else None
        return Change(target, tuple(dict.fromkeys(self.kinds)) if self.kinds else None, self.paused)


class WebhookShown(Schema):
    """A webhook as its staff see it, without its secrets."""

    id: UUID
    url: str
    kinds: list[str]
    created_at: Moment
    paused_at: Moment | None
    paused_because: Annotated[
        Literal[*(each.value for each in Because)] | None,  # type: ignore[valid-type]
        Field(description="asked: by staff; gone: it answered 410; failing: nothing was taken for five days"),
    ]
    failing_since: Annotated[
        Moment | None, Field(description="since when nothing was taken; null once something is")
    ]

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookShown":
        """Show one."""
        return cls.model_validate(_parts(webhook))


class WebhookMade(WebhookShown):
    """A new webhook and its secret, shown this once."""

    secret: Annotated[str, Field(description="whsec_ and base64, as libraries for Standard Webhooks take it")]

    @classmethod
    def made(cls, webhook: Webhook, secret: bytes) -> "WebhookMade":
        """Show it."""
        return cls.model_validate({**_parts(webhook), "secret": shown(secret)})


def _parts(webhook: Webhook) -> dict[str, object]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "kinds": webhook.kinds,
        "created_at": webhook.created_at,
        "paused_at": webhook.paused_at,
        "paused_because": webhook.paused_because,
        "failing_since": webhook.failing_since,
    }


class NewSecret(Schema):
    """How a secret is to be replaced."""

    old_lasts_hours: Annotated[
        Hours, Field(description="how long the old one signs along; 0 where somebody has got hold of it")
    ] = OLD_SIGNS_ALONG // timedelta(hours=1)


class SecretMade(Schema):
    """A new secret, shown this once; it signs from now on."""

    secret: str
    old_until: Annotated[Moment, Field(description="until when older ones sign along at the most")]


class DeliveryShown(Schema):
    """What became of a message at a webhook. What was answered is not kept, only its status."""

    id: Annotated[UUID, Field(description="of the message: its webhook-id, the same at every try")]
    kind: Literal[*(each.value for each in Kind)]  # type: ignore[valid-type]
    happened_at: Moment
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    tried_at: Moment | None
    next_try_at: Moment | None
    status: Annotated[int | None, Field(description="of the last answer (HTTP), if there was one")]
    reason: Annotated[
        Literal[*(each.value for each in Reason)] | None,  # type: ignore[valid-type]
        Field(description="why it was not taken the last time"),
    ]

    @classmethod
    def of(cls, logged: Logged) -> "DeliveryShown":
        """Show one."""
        delivery = logged.delivery
        return cls.model_validate(
            {
                "id": delivery.message_id,
                "kind": logged.kind,
                "happened_at": time_of(delivery.message_id),
                "state": delivery.state,
                "tries": delivery.tries,
                "tried_at": delivery.tried_at,
                "next_try_at": delivery.next_try_at,
                "status": delivery.status,
                "reason": delivery.reason,
            }
        )


class DeliveriesAsked(Paged):
    """Which deliveries."""

    state: Literal["waiting", "delivered", "failed"] | None = None


class Since(Schema):
    """What is to be replayed."""

    since: Annotated[Moment, Field(description=f"what failed from then on; kept for {KEPT.days} days")]


class Replayed(Schema):
    """How many messages are sent again."""

    replayed: int
