"""Writes what happened as messages to those businesses that want to be told.

What happens, happens in slices that know no webhooks. So it is looked for in their tables: at once when a signal says
so, and by a chore where a process died in between. A unique key lets each be written once, whoever finds it, and what
is told follows from the tables as they were when it happened, so that it makes no difference when it is found.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.db import announce
from app.ids import first_id_at, new_id
from app.redemptions.rules import Money
from app.webhooks.models import WebhookMessage
from app.webhooks.rules import KEPT, Kind
from app.webhooks.signals import MessageWaiting

#: Of the shape of what is told. A change that receivers could stumble over makes it another.
VERSION = 1
#: How long ago something may have happened that is still told: as long as nothing of ours may have run. Shorter than
#: messages are kept, so that none that was dropped is made again.
LATELY = timedelta(days=7)
assert LATELY < KEPT

#: Whom a wish fits is as app/offers/opening.py has it, on the day on which it opened.
_OPENED = """
SELECT DISTINCT h.business_id, 'wish.opened' AS kind, CAST(w.id AS text) AS key, jsonb_build_object(
           'wish_id', w.id, 'community_id', w.community_id, 'pledged', w.threshold, 'path', '/v1/wishes/' || w.id
       ) AS data, w.opened_at AS at
FROM wishes w
JOIN wish_topics t ON t.wish_id = w.id
JOIN offer_topics ot ON ot.topic_id = t.topic_id
JOIN offers o ON o.id = ot.offer_id AND o.created_at BETWEEN w.opened_at - interval '365 days' AND w.opened_at
    AND o.published_at IS NOT NULL
    AND (w.area IS NULL OR ST_Intersects(o.area, w.area))
JOIN webhooks h ON h.business_id = o.business_id AND h.created_at < w.opened_at AND 'wish.opened' = ANY (h.kinds)
WHERE w.opened_at > :since AND NOT EXISTS (
    SELECT FROM standings f
    WHERE f.community_id = w.community_id AND f.business_id = o.business_id AND NOT f.is_welcome)
"""
#: Judged a week after the answer ended, and soon after that at the latest.
_JUDGED = """
SELECT DISTINCT h.business_id, 'wish.' || w.verdict, CAST(w.id AS text), jsonb_strip_nulls(jsonb_build_object(
           'wish_id', w.id, 'community_id', w.community_id, 'offer_id', w.offer_id, 'path', '/v1/wishes/' || w.id
       )), w.answer_ends_at + interval '7 days'
FROM webhooks h
JOIN wishes w ON w.answered_by = h.business_id AND w.verdict IN ('kept', 'broken')
    AND w.answer_ends_at + interval '7 days' > greatest(:since, h.created_at)
WHERE 'wish.' || w.verdict = ANY (h.kinds)
"""
_STANDS = """
SELECT DISTINCT h.business_id, k.kind, s.community_id || ' ' || extract(epoch FROM s.since), jsonb_build_object(
           'community_id', s.community_id, 'path', '/v1/communities/' || s.community_id
       ), s.since
FROM webhooks h
JOIN standings s ON s.business_id = h.business_id AND s.since > greatest(:since, h.created_at)
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.is_welcome THEN 'community.welcomed' ELSE 'community.sent_off' END AS kind) k
WHERE k.kind = ANY (h.kinds)
"""
#: Nothing marks the moment at which one ends by its time, so it is found by the chore.
_ENDED = """
SELECT DISTINCT h.business_id, 'offer.ended', CAST(o.id AS text), jsonb_build_object(
           'offer_id', o.id, 'path', '/v1/offers/' || o.id
       ), least(o.ends_at, o.withdrawn_at)
FROM webhooks h
JOIN offers o ON o.business_id = h.business_id AND o.published_at IS NOT NULL
    AND o.ends_at > greatest(:since, h.created_at)
    AND least(o.ends_at, o.withdrawn_at) > greatest(:since, h.created_at)
    AND least(o.ends_at, o.withdrawn_at) <= :now
WHERE 'offer.ended' = ANY (h.kinds)
"""
#: What both tables of sales are asked for; a purchase has no offer. Sums are text, so that none becomes a float.
_SALE = """jsonb_build_object('id', id, 'offer_id', {offer}, 'at', at, 'amount', CAST(amount AS text),
                          'currency', currency)"""
_SALES = f"""
    SELECT id, {{at}} AS moment, {_SALE.format(offer="offer_id")} AS data FROM redemptions
    WHERE business_id = h.business_id AND {{where}}
    UNION ALL
    SELECT id, {{at}}, {_SALE.format(offer="CAST(NULL AS uuid)")} FROM purchases
    WHERE business_id = h.business_id AND {{where}}
"""
#: A till may tell of hundreds a day, so those that were told are not gone through each time: it is looked from an hour
#: before the newest that was told, an hour being longer than any transaction.
_MADE = f"""
SELECT h.business_id, 'redemption.made', CAST(s.id AS text), s.data, s.moment
FROM (SELECT business_id, min(created_at) AS since FROM webhooks WHERE 'redemption.made' = ANY (kinds)
      GROUP BY business_id) h
LEFT JOIN LATERAL (
    SELECT CAST('x' || left(replace(key, '-', ''), 12) AS bit(48)) AS ms FROM webhook_messages
    WHERE business_id = h.business_id AND kind = 'redemption.made' ORDER BY key DESC LIMIT 1) n ON true
CROSS JOIN LATERAL (
    SELECT greatest(:first, CAST(lpad(to_hex(CAST(n.ms AS bigint) - 3600000), 12, '0') || repeat('0', 20) AS uuid))
        AS first) f
CROSS JOIN LATERAL ({_SALES.format(at="received_at", where="id >= f.first")}) s
WHERE s.moment > greatest(:since, h.since)
"""
_ROLLED_BACK = f"""
SELECT h.business_id, 'redemption.rolled_back', CAST(s.id AS text), s.data, s.moment
FROM (SELECT business_id, min(created_at) AS since FROM webhooks WHERE 'redemption.rolled_back' = ANY (kinds)
      GROUP BY business_id) h
CROSS JOIN LATERAL ({_SALES.format(at="rolled_back_at", where="rolled_back_at > greatest(:since, h.since)")}) s
"""
_ALL = " UNION ALL ".join((_OPENED, _JUDGED, _STANDS, _ENDED, _MADE, _ROLLED_BACK))
_UNTOLD = text(f"""
SELECT n.* FROM ({_ALL}) n
WHERE NOT EXISTS (
    SELECT FROM webhook_messages m WHERE m.business_id = n.business_id AND m.kind = n.kind AND m.key = n.key)
ORDER BY n.at, n.business_id
""")
_WRITE = text("""
INSERT INTO webhook_messages (id, business_id, kind, key, body)
SELECT m.id, m.business_id, m.kind, m.key, m.body
FROM json_to_recordset(CAST(:messages AS json)) AS m (id uuid, business_id uuid, kind text, key text, body text)
JOIN businesses b ON b.id = m.business_id
ORDER BY m.business_id, m.kind, m.key
FOR KEY SHARE OF b
ON CONFLICT DO NOTHING RETURNING id
""")
#: Who pauses a webhook meanwhile waits for this, and who is paused can have it replayed.
_ADDRESS = text("""
INSERT INTO webhook_deliveries (webhook_id, message_id, state, begun_at, next_try_at, reason)
SELECT h.id, m.id, CASE WHEN h.paused_at IS NULL THEN 'waiting' ELSE 'failed' END, :now,
       CASE WHEN h.paused_at IS NULL THEN CAST(:now AS timestamptz) END,
       CASE WHEN h.paused_at IS NOT NULL THEN 'paused' END
FROM webhook_messages m
JOIN webhooks h ON h.business_id = m.business_id AND m.kind = ANY (h.kinds)
    AND h.created_at < CAST(CAST(m.body AS json) ->> 'timestamp' AS timestamptz)
WHERE m.id = ANY (CAST(:ids AS uuid[]))
ORDER BY h.id
FOR SHARE OF h
RETURNING webhook_id, state
""")


def tell(session: Session, now: datetime) -> int:
    """Write what happened lately and was not told yet, and have it sent; how many messages. One statement where there
    is none, three where there are."""
    values = {"now": now, "since": now - LATELY, "first": first_id_at(now - LATELY)}
    untold = session.execute(_UNTOLD, values).all()
    if not untold:
        return 0
    messages = [{"id": new_id(), **_message(each)} for each in untold]
    written = session.scalars(_WRITE, {"messages": msgspec.json.encode(messages).decode()}).all()
    sent = session.execute(_ADDRESS, {"ids": list(written), "now": now})
    announce(session, *(MessageWaiting(webhook) for webhook, state in sent if state == "waiting"))
    return len(written)


def new_test(business_id: UUID, webhook_id: UUID, now: datetime) -> WebhookMessage:
    """A message by which staff see whether a webhook works."""
    made = new_id()
    body = _body(Kind.TEST, business_id, now, {"webhook_id": webhook_id})
    return WebhookMessage(id=made, business_id=business_id, kind=Kind.TEST, key=str(made), body=body)


def _message(found: Row[Any]) -> dict[str, object]:
    body = _body(found.kind, found.business_id, found.at, _data(found))
    return {"business_id": found.business_id, "kind": found.kind, "key": found.key, "body": body}


def _data(found: Row[Any]) -> dict[str, object]:
    """Ids and numbers, no words: words go when whoever said them does, and what was sent stays where it was sent."""
    data: dict[str, object] = found.data
    if data.get("amount") is not None:
        paid = Money(Decimal(str(data["amount"])), str(data["currency"]))
        data = {**data, "amount": str(paid)}
    return data


def _body(kind: str, business_id: UUID, at: datetime, data: dict[str, object]) -> str:
    said: dict[str, Any] = {
        "type": kind,
        "version": VERSION,
        "timestamp": at.astimezone(UTC).isoformat(),
        "business_id": business_id,
        "data": data,
    }
    return msgspec.json.encode(said).decode()
