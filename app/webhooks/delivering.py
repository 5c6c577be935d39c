"""Takes what is due, keeps what came of it, and ends what is old: the rows behind sending, one transaction each.

A row that is being sent is leased: no other process takes it until the lease is over, and if its process has died by
then, another sends it again, under the same id. So a message arrives at least once.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.ids import first_id_at
from app.notices import service as notices
from app.notices.rules import Told
from app.notices.service import ToTell
from app.webhooks import queries
from app.webhooks.models import Webhook, WebhookDelivery, WebhookMessage, WebhookSecret
from app.webhooks.rules import KEPT, Because, Outcome, Target, Tried, is_failing, next_try
from app.webhooks.service import pause

#: Longer than a try may take, the database included.
LEASE = timedelta(seconds=60)
#: On their way to one webhook at once; one, where the last was not taken, so that no slow one takes all the places.
MOST_AT_ONCE = 4
#: On their way to one host at once from one process, however many webhooks lead there: a quarter of its places.
MOST_AT_A_HOST = 8


@dataclass(frozen=True, slots=True)
class ToSend:
    """A message and where it goes."""

    webhook_id: UUID
    message_id: UUID
    url: str
    body: str
    tried: Tried
    leased_until: datetime
    #: As they are kept.
    secrets: Sequence[bytes]

    @property
    def host(self) -> str:
        """Whose server it is, whatever the webhook."""
        return Target.of(self.url).host


_HOST = "split_part(split_part(h.url, '/', 3), ':', 1)"
#: Those with anything that is due, of hosts with room: from one to the next by the index, however much waits for each.
_DUE = text(f"""
WITH RECURSIVE waiting AS (
    (SELECT webhook_id FROM webhook_deliveries WHERE state = 'waiting' ORDER BY webhook_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.webhook_id FROM webhook_deliveries d WHERE d.state = 'waiting' AND d.webhook_id > w.webhook_id
            ORDER BY d.webhook_id LIMIT 1)
    FROM waiting w WHERE w.webhook_id IS NOT NULL
)
SELECT h.id FROM waiting w JOIN webhooks h ON h.id = w.webhook_id
WHERE h.paused_at IS NULL AND coalesce(CAST(CAST(:busy AS jsonb) ->> {_HOST} AS int), 0) < :most_at_host AND EXISTS (
    SELECT FROM webhook_deliveries d WHERE d.webhook_id = h.id AND d.state = 'waiting' AND d.next_try_at <= :now)
    AND (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = h.id AND d.leased_until > :now)
        < CASE WHEN h.failing_since IS NULL THEN :most ELSE 1 END
ORDER BY random() LIMIT :limit
FOR UPDATE OF h SKIP LOCKED
""")
#: Asked once those are locked, so that what others took before is seen and counted.
_TAKE = text(f"""
UPDATE webhook_deliveries t
SET leased_until = :until, next_try_at = :until, tries = t.tries + 1, tried_at = :now
FROM webhooks h, webhook_messages m, (
    SELECT * FROM (
    SELECT d.webhook_id, d.message_id, d.place, {_HOST} AS host,
           row_number() OVER (PARTITION BY {_HOST} ORDER BY d.place, d.webhook_id) AS at_host
    FROM webhooks h CROSS JOIN LATERAL (
        SELECT d.webhook_id, d.message_id, row_number() OVER (ORDER BY d.next_try_at, d.message_id) AS place
        FROM webhook_deliveries d
        WHERE d.webhook_id = h.id AND d.state = 'waiting' AND d.next_try_at <= :now
        ORDER BY d.next_try_at, d.message_id LIMIT greatest(0,
            CASE WHEN h.failing_since IS NULL THEN :most ELSE 1 END
            - (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = h.id AND d.leased_until > :now))
    ) d WHERE h.id = ANY (CAST(:webhooks AS uuid[]))
    ) each WHERE at_host <= :most_at_host - coalesce(CAST(CAST(:busy AS jsonb) ->> host AS int), 0)
    ORDER BY place LIMIT :limit
) due
WHERE t.webhook_id = due.webhook_id AND t.message_id = due.message_id AND h.id = t.webhook_id AND m.id = t.message_id
RETURNING t.webhook_id, t.message_id, h.url, m.body, t.tries, t.begun_at
""")


def take(session: Session, limit: int, now: datetime, busy: Mapping[str, int] | None = None) -> list[ToSend]:
    """What is due, at most so many, leased from the commit on. Three statements; one where nothing is due.

    `busy` says how many are on their way to which host from this process.
    """
    values: dict[str, object] = {"now": now, "limit": limit, "most": MOST_AT_ONCE, "until": now + LEASE}
    values |= {"most_at_host": MOST_AT_A_HOST, "busy": json.dumps(dict(busy or {}))}
    webhooks = session.scalars(_DUE, values).all()
    if not webhooks:
        return []
    taken = session.execute(_TAKE, {**values, "webhooks": list(webhooks)}).all()
    secrets = _secrets(session, webhooks, now)
    return [
        ToSend(hook, message, url, body, Tried(tries, begun_at), now + LEASE, secrets.get(hook, ()))
        for hook, message, url, body, tries, begun_at in taken
    ]


def _secrets(session: Session, webhooks: Sequence[UUID], now: datetime) -> dict[UUID, list[bytes]]:
    asked = select(WebhookSecret).where(WebhookSecret.webhook_id.in_(webhooks))
    found: dict[UUID, list[bytes]] = {}
    for each in session.scalars(asked.order_by(WebhookSecret.id.desc())):
        if each.ends_at is None or each.ends_at > now:
            found.setdefault(each.webhook_id, []).append(each.kept)
    return found


def keep(session: Session, sent: ToSend, outcome: Outcome, now: datetime) -> str | None:
    """Keep what came of a try: the state of the delivery then, None where another process has it by now."""
    asked = select(Webhook).where(Webhook.id == sent.webhook_id).with_for_update()
    webhook = session.scalars(asked).one_or_none()
    held = (WebhookDelivery.webhook_id == sent.webhook_id, WebhookDelivery.message_id == sent.message_id)
    asked_for = select(WebhookDelivery).where(*held, WebhookDelivery.leased_until == sent.leased_until)
    delivery = session.scalars(asked_for).one_or_none()
    if webhook is None or delivery is None:
        return None
    again = None if outcome.is_taken else next_try(sent.tried, outcome, now, random.random())
    delivery.state = "delivered" if outcome.is_taken else "waiting" if again else "failed"
    delivery.next_try_at, delivery.leased_until = again, None
    delivery.status, delivery.reason = outcome.status, outcome.reason
    webhook.failing_since = None if outcome.is_taken else webhook.failing_since or now
    session.flush()
    return delivery.state


def end_hopeless(session: Session, webhook_id: UUID, outcome: Outcome, now: datetime) -> bool:
    """Pause a webhook that wants nothing any more, or took nothing for days, and tell its owners; whether it did."""
    known = session.get(Webhook, webhook_id)
    if known is None or not _is_hopeless(known, outcome, now):
        return False
    owners = queries.owners_of(session, known.business_id)
    # People before webhooks, as who leaves for good holds them.
    theirs = select(Person.id).where(Person.id.in_(owners)).order_by(Person.id)
    session.execute(theirs.with_for_update(key_share=True, read=True))
    asked = select(Webhook).where(Webhook.id == webhook_id, Webhook.paused_at.is_(None)).with_for_update()
    webhook = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if webhook is None or not _is_hopeless(webhook, outcome, now):
        return False
    pause(session, webhook, Because.GONE if outcome.is_gone else Because.FAILING, now)
    notices.tell(session, [ToTell(each, Told.WEBHOOK_PAUSED, webhook_id=webhook_id) for each in owners], now)
    return True


def _is_hopeless(webhook: Webhook, outcome: Outcome, now: datetime) -> bool:
    return outcome.is_gone or is_failing(webhook.failing_since, now)


def forget_old(session: Session, now: datetime) -> None:
    """Drop what was told long ago, and secrets that sign nothing any more."""
    session.execute(delete(WebhookMessage).where(WebhookMessage.id < first_id_at(now - KEPT)))
    session.execute(delete(WebhookSecret).where(WebhookSecret.ends_at <= now))
