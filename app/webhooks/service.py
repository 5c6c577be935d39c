"""What staff do with the webhooks of their business. The row of a webhook is locked before those of its deliveries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.orm import Session

from app.businesses.models import Business
from app.businesses.recording import note
from app.businesses.rules import Act
from app.db import announce
from app.errors import Conflict, TooMany
from app.ids import first_id_at, new_id
from app.webhooks import keys, queries, telling
from app.webhooks.keys import Seal
from app.webhooks.models import Webhook, WebhookDelivery, WebhookSecret
from app.webhooks.rules import MOST_SECRETS, MOST_TESTS_AN_HOUR, MOST_WEBHOOKS, Because, Reason, Target
from app.webhooks.signals import MessageWaiting


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """Where to tell a business what."""

    target: Target
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None where it stays."""

    target: Target | None = None
    kinds: tuple[str, ...] | None = None
    paused: bool | None = None


def add(session: Session, business_id: UUID, new: NewWebhook, by: UUID, now: datetime) -> Webhook:
    """A new webhook of a business, without a secret as yet. Raises NotFound, NotAllowed, Conflict."""
    queries.acting_for(session, business_id, by)
    # Two at once must not both be the last.
    session.get(Business, business_id, with_for_update={"key_share": True})
    if len(queries.webhooks_of(session, business_id)) >= MOST_WEBHOOKS:
        raise Conflict(f"This business has {MOST_WEBHOOKS} webhooks, which is the most. Delete one first.")
    webhook = Webhook(
        id=new_id(),
        business_id=business_id,
        url=str(new.target),
        kinds=list(new.kinds),
        added_by=by,
        created_at=now,
    )
    session.add(webhook)
    note(session, business_id, by, Act.ADDED_WEBHOOK, webhook.id)
    session.flush()
    return webhook


def held(session: Session, business_id: UUID, webhook_id: UUID, by: UUID, act: Act) -> Webhook:
    """A webhook of a business one acts for, locked until the commit, to do this with it; raises NotFound, NotAllowed.

    What is refused afterwards is not done, and the record does not say so either.
    """
    queries.acting_for(session, business_id, by)
    # Before the webhook, as people are held before webhooks.
    note(session, business_id, by, act, webhook_id)
    session.flush()
    return queries.locked(session, business_id, webhook_id)


def change(session: Session, webhook: Webhook, wanted: Change, now: datetime) -> None:
    """Call elsewhere, tell other things, pause or go on. It must be locked."""
    if wanted.target is not None:
        webhook.url = str(wanted.target)
    if wanted.kinds is not None:
        webhook.kinds = list(wanted.kinds)
    if wanted.paused and webhook.paused_at is None:
        pause(session, webhook, Because.ASKED, now)
    if wanted.paused is False:
        webhook.paused_at = webhook.paused_because = webhook.failing_since = None
    session.flush()


def pause(session: Session, webhook: Webhook, because: Because, now: datetime) -> None:
    """Send nothing there from the commit on: what waits has failed, and can be replayed. It must be locked."""
    webhook.paused_at, webhook.paused_because = now, because
    session.flush()
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == "waiting"
    )
    session.execute(waiting.values(state="failed", reason=Reason.PAUSED, next_try_at=None, leased_until=None))


def remove(session: Session, webhook: Webhook) -> None:
    """Tell nothing there any more, and forget what was told. It must be locked."""
    session.execute(delete(Webhook).where(Webhook.id == webhook.id))


def new_secret(session: Session, seal: Seal, webhook: Webhook, now: datetime) -> bytes:
    """One more that messages are signed with; the caller shows it once."""
    secret = keys.new_secret()
    kept = seal.kept(webhook.id, secret)
    session.add(WebhookSecret(id=new_id(), webhook_id=webhook.id, kept=kept, created_at=now))
    session.flush()
    return secret


def end_secrets(session: Session, webhook: Webhook, until: datetime, now: datetime) -> None:
    """Have those that sign now sign until then at the most; raises Conflict where one more would be too many.

    The webhook must be locked.
    """
    for each in queries.secrets_of(session, webhook.id, now):
        each.ends_at = min(each.ends_at or until, until)
    session.flush()
    ended = delete(WebhookSecret).where(WebhookSecret.webhook_id == webhook.id, WebhookSecret.ends_at <= now)
    session.execute(ended)
    if len(queries.secrets_of(session, webhook.id, now)) >= MOST_SECRETS:
        raise Conflict(
            f"{MOST_SECRETS} secrets sign messages now, which is the most. Wait until one of them ends, or send "
            '{"old_lasts_hours": 0}, which ends them all.'
        )


def send_test(session: Session, webhook: Webhook, now: datetime) -> UUID:
    """Have a test sent, whatever else it wants: its message. The webhook must be locked. Raises Conflict, TooMany."""
    _check_is_called(webhook)
    if queries.tests_since(session, webhook.id, now - timedelta(hours=1)) >= MOST_TESTS_AN_HOUR:
        raise TooMany(
            f"A webhook gets {MOST_TESTS_AN_HOUR} tests an hour. Replay one of its deliveries, or wait."
        )
    message = telling.new_test(webhook.business_id, webhook.id, now)
    session.add(message)
    session.flush()
    delivery = WebhookDelivery(
        webhook_id=webhook.id, message_id=message.id, state="waiting", tries=0, begun_at=now, next_try_at=now
    )
    session.add(delivery)
    session.flush()
    announce(session, MessageWaiting(webhook.id))
    return message.id


def replay(session: Session, webhook: Webhook, message_id: UUID, now: datetime) -> None:
    """Send a message again, under its own id, for another day; one that waits is tried now. The webhook must be locked.

    Raises NotFound, Conflict.
    """
    _check_is_called(webhook)
    if queries.delivery(session, webhook.id, message_id).delivery.leased_until is None:
        _send_again(session, webhook, WebhookDelivery.message_id == message_id, now)


def replay_since(session: Session, webhook: Webhook, since: datetime, now: datetime) -> int:
    """Send again what failed of the messages made since then; how many. The webhook must be locked. Raises Conflict."""
    _check_is_called(webhook)
    failed = and_(WebhookDelivery.state == "failed", WebhookDelivery.message_id >= first_id_at(since))
    return _send_again(session, webhook, failed, now)


def _send_again(session: Session, webhook: Webhook, which: ColumnElement[bool], now: datetime) -> int:
    anew = {"state": "waiting", "tries": 0, "begun_at": now, "next_try_at": now}
    again = update(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id, which).values(**anew)
    sent = session.scalars(again.returning(WebhookDelivery.message_id)).all()
    announce(session, MessageWaiting(webhook.id))
    return len(sent)


def _check_is_called(webhook: Webhook) -> None:
    if webhook.paused_at is not None:
        raise Conflict('This webhook is paused. Have it go on first: PATCH it with {"paused": false}.')
