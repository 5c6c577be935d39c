"""Webhooks over HTTP."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import current_app

from app import clock
from app.businesses.rules import Act
from app.errors import Conflict, NotAllowed, TooMany
from app.http.calls import Call
from app.http.operations import Operations
from app.http.schemas import Page
from app.webhooks import queries, service
from app.webhooks.keys import Seal
from app.webhooks.models import Webhook
from app.webhooks.schemas import (
    DeliveriesAsked,
    DeliveryShown,
    NewSecret,
    NewWebhook,
    Replayed,
    SecretMade,
    Since,
    WebhookChange,
    WebhookMade,
    WebhookShown,
)
from app.webhooks.signing import shown

webhooks = Operations("webhooks")
_READ, _WRITE = "webhooks:read", "webhooks:write"
_ALL = "/businesses/<uuid:business_id>/webhooks"
_ONE = f"{_ALL}/<uuid:webhook_id>"


def _seal() -> Seal:
    return cast(Seal, current_app.extensions["hereabouts.webhook_seal"])


def _held(call: Call, business_id: UUID, webhook_id: UUID, act: Act) -> Webhook:
    return service.held(call.session, business_id, webhook_id, call.me, act)


@webhooks.post(_ALL, refuses=(NotAllowed, Conflict), scope=_WRITE)
def add_webhook(call: Call, business_id: UUID, body: NewWebhook) -> WebhookMade:
    """Have a business told at an address. Its secret is shown this once."""
    now = clock.now()
    made = service.add(call.session, business_id, body.new(), call.me, now)
    call.made(f"/v1/businesses/{business_id}/webhooks/{made.id}")
    return WebhookMade.made(made, service.new_secret(call.session, _seal(), made, now))


@webhooks.get(_ALL, refuses=(NotAllowed,), scope=_READ)
def webhooks_of_business(call: Call, business_id: UUID) -> Page[WebhookShown]:
    """Where a business I act for is told, oldest first."""
    queries.acting_for(call.session, business_id, call.me)
    return Page(items=[WebhookShown.of(each) for each in queries.webhooks_of(call.session, business_id)])


@webhooks.get(_ONE, refuses=(NotAllowed,), scope=_READ)
def webhook(call: Call, business_id: UUID, webhook_id: UUID) -> WebhookShown:
    """One webhook."""
    queries.acting_for(call.session, business_id, call.me)
    return WebhookShown.of(queries.existing(call.session, business_id, webhook_id))


@webhooks.patch(_ONE, refuses=(NotAllowed,), scope=_WRITE)
def change_webhook(call: Call, business_id: UUID, webhook_id: UUID, body: WebhookChange) -> WebhookShown:
    """Call elsewhere, tell other things, pause or go on. What waits when it is paused has failed."""
    found = _held(call, business_id, webhook_id, Act.CHANGED_WEBHOOK)
    service.change(call.session, found, body.change(), clock.now())
    return WebhookShown.of(found)


@webhooks.delete(_ONE, refuses=(NotAllowed,), scope=_WRITE)
def remove_webhook(call: Call, business_id: UUID, webhook_id: UUID) -> None:
    """Tell nothing there any more, and forget what was told."""
    service.remove(call.session, _held(call, business_id, webhook_id, Act.REMOVED_WEBHOOK))


@webhooks.post(f"{_ONE}/secrets", refuses=(NotAllowed, Conflict), scope=_WRITE)
def rotate_secret(call: Call, business_id: UUID, webhook_id: UUID, body: NewSecret) -> SecretMade:
    """Make a new secret, shown this once. The old one signs along for 24 hours, or as long as you say."""
    now = clock.now()
    found = _held(call, business_id, webhook_id, Act.RENEWED_SECRET)
    until = now + timedelta(hours=body.old_lasts_hours)
    service.end_secrets(call.session, found, until, now)
    return SecretMade(secret=shown(service.new_secret(call.session, _seal(), found, now)), old_until=until)


@webhooks.post(f"{_ONE}/test", refuses=(NotAllowed, Conflict, TooMany), scope=_WRITE)
def test_webhook(call: Call, business_id: UUID, webhook_id: UUID) -> DeliveryShown:
    """Send a test, and see in the log what became of it."""
    found = _held(call, business_id, webhook_id, Act.TESTED_WEBHOOK)
    sent = service.send_test(call.session, found, clock.now())
    return DeliveryShown.of(queries.delivery(call.session, webhook_id, sent))


@webhooks.get(f"{_ONE}/deliveries", refuses=(NotAllowed,), scope=_READ)
def deliveries_of_webhook(
    call: Call, business_id: UUID, webhook_id: UUID, query: DeliveriesAsked
) -> Page[DeliveryShown]:
    """What it was told in the last 30 days and what became of it, newest first."""
    queries.acting_for(call.session, business_id, call.me)
    queries.existing(call.session, business_id, webhook_id)
    found = queries.deliveries_before(call.session, webhook_id, query.state, query.cursor, query.limit + 1)
    shown_now = [DeliveryShown.of(each) for each in found[: query.limit]]
    return Page(items=shown_now, next_cursor=shown_now[-1].id if len(found) > query.limit else None)


@webhooks.post(
    f"{_ONE}/deliveries/<uuid:message_id>/replay", refuses=(NotAllowed, Conflict), scope=_WRITE, status=200
)
def replay_delivery(call: Call, business_id: UUID, webhook_id: UUID, message_id: UUID) -> DeliveryShown:
    """Send one message again, whatever became of it, under its own id and for another day."""
    found = _held(call, business_id, webhook_id, Act.REPLAYED_WEBHOOK)
    service.replay(call.session, found, message_id, clock.now())
    return DeliveryShown.of(queries.delivery(call.session, webhook_id, message_id))


@webhooks.post(f"{_ONE}/replay", refuses=(NotAllowed, Conflict), scope=_WRITE, status=200)
def replay_deliveries(call: Call, business_id: UUID, webhook_id: UUID, body: Since) -> Replayed:
    """Send again what failed of the messages made since a moment."""
    found = _held(call, business_id, webhook_id, Act.REPLAYED_WEBHOOK)
    return Replayed(replayed=service.replay_since(call.session, found, body.since, clock.now()))
